#include "services/dispatch/core/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/desk_briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::SizeIs;

OfferHelp ThirtyPeople(const std::string& team = "") {
  OfferHelp command;
  command.help.team_id = TeamId(team);
  command.help.capability = kSkill;
  command.help.people = 30;
  command.help.window = Hours(0, 24);
  command.help.text = "We are free now";
  return command;
}

AnswerHelp By(HelpState state, const std::string& line = "") {
  AnswerHelp command;
  command.id = HelpId("help");
  command.state = state;
  command.line_id = RequestLineId(line);
  command.answer = "Thank you";
  return command;
}

TEST(HelpTest, AnOrganizationOffersForItselfAndIsPromisedAnAnswer) {
  DeskBriefing briefing;
  briefing.Team("a", 30);
  const DispatchChanges changes = briefing.Do(ThirtyPeople("a"), ManagerOf("a")).value();
  const Help& help = changes.helps.at(0).after;
  EXPECT_EQ(help.organization_id, OrganizationId("organization of a"));
  EXPECT_EQ(help.state, HelpState::kOffered);
  EXPECT_EQ(help.district_path, kDistrict) << "its team's";
  EXPECT_EQ(help.answer_by_time, At(2));
  EXPECT_EQ(changes.helps.at(0).event, "HelpOffered");
}

TEST(HelpTest, NobodyOffersForOthersButAnOperator) {
  DeskBriefing briefing;
  briefing.Team("a", 30);
  OfferHelp for_another = ThirtyPeople();
  for_another.help.organization_id = OrganizationId("organization of a");
  EXPECT_THAT(briefing.Do(for_another, Stranger()), HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Do(ThirtyPeople("a"), Stranger()), HasReason(Reason::kNotFound)) << "another's team";
  EXPECT_OK(briefing.Do(for_another, DistrictOperator()));
  EXPECT_THAT(briefing.Do(ThirtyPeople(), DistrictOperator()), HasReason(Reason::kInvalidField)) << "whose is it?";
}

TEST(HelpTest, ForAnIncidentGoesToItsDeskInItsMode) {
  DeskBriefing briefing;
  briefing.SetMode(Mode::kDrill);
  OfferHelp command = ThirtyPeople();
  command.help.incident_id = briefing.incident.id;
  const Help help = briefing.Do(command, ManagerOf("a"))->helps.at(0).after;
  EXPECT_EQ(help.mode, Mode::kDrill);
  EXPECT_EQ(help.district_path, briefing.incident.district_path);
  Principal elsewhere = ManagerOf("a");
  elsewhere.district_path = "3302/330203";
  EXPECT_THAT(briefing.Do(command, elsewhere), HasReason(Reason::kNotFound)) << "an incident of another city";
  briefing.incident.state = IncidentState::kClosed;
  EXPECT_THAT(briefing.Do(command, ManagerOf("a")), HasReason(Reason::kNotFound)) << "it is over";
}

