#include "services/dispatch/core/offer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;

AnswerOffer Accept(const std::string& offer, int people = 0) {
  AnswerOffer command;
  command.id = OfferId(offer);
  command.answer = Answer::kAccept;
  command.count_offered = people;
  return command;
}
AnswerOffer Provisional(const std::string& offer, int people = 0) {
  AnswerOffer command = Accept(offer, people);
  command.answer = Answer::kProvisional;
  command.condition = "if the road is open";
  return command;
}
AnswerOffer Decline(const std::string& offer) {
  AnswerOffer command = Accept(offer);
  command.answer = Answer::kDecline;
  command.decline_reason = DeclineReason::kTooFar;
  return command;
}

/// A line of 20 people; teams a, b, c of 10 each are asked.
class OfferTest : public ::testing::Test {
 protected:
  OfferTest() {
    briefing.Line("boats", 20);
    for (const char* name : {"a", "b", "c"}) {
      briefing.Team(name, 10);
      briefing.Invited("boats", name);
    }
  }
  Offer& offer(const std::string& id) {
    return *std::find_if(briefing.offers.begin(), briefing.offers.end(),
                         [&](const Offer& one) { return one.id.value() == id; });
  }
  Briefing briefing;
};

TEST_F(OfferTest, AcceptanceBooksTheTeam) {
  AnswerOffer command = Accept("a");
  command.cover.state = CoverState::kDeclared;
  const DispatchChanges changes = briefing.Decide(command, ManagerOf("a")).value();
  const Offer& after = changes.offers.at(0).after;
  EXPECT_EQ(after.state, OfferState::kAccepted);
  EXPECT_EQ(after.count_offered, 10);
  EXPECT_EQ(after.answer_time, kNow);
  EXPECT_EQ(after.version, 2);
  EXPECT_EQ(changes.offers[0].event, "OfferAccepted");
  const Assignment& assignment = changes.assignments.at(0).after;
  EXPECT_EQ(after.assignment_id, assignment.id);
  EXPECT_EQ(assignment.offer_id, after.id);
  EXPECT_EQ(assignment.fills, 10);
  EXPECT_EQ(assignment.cover.state, CoverState::kDeclared);
  EXPECT_EQ(changes.bookings.at(0).after.subject_id, "a");
  const RequestLine line = briefing.LineAfter(changes, "boats");
  EXPECT_EQ(line.filled, 10);
  EXPECT_EQ(line.asked, 20);
  EXPECT_EQ(line.state, LineState::kPartlyFilled);
}

TEST_F(OfferTest, TheLastPlaceStandsDownTheOthers) {
  briefing.Team("d", 10);
  briefing.Assigned("boats", "d", AssignmentState::kReserved);
  const DispatchChanges changes = briefing.Decide(Accept("b"), ManagerOf("b")).value();
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("b: accepted", "a: stood_down", "c: stood_down"));
  EXPECT_EQ(changes.offers.at(1).event, "OfferStoodDown");
  const RequestLine line = briefing.LineAfter(changes, "boats");
  EXPECT_EQ(line.state, LineState::kFilled);
  EXPECT_EQ(line.asked, 0);
  EXPECT_EQ(changes.lines.at(0).event, "LineFilled");
}

TEST_F(OfferTest, WhoComesTooLateIsToldThatTheLineIsFull) {
  briefing.Team("d", 20);
  briefing.Assigned("boats", "d", AssignmentState::kReserved);
  EXPECT_THAT(briefing.Decide(Accept("a"), ManagerOf("a")), HasReason(Reason::kLineFull));
  EXPECT_THAT(briefing.Decide(Provisional("a"), ManagerOf("a")), HasReason(Reason::kLineFull));
  offer("a").state = OfferState::kStoodDown;
  EXPECT_THAT(briefing.Decide(Accept("a"), ManagerOf("a")), HasReason(Reason::kLineFull))
      << "stood down because others were faster";
  EXPECT_THAT(briefing.Decide(Decline("a"), ManagerOf("a")), HasReason(Reason::kIllegalTransition));
  briefing.line("boats").state = LineState::kClosed;
  EXPECT_THAT(briefing.Decide(Accept("a"), ManagerOf("a")), HasReason(Reason::kIllegalTransition))
      << "stood down because it is over";
}

