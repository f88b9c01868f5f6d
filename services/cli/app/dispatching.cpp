#include "services/cli/app/dispatching.h"

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"

namespace muster::cli {
namespace {

using dispatch::v1::DispatchRequest;
using dispatch::v1::DispatchResponse;

void AddTeams(const google::protobuf::RepeatedPtrField<matching::v1::RankedTeam>& teams,
              dispatch::v1::LineDispatch& line) {
  for (const auto& team : teams) {
    line.add_team_ids(team.team_id());
  }
}

}  // namespace

const dispatch::v1::RequestLine* LineOf(const dispatch::v1::ResourceRequest& request, const std::string& id) {
  for (const auto& line : request.lines()) {
    if (line.id() == id) {
      return &line;
    }
  }
  return nullptr;
}

DispatchRequest DispatchOf(const dispatch::v1::ResourceRequest& request, const matching::v1::PlanRequestResponse& plan,
                           const dispatch::v1::WavePolicy& changes, dispatch::v1::DispatchHow how) {
  const bool changed = changes.ByteSizeLong() > 0;
  DispatchRequest call;
  call.set_resource_request_id(plan.resource_request_id());
  call.set_expected_version(plan.version());
  call.set_how(how);
  for (const auto& planned : plan.lines()) {
    if (planned.teams().empty()) {
      continue;
    }
    auto& line = *call.add_lines();
    line.set_line_id(planned.line_id());
    AddTeams(planned.teams(), line);
    if (how == dispatch::v1::DISPATCH_HOW_DIRECT) {
      continue;
    }
    AddTeams(planned.reserves(), line);
    if (const auto* current = LineOf(request, planned.line_id()); changed && current != nullptr) {
      *line.mutable_wave_policy() = current->wave_policy();
      line.mutable_wave_policy()->MergeFrom(changes);
    }
  }
  return call;
}

absl::StatusOr<DispatchResponse> SendDispatch(Context& context, Session& session, DispatchRequest request) {
  request.set_request_id(session.NewRequestId());
  auto reply = session.Call<DispatchResponse>(request);
  if (reply.ok() || !HasReason(reply.status(), Reason::kConfirmRequired)) {
    return reply;
  }
  const ErrorInfo info = GetErrorInfo(reply.status());
  const auto count = info.metadata.find("count");
  const std::string people = count == info.metadata.end() ? "" : count->second;
  MUSTER_ASSIGN_OR_RETURN(const bool meant, context.Confirm({"将动员 " + people + " 人。确定？",
                                                             "This mobilizes " + people + " people. Go ahead?"}));
  if (!meant) {
    return reply;
  }
  const auto token = info.metadata.find("confirm_token");
  request.set_confirm_token(token == info.metadata.end() ? "" : token->second);
  return session.Call<DispatchResponse>(request);
}

}  // namespace muster::cli
