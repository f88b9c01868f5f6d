#include "services/exchange/store/document_commands.h"

#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/events/audit.h"
#include "muster/events/outbox.h"
#include "services/exchange/core/incident_draft.h"
#include "services/exchange/store/tables.h"

namespace muster::exchange {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

constexpr char kEventPrefix[] = "muster.exchange.v1.";

KnownMessage ToKnown(const DocumentRecord& document) {
  return {document.id,      document.source,    {document.sender, document.identifier, document.sent},
          document.outcome, document.origin_id, document.incident_id,
          document.sha256,  document.mode,      document.district_path};
}

/// What both commands have in common: the audit row and the event that go with a document's row.
class DocumentCommand : public storage::Command {
 public:
  DocumentCommand(Origin origin, const EventEncoding& encoding, Random& random)
      : origin_(std::move(origin)), encoding_(encoding), random_(random) {}

  std::optional<storage::RepeatKey> repeat_key() const override { return origin_.repeat_key(); }
  std::optional<Duration> steady_deadline() const override { return origin_.steady_deadline; }

 protected:
  const Origin& origin() const { return origin_; }
  Random& random() { return random_; }

  void Save(const DocumentRecord* before, const DocumentRecord& after, const std::string& event, Time now,
            storage::Changes& changes) {
    changes.writes.push_back(DocumentTable().Save(after));
    changes.writes.push_back(events::AuditWrite(Audit(before, after), now, random_));
    changes.writes.push_back(events::OutboxWrite(Event(after, event, now)));
    changes.reply = after.id.value();
  }

 private:
  events::AuditEntry Audit(const DocumentRecord* before, const DocumentRecord& after) const {
    events::AuditEntry entry = origin_.Audit("document", after.id.value());
    entry.object_version = after.version;
    entry.from_state = before == nullptr ? "" : std::string(Name(before->state));
    entry.to_state = std::string(Name(after.state));
    entry.note = std::string(Name(after.outcome));
    if (after.accept_expired && before == nullptr) {
      entry.note += ": " + after.reason;
    }
    entry.before_hash = before == nullptr ? "" : DocumentTable().Hash(*before);
    entry.after_hash = DocumentTable().Hash(after);
    return entry;
  }

  events::EventRecord Event(const DocumentRecord& document, const std::string& name, Time now) {
    events::EventRecord event;
    event.id = EventId(NewUuid(now, random_));
    event.type = kEventPrefix + name;
    event.subject = document.id.value();
    event.time = now;
    event.data_type = encoding_.data_type;
    event.data = encoding_.payload(document);
    event.mode = document.mode;
    event.district_path = document.district_path;
    event.version = document.version;
    event.traceparent = origin_.traceparent;
    return event;
  }

  const Origin origin_;
  const EventEncoding& encoding_;
  Random& random_;
};

class ReceiveCommand final : public DocumentCommand {
 public:
  ReceiveCommand(Origin origin, ReceivedCap received, const EventEncoding& encoding, Random& random)
      : DocumentCommand(std::move(origin), encoding, random), received_(std::move(received)) {}

  std::vector<Read> Reads() override {
    facts_ = CapFacts();
    std::vector<Read> reads{ReadSame(), ReadIdentifier()};
    for (const CapIdentity& reference : received_.message.references) {
      reads.push_back(ReadReference(reference));
    }
    return reads;
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    MUSTER_RETURN_IF_ERROR(received_.room);
    facts_.now = now;
    facts_.caller = origin().principal;
    facts_.sha256 = received_.sha256;
    facts_.strictness = received_.strictness;
    facts_.accept_expired = received_.accept_expired;
    MUSTER_ASSIGN_OR_RETURN(CapDecision decision, DecideCap(received_.message, facts_));
    DocumentRecord document = NewDocument(now);
    document.faults.insert(document.faults.end(), decision.faults.begin(), decision.faults.end());
    MUSTER_RETURN_IF_ERROR(Place(decision, now, document));
    document.outcome = decision.outcome;
    document.action = decision.action;
    document.origin_id = decision.action == IncidentAction::kCreate ? document.id : decision.origin_id;
    document.duplicate_of = decision.duplicate_of;
    document.incident_id = decision.incident_id;
    document.state = decision.action == IncidentAction::kNone ? DocumentState::kDone : DocumentState::kReceived;
    Save(nullptr, document, "DocumentReceived", now, changes);
    if (decision.outcome != Outcome::kDuplicate || !IsKnownContent()) {
      changes.writes.push_back({"INSERT INTO document_content (document_id, content) VALUES ($1, $2)",
                                {Value(document.id.value()), Value(storage::Blob{received_.content})},
                                1,
                                absl::OkStatus()});
    }
    return absl::OkStatus();
  }

 private:
  /// The latest of the same identity and source that counts.
  Read ReadSame() {
    static const std::string kSql = "SELECT " + DocumentTable().select_list() +
                                    " FROM document WHERE sender = $1 AND identifier = $2 AND sent_us = $3 AND source "
                                    "= $4 AND outcome <> 'duplicate' ORDER BY id DESC LIMIT 1";
    const CapIdentity& identity = received_.message.identity;
    return {kSql,
            {Value(identity.sender), Value(identity.identifier), Value(ToMicros(identity.sent)),
             Value(SourceOf(origin().principal))},
            [this](const Row& row) { facts_.same = ToKnown(DocumentTable().Parse(row)); }};
  }

