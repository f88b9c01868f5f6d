#include "services/registry/rpc/mutation.h"

#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/events/outbox.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/people_convert.h"
#include "services/registry/rpc/readiness_convert.h"
#include "services/registry/store/people_tables.h"
#include "services/registry/store/readiness_tables.h"
#include "services/registry/store/tables.h"

namespace muster::registry {
namespace {

constexpr char kEventPrefix[] = "muster.registry.v1.";

std::string StateOf(const DuplicateDismissal&) { return ""; }
std::string StateOf(const TeamProfile& profile) { return profile.team.disbanded ? "disbanded" : "active"; }
std::string StateOf(const Member&) { return ""; }
template <class Object>
std::string StateOf(const Object& object) {
  return std::string(Name(object.state));
}

template <class Object>
std::string AuditHash(const Object& object) {
  return HashOf(object);
}
std::string AuditHash(const OrganizationChange& change) { return OrganizationChangeTable().Hash(change); }
std::string AuditHash(const DuplicateDismissal& dismissal) { return DismissalTable().Hash(dismissal); }
std::string AuditHash(const TeamProfile& profile) { return HashOf(profile.team); }

template <class Object>
int64_t VersionOf(const Object& object) {
  return object.version;
}
int64_t VersionOf(const TeamProfile& profile) { return profile.team.version; }

template <class Object>
std::string IdOf(const Object& object) {
  return object.id.value();
}
std::string IdOf(const TeamProfile& profile) { return profile.team.id.value(); }

events::EventRecord EventOf(const Organization& organization) {
  v1::OrganizationEvent payload;
  payload.set_organization_id(organization.id.value());
  payload.set_state(ToProto(organization.state));
  payload.set_merged_into_id(organization.merged_into.value());
  events::EventRecord event;
  event.data_type = payload.GetTypeName();
  event.data = payload.SerializeAsString();
  event.district_path = organization.district_path;
  event.organization_ids = {organization.id};
  return event;
}

events::EventRecord EventOf(const OrganizationChange& change) {
  v1::OrganizationChangeEvent payload;
  payload.set_organization_id(change.organization_id.value());
  payload.set_change_id(change.id.value());
  payload.set_state(ToProto(change.state));
  events::EventRecord event;
  event.data_type = payload.GetTypeName();
  event.data = payload.SerializeAsString();
  event.organization_ids = {change.organization_id};
  return event;
}

events::EventRecord EventOf(const DuplicateDismissal& dismissal) {
  v1::OrganizationDuplicateEvent payload;
  payload.set_first_id(dismissal.first_id.value());
  payload.set_second_id(dismissal.second_id.value());
  events::EventRecord event;
  event.data_type = payload.GetTypeName();
  event.data = payload.SerializeAsString();
  return event;  // for officials alone
}

events::EventRecord EventOf(const TeamProfile& profile) {
  v1::TeamEvent payload;
  ToProto(profile, *payload.mutable_team());
  payload.mutable_team()->mutable_team()->clear_current_position();  // live positions travel by StreamTeams only
  events::EventRecord event;
  event.data_type = payload.GetTypeName();
  event.data = payload.SerializeAsString();
  event.district_path = profile.team.district_path;
  event.organization_ids = {profile.team.organization_id};
  for (const Partner& partner : profile.team.partners) {
    event.organization_ids.push_back(partner.organization_id);
  }
  return event;
}

events::EventRecord EventOf(const Recruitment& recruitment) {
  v1::RecruitmentEvent payload;
  ToProto(recruitment, *payload.mutable_recruitment());
  events::EventRecord event;
  event.data_type = payload.GetTypeName();
  event.data = payload.SerializeAsString();
  event.district_path = recruitment.district_path;
  if (!recruitment.organization_id.empty()) {
    event.organization_ids = {recruitment.organization_id};
  }
  return event;
}

/// What belongs to a person has no events.
template <class Object>
events::EventRecord EventOf(const Object&) {
  return {};
}

std::string StateOf(const Readiness&) { return ""; }
std::string StateOf(const Capacity&) { return ""; }
std::string StateOf(const Reminder&) { return ""; }
std::string AuditHash(const Readiness& readiness) { return HashOf(readiness); }
std::string AuditHash(const Capacity& capacity) { return HashOf(capacity); }
std::string AuditHash(const Reminder& reminder) { return HashOf(reminder); }

/// What belongs to one organization and lies in one district.
template <class Object>
events::EventRecord EventWith(const google::protobuf::Message& payload, const Object& object) {
  events::EventRecord event;
  event.data_type = payload.GetTypeName();
  event.data = payload.SerializeAsString();
  event.district_path = object.district_path;
  event.organization_ids = {object.organization_id};
  return event;
}

events::EventRecord EventOf(const Readiness& readiness) {
  v1::ReadinessEvent payload;
  *payload.mutable_readiness() = ToProto(readiness);
  return EventWith(payload, readiness);
}

events::EventRecord EventOf(const Capacity& capacity) {
  v1::CapacityEvent payload;
  *payload.mutable_capacity() = ToProto(capacity);
  return EventWith(payload, capacity);
}

events::EventRecord EventOf(const Reminder& reminder) {
  v1::ExpiryReminderEvent payload;
  *payload.mutable_reminder() = ToProto(reminder);
  return EventWith(payload, reminder);
}

class MutationCommand final : public storage::Command {
 public:
  MutationCommand(Origin origin, Mutation mutation, Random& random)
      : origin_(std::move(origin)), mutation_(std::move(mutation)), random_(random) {}

