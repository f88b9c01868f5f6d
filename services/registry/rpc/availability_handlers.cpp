#include <string>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "muster/domain/eligibility.h"
#include "muster/domain/reason.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/team_rules.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/readiness_convert.h"
#include "services/registry/rpc/wire.h"
#include "services/registry/store/reads.h"

namespace muster::registry {
namespace {

constexpr int kLowestLevel = 4;

absl::StatusOr<Schedule> ScheduleFromProto(const v1::DeclareAvailabilityRequest& request) {
  Schedule schedule;
  for (int i = 0; i < request.windows_size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(const Window window, FromProto(request.windows(i), "windows[" + std::to_string(i) + "]"));
    schedule.windows.push_back(window);
  }
  MUSTER_ASSIGN_OR_RETURN(schedule.weekly, WeeklyFromProto(request.weekly(), "weekly"));
  for (int i = 0; i < request.blackout_days_size(); ++i) {
    if (!WindowOfDay(request.blackout_days(i))) {
      return ErrorWithTexts(Reason::kInvalidField, "blackout_days[" + std::to_string(i) + "]",
                            "日期应写作 2026-10-01。请改正。", "A day is written 2026-10-01. Correct it.");
    }
    schedule.blackout_days.push_back(request.blackout_days(i));
  }
  return schedule;
}

/// Fills DeclareAvailabilityResponse or ListAvailabilityResponse.
template <class Response>
void FillAvailability(const std::vector<Availability>& windows, const std::vector<WeeklyTime>& weekly,
                      const std::vector<std::string>& blackout_days, Response& out) {
  for (const Availability& availability : windows) {
    ToProto(availability, *out.add_availabilities());
  }
  ToProto(weekly, *out.mutable_weekly());
  out.mutable_blackout_days()->Add(blackout_days.begin(), blackout_days.end());
}

absl::StatusOr<Mutation> PrepareDeclare(const rpc::Call& call, const v1::DeclareAvailabilityRequest& request) {
  DeclareAvailability command{TeamId(request.team_id()), {}};
  MUSTER_ASSIGN_OR_RETURN(command.schedule, ScheduleFromProto(request));
  Mutation mutation;
  mutation.read = [id = command.id, principal = call.principal](Facts& facts, Reads& reads) {
    ReadTeam(principal, id, facts.teams, reads);
  };
  mutation.decide = [command](const Facts& facts, const Context& context) { return Decide(command, facts, context); };
  mutation.answer = [](const RegistryChanges& changes) -> absl::StatusOr<std::string> {
    v1::DeclareAvailabilityResponse response;
    const DeclaredWindows& declared = *changes.windows;
    FillAvailability(declared.availabilities, declared.weekly, declared.blackout_days, response);
    return response.SerializeAsString();
  };
  return mutation;
}

absl::StatusOr<v1::ListAvailabilityResponse> List(const Tools& tools, const rpc::Call& call,
                                                  const v1::ListAvailabilityRequest& request) {
  const TeamId id(request.team_id());
  MUSTER_ASSIGN_OR_RETURN(const TeamProfile profile, tools.store.GetTeam(call.principal, id));
  MUSTER_ASSIGN_OR_RETURN(const std::vector<Availability> windows, tools.store.ListAvailability(call.principal, id));
  v1::ListAvailabilityResponse response;
  FillAvailability(windows, profile.weekly, profile.blackout_days, response);
  return response;
}

/// Weekly times are looked at week by week, so the time that a check takes grows with the window.
constexpr Duration kLongestNeed = std::chrono::hours(24) * 366;

absl::StatusOr<Need> NeedOf(const v1::CheckEligibilityRequest& request) {
  MUSTER_RETURN_IF_ERROR(CheckCapabilityCode(request.capability(), "capability"));
  MUSTER_RETURN_IF_ERROR(CheckRange(request.lowest_level(), 0, kLowestLevel, "lowest_level"));
  MUSTER_ASSIGN_OR_RETURN(const Window window, FromProto(request.window(), "window"));
  MUSTER_RETURN_IF_ERROR(CheckWindow(window, "window"));
  if (window.end - window.start > kLongestNeed) {
    return BadTime("window.end_time", "时段最长 366 天", "a window has at most 366 days");
  }
  return Need{request.capability(), request.lowest_level(), window,
              request.place() == common::v1::PLACE_REMOTE ? Place::kRemote : Place::kOnSite};
}

absl::StatusOr<v1::CheckEligibilityResponse> Check(const Tools& tools, const rpc::Call& call,
                                                   const v1::CheckEligibilityRequest& request) {
  MUSTER_ASSIGN_OR_RETURN(const Need need, NeedOf(request));
  MUSTER_ASSIGN_OR_RETURN(const TeamProfile profile, tools.store.GetTeam(call.principal, TeamId(request.team_id())));
  v1::CheckEligibilityResponse response;
  for (const muster::RuleFailure& failure : CheckEligibility(FactsOf(profile), need)) {
    v1::RuleFailure& added = *response.add_failures();
    added.set_rule(std::string(Name(failure.rule)));
    added.mutable_text()->set_zh(failure.message_zh);
    added.mutable_text()->set_en(failure.message_en);
  }
  response.set_eligible(response.failures().empty());
  return response;
}

}  // namespace

void ServeAvailability(rpc::MethodTable& table, const Tools& tools) {
  ServeChange<v1::DeclareAvailabilityRequest, v1::DeclareAvailabilityResponse>(table, tools, "DeclareAvailability",
                                                                               PrepareDeclare);
  ServeRead<v1::ListAvailabilityRequest, v1::ListAvailabilityResponse>(
      table, "ListAvailability",
      [&tools](const auto& call, const auto& request) { return List(tools, call, request); });
  ServeRead<v1::CheckEligibilityRequest, v1::CheckEligibilityResponse>(
      table, "CheckEligibility",
      [&tools](const auto& call, const auto& request) { return Check(tools, call, request); });
}

}  // namespace muster::registry
