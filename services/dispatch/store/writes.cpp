#include "services/dispatch/store/writes.h"

#include <utility>

#include "muster/domain/reason.h"
#include "muster/events/audit.h"
#include "muster/events/outbox.h"
#include "services/dispatch/core/answer_history.h"
#include "services/dispatch/store/tables.h"

namespace muster::dispatch {
namespace {

using storage::Write;

const std::string& IdOf(const std::string& id) { return id; }
template <class Tag>
const std::string& IdOf(const Id<Tag>& id) {
  return id.value();
}

/// Who may see an event besides the officials of the district.
std::vector<OrganizationId> SeenBy(const Incident&) { return {}; }
std::vector<OrganizationId> SeenBy(const RequestLine&) { return {}; }
std::vector<OrganizationId> SeenBy(const CallUp&) { return {}; }

/// Where the officials are who see an event.
const std::string& DistrictOf(const CallUp& call_up) { return call_up.notice.district_path; }
template <class T>
const std::string& DistrictOf(const T& object) {
  return object.district_path;
}
std::vector<OrganizationId> SeenBy(const ResourceRequest& request) {
  return request.requester_organization_id.empty() ? std::vector<OrganizationId>()
                                                   : std::vector{request.requester_organization_id};
}
template <class Owned>
std::vector<OrganizationId> SeenBy(const Owned& object) {
  return object.organization_id.empty() ? std::vector<OrganizationId>() : std::vector{object.organization_id};
}

template <class T>
std::string StateName(const T& object) {
  if constexpr (requires { object.state; }) {
    return std::string(Name(object.state));
  } else {
    return {};
  }
}

class Writer {
 public:
  Writer(const DispatchChanges& changes, const Context& context, const Origin& origin, const EventPayloads& payloads,
         storage::Changes& out)
      : changes_(changes), context_(context), origin_(origin), payloads_(payloads), out_(out) {}

  void Run() {
    for (const auto& changed : changes_.incidents) Object(Incidents(), changed);
    for (const auto& changed : changes_.requests) Object(ResourceRequests(), changed);
    for (const auto& changed : changes_.lines) Object(RequestLines(), changed);
    for (const auto& changed : changes_.offers) Object(Offers(), changed);
    for (const auto& changed : changes_.assignments) Object(Assignments(), changed);
    for (const auto& changed : changes_.bookings) Row(changed);
    for (const auto& changed : changes_.dispatches) out_.writes.push_back(Dispatches().Save(changed.after));
    LinkParts();
    CountAnswers();
    for (const WaveLook& look : changes_.looks) Look(look);
    for (const auto& report : changes_.reports) {
      Object(SituationReports(), Changed<SituationReport>{std::nullopt, report, "SituationReported"});
    }
    for (const auto& changed : changes_.helps) Object(Helps(), changed);
    for (const CallUp& call_up : changes_.call_ups) {
      Event(call_up, call_up.step == CallUpStep::kEnd ? "CallUpEnded" : "CallUpIssued");
    }
    for (const Candidate& candidate : changes_.new_candidates) {
      out_.writes.push_back(
          {"INSERT INTO wave_candidate (line_id, position, team_id, dispatch_id) VALUES ($1, $2, $3, $4)",
           {candidate.line_id.value(), int64_t{candidate.position}, candidate.team_id.value(),
            candidate.dispatch_id.value()},
           1,
           {}});
    }
    for (const Candidate& candidate : changes_.used_candidates) {
      out_.writes.push_back({"DELETE FROM wave_candidate WHERE line_id = $1 AND position = $2",
                             {candidate.line_id.value(), int64_t{candidate.position}},
                             1,
                             {}});
    }
  }

 private:
  /// Which dispatch each new offer belongs to, and each assignment that was booked without one.
  void LinkParts() {
    for (const auto& changed : changes_.offers) {
      if (!changed.before) Link(changed.after.id.value(), changed.after.dispatch_id);
    }
    for (const auto& changed : changes_.assignments) {
      if (!changed.before && changed.after.offer_id.empty()) Link(changed.after.id.value(), changed.after.dispatch_id);
    }
  }
  void Link(const std::string& part, const DispatchId& dispatch) {
    if (!dispatch.empty()) {
      out_.writes.push_back(
          {"INSERT INTO dispatch_part (part_id, dispatch_id) VALUES ($1, $2)", {part, dispatch.value()}, 1, {}});
    }
  }

