#include <string>
#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/rpc/paging.h"
#include "services/registry/core/recruitment_rules.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/people_convert.h"
#include "services/registry/rpc/search_fields.h"
#include "services/registry/rpc/wire.h"
#include "services/registry/store/people_reads.h"
#include "services/registry/store/people_store.h"

namespace muster::registry {
namespace {

absl::StatusOr<std::string> AnswerRecruitment(const RegistryChanges& changes) {
  v1::Recruitment reply;
  ToProto(changes.recruitments.front().after, reply);
  return reply.SerializeAsString();
}

absl::StatusOr<std::string> AnswerApplication(const RegistryChanges& changes) {
  v1::Application reply;
  ToProto(changes.applications.front().after, reply);
  return reply.SerializeAsString();
}

template <class Command>
auto DecideBy(Command command) {
  return [command = std::move(command)](const Facts& facts, const Context& context) {
    return Decide(command, facts, context);
  };
}

absl::StatusOr<Mutation> PrepareCreate(const Tools& tools, const rpc::Call& call,
                                       const v1::CreateRecruitmentRequest& request) {
  CreateRecruitment command;
  MUSTER_ASSIGN_OR_RETURN(command.values, RecruitmentFromProto(request.recruitment(), "recruitment"));
  command.values.id = RecruitmentId(NewUuid(tools.clock.Now(), tools.random));
  if (command.values.organization_id.empty() && call.principal.Has(Role::kOrganizationManager)) {
    command.values.organization_id = call.principal.organization_id;
  }
  Mutation mutation;
  mutation.read = [id = command.values.organization_id, principal = call.principal](Facts& facts, Reads& reads) {
    ReadOrganization(principal, id, facts.organization, reads);
  };
  mutation.decide = DecideBy(std::move(command));
  mutation.answer = AnswerRecruitment;
  return mutation;
}

/// A change of a drive that is there.
template <class Command>
Mutation ChangeOf(const rpc::Call& call, const std::string& id, Command command) {
  Mutation mutation;
  mutation.read = [id = RecruitmentId(id), principal = call.principal](Facts& facts, Reads& reads) {
    ReadRecruitment(principal, id, facts.people.recruitment, reads);
    ReadStandingOf(id, facts.people.drive_standing, reads);
  };
  mutation.decide = DecideBy(std::move(command));
  mutation.answer = AnswerRecruitment;
  return mutation;
}

absl::StatusOr<Mutation> PrepareDriveUpdate(const rpc::Call& call, const v1::UpdateRecruitmentRequest& request) {
  UpdateRecruitment command;
  command.expected_version = request.expected_version();
  command.paths.assign(request.update_mask().paths().begin(), request.update_mask().paths().end());
  v1::Recruitment message = request.recruitment();
  KeepOnly(command.paths, message);
  MUSTER_ASSIGN_OR_RETURN(command.values, RecruitmentFromProto(message, "recruitment"));
  return ChangeOf(call, request.recruitment().id(), std::move(command));
}

absl::StatusOr<Mutation> PrepareApply(const Tools& tools, const rpc::Call& call,
                                      const v1::ApplyToRecruitmentRequest& request) {
  Mutation mutation;
  mutation.read = [drive = RecruitmentId(request.recruitment_id()), id = MemberId(request.member_id()),
                   principal = call.principal](Facts& facts, Reads& reads) {
    ReadRecruitment(principal, drive, facts.people.recruitment, reads);
    ReadStandingOf(drive, facts.people.drive_standing, reads);
    ReadMember(principal, id, facts.member, reads);
    ReadAgreementsOf(id, facts.people, reads);
  };
  mutation.decide = DecideBy(ApplyToRecruitment{ApplicationId(NewUuid(tools.clock.Now(), tools.random))});
  mutation.answer = AnswerApplication;
  return mutation;
}

/// A step of an application.
template <class Command>
Mutation StepOf(const rpc::Call& call, const std::string& id, Command command) {
  Mutation mutation;
  mutation.read = [id = ApplicationId(id), principal = call.principal](Facts& facts, Reads& reads) {
    ReadApplication(principal, id, facts.people.application, reads);
    ReadSidesOf(id, facts, reads);
    ReadStandingOf(id, facts.people.drive_standing, reads);
  };
  mutation.decide = DecideBy(std::move(command));
  mutation.answer = AnswerApplication;
  return mutation;
}

absl::StatusOr<v1::ListRecruitmentsResponse> ListDrives(const Tools& tools, const rpc::Call& call,
                                                        const v1::ListRecruitmentsRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
  MUSTER_ASSIGN_OR_RETURN(const std::string district, DistrictFilterFrom(request.district_path(), "district_path"));
  RecruitmentFilter filter{district, OrganizationId(request.organization_id()), {}};
  if (request.state() != v1::RECRUITMENT_STATE_UNSPECIFIED) {
    filter.state = static_cast<RecruitmentState>(static_cast<int>(request.state()) - 1);
  }
  MUSTER_ASSIGN_OR_RETURN(const Page<Recruitment> page,
                          PeopleStore(tools.database).List(call.principal, filter, {after, limit}));
  v1::ListRecruitmentsResponse response;
  for (const Recruitment& recruitment : page.items) {
    ToProto(recruitment, *response.add_recruitments());
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
  }
  return response;
}

absl::StatusOr<v1::ListApplicationsResponse> ListApplications(const Tools& tools, const rpc::Call& call,
                                                              const v1::ListApplicationsRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const int limit, rpc::PageSize(request.page_size()));
  MUSTER_ASSIGN_OR_RETURN(const std::string after, rpc::IdOfPageToken(request.page_token()));
  ApplicationFilter filter{RecruitmentId(request.recruitment_id()), MemberId(request.member_id()), {}};
  if (request.state() != v1::APPLICATION_STATE_UNSPECIFIED) {
    filter.state = static_cast<ApplicationState>(static_cast<int>(request.state()) - 1);
  }
  MUSTER_ASSIGN_OR_RETURN(const Page<Application> page,
                          PeopleStore(tools.database).List(call.principal, filter, {after, limit}));
  v1::ListApplicationsResponse response;
  for (const Application& application : page.items) {
    ToProto(application, *response.add_applications());
  }
  if (page.more) {
    response.set_next_page_token(rpc::PageTokenAfter(page.items.back().id.value()));
  }
  return response;
}

void ServeApplications(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::ApplyToRecruitmentRequest, v1::Application>(
      table, tools, "ApplyToRecruitment",
      [&tools](const auto& call, const auto& request) { return PrepareApply(tools, call, request); });
  ServeChange<v1::ReviewApplicationRequest, v1::Application>(
      table, tools, "ReviewApplication", [](const auto& call, const auto& request) -> absl::StatusOr<Mutation> {
        return StepOf(call, request.id(),
                      ReviewApplication{request.expected_version(), request.accept(), request.reason()});
      });
  ServeChange<v1::WithdrawApplicationRequest, v1::Application>(
      table, tools, "WithdrawApplication", [](const auto& call, const auto& request) -> absl::StatusOr<Mutation> {
        return StepOf(call, request.id(), WithdrawApplication{request.expected_version(), request.reason()});
      });
  ServeRead<v1::ListApplicationsRequest, v1::ListApplicationsResponse>(
      table, "ListApplications",
      [&tools](const auto& call, const auto& request) { return ListApplications(tools, call, request); });
}

}  // namespace

