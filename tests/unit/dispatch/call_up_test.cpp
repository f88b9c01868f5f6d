#include "services/dispatch/core/call_up.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/desk_briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;

IssueCallUp Mobilize(CallUpStep step = CallUpStep::kMobilize) {
  IssueCallUp command;
  command.step = step;
  command.notice.issuer = "Flood control headquarters";
  command.notice.level = 2;
  command.notice.district_path = kDistrict;
  command.notice.text = "All teams report";
  return command;
}

IssueCallUp End() {
  IssueCallUp command;
  command.step = CallUpStep::kEnd;
  return command;
}

TEST(CallUpTest, StandbyComesBeforeAnythingIsNeeded) {
  DeskBriefing briefing;
  briefing.incident.state = IncidentState::kPreAlert;
  briefing.reach = {40, 55};
  const DispatchChanges changes = briefing.Do(Mobilize(CallUpStep::kStandby)).value();
  const Incident& after = changes.incidents.at(0).after;
  EXPECT_EQ(after.state, IncidentState::kPreAlert) << "nothing is mobilized yet";
  EXPECT_EQ(StepOf(after), CallUpStep::kStandby);
  EXPECT_EQ(after.call_up->start_time, kNow);
  EXPECT_EQ(changes.incidents.at(0).event, "IncidentUpdated");
  ASSERT_EQ(changes.call_ups.size(), 1U);
  EXPECT_EQ(changes.call_ups[0].step, CallUpStep::kStandby);
  EXPECT_EQ(changes.note, "standby: 40 organizations, 55 teams");
}

TEST(CallUpTest, MobilizingMakesAPreAlertActive) {
  DeskBriefing briefing;
  for (const IncidentState state : {IncidentState::kPreAlert, IncidentState::kActive, IncidentState::kStandingDown}) {
    briefing.incident.state = state;
    EXPECT_EQ(briefing.Do(Mobilize())->incidents.at(0).after.state, IncidentState::kActive) << Name(state);
  }
}

TEST(CallUpTest, TheNoticeIsChangedByAnother) {
  DeskBriefing briefing;
  briefing.incident = briefing.Do(Mobilize())->incidents.at(0).after;
  IssueCallUp change = Mobilize();
  change.notice.level = 1;
  const Incident after = briefing.Do(change)->incidents.at(0).after;
  EXPECT_EQ(after.call_up->level, 1);
  EXPECT_EQ(StepOf(after), CallUpStep::kMobilize);
}

TEST(CallUpTest, EndsWithTheNoticeThatWasInForce) {
  DeskBriefing briefing;
  briefing.incident = briefing.Do(Mobilize())->incidents.at(0).after;
  briefing.now = At(5);
  const DispatchChanges changes = briefing.Do(End()).value();
  EXPECT_FALSE(changes.incidents.at(0).after.call_up);
  EXPECT_EQ(StepOf(changes.incidents.at(0).after), CallUpStep::kNone);
  EXPECT_EQ(changes.incidents.at(0).after.state, IncidentState::kActive) << "an operator stands the incident down";
  EXPECT_EQ(changes.call_ups.at(0).notice.district_path, kDistrict);
  EXPECT_EQ(changes.call_ups.at(0).notice.end_time, At(5));
}

TEST(CallUpTest, CannotEndWhatWasNotIssuedNorGoBackToStandby) {
  DeskBriefing briefing;
  EXPECT_THAT(briefing.Do(End()), HasReason(Reason::kIllegalTransition));
  briefing.incident = briefing.Do(Mobilize())->incidents.at(0).after;
  EXPECT_THAT(briefing.Do(Mobilize(CallUpStep::kStandby)), HasReason(Reason::kIllegalTransition));
  briefing.incident.state = IncidentState::kClosed;
  EXPECT_THAT(briefing.Do(Mobilize()), HasReason(Reason::kIllegalTransition));
}

TEST(CallUpTest, ANoticeOfTheVersionBeforeCountsAsAMobilization) {
  DeskBriefing briefing;
  briefing.incident.call_up = Mobilize().notice;
  EXPECT_EQ(StepOf(briefing.incident), CallUpStep::kMobilize);
  EXPECT_OK(briefing.Do(End()));
}

TEST(CallUpTest, AMassCallUpIsConfirmedByWhoSeesHowManyItReaches) {
  DeskBriefing briefing;
  IssueCallUp command = Mobilize();
  Reach asked;
  command.confirm = [&asked](const Reach& reach) {
    asked = reach;
    return Error(Reason::kConfirmRequired);
  };
  briefing.reach = {100, 400};
  EXPECT_OK(briefing.Do(command)) << "a hundred are no mass";
  briefing.reach = {101, 160};
  EXPECT_THAT(briefing.Do(command), HasReason(Reason::kConfirmRequired));
  EXPECT_EQ(asked.organizations, 101);
  EXPECT_EQ(asked.teams, 160);
}

TEST(CallUpTest, RefusesANoticeThatCallsNobody) {
  struct Case {
    void (*change)(IssueCallUp&);
    Reason reason;
    std::string field;
  };
  const Case cases[] = {
      {[](auto& c) { c.step = CallUpStep::kNone; }, Reason::kInvalidField, "step"},
      {[](auto& c) { c.notice.issuer = " "; }, Reason::kInvalidField, "notice.issuer"},
      {[](auto& c) { c.notice.level = 0; }, Reason::kOutOfRange, "notice.level"},
      {[](auto& c) { c.notice.level = 5; }, Reason::kOutOfRange, "notice.level"},
      {[](auto& c) { c.notice.district_path = "3205/"; }, Reason::kInvalidField, "notice.district_path"},
      {[](auto& c) {
         c.notice.organization_kinds = {"association", "club"};
       },
       Reason::kInvalidField, "notice.organization_kinds[1]"},
      {[](auto& c) { c.notice.end_time = kNow; }, Reason::kBadTime, "notice.window"},
      {[](auto& c) {
         c.notice.start_time = At(5);
         c.notice.end_time = At(5);
       },
       Reason::kBadTime, "notice.window"},
  };
  DeskBriefing briefing;
  for (size_t i = 0; i < std::size(cases); ++i) {
    IssueCallUp command = Mobilize();
    cases[i].change(command);
    const absl::Status status = briefing.Do(command).status();
    EXPECT_THAT(status, HasReason(cases[i].reason)) << i;
    EXPECT_EQ(GetErrorInfo(status).field, cases[i].field) << i;
  }
}

TEST(CallUpTest, NobodyCallsUpMoreThanTheirOwnDistrict) {
  DeskBriefing briefing;
  IssueCallUp command = Mobilize();
  command.notice.district_path = "3205";
  EXPECT_OK(briefing.Do(command, CityOperator()));
  EXPECT_THAT(briefing.Do(command, DistrictOperator()), HasReason(Reason::kForbidden));
  EXPECT_THAT(briefing.Do(Mobilize(), Someone(Role::kDistrictOperator, "3205/320506")), HasReason(Reason::kNotFound));
}

}  // namespace
}  // namespace muster::dispatch