  /// Outside the audit trail: sums of what offers tell, from which chances are learned.
  void CountAnswers() {
    for (const AnswerCount& count : AnswersIn(changes_.offers, context_.now)) {
      out_.writes.push_back(
          {"INSERT INTO answer_count (organization_id, capability, hour, outcome, bucket, answers) VALUES ($1, $2, $3, "
           "$4, $5, $6) ON CONFLICT (organization_id, capability, hour, outcome, bucket) DO UPDATE SET answers = "
           "answer_count.answers + excluded.answers",
           {count.organization_id.value(), count.capability, int64_t{count.hour}, static_cast<int64_t>(count.outcome),
            int64_t{count.bucket}, count.answers},
           1,
           {}});
    }
  }

  void Look(const WaveLook& look) {
    if (look.due) {
      out_.writes.push_back(
          {"INSERT INTO wave_look (line_id, due_us, price_milli) VALUES ($1, $2, $3) ON CONFLICT (line_id) "
           "DO UPDATE SET due_us = excluded.due_us, price_milli = excluded.price_milli",
           {look.line_id.value(), ToMicros(*look.due), static_cast<int64_t>(look.price * 1000)},
           1,
           {}});
    } else {
      out_.writes.push_back({"DELETE FROM wave_look WHERE line_id = $1", {look.line_id.value()}, -1, {}});
    }
  }

  template <class T>
  void Object(const storage::Table<T>& table, const Changed<T>& changed) {
    Write saved = table.Save(changed.after);
    std::string after_hash = table.Hash(saved);
    out_.writes.push_back(std::move(saved));
    Audit(table, changed, std::move(after_hash));
    if (!changed.event.empty()) {
      Event(changed.after, changed.event);
    }
  }

  /// A booking follows its assignment, which is audited; the database guards it against overlaps.
  void Row(const Changed<Booking>& changed) {
    static const absl::Status overlap = Error(Reason::kTeamOverlap, "team_id");
    Write write = Bookings().Save(changed.after);
    if (!changed.before) {
      write.otherwise = overlap;
    }
    out_.writes.push_back(std::move(write));
  }

  template <class T>
  void Audit(const storage::Table<T>& table, const Changed<T>& changed, std::string after_hash) {
    events::AuditEntry entry = origin_.Audit(table.name(), IdOf(changed.after.id));
    entry.object_version = changed.after.version;
    if constexpr (!events::kStateIsLater<T>) {
      entry.from_state = changed.before ? StateName(*changed.before) : "";
      entry.to_state = StateName(changed.after);
    }
    entry.note = changes_.note;
    entry.before_hash = changed.before ? table.Hash(*changed.before) : "";
    entry.after_hash = std::move(after_hash);
    out_.writes.push_back(events::AuditWrite(entry, context_.now, *context_.random));
    if (table.has_later_columns()) {
      AuditLater(table, changed, std::move(entry));
    }
  }

  template <class T>
  void AuditLater(const storage::Table<T>& table, const Changed<T>& changed, events::AuditEntry entry) {
    std::string before = changed.before ? table.LaterHash(*changed.before) : std::string(storage::kNothingLater);
    std::string after = table.LaterHash(changed.after);
    if (before == after) {
      return;
    }
    entry = events::LaterColumnsEntry(std::move(entry), std::move(before), std::move(after));
    if constexpr (events::kStateIsLater<T>) {
      entry.from_state = changed.before ? StateName(*changed.before) : "";
      entry.to_state = StateName(changed.after);
    }
    out_.writes.push_back(events::AuditWrite(entry, context_.now, *context_.random));
  }

  template <class T>
  void Event(const T& object, const std::string& name) {
    events::EventRecord event;
    event.id = EventId(NewUuid(context_.now, *context_.random));
    event.type = "muster.dispatch.v1." + name;
    event.subject = IdOf(object.id);
    event.time = context_.now;
    EventPayloads::Payload payload = PayloadOf(object);
    event.data_type = std::move(payload.data_type);
    event.data = std::move(payload.data);
    event.mode = object.mode;
    event.district_path = DistrictOf(object);
    event.organization_ids = SeenBy(object);
    event.version = object.version;
    event.traceparent = origin_.traceparent;
    out_.writes.push_back(events::OutboxWrite(event));
  }

  template <class T>
  EventPayloads::Payload PayloadOf(const T& object) const {
    if constexpr (requires { payloads_.Of(object, true); }) {
      const OrganizationId& actor = context_.principal.organization_id;
      return payloads_.Of(object, !actor.empty() && actor == object.organization_id);
    } else {
      return payloads_.Of(object);
    }
  }

  const DispatchChanges& changes_;
  const Context& context_;
  const Origin& origin_;
  const EventPayloads& payloads_;
  storage::Changes& out_;
};

}  // namespace

void AppendWrites(const DispatchChanges& changes, const Context& context, const Origin& origin,
                  const EventPayloads& payloads, storage::Changes& out) {
  Writer(changes, context, origin, payloads, out).Run();
}

}  // namespace muster::dispatch
