#include "muster/events/verify.h"

#include <set>

#include "muster/base/mutex.h"
#include "muster/base/status_macros.h"

namespace muster::events {
namespace {

using storage::Row;

constexpr size_t kMostViolations = 1000;

/// Records of changes; others tell of reads, imports and refusals.
#define MUSTER_CHANGES "object_version > 0 AND result = 'ok'"

constexpr Problem kNotAsRecorded{"表中的这一行与其最后一条审计记录不符",
                                 "the row is not what its last audit record says"};
constexpr Problem kUnrecorded{"被改动而没有审计记录", "it was changed without an audit record"};
constexpr Problem kDoesNotFollow{"一条变更记录与其前一条不衔接", "an audited change does not follow the one before it"};
constexpr Problem kIllegalMove{"审计记录中有状态表不允许的变化",
                               "an audited change is a move that its life cycle does not allow"};
constexpr Problem kUnknownKind{"审计记录所说的对象种类不属于本库",
                               "an audit record tells of a kind of object that this store does not keep"};
constexpr Problem kGone{"审计记录所说的对象不存在", "the audit trail tells of an object that is not there"};
constexpr Problem kOtherMode{"一个事件的模式（真实、演练、测试）与其对象不同",
                             "an event has another mode (real, drill, test) than its object"};

/// What holds for every owner of data. Marks of the relay are numbers in texts, beside texts that are none. An effect,
/// its audit record and its stored reply have the same time. No statement sorts: sorting takes memory.
constexpr Forbidden kForEveryOwner[] = {
    {"I3",
     "SELECT name FROM bus_state WHERE CASE WHEN name = 'published' THEN CAST(value AS BIGINT) ELSE 0 END > (SELECT "
     "COALESCE(MAX(feed_seq), 0) FROM outbox)",
     {"已发布的标记超过了现有的事件：以后的事件可能不会发布",
      "more is marked as published than there are events: later ones may never be published"}},
    {"I3",
     "SELECT name FROM bus_state WHERE CASE WHEN name LIKE 'pruned:%' THEN CAST(value AS BIGINT) ELSE 0 END > (SELECT "
     "COALESCE(MAX(CASE WHEN name = 'published' THEN CAST(value AS BIGINT) ELSE 0 END), 0) FROM bus_state)",
     {"有事件在发布之前就被清除", "events were dropped before they were published"}},
    {"I7",
     "SELECT a.object_id FROM audit a WHERE a.request_id <> '' AND a.object_version > 0 AND a.result = 'ok' AND EXISTS "
     "(SELECT 1 FROM request r WHERE r.principal = a.actor AND r.method = a.action AND r.request_id = a.request_id AND "
     "r.create_us <> a.time_us)",
     {"同一个请求（request_id）在另一时间也生效过", "one request (request_id) took effect at another time too"}},
    {"I7",
     "SELECT a.object_id FROM audit a WHERE a.request_id <> '' AND a.object_version > 0 AND a.result = 'ok' AND "
     "a.time_us >= (SELECT MIN(create_us) FROM request) AND NOT EXISTS (SELECT 1 FROM request r WHERE r.principal = "
     "a.actor AND r.method = a.action AND r.request_id = a.request_id)",
     {"请求已生效而其答复没有保存：重复提交会再次生效",
      "a request took effect and its reply is not kept: a repeat would take effect again"}},
    {"I8",
     "SELECT o.event_id FROM outbox o WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.object_id = o.subject AND "
     "a.result = 'ok' AND (a.object_version = o.version OR a.object_type = 'import'))",
     {"事件所说的变更在审计记录中不存在", "an event tells of a change that the audit trail does not have"}},
};

/// Statement texts are the keys of a cache, so they stay. There are as many as kinds of object.
std::string_view Lasting(std::string text) {
  static Mutex mutex;
  static auto& texts = *new std::set<std::string>();
  MutexLock lock(mutex);
  return *texts.insert(std::move(text)).first;
}

}  // namespace

LastRecord LastRecord::Parse(const Row& row) {
  return {!row.IsNull(0), row.Int(0), std::string(row.Text(1)), std::string(row.Text(2))};
}

void StoreVerifier::AddKind(Kind kind) {
  Forbid({"I4",
          Lasting("SELECT object_id FROM audit WHERE object_type = '" + kind.name +
                  "' AND " MUSTER_CHANGES " AND NOT EXISTS (SELECT 1 FROM " + kind.name +
                  " t WHERE t.id = audit.object_id) AND NOT EXISTS "
                  "(SELECT 1 FROM audit e WHERE e.object_id = audit.object_id AND e.row_id < audit.row_id AND "
                  "e.object_version > 0 AND e.result = 'ok')"),
          kGone});
  std::string name = kind.name;
  kinds_.emplace(std::move(name), std::move(kind));
}

void StoreVerifier::CompareModes(const std::string& table) {
  Forbid({"I15",
          Lasting("SELECT o.event_id FROM outbox o JOIN " + table + " t ON t.id = o.subject WHERE o.mode <> t.mode"),
          kOtherMode});
}

std::string StoreVerifier::WithLastRecord(const std::string& rows, const std::string& columns,
                                          const std::string& more) {
  return "SELECT last.object_version, last.to_state, last.after_hash, " + columns + " FROM " + rows +
         " LEFT JOIN audit last ON last.row_id = (SELECT row_id FROM audit WHERE object_id = r.id AND " MUSTER_CHANGES
         " ORDER BY row_id DESC LIMIT 1)" +
         more;
}

std::string StoreVerifier::WithLaterRecord(const std::string& rows) {
  return "SELECT later.after_hash, r.* FROM " + rows +
         " LEFT JOIN audit later ON later.row_id = (SELECT row_id FROM audit WHERE object_id = r.id AND object_version "
         "= "
         "0 AND result = 'ok' AND after_hash <> '' ORDER BY row_id DESC LIMIT 1)";
}

void StoreVerifier::CompareLater(std::string_view recorded, std::string id, std::string_view hash) {
  if (recorded != hash) {
    Report("I4", std::move(id), kNotAsRecorded);
  }
}

void StoreVerifier::AddLaterStates(const std::string& table, const std::string& first, IsLegal is_legal) {
  AddRead(
      "SELECT object_id, from_state, to_state FROM audit WHERE object_type = '" + table +
          "' AND object_version = 0 AND result = 'ok' AND to_state <> '' ORDER BY object_id, row_id",
      [this, first, is_legal = std::move(is_legal), id = std::string(), state = std::string()](const Row& row) mutable {
        const bool is_same = row.Text(0) == id;
        id = row.Text(0);
        const bool is_new = !is_same && row.Text(1).empty();
        if (!is_new && row.Text(1) != (is_same ? state : first)) {
          Report("I4", id, kDoesNotFollow);
        } else if (!is_new && row.Text(1) != row.Text(2) && !is_legal(row.Text(1), row.Text(2))) {
          Report("I4", id, kIllegalMove);
        }
        state = row.Text(2);
      });
}

void StoreVerifier::Compare(const LastRecord& last, const AuditedRow& row, bool may_be_imported) {
  CountRow();
  if (!last.is_there) {
    if (!may_be_imported || row.version != 1) {
      Report("I4", row.id, kUnrecorded);
    }
  } else if (last.version != row.version || last.state != row.state || last.hash != row.hash) {
    Report("I4", row.id, kNotAsRecorded);
  }
}

void StoreVerifier::Forbid(const Forbidden& forbidden) {
  reads_.push_back({forbidden.sql, {}, [this, forbidden](const Row& row) {
                      Report(forbidden.invariant, std::string(row.Text(0)), forbidden.problem);
                    }});
}

void StoreVerifier::AddRead(const std::string& sql, std::function<void(const Row&)> each,
                            std::function<void()> at_end) {
  reads_.push_back({Lasting(sql), {}, std::move(each)});
  if (at_end) {
    at_end_.push_back(std::move(at_end));
  }
}

void StoreVerifier::Report(const char* invariant, std::string object_id, const Problem& problem) {
  if (result_.violations.size() < kMostViolations) {
    result_.violations.push_back({invariant, std::move(object_id), problem.zh, problem.en});
  }
}

/// The trail object by object: the index gives it in that order.
void StoreVerifier::AddTrail() {
  reads_.push_back(
      {"SELECT object_type, object_id, object_version, from_state, to_state, before_hash, after_hash FROM audit "
       "WHERE " MUSTER_CHANGES " ORDER BY object_id, row_id",
       {},
       [this](const Row& row) { Replay(row); }});
}

void StoreVerifier::Replay(const Row& row) {
  CountRow();
  if (const auto kind = kinds_.find(row.Text(0)); kind == kinds_.end()) {
    Report("I4", std::string(row.Text(1)), kUnknownKind);
  } else if (!Follows(row, kind->second)) {
    Report("I4", std::string(row.Text(1)), kDoesNotFollow);
  } else if (row.Int(2) > 1 && row.Text(3) != row.Text(4) && !kind->second.is_legal(row.Text(3), row.Text(4))) {
    Report("I4", std::string(row.Text(1)), kIllegalMove);
  }
  last_ = {std::string(row.Text(1)), row.Int(2), std::string(row.Text(4)), std::string(row.Text(6))};
}

bool StoreVerifier::Follows(const Row& row, const Kind& kind) const {
  const int64_t version = row.Int(2);
  if (row.Text(1) == last_.id) {
    return version == last_.version + 1 && row.Text(3) == last_.state && row.Text(5) == last_.hash;
  }
  const bool is_new = version == 1 && row.Text(3).empty() && row.Text(5).empty();
  return is_new || (kind.may_be_imported && version == 2 && !row.Text(5).empty());
}

absl::StatusOr<VerifyResult> StoreVerifier::Run(storage::Database& database) {
  AddTrail();
  for (const Forbidden& forbidden : kForEveryOwner) {
    Forbid(forbidden);
  }
  MUSTER_RETURN_IF_ERROR(database.Query(reads_));
  for (const auto& at_end : at_end_) {
    at_end();
  }
  return std::move(result_);
}

}  // namespace muster::events
