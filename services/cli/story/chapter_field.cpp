#include "muster/domain/reason.h"
#include "services/cli/app/advancing.h"
#include "services/cli/output/names.h"
#include "services/cli/story/stage.h"

namespace muster::cli {
namespace {

using dispatch::v1::Assignment;
using dispatch::v1::AssignmentState;

/// Which assignments of the stage the chapters follow, by the order of acceptance.
enum Duty : size_t { kUninsured = 0, kOnHotline = 1, kInsured = 2 };

absl::Status Move(Stage& stage, Session& session, Duty duty, AssignmentState state, const MoveNotes& notes = {}) {
  Assignment& assignment = stage.assignments[duty];
  MUSTER_ASSIGN_OR_RETURN(assignment, MoveAssignment(session, assignment, state, notes));
  stage.narrator.Tell(
      {"“" + Named(stage, assignment.team_id()) + "”：" + Readable(assignment.state(), Language::kChinese),
       "\"" + Named(stage, assignment.team_id()) + "\": " + Readable(assignment.state(), Language::kEnglish)});
  return absl::OkStatus();
}

absl::StatusOr<Session*> ManagerOf(Stage& stage, Duty duty) {
  return stage.cast.Manager(stage.assignments[duty].organization_id());
}

/// Without cover the departure is refused; an operator lets the team go and says why.
absl::Status DepartWithoutCover(Stage& stage) {
  MUSTER_ASSIGN_OR_RETURN(Session * manager, ManagerOf(stage, kUninsured));
  MUSTER_RETURN_IF_ERROR(Move(stage, *manager, kUninsured, dispatch::v1::ASSIGNMENT_STATE_MOBILIZING));
  const auto refused =
      MoveAssignment(*manager, stage.assignments[kUninsured], dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE, {});
  if (refused.ok() || GetErrorInfo(refused.status()).reason != Reason::kNotEligible) {
    return Unexpected({"没有保险的队伍竟能出发", "a team without insurance could depart"});
  }
  stage.narrator.TellRefusal(refused.status());
  const std::string reason = "市级公共保单已覆盖 / covered by the city's policy";
  MUSTER_RETURN_IF_ERROR(Move(stage, stage.cast.duty_operator(), kUninsured, dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE,
                              {.cover_override_reason = reason}));
  stage.narrator.ByHand("muster assignment advance " + stage.assignments[kUninsured].id() +
                        " en_route --cover-override \"covered by the city's policy\"");
  return absl::OkStatus();
}

absl::Status CheckIn(Stage& stage, Duty duty) {
  MUSTER_ASSIGN_OR_RETURN(Session * manager, ManagerOf(stage, duty));
  dispatch::v1::CheckInRequest request;
  request.set_request_id(manager->NewRequestId());
  request.set_id(stage.assignments[duty].id());
  request.mutable_position()->set_latitude(31.302);
  request.mutable_position()->set_longitude(120.618);
  request.mutable_position()->set_accuracy_m(15);
  MUSTER_ASSIGN_OR_RETURN(stage.assignments[duty], manager->Call<Assignment>(request));
  const std::string people = std::to_string(stage.assignments[duty].check_in().headcount());
  stage.narrator.Tell(
      {"“" + Named(stage, stage.assignments[duty].team_id()) + "”到场签到，" + people + " 人。",
       "\"" + Named(stage, stage.assignments[duty].team_id()) + "\" checks in on scene, " + people + " people."});
  stage.narrator.ByHand("muster assignment checkin " + stage.assignments[duty].id() + " --lat 31.302 --lon 120.618");
  return absl::OkStatus();
}

absl::Status Report(Stage& stage) {
  MUSTER_ASSIGN_OR_RETURN(Session * manager, ManagerOf(stage, kInsured));
  dispatch::v1::ReportSituationRequest request;
  request.set_request_id(manager->NewRequestId());
  request.mutable_report()->set_assignment_id(stage.assignments[kInsured].id());
  request.mutable_report()->set_text(
      "三个安置点已走访，42 人需要跟进 / three shelters visited, 42 people to follow up");
  request.mutable_report()->set_people_served(42);
  MUSTER_RETURN_IF_ERROR(manager->Call<dispatch::v1::SituationReport>(request).status());
  stage.narrator.Tell(
      {"现场报告：三个安置点已走访，42 人需要跟进。", "Report: three shelters visited, 42 people to follow up."});
  stage.narrator.ByHand("muster report add \"three shelters visited\" --assignment " +
                        stage.assignments[kInsured].id() + " --served 42");
  return absl::OkStatus();
}

absl::Status GoHome(Stage& stage, Duty duty) {
  MUSTER_ASSIGN_OR_RETURN(Session * manager, ManagerOf(stage, duty));
  MUSTER_RETURN_IF_ERROR(Move(stage, *manager, duty, dispatch::v1::ASSIGNMENT_STATE_RETURNING));
  MUSTER_RETURN_IF_ERROR(Move(stage, *manager, duty, dispatch::v1::ASSIGNMENT_STATE_HOME));
  stage.narrator.ByHand("muster assignment checkout " + stage.assignments[duty].id());
  return absl::OkStatus();
}

}  // namespace

absl::Status TellOfTheDeparture(Stage& stage) {
  stage.narrator.Chapter({"出发与到场", "Departure and arrival"});
  MUSTER_ASSIGN_OR_RETURN(Session * manager, ManagerOf(stage, kInsured));
  MUSTER_RETURN_IF_ERROR(Move(stage, *manager, kInsured, dispatch::v1::ASSIGNMENT_STATE_MOBILIZING));
  MUSTER_RETURN_IF_ERROR(Move(stage, *manager, kInsured, dispatch::v1::ASSIGNMENT_STATE_EN_ROUTE));
  stage.narrator.ByHand("muster assignment advance " + stage.assignments[kInsured].id());
  MUSTER_RETURN_IF_ERROR(DepartWithoutCover(stage));
  MUSTER_RETURN_IF_ERROR(CheckIn(stage, kInsured));
  return CheckIn(stage, kUninsured);
}

absl::Status TellOfTheWork(Stage& stage) {
  stage.narrator.Chapter({"工作、报告、解除、回家", "Work, report, release, home"});
  MUSTER_ASSIGN_OR_RETURN(Session * manager, ManagerOf(stage, kInsured));
  MUSTER_RETURN_IF_ERROR(Move(stage, *manager, kInsured, dispatch::v1::ASSIGNMENT_STATE_WORKING));
  MUSTER_RETURN_IF_ERROR(Report(stage));
  MUSTER_RETURN_IF_ERROR(Move(stage, stage.cast.duty_operator(), kInsured, dispatch::v1::ASSIGNMENT_STATE_RELEASED,
                              {.reason = "工作完成 / work done"}));
  stage.narrator.ByHand("muster assignment release " + stage.assignments[kInsured].id() + " --reason \"work done\"");
  return GoHome(stage, kInsured);
}

absl::Status TellOfTheEnd(Stage& stage) {
  stage.narrator.Chapter({"结束事件，解除所有仍在外的队伍", "Closing releases whoever is still out"});
  Session& session = stage.cast.duty_operator();
  MUSTER_ASSIGN_OR_RETURN(stage.incident, FindIncident(session, stage.incident.id()));
  dispatch::v1::CloseIncidentRequest request;
  request.set_request_id(session.NewRequestId());
  request.set_id(stage.incident.id());
  request.set_expected_version(stage.incident.version());
  request.set_reason("积水已退 / the water is gone");
  MUSTER_ASSIGN_OR_RETURN(const auto reply, session.Call<dispatch::v1::CloseIncidentResponse>(request));
  stage.incident = reply.incident();
  const std::string released = std::to_string(reply.released_assignments());
  stage.narrator.Tell({"一次调用之内结束事件，并解除 " + released + " 项任务。",
                       "One call closes the incident and releases " + released + " assignments."});
  stage.narrator.ByHand("muster incident close " + stage.incident.id() + " --reason \"the water is gone\" --yes");
  MUSTER_ASSIGN_OR_RETURN(stage.assignments[kUninsured], ReadAssignment(session, stage.assignments[kUninsured].id()));
  if (reply.released_assignments() == 0 ||
      stage.assignments[kUninsured].state() != dispatch::v1::ASSIGNMENT_STATE_RELEASED) {
    return Unexpected({"结束事件没有解除在场的队伍", "closing did not release the team on scene"});
  }
  return GoHome(stage, kUninsured);
}

}  // namespace muster::cli
