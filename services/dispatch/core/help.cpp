#include "services/dispatch/core/help.h"

#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/incident_parts.h"
#include "services/dispatch/core/plan.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

constexpr int kMaxPeople = 10'000;
/// Help may be offered for up to a year ahead; further is a slip of the keyboard.
constexpr Duration kHorizon = std::chrono::hours(24 * 366);

absl::Status CheckWhat(const Help& help, Time now) {
  MUSTER_RETURN_IF_ERROR(CheckCapabilityCode(help.capability, "help.capability"));
  if (help.people < 1 || help.people > kMaxPeople) {
    return Error(Reason::kOutOfRange, "help.people", {{"range", "1 - " + std::to_string(kMaxPeople)}});
  }
  if (help.window.end <= help.window.start) {
    return Error(Reason::kBadTime, "help.window", {{"why", "the end is not after the start"}});
  }
  if (help.window.end <= now || help.window.end > now + kHorizon) {
    return Error(Reason::kBadTime, "help.window", {{"why", "it must end in the future and within a year"}});
  }
  return absl::OkStatus();
}

/// An organization offers for itself; an operator enters what any organization said.
absl::Status SetOrganization(const Context& context, Help& help) {
  const OrganizationId& own = context.principal.organization_id;
  if (context.principal.IsOperator()) {
    return help.organization_id.empty() ? Error(Reason::kInvalidField, "help.organization_id") : absl::OkStatus();
  }
  if (own.empty() || (!help.organization_id.empty() && help.organization_id != own)) {
    return Error(Reason::kNotFound, "help.organization_id");
  }
  help.organization_id = own;
  return absl::OkStatus();
}

absl::Status CheckTeam(const Help& help, const Facts& facts) {
  if (help.team_id.empty()) {
    return absl::OkStatus();
  }
  const auto team = facts.teams.find(help.team_id);
  const bool own = team != facts.teams.end() && team->second.facts.organization_id == help.organization_id;
  return own ? absl::OkStatus() : Error(Reason::kNotFound, "help.team_id");
}

/// True when both lie in one city.
bool IsInSameCity(const std::string& a, const std::string& b) {
  return a.substr(0, a.find('/')) == b.substr(0, b.find('/'));
}

/// The incident must be one that goes on. An organization may name any of its city: it hears of them from many sides.
absl::Status SetIncident(const Facts& facts, const Context& context, Help& help) {
  if (help.incident_id.empty()) {
    return absl::OkStatus();
  }
  const bool visible =
      facts.incident &&
      (context.principal.IsOperator()
           ? CoversIncident(context.principal, help.incident_id, facts.incident->district_path, context.now)
           : IsInSameCity(context.principal.district_path, facts.incident->district_path));
  if (!visible || facts.incident->state == IncidentState::kClosed) {
    return Error(Reason::kNotFound, "help.incident_id");
  }
  help.mode = facts.incident->mode;
  if (help.district_path.empty()) {
    help.district_path = facts.incident->district_path;
  }
  return absl::OkStatus();
}

absl::Status SetDistrict(const Facts& facts, const Context& context, Help& help) {
  if (help.district_path.empty()) {
    const auto team = facts.teams.find(help.team_id);
    help.district_path = team == facts.teams.end() ? context.principal.district_path : team->second.district_path;
  }
  if (!IsDistrictPath(help.district_path)) {
    return Error(Reason::kInvalidField, "help.district_path");
  }
  // What an operator could not see again must not be made.
  return !context.principal.IsOperator() || DistrictCovers(context.principal.district_path, help.district_path)
             ? absl::OkStatus()
             : Error(Reason::kForbidden, "help.district_path", {{"action", "OfferHelp " + help.district_path}});
}

