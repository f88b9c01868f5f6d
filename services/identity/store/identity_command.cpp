#include "services/identity/store/identity_command.h"

#include <utility>
#include <vector>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/events/audit.h"
#include "muster/events/outbox.h"
#include "services/identity/store/tables.h"

namespace muster::identity {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

class IdentityCommand final : public storage::Command {
 public:
  IdentityCommand(Origin origin, Lookup lookup, Decision decision, const Encoding& encoding, Random& random)
      : origin_(std::move(origin)),
        lookup_(std::move(lookup)),
        decision_(std::move(decision)),
        encoding_(encoding),
        random_(random) {}

  std::vector<Read> Reads() override {
    facts_ = Facts();
    std::vector<Read> reads;
    if (!lookup_.account_id.empty()) {
      reads.push_back(ReadAccount());
      reads.push_back(CountKeys());
    }
    if (!lookup_.key_label.empty()) {
      reads.push_back(ReadLabelledKeys());
    }
    if (!lookup_.login.empty()) {
      reads.push_back(Read{"SELECT 1 FROM account WHERE login = $1", {Value(lookup_.login)}, [this](const Row&) {
                             facts_.login_taken = true;
                           }});
    }
    if (!lookup_.key_id.empty()) {
      reads.push_back(ReadKey());
      reads.push_back(ReadOwner());
    }
    return reads;
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    MUSTER_ASSIGN_OR_RETURN(const IdentityChange change, decision_(facts_, now));
    for (const Changed<ApiKeyRecord>& key : change.replaced_keys) {
      Append(IdentityChange{std::nullopt, key, change.district_path, "ApiKeyRevoked"}, now, changes);
    }
    Append(change, now, changes);
    return absl::OkStatus();
  }

  std::optional<storage::RepeatKey> repeat_key() const override { return origin_.repeat_key(); }
  std::optional<Duration> steady_deadline() const override { return origin_.steady_deadline; }

 private:
  Read ReadAccount() {
    static const std::string kSql = "SELECT " + AccountTable().select_list() + " FROM account WHERE id = $1";
    return {kSql, {Value(lookup_.account_id.value())}, [this](const Row& row) {
              facts_.account = AccountTable().Parse(row);
            }};
  }
  Read CountKeys() {
    return {"SELECT count(*) FROM api_key WHERE account_id = $1 AND revoked = 0",
            {Value(lookup_.account_id.value())},
            [this](const Row& row) { facts_.working_keys = row.Int(0); }};
  }
  Read ReadKey() {
    static const std::string kSql = "SELECT " + ApiKeyTable().select_list() + " FROM api_key WHERE id = $1";
    return {kSql, {Value(lookup_.key_id.value())}, [this](const Row& row) { facts_.key = ApiKeyTable().Parse(row); }};
  }
  Read ReadOwner() {
    static const std::string kSql = "SELECT " + AccountTable().select_list() +
                                    " FROM account WHERE id = (SELECT account_id FROM api_key WHERE id = $1)";
    return {
        kSql, {Value(lookup_.key_id.value())}, [this](const Row& row) { facts_.account = AccountTable().Parse(row); }};
  }

  Read ReadLabelledKeys() {
    static const std::string kSql = "SELECT " + ApiKeyTable().select_list() +
                                    " FROM api_key WHERE account_id = $1 AND revoked = 0 AND label = $2 ORDER BY id";
    return {kSql, {Value(lookup_.account_id.value()), Value(lookup_.key_label)}, [this](const Row& row) {
              facts_.labelled_keys.push_back(ApiKeyTable().Parse(row));
            }};
  }

  /// The object, its audit row and its event; the reply is the object.
  void Append(const IdentityChange& change, Time now, storage::Changes& changes) {
    events::EventRecord event;
    const auto save = [&](const auto& table, const char* object_type, const auto& changed, const auto& reply) {
      changes.writes.push_back(table.Save(changed.after));
      changes.reply = reply(changed.after);
      Record(table, object_type, changed, now, changes);
      event.subject = changed.after.id.value();
      event.version = changed.after.version;
    };
    if (change.account.has_value()) {
      save(AccountTable(), "account", *change.account, encoding_.account_reply);
    }
    if (change.key.has_value()) {
      save(ApiKeyTable(), "api_key", *change.key, encoding_.key_reply);
    }
    event.id = EventId(NewUuid(now, random_));
    event.type = encoding_.event_prefix + change.event;
    event.time = now;
    event.data_type = encoding_.event_data_type;
    event.data = encoding_.event_payload(change);
    event.district_path = change.district_path;
    event.traceparent = origin_.traceparent;
    changes.writes.push_back(events::OutboxWrite(event));
  }

  template <class T>
  void Record(const storage::Table<T>& table, const std::string& object_type, const Changed<T>& change, Time now,
              storage::Changes& changes) {
    events::AuditEntry entry = origin_.Audit(object_type, change.after.id.value());
    entry.object_version = change.after.version;
    entry.before_hash = change.before.has_value() ? table.Hash(*change.before) : "";
    entry.after_hash = table.Hash(change.after);
    changes.writes.push_back(events::AuditWrite(entry, now, random_));
  }

  const Origin origin_;
  const Lookup lookup_;
  const Decision decision_;
  const Encoding& encoding_;
  Random& random_;
  Facts facts_;
};

}  // namespace

std::unique_ptr<storage::Command> NewIdentityCommand(Origin origin, Lookup lookup, Decision decision,
                                                     const Encoding& encoding, Random& random) {
  return std::make_unique<IdentityCommand>(std::move(origin), std::move(lookup), std::move(decision), encoding, random);
}

}  // namespace muster::identity