TEST(HelpTest, RefusesHelpThatCannotBeUsed) {
  struct Case {
    void (*change)(Help&);
    Reason reason;
    std::string field;
  };
  const Case cases[] = {
      {[](auto& h) { h.capability = "singing"; }, Reason::kInvalidField, "help.capability"},
      {[](auto& h) { h.people = 0; }, Reason::kOutOfRange, "help.people"},
      {[](auto& h) { h.people = 10'001; }, Reason::kOutOfRange, "help.people"},
      {[](auto& h) { h.window = Hours(-5, 0); }, Reason::kBadTime, "help.window"},
      {[](auto& h) { h.window = Hours(5, 5); }, Reason::kBadTime, "help.window"},
      {[](auto& h) { h.window = Hours(0, 24 * 367); }, Reason::kBadTime, "help.window"},
      {[](auto& h) { h.district_path = "Kunshan"; }, Reason::kInvalidField, "help.district_path"},
  };
  DeskBriefing briefing;
  for (size_t i = 0; i < std::size(cases); ++i) {
    OfferHelp command = ThirtyPeople();
    cases[i].change(command.help);
    const absl::Status status = briefing.Do(command, ManagerOf("a")).status();
    EXPECT_THAT(status, HasReason(cases[i].reason)) << i;
    EXPECT_EQ(GetErrorInfo(status).field, cases[i].field) << i;
  }
}

TEST(HelpTest, MatchedHelpInvitesItsTeamInTheSameStep) {
  DeskBriefing briefing;
  briefing.Line("line", 40);
  briefing.Team("a", 30);
  briefing.Offered("a");
  const DispatchChanges changes = briefing.Do(By(HelpState::kMatched, "line"), DistrictOperator()).value();
  ASSERT_THAT(changes.offers, SizeIs(1));
  EXPECT_EQ(changes.offers[0].after.team_id, TeamId("a"));
  EXPECT_EQ(changes.offers[0].event, "OfferInvited");
  EXPECT_EQ(changes.helps.at(0).after.state, HelpState::kMatched);
  EXPECT_EQ(changes.helps.at(0).after.line_id, RequestLineId("line"));
  EXPECT_EQ(changes.helps.at(0).after.answer_time, kNow);
  EXPECT_EQ(changes.helps.at(0).event, "HelpAnswered");
}

TEST(HelpTest, IsMatchedUnderTheRulesOfAnyInvitation) {
  DeskBriefing briefing;
  briefing.Line("line", 40);
  briefing.Offered("a");
  EXPECT_THAT(briefing.Do(By(HelpState::kMatched, "line")), HasReason(Reason::kNotEligible)) << "unknown here yet";
  briefing.Team("a", 30).facts.capabilities.clear();
  EXPECT_THAT(briefing.Do(By(HelpState::kMatched, "line")), HasReason(Reason::kNotEligible));
  briefing.Team("a", 30);
  briefing.request.state = RequestState::kSubmitted;
  EXPECT_THAT(briefing.Do(By(HelpState::kMatched, "line")), HasReason(Reason::kIllegalTransition));
  briefing.request.state = RequestState::kAccepted;
  EXPECT_THAT(briefing.Do(By(HelpState::kMatched, "")), HasReason(Reason::kInvalidField));
  EXPECT_THAT(briefing.Do(By(HelpState::kMatched, "nothing")), HasReason(Reason::kNotFound));
  briefing.help->mode = Mode::kDrill;
  EXPECT_THAT(briefing.Do(By(HelpState::kMatched, "line")), HasReason(Reason::kInvalidField)) << "an exercise";
  briefing.help->mode = Mode::kReal;
  briefing.help->team_id = TeamId();
  EXPECT_THAT(briefing.Do(By(HelpState::kMatched, "line")), HasReason(Reason::kInvalidField)) << "which team?";
}

TEST(HelpTest, AFullLineNeedsNoMore) {
  DeskBriefing briefing;
  briefing.Line("line", 30);
  briefing.Team("a", 30);
  briefing.Team("b", 30);
  briefing.Assigned("line", "b", AssignmentState::kReserved);
  briefing.Offered("a");
  EXPECT_THAT(briefing.Do(By(HelpState::kMatched, "line")), HasReason(Reason::kLineFull));
}

TEST(HelpTest, IsKeptReadyThankedOrTakenBack) {
  DeskBriefing briefing;
  briefing.Offered("a");
  *briefing.help = briefing.Do(By(HelpState::kStandby), DistrictOperator())->helps.at(0).after;
  EXPECT_EQ(briefing.help->answer, "Thank you");
  EXPECT_OK(briefing.Do(By(HelpState::kThanked), DistrictOperator())) << "after standby";
  const DispatchChanges back = briefing.Do(By(HelpState::kWithdrawn), ManagerOf("a")).value();
  EXPECT_EQ(back.helps.at(0).event, "HelpWithdrawn");
  briefing.help->state = HelpState::kThanked;
  EXPECT_THAT(briefing.Do(By(HelpState::kStandby), DistrictOperator()), HasReason(Reason::kIllegalTransition));
}

TEST(HelpTest, OnlyTheDeskAnswersAndOnlyWhoOfferedTakesBack) {
  DeskBriefing briefing;
  briefing.Offered("a");
  EXPECT_THAT(briefing.Do(By(HelpState::kThanked), ManagerOf("a")), HasReason(Reason::kForbidden));
  EXPECT_THAT(briefing.Do(By(HelpState::kWithdrawn), Stranger()), HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Do(By(HelpState::kThanked), Someone(Role::kDistrictOperator, "3205/320506")),
              HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Do(By(HelpState::kOffered)), HasReason(Reason::kInvalidField));
  AnswerHelp stale = By(HelpState::kThanked);
  stale.expected_version = 7;
  EXPECT_THAT(briefing.Do(stale), HasReason(Reason::kVersionConflict));
}

}  // namespace
}  // namespace muster::dispatch