  Read ReadIdentifier() {
    static const std::string kSql =
        "SELECT " + DocumentTable().select_list() +
        " FROM document WHERE sender = $1 AND identifier = $2 AND sent_us <> $3 AND source = $4 LIMIT 1";
    const CapIdentity& identity = received_.message.identity;
    return {kSql,
            {Value(identity.sender), Value(identity.identifier), Value(ToMicros(identity.sent)),
             Value(SourceOf(origin().principal))},
            [this](const Row& row) { facts_.identifier.push_back(ToKnown(DocumentTable().Parse(row))); }};
  }

  Read ReadReference(const CapIdentity& reference) {
    static const std::string kSql = "SELECT " + DocumentTable().select_list() +
                                    " FROM document WHERE sender = $1 AND identifier = $2 AND sent_us = $3 AND outcome "
                                    "<> 'duplicate'";
    return {kSql,
            {Value(reference.sender), Value(reference.identifier), Value(ToMicros(reference.sent))},
            [this](const Row& row) { facts_.referenced.push_back(ToKnown(DocumentTable().Parse(row))); }};
  }

  bool IsKnownContent() const { return facts_.same.has_value() && facts_.same->sha256 == received_.sha256; }

  DocumentRecord NewDocument(Time now) {
    const CapMessage& message = received_.message;
    DocumentRecord document;
    document.id = DocumentId(NewUuid(now, random()));
    document.create_time = document.update_time = now;
    document.format = "cap-" + std::string(Name(message.version));
    document.account_id = origin().principal.account_id;
    document.source = SourceOf(origin().principal);
    document.mode = ModeOf(message.status);
    document.sender = message.identity.sender;
    document.identifier = message.identity.identifier;
    document.sent = message.identity.sent;
    document.message_type = std::string(Word(message.type));
    document.strictness = received_.strictness;
    document.accept_expired = received_.accept_expired;
    document.reason = received_.reason;
    document.faults = received_.faults;
    document.sha256 = received_.sha256;
    return document;
  }

  /// Finds the district: of the incident concerned, else of the caller. An operator opens incidents in the own district
  /// only, with documents as without.
  absl::Status Place(const CapDecision& decision, Time now, DocumentRecord& document) {
    document.district_path = decision.district_path.empty() ? origin().principal.district_path : decision.district_path;
    if (decision.action != IncidentAction::kCreate) {
      return absl::OkStatus();
    }
    const auto draft = DraftFrom(received_.message, now, document.faults);
    if (!draft.has_value() || draft->district_path.empty()) {
      return absl::OkStatus();
    }
    if (!DistrictCovers(document.district_path, draft->district_path)) {
      return Error(Reason::kForbidden, "alert/info/area", {{"action", "CreateIncident " + draft->district_path}});
    }
    document.district_path = draft->district_path;
    return absl::OkStatus();
  }

  const ReceivedCap received_;
  CapFacts facts_;
};

class FinishCommand final : public DocumentCommand {
 public:
  FinishCommand(Origin origin, DocumentId id, DocumentEnd end, const EventEncoding& encoding, Random& random)
      : DocumentCommand(std::move(origin), encoding, random), id_(std::move(id)), end_(std::move(end)) {}

  std::vector<Read> Reads() override {
    static const std::string kSql = "SELECT " + DocumentTable().select_list() + " FROM document WHERE id = $1";
    document_.reset();
    return {{kSql, {Value(id_.value())}, [this](const Row& row) { document_ = DocumentTable().Parse(row); }}};
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    if (!document_.has_value()) {
      return Error(Reason::kNotFound);
    }
    if (document_->state == DocumentState::kDone) {
      return absl::OkStatus();
    }
    DocumentRecord after = *document_;
    ++after.version;
    after.update_time = now;
    after.state = DocumentState::kDone;
    after.outcome = end_.outcome;
    after.incident_id = end_.incident_id;
    after.faults.insert(after.faults.end(), end_.faults.begin(), end_.faults.end());
    Save(&*document_, after, "DocumentApplied", now, changes);
    return absl::OkStatus();
  }

 private:
  const DocumentId id_;
  const DocumentEnd end_;
  std::optional<DocumentRecord> document_;
};

}  // namespace

std::unique_ptr<storage::Command> NewReceiveCommand(Origin origin, ReceivedCap received, const EventEncoding& encoding,
                                                    Random& random) {
  return std::make_unique<ReceiveCommand>(std::move(origin), std::move(received), encoding, random);
}

std::unique_ptr<storage::Command> NewFinishCommand(Origin origin, DocumentId id, DocumentEnd end,
                                                   const EventEncoding& encoding, Random& random) {
  return std::make_unique<FinishCommand>(std::move(origin), std::move(id), std::move(end), encoding, random);
}

}  // namespace muster::exchange