/// Only a desk answers; only who offered takes back, or an operator for them.
absl::Status CheckWho(const AnswerHelp& command, const Help& help, const Context& context) {
  const bool desk = context.principal.IsOperator() &&
                    (DistrictCovers(context.principal.district_path, help.district_path) ||
                     CoversIncident(context.principal, help.incident_id, help.district_path, context.now));
  const bool own =
      !context.principal.organization_id.empty() && context.principal.organization_id == help.organization_id;
  if (!desk && !own) {
    return Error(Reason::kNotFound);
  }
  return desk || command.state == HelpState::kWithdrawn
             ? absl::OkStatus()
             : ErrorWithTexts(Reason::kForbidden, "state", "答复由指挥席作出；您可以撤回自己的报名。",
                              "The desk answers; you may take your own offer back.", {{"action", "AnswerHelp"}});
}

/// The team is invited to the line under the rules of any invitation.
absl::StatusOr<DispatchChanges> Invite(const AnswerHelp& command, const Help& help, const Facts& facts,
                                       const Context& context) {
  if (help.team_id.empty()) {
    return ErrorWithTexts(Reason::kInvalidField, "state",
                          "没有写明由哪支队伍出动，不能直接安排。请先请对方写明队伍，或选择待命。",
                          "It names no team that could be invited. Have the team named, or keep the help on standby.");
  }
  if (command.line_id.empty()) {
    return Error(Reason::kInvalidField, "line_id");
  }
  if (!facts.request ||
      !CoversIncident(context.principal, facts.request->incident_id, facts.request->district_path, context.now)) {
    return Error(Reason::kNotFound, "line_id");
  }
  if (facts.request->mode != help.mode) {
    return Error(Reason::kInvalidField, "line_id");  // an exercise stays apart
  }
  DispatchPlan plan;
  plan.request_id = facts.request->id;
  plan.expected_version = facts.request->version;
  plan.lines = {{command.line_id, {help.team_id}, std::nullopt}};
  MUSTER_ASSIGN_OR_RETURN(DispatchChanges changes, Decide(plan, facts, context));
  if (changes.offers.empty()) {  // as many are asked as could fill the line: the team would only wait
    return Error(Reason::kLineFull, "line_id");
  }
  return changes;
}

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const OfferHelp& command, const Facts& facts, const Context& context) {
  Help help = command.help;
  MUSTER_RETURN_IF_ERROR(SetOrganization(context, help));
  MUSTER_RETURN_IF_ERROR(CheckWhat(help, context.now));
  MUSTER_RETURN_IF_ERROR(CheckTeam(help, facts));
  MUSTER_RETURN_IF_ERROR(SetIncident(facts, context, help));
  MUSTER_RETURN_IF_ERROR(SetDistrict(facts, context, help));
  help.id = HelpId(NewUuid(context.now, *context.random));
  help.version = 1;
  help.create_time = help.update_time = context.now;
  help.state = HelpState::kOffered;
  help.answer_by_time = context.now + command.answer_time;
  DispatchChanges changes;
  changes.helps.push_back({std::nullopt, std::move(help), "HelpOffered"});
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const AnswerHelp& command, const Facts& facts, const Context& context) {
  if (!facts.help) {
    return Error(Reason::kNotFound);
  }
  const Help& before = *facts.help;
  MUSTER_RETURN_IF_ERROR(CheckWho(command, before, context));
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  if (command.state == HelpState::kOffered) {
    return Error(Reason::kInvalidField, "state");
  }
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, command.state));
  DispatchChanges changes;
  if (command.state == HelpState::kMatched) {
    MUSTER_ASSIGN_OR_RETURN(changes, Invite(command, before, facts, context));
  }
  Help& after =
      Change(changes.helps, before, command.state == HelpState::kWithdrawn ? "HelpWithdrawn" : "HelpAnswered");
  after.state = command.state;
  after.update_time = context.now;
  after.answer = command.answer;
  after.answer_time = context.now;
  after.line_id = command.state == HelpState::kMatched ? command.line_id : RequestLineId();
  return changes;
}

}  // namespace muster::dispatch
