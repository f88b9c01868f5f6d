#include <string>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/paging.h"
#include "services/registry/core/readiness_rules.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/readiness_convert.h"
#include "services/registry/rpc/search_fields.h"
#include "services/registry/rpc/wire.h"
#include "services/registry/store/readiness_store.h"

namespace muster::registry {
namespace {

absl::StatusOr<std::string> AnswerCapacity(const RegistryChanges& changes) {
  return ToProto(changes.capacities.front().after).SerializeAsString();
}

absl::StatusOr<Mutation> PrepareReadiness(const Tools& tools, Duration holds, const rpc::Call& call,
                                          const v1::DeclareReadinessRequest& request) {
  DeclareReadiness command;
  command.id = ReadinessId(NewUuid(tools.clock.Now(), tools.random));
  command.holds = holds;
  MUSTER_ASSIGN_OR_RETURN(command.subject, SubjectFromProto(request.subject_kind(), request.subject_id()));
  MUSTER_ASSIGN_OR_RETURN(command.people, LevelFromProto(request.people(), "people"));
  MUSTER_ASSIGN_OR_RETURN(command.equipment, LevelFromProto(request.equipment(), "equipment"));
  MUSTER_ASSIGN_OR_RETURN(command.funds, LevelFromProto(request.funds(), "funds"));
  if (request.has_expire_time()) {
    MUSTER_ASSIGN_OR_RETURN(command.expire_time, FromProto(request.expire_time(), "expire_time"));
  }
  Mutation mutation;
  mutation.read = [subject = command.subject, principal = call.principal](Facts& facts, Reads& reads) {
    ReadSubject(principal, subject, facts, reads);
    ReadReadiness(subject.id, facts.readiness, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = [](const RegistryChanges& changes) -> absl::StatusOr<std::string> {
    return ToProto(changes.readiness.front().after).SerializeAsString();
  };
  return mutation;
}

absl::StatusOr<Mutation> PrepareCapacity(const Tools& tools, const rpc::Call& call,
                                         const v1::DeclareCapacityRequest& request) {
  DeclareCapacity command;
  command.id = CapacityId(NewUuid(tools.clock.Now(), tools.random));
  MUSTER_ASSIGN_OR_RETURN(command.subject, SubjectFromProto(request.subject_kind(), request.subject_id()));
  command.incident_id = IncidentId(request.incident_id());
  command.people = request.people();
  command.equipment = EquipmentFromProto(request.equipment());
  MUSTER_ASSIGN_OR_RETURN(command.window, FromProto(request.window(), "window"));
  if (request.has_expire_time()) {
    MUSTER_ASSIGN_OR_RETURN(command.expire_time, FromProto(request.expire_time(), "expire_time"));
  }
  Mutation mutation;
  mutation.read = [subject = command.subject, principal = call.principal](Facts& facts, Reads& reads) {
    ReadSubject(principal, subject, facts, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerCapacity;
  return mutation;
}

absl::StatusOr<Mutation> PrepareWithdrawal(const rpc::Call& call, const v1::WithdrawCapacityRequest& request) {
  const WithdrawCapacity command{CapacityId(request.id()), request.expected_version()};
  Mutation mutation;
  mutation.read = [id = command.id, principal = call.principal](Facts& facts, Reads& reads) {
    ReadCapacity(principal, id, facts.capacity, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = AnswerCapacity;
  return mutation;
}

/// Where the page that a request asks for starts.
template <class Request>
absl::StatusOr<PageStart> StartOf(const Request& request) {
  PageStart start;
  MUSTER_ASSIGN_OR_RETURN(start.limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(start.after, rpc::IdOfPageToken(request.page_token()));
  return start;
}

absl::StatusOr<v1::ListReadinessResponse> List(const Tools& tools, const rpc::Call& call,
                                               const v1::ListReadinessRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const PageStart start, StartOf(request));
  MUSTER_ASSIGN_OR_RETURN(const std::string district, DistrictFilterFrom(request.district_path(), "district_path"));
  const DeclaredFilter filter{OrganizationId(request.organization_id()), district};
  MUSTER_ASSIGN_OR_RETURN(const Page<Readiness> page,
                          ListReadiness(tools.database, call.principal, filter, tools.clock.Now(), start));
  v1::ListReadinessResponse response;
  for (const Readiness& readiness : page.items) {
    *response.add_readiness() = ToProto(readiness);
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
  }
  return response;
}

absl::StatusOr<v1::ListCapacityResponse> List(const Tools& tools, const rpc::Call& call,
                                              const v1::ListCapacityRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const PageStart start, StartOf(request));
  MUSTER_ASSIGN_OR_RETURN(const std::string district, DistrictFilterFrom(request.district_path(), "district_path"));
  const DeclaredFilter filter{OrganizationId(request.organization_id()), district, IncidentId(request.incident_id())};
  MUSTER_ASSIGN_OR_RETURN(const Page<Capacity> page,
                          ListCapacity(tools.database, call.principal, filter, tools.clock.Now(), start));
  v1::ListCapacityResponse response;
  for (const Capacity& capacity : page.items) {
    *response.add_capacities() = ToProto(capacity);
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
  }
  return response;
}

absl::StatusOr<v1::ListRemindersResponse> List(const Tools& tools, const rpc::Call& call,
                                               const v1::ListRemindersRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const PageStart start, StartOf(request));
  MUSTER_ASSIGN_OR_RETURN(const std::string district, DistrictFilterFrom(request.district_path(), "district_path"));
  DeclaredFilter filter{OrganizationId(request.organization_id()), district};
  if (!v1::ReminderKind_IsValid(request.kind())) {
    return Error(Reason::kInvalidField, "kind");
  }
  if (request.kind() != v1::REMINDER_KIND_UNSPECIFIED) {
    filter.kind = static_cast<ReminderKind>(static_cast<int>(request.kind()) - 1);
  }
  MUSTER_ASSIGN_OR_RETURN(const Page<Reminder> page, ListReminders(tools.database, call.principal, filter, start));
  v1::ListRemindersResponse response;
  for (const Reminder& reminder : page.items) {
    *response.add_reminders() = ToProto(reminder);
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
  }
  return response;
}

}  // namespace

void ServeReadiness(rpc::MethodTable& table, const Tools& tools, Duration readiness_time) {
  ServeChange<v1::DeclareReadinessRequest, v1::Readiness>(
      table, tools, "DeclareReadiness", [&tools, readiness_time](const auto& call, const auto& request) {
        return PrepareReadiness(tools, readiness_time, call, request);
      });
  ServeChange<v1::DeclareCapacityRequest, v1::Capacity>(
      table, tools, "DeclareCapacity",
      [&tools](const auto& call, const auto& request) { return PrepareCapacity(tools, call, request); });
  ServeChange<v1::WithdrawCapacityRequest, v1::Capacity>(table, tools, "WithdrawCapacity", PrepareWithdrawal);
  const auto list = [&tools](const auto& call, const auto& request) { return List(tools, call, request); };
  ServeRead<v1::ListReadinessRequest, v1::ListReadinessResponse>(table, "ListReadiness", list);
  ServeRead<v1::ListCapacityRequest, v1::ListCapacityResponse>(table, "ListCapacity", list);
  ServeRead<v1::ListRemindersRequest, v1::ListRemindersResponse>(table, "ListReminders", list);
}

}  // namespace muster::registry