  std::vector<storage::Read> Reads() override {
    facts_ = Facts();
    std::vector<storage::Read> reads;
    mutation_.read(facts_, reads);
    return reads;
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    MUSTER_ASSIGN_OR_RETURN(const RegistryChanges decided,
                            mutation_.decide(facts_, Context{now, origin_.principal, &random_}));
    AppendWrites(decided, changes.writes);
    Tell("organization", decided.organizations, decided, now, changes);
    Tell("organization_change", decided.organization_changes, decided, now, changes);
    if (decided.organizations.empty()) {
      TellRequests(decided, now, changes);
    }
    Tell("duplicate_dismissal", decided.dismissals, decided, now, changes);
    Tell("team", decided.teams, decided, now, changes);
    Tell("member", decided.members, decided, now, changes);
    Tell("certificate", decided.certificates, decided, now, changes);
    Tell("membership", decided.memberships, decided, now, changes);
    Tell("recruitment", decided.recruitments, decided, now, changes);
    Tell("application", decided.applications, decided, now, changes);
    Tell("readiness", decided.readiness, decided, now, changes);
    Tell("capacity", decided.capacities, decided, now, changes);
    Tell("reminder", decided.reminders, decided, now, changes);
    if (decided.unmasking) {
      TellUnmasking(*decided.unmasking, now, changes);
    }
    MUSTER_ASSIGN_OR_RETURN(changes.reply, mutation_.answer(decided));
    return absl::OkStatus();
  }

  std::optional<storage::RepeatKey> repeat_key() const override { return origin_.repeat_key(); }
  std::optional<Duration> steady_deadline() const override { return origin_.steady_deadline; }

 private:
  /// Audit row and event of each change.
  template <class Object>
  void Tell(const std::string& object_type, const std::vector<Changed<Object>>& list, const RegistryChanges& decided,
            Time now, storage::Changes& changes) {
    for (const Changed<Object>& change : list) {
      events::AuditEntry entry = origin_.Audit(object_type, IdOf(change.after));
      entry.object_version = VersionOf(change.after);
      entry.from_state = change.before ? StateOf(*change.before) : "";
      entry.to_state = StateOf(change.after);
      entry.note = decided.note;
      entry.before_hash = change.before ? AuditHash(*change.before) : "";
      entry.after_hash = AuditHash(change.after);
      changes.writes.push_back(events::AuditWrite(entry, now, random_));
      if (!change.event.empty()) {
        events::EventRecord event = EventOf(change.after);
        event.district_path = event.district_path.empty() ? decided.district_path : event.district_path;
        event.id = EventId(NewUuid(now, random_));
        event.type = kEventPrefix + change.event;
        event.subject = IdOf(change.after);
        event.time = now;
        event.version = VersionOf(change.after);
        event.traceparent = origin_.traceparent;
        changes.writes.push_back(events::OutboxWrite(event));
      }
    }
  }

  /// A request belongs to the history of its organization, though nothing of that has changed: no version.
  void TellRequests(const RegistryChanges& decided, Time now, storage::Changes& changes) {
    for (const Changed<OrganizationChange>& change : decided.organization_changes) {
      events::AuditEntry entry = origin_.Audit("organization", change.after.organization_id.value());
      entry.note = decided.note;
      changes.writes.push_back(events::AuditWrite(entry, now, random_));
    }
  }

  /// Nothing has changed, so the record names no version.
  void TellUnmasking(const Unmasking& unmasking, Time now, storage::Changes& changes) {
    changes.writes.push_back(UnmaskingWrite(unmasking, origin_.principal.account_id, now));
    events::AuditEntry entry = origin_.Audit("member", unmasking.member_id.value());
    entry.note = unmasking.note;
    changes.writes.push_back(events::AuditWrite(entry, now, random_));
  }

  const Origin origin_;
  const Mutation mutation_;
  Random& random_;
  Facts facts_;
};

}  // namespace

std::unique_ptr<storage::Command> NewCommand(Origin origin, Mutation mutation, Random& random) {
  return std::make_unique<MutationCommand>(std::move(origin), std::move(mutation), random);
}

}  // namespace muster::registry