void ServeRecruitments(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::CreateRecruitmentRequest, v1::Recruitment>(
      table, tools, "CreateRecruitment",
      [&tools](const auto& call, const auto& request) { return PrepareCreate(tools, call, request); });
  ServeChange<v1::UpdateRecruitmentRequest, v1::Recruitment>(table, tools, "UpdateRecruitment", PrepareDriveUpdate);
  ServeChange<v1::CloseRecruitmentRequest, v1::Recruitment>(
      table, tools, "CloseRecruitment", [](const auto& call, const auto& request) -> absl::StatusOr<Mutation> {
        return ChangeOf(call, request.id(), CloseRecruitment{request.expected_version(), request.reason()});
      });
  ServeRead<v1::GetRecruitmentRequest, v1::Recruitment>(
      table, "GetRecruitment", [&tools](const rpc::Call& call, const auto& request) -> absl::StatusOr<v1::Recruitment> {
        MUSTER_ASSIGN_OR_RETURN(
            const Recruitment recruitment,
            PeopleStore(tools.database).GetRecruitment(call.principal, RecruitmentId(request.id())));
        v1::Recruitment reply;
        ToProto(recruitment, reply);
        return reply;
      });
  ServeRead<v1::ListRecruitmentsRequest, v1::ListRecruitmentsResponse>(
      table, "ListRecruitments",
      [&tools](const auto& call, const auto& request) { return ListDrives(tools, call, request); });
  ServeApplications(table, tools);
}

}  // namespace muster::registry