TEST_F(OfferTest, OnlyAPartOfATeamMayCome) {
  const DispatchChanges changes = briefing.Decide(Accept("a", 4), ManagerOf("a")).value();
  EXPECT_EQ(changes.assignments.at(0).after.headcount, 4);
  EXPECT_EQ(briefing.LineAfter(changes, "boats").filled, 4);
}

TEST_F(OfferTest, MoreThanTheLineNeedsIsCapped) {
  briefing.Team("d", 15);
  briefing.Assigned("boats", "d", AssignmentState::kReserved);
  const DispatchChanges changes = briefing.Decide(Accept("a", 8), ManagerOf("a")).value();
  EXPECT_EQ(changes.assignments.at(0).after.fills, 5);
  EXPECT_EQ(changes.assignments.at(0).after.headcount, 5);
  EXPECT_EQ(changes.offers.at(0).after.count_offered, 8) << "as it was said";
  EXPECT_EQ(briefing.LineAfter(changes, "boats").filled, 20);
}

TEST_F(OfferTest, ATeamCannotOfferMorePeopleThanItHas) {
  for (const int people : {11, 10'000, 10'001, -1}) {
    const absl::Status status = briefing.Decide(Accept("a", people), ManagerOf("a")).status();
    EXPECT_THAT(status, HasReason(Reason::kOutOfRange)) << people;
    EXPECT_EQ(GetErrorInfo(status).field, "count_offered");
  }
}

TEST_F(OfferTest, ToleranceLetsOneMoreIn) {
  briefing.line("boats").tolerance_percent = 10;
  briefing.Team("d", 20);
  briefing.Assigned("boats", "d", AssignmentState::kReserved);
  const DispatchChanges changes = briefing.Decide(Accept("a"), ManagerOf("a")).value();
  EXPECT_EQ(briefing.LineAfter(changes, "boats").filled, 22);
}

TEST_F(OfferTest, AWholeTeamFillsOneWhereTeamsAreCounted) {
  briefing.Line("wards", 2).unit = QuantityUnit::kTeams;
  briefing.Team("nurses", 7);
  briefing.Invited("wards", "nurses");
  const DispatchChanges changes = briefing.Decide(Accept("nurses", 5), ManagerOf("nurses")).value();
  EXPECT_EQ(changes.assignments.at(0).after.fills, 1);
  EXPECT_EQ(changes.assignments.at(0).after.headcount, 5);
}

TEST_F(OfferTest, AProvisionalAnswerHoldsItsCountUntilItsOwnEnd) {
  const DispatchChanges changes = briefing.Decide(Provisional("a", 6), ManagerOf("a")).value();
  const Offer& after = changes.offers.at(0).after;
  EXPECT_EQ(after.state, OfferState::kProvisional);
  EXPECT_EQ(after.condition, "if the road is open");
  EXPECT_EQ(after.expire_time, kNow + std::chrono::seconds(1800));
  EXPECT_TRUE(changes.assignments.empty());
  EXPECT_TRUE(changes.bookings.empty());
  const RequestLine line = briefing.LineAfter(changes, "boats");
  EXPECT_EQ(line.held, 6);
  EXPECT_EQ(line.asked, 20);
  EXPECT_EQ(line.filled, 0);
}

TEST_F(OfferTest, AProvisionalAnswerEndsWithTheWorkAtTheLatest) {
  briefing.line("boats").windows = {{kNow, kNow + std::chrono::minutes(20)}};
  EXPECT_EQ(briefing.Decide(Provisional("a"), ManagerOf("a"))->offers.at(0).after.expire_time,
            kNow + std::chrono::minutes(20));
}

TEST_F(OfferTest, ConfirmationTurnsWhatWasHeldIntoABooking) {
  briefing.Team("d", 10);
  briefing.Provisional("boats", "d", 6);
  const DispatchChanges changes = briefing.Decide(ConfirmOffer{OfferId("d"), 1}, CityOperator()).value();
  EXPECT_EQ(changes.offers.at(0).after.state, OfferState::kAccepted);
  EXPECT_EQ(changes.assignments.at(0).after.headcount, 6);
  const RequestLine line = briefing.LineAfter(changes, "boats");
  EXPECT_EQ(line.held, 0);
  EXPECT_EQ(line.filled, 6);
  EXPECT_THAT(briefing.Decide(ConfirmOffer{OfferId("a"), 1}, CityOperator()), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(briefing.Decide(ConfirmOffer{OfferId("d"), 9}, CityOperator()), HasReason(Reason::kVersionConflict));
  EXPECT_THAT(briefing.Decide(ConfirmOffer{OfferId("d"), 1}, Stranger()), HasReason(Reason::kNotFound));
}

TEST_F(OfferTest, AcceptingAfterAProvisionalAnswerBringsWhatWasPromised) {
  briefing.Team("d", 10);
  briefing.Provisional("boats", "d", 6);
  EXPECT_EQ(briefing.Decide(Accept("d"), ManagerOf("d"))->assignments.at(0).after.headcount, 6);
  EXPECT_EQ(briefing.Decide(Accept("d", 9), ManagerOf("d"))->assignments.at(0).after.headcount, 9);
}

TEST_F(OfferTest, AConfirmationChecksTheTeamAgain) {
  briefing.Team("d", 10);
  briefing.Provisional("boats", "d", 6);
  briefing.Team("d", 10).facts.booked = {Hours(12, 13)};
  EXPECT_THAT(briefing.Decide(ConfirmOffer{OfferId("d"), 1}, CityOperator()), HasReason(Reason::kTeamOverlap));
}

TEST_F(OfferTest, AnAcceptanceChecksTheTeamAgain) {
  briefing.Team("a", 10).facts.organization_state = OrganizationState::kSuspended;
  const absl::Status suspended = briefing.Decide(Accept("a"), ManagerOf("a")).status();
  ASSERT_THAT(suspended, HasReason(Reason::kNotEligible));
  EXPECT_EQ(GetErrorInfo(suspended).metadata.at("rules"), "ORGANIZATION_STATE");
  briefing.Team("b", 10).facts.booked = {Hours(12, 13)};
  EXPECT_THAT(briefing.Decide(Accept("b"), ManagerOf("b")), HasReason(Reason::kTeamOverlap));
  briefing.teams.erase(TeamId("c"));
  const absl::Status unknown = briefing.Decide(Accept("c"), ManagerOf("c")).status();
  ASSERT_THAT(unknown, HasReason(Reason::kNotEligible));
  EXPECT_EQ(GetErrorInfo(unknown).metadata.at("rules"), "UNKNOWN_YET");
  EXPECT_OK(briefing.Decide(Decline("a"), ManagerOf("a"))) << "who cannot come may say so";
}

TEST_F(OfferTest, ARefusalFreesItsPlaceForTheNextWave) {
  briefing.Team("d", 10);
  briefing.Waiting("boats", "d");
  EXPECT_FALSE(briefing.line("boats").needs_wave);
  DispatchChanges changes = briefing.Decide(Decline("a"), ManagerOf("a")).value();
  EXPECT_EQ(changes.offers.at(0).after.state, OfferState::kDeclined);
  EXPECT_EQ(changes.offers.at(0).after.decline_reason, DeclineReason::kTooFar);
  EXPECT_EQ(changes.offers.at(0).after.count_offered, 0);
  EXPECT_EQ(briefing.LineAfter(changes, "boats").asked, 20);
  EXPECT_FALSE(briefing.LineAfter(changes, "boats").needs_wave) << "b and c could fill it";
  briefing.line("boats") = briefing.LineAfter(changes, "boats");
  changes = briefing.Decide(Decline("b"), ManagerOf("b")).value();
  EXPECT_TRUE(briefing.LineAfter(changes, "boats").needs_wave);
}

TEST_F(OfferTest, ASilentTeamIsPassedOverWhenItsTimeHasPassed) {
  EXPECT_TRUE(briefing.Decide(ExpireOffer{OfferId("a")})->offers.empty()) << "not yet";
  briefing.now = kNow + std::chrono::minutes(10);
  const DispatchChanges changes = briefing.Decide(ExpireOffer{OfferId("a")}).value();
  EXPECT_EQ(changes.offers.at(0).after.state, OfferState::kExpired);
  EXPECT_EQ(briefing.LineAfter(changes, "boats").asked, 20);
  EXPECT_FALSE(changes.note.empty());
  for (const OfferState state : {OfferState::kAccepted, OfferState::kDeclined, OfferState::kWithdrawn}) {
    offer("a").state = state;
    EXPECT_TRUE(briefing.Decide(ExpireOffer{OfferId("a")})->offers.empty()) << Name(state);
  }
  EXPECT_TRUE(briefing.Decide(ExpireOffer{OfferId("nothing")})->offers.empty());
}

TEST_F(OfferTest, APromiseThatIsNotKeptInTimeGivesItsPlaceBack) {
  briefing.Team("d", 10);
  briefing.Provisional("boats", "d", 6);
  briefing.now = kNow + std::chrono::minutes(10);
  const DispatchChanges changes = briefing.Decide(ExpireOffer{OfferId("d")}).value();
  EXPECT_EQ(changes.offers.at(0).after.state, OfferState::kExpired);
  EXPECT_EQ(briefing.LineAfter(changes, "boats").held, 0);
}

TEST_F(OfferTest, AnAnswerAfterItsTimeIsExpired) {
  briefing.now = kNow + std::chrono::minutes(10);
  for (const AnswerOffer& answer : {Accept("a"), Provisional("a"), Decline("a")}) {
    EXPECT_THAT(briefing.Decide(answer, ManagerOf("a")), HasReason(Reason::kExpired));
  }
  briefing.now -= Duration(1);
  EXPECT_OK(briefing.Decide(Accept("a"), ManagerOf("a")));
}

TEST_F(OfferTest, WhatIsAnsweredStaysAnswered) {
  for (const OfferState state :
       {OfferState::kAccepted, OfferState::kDeclined, OfferState::kExpired, OfferState::kWithdrawn}) {
    offer("a").state = state;
    EXPECT_THAT(briefing.Decide(Accept("a"), ManagerOf("a")), HasReason(Reason::kIllegalTransition)) << Name(state);
    EXPECT_THAT(briefing.Decide(Decline("a"), ManagerOf("a")), HasReason(Reason::kIllegalTransition)) << Name(state);
  }
}

TEST_F(OfferTest, AnswersSayHowTheyCame) {
  const auto answer = [&](AnsweredVia via, const Principal& by) {
    AnswerOffer command = Accept("a");
    command.answered_via = via;
    return briefing.Decide(command, by);
  };
  EXPECT_OK(answer(AnsweredVia::kPortal, ManagerOf("a")));
  for (const AnsweredVia via : {AnsweredVia::kPhone, AnsweredVia::kRadio, AnsweredVia::kPaper}) {
    EXPECT_THAT(answer(via, ManagerOf("a")), HasReason(Reason::kInvalidField)) << "an organization speaks for itself";
    EXPECT_EQ(answer(via, CityOperator())->offers.at(0).after.answered_via, via);
  }
  EXPECT_THAT(answer(AnsweredVia::kPortal, CityOperator()), HasReason(Reason::kInvalidField));
}

TEST_F(OfferTest, AnAnswerIsComplete) {
  AnswerOffer no_condition = Provisional("a");
  no_condition.condition = "  ";
  EXPECT_EQ(GetErrorInfo(briefing.Decide(no_condition, ManagerOf("a")).status()).field, "condition");
  AnswerOffer no_reason = Decline("a");
  no_reason.decline_reason = DeclineReason::kNone;
  EXPECT_EQ(GetErrorInfo(briefing.Decide(no_reason, ManagerOf("a")).status()).field, "decline_reason");
}

TEST_F(OfferTest, IsNotFoundForOthers) {
  EXPECT_THAT(briefing.Decide(Accept("a"), Stranger()), HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Decide(Accept("a"), ManagerOf("b")), HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Decide(Accept("nothing"), ManagerOf("a")), HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Decide(Accept("a"), Someone(Role::kDistrictOperator, "3205/320506")),
              HasReason(Reason::kNotFound));
}

TEST_F(OfferTest, ALateAnswerNeedsNoVersionButAStaleOneIsRefused) {
  AnswerOffer command = Accept("a");
  command.expected_version = 7;
  EXPECT_THAT(briefing.Decide(command, ManagerOf("a")), HasReason(Reason::kVersionConflict));
  command.expected_version = 1;
  EXPECT_OK(briefing.Decide(command, ManagerOf("a")));
}

TEST_F(OfferTest, WithdrawingGivesEverythingBack) {
  DispatchChanges changes = briefing.Decide(WithdrawOffer{OfferId("a"), 1, "a slip"}).value();
  EXPECT_EQ(changes.offers.at(0).after.state, OfferState::kWithdrawn);
  EXPECT_EQ(briefing.LineAfter(changes, "boats").asked, 20);
  EXPECT_EQ(changes.note, "a slip");

  briefing.Team("d", 10);
  briefing.Provisional("boats", "d", 6);
  changes = briefing.Decide(WithdrawOffer{OfferId("d"), 1, ""}).value();
  EXPECT_EQ(briefing.LineAfter(changes, "boats").held, 0);
}

TEST_F(OfferTest, WithdrawingCancelsATeamThatHasNotLeft) {
  briefing.Assigned("boats", "a", AssignmentState::kMobilizing).offer_id = OfferId("a");
  offer("a").state = OfferState::kAccepted;
  briefing.line("boats").asked = 20;
  const DispatchChanges changes = briefing.Decide(WithdrawOffer{OfferId("a"), 1, ""}).value();
  EXPECT_THAT(StatesOf(changes.assignments), ElementsAre("a: cancelled"));
  EXPECT_FALSE(changes.bookings.at(0).after.active);
  EXPECT_EQ(briefing.LineAfter(changes, "boats").filled, 0);
  EXPECT_EQ(briefing.LineAfter(changes, "boats").asked, 20);
}

TEST_F(OfferTest, WhoHasLeftCannotBeWithdrawn) {
  offer("a").state = OfferState::kAccepted;
  briefing.Assigned("boats", "a", AssignmentState::kEnRoute).offer_id = OfferId("a");
  for (const AssignmentState state : {AssignmentState::kEnRoute, AssignmentState::kWorking, AssignmentState::kHome}) {
    briefing.assignments[0].state = state;
    EXPECT_THAT(briefing.Decide(WithdrawOffer{OfferId("a"), 1, ""}), HasReason(Reason::kIllegalTransition))
        << Name(state);
  }
}

TEST_F(OfferTest, ALineThatStaysShortSaysSo) {
  briefing.lines[0].asked = 10;
  std::erase_if(briefing.offers, [](const Offer& one) { return one.id.value() != "a"; });
  const DispatchChanges changes = briefing.Decide(Decline("a"), ManagerOf("a")).value();
  EXPECT_EQ(changes.lines.at(0).event, "LineShort") << "nobody is left to ask";
}

}  // namespace
}  // namespace muster::dispatch
