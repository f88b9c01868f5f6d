#include "services/dispatch/core/undo.h"

#include <gmock/gmock.h>

#include <map>

#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const WithdrawDispatch kTakeBack{DispatchId("dispatch"), "the wrong street"};

// ---- the rules

/// One line for forty: team "a" accepted and is booked, "b" answered on a condition, "c" is asked, "d" waits.
Briefing Sent() {
  Briefing briefing;
  briefing.Line("boats", 40);
  for (const char* team : {"a", "b", "c", "d"}) briefing.Team(team, 10);
  briefing.Invited("boats", "a");
  briefing.offers.back().state = OfferState::kAccepted;
  briefing.line("boats").asked -= 10;
  Assignment& booked = briefing.Assigned("boats", "a", AssignmentState::kReserved);
  booked.offer_id = OfferId("a");
  briefing.offers.back().assignment_id = booked.id;
  briefing.Provisional("boats", "b", 10);
  briefing.Invited("boats", "c");
  briefing.Waiting("boats", "d");
  briefing.FromOneDispatch("dispatch");
  return briefing;
}

TEST(UndoTest, TakesBackWhatWasAskedBookedAndQueued) {
  Briefing briefing = Sent();
  const DispatchChanges changes = briefing.Decide(kTakeBack).value();
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("a: withdrawn", "b: withdrawn", "c: withdrawn"));
  EXPECT_THAT(StatesOf(changes.assignments), ElementsAre("a: cancelled"));
  ASSERT_THAT(changes.bookings, SizeIs(1));
  EXPECT_FALSE(changes.bookings[0].after.active);
  ASSERT_THAT(changes.used_candidates, SizeIs(1));
  const RequestLine line = briefing.LineAfter(changes, "boats");
  EXPECT_EQ(line.filled + line.held + line.asked + line.waiting, 0);
  EXPECT_EQ(line.state, LineState::kOpen);
  EXPECT_FALSE(line.needs_wave);
  EXPECT_EQ(changes.requests.at(0).event, "DispatchWithdrawn");
  EXPECT_EQ(changes.requests.at(0).after.version, briefing.request.version + 1);
  const DispatchRecord& record = changes.dispatches.at(0).after;
  EXPECT_EQ(record.withdraw_time, briefing.now);
  EXPECT_EQ(record.withdrawn_offers, 3);
  EXPECT_EQ(record.ended_assignments, 1);
  EXPECT_EQ(changes.note, "the wrong street");
}

TEST(UndoTest, LeavesAloneWhatAnotherDispatchSent) {
  Briefing briefing = Sent();
  briefing.Team("e", 10);
  briefing.Invited("boats", "e");
  const DispatchChanges changes = briefing.Decide(kTakeBack).value();
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("a: withdrawn", "b: withdrawn", "c: withdrawn"));
  EXPECT_EQ(briefing.LineAfter(changes, "boats").asked, 10);
}

TEST(UndoTest, ATeamThatHasDepartedIsCalledBackAndGivesItsPlaceBack) {
  Briefing briefing = Sent();
  briefing.assignments[0].state = AssignmentState::kEnRoute;
  const DispatchChanges changes = briefing.Decide(kTakeBack).value();
  EXPECT_THAT(StatesOf(changes.assignments), ElementsAre("a: recalled"));
  EXPECT_THAT(changes.bookings, IsEmpty()) << "it is taken until it is home";
  EXPECT_EQ(briefing.LineAfter(changes, "boats").filled, 0);
}

TEST(UndoTest, ATeamThatWasReleasedKeepsWhatItDid) {
  Briefing briefing = Sent();
  briefing.assignments[0].state = AssignmentState::kReleased;
  const DispatchChanges changes = briefing.Decide(kTakeBack).value();
  EXPECT_THAT(changes.assignments, IsEmpty());
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("b: withdrawn", "c: withdrawn"));
  EXPECT_EQ(briefing.LineAfter(changes, "boats").filled, 10);
}

TEST(UndoTest, IsRefusedFromTheEndOfTheGraceTimeOn) {
  Briefing briefing = Sent();
  briefing.now = briefing.dispatch->undo_until;
  EXPECT_THAT(briefing.Decide(kTakeBack), HasReason(Reason::kExpired));
  briefing.now -= std::chrono::microseconds(1);
  EXPECT_OK(briefing.Decide(kTakeBack));
}

TEST(UndoTest, ChangesNothingTheSecondTimeNotEvenAfterTheGraceTime) {
  Briefing briefing = Sent();
  briefing.dispatch->withdraw_time = briefing.now;
  briefing.now = At(5);
  const DispatchChanges changes = briefing.Decide(kTakeBack).value();
  EXPECT_THAT(changes.offers, IsEmpty());
  EXPECT_THAT(changes.requests, IsEmpty());
  EXPECT_THAT(changes.dispatches, IsEmpty());
}

TEST(UndoTest, AnotherDistrictsDispatchLooksLikeNone) {
  Briefing briefing = Sent();
  EXPECT_THAT(briefing.Decide(kTakeBack, Someone(Role::kDistrictOperator, "3205/320508")),
              HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Decide(kTakeBack, ManagerOf("a")), HasReason(Reason::kNotFound));
  briefing.dispatch.reset();
  EXPECT_THAT(briefing.Decide(kTakeBack), HasReason(Reason::kNotFound));
}

// ---- over a store

class TakeBackTest : public DispatchFixture {
 protected:
  TakeBackTest() {
    for (const char* team : {"a", "b", "c", "d", "e", "f"}) AddTeam(team, 10);
    v1::RequestLine line = Line(20);
    line.mutable_wave_policy()->set_wave_size(2);
    request_ = MakeRequest(MakeIncident(), {line});
  }
  v1::DispatchResponse Send(const std::vector<std::string>& teams, v1::DispatchHow how = v1::DISPATCH_HOW_INVITE) {
    const auto sent = SendOut(PlanOf(request_, 0, teams, how)).value();
    request_ = sent.resource_request();
    return sent;
  }
  std::vector<std::string> States(const std::string& table) {
    static const std::map<std::string, std::string_view> sql{
        {"offer", "SELECT team_id || ' ' || state FROM offer ORDER BY team_id, state"},
        {"assignment", "SELECT team_id || ' ' || state FROM assignment ORDER BY team_id, state"}};
    return Texts(sql.at(table));
  }

  v1::ResourceRequest request_;
};

TEST_F(TakeBackTest, WavesThatFollowBelongToTheDispatch) {
  const auto sent = Send({"a", "b", "c", "d"});
  EXPECT_EQ(sent.undo_until_time().seconds(), ToMicros(kNow + kUndoTime) / 1'000'000);
  ASSERT_OK(Answer(Accepting(sent.offers(0).id()), "a"));
  ASSERT_OK(Answer(Declining(sent.offers(1).id()), "b"));
  Tick();
  v1::ListOffersRequest list;
  list.set_line_id(request_.lines(0).id());
  const auto listed = Invoke<v1::ListOffersResponse>("ListOffers", CityOperator(), list).value();
  ASSERT_EQ(listed.offers_size(), 4);
  for (const v1::Offer& offer : listed.offers()) {
    EXPECT_EQ(offer.dispatch_id(), sent.dispatch_id()) << offer.team_id();
  }
  const auto assigned =
      Invoke<v1::ListAssignmentsResponse>("ListAssignments", CityOperator(), v1::ListAssignmentsRequest()).value();
  EXPECT_EQ(assigned.assignments(0).dispatch_id(), sent.dispatch_id());

  const auto back = TakeBack(sent.dispatch_id()).value();
  EXPECT_EQ(back.withdrawn_offers(), 3);
  EXPECT_EQ(back.ended_assignments(), 1);
  EXPECT_EQ(back.resource_request().version(), 3);
  EXPECT_EQ(back.resource_request().lines(0).filled(), 0);
  EXPECT_THAT(States("offer"), ElementsAre("a withdrawn", "b declined", "c withdrawn", "d withdrawn"));
  EXPECT_THAT(States("assignment"), ElementsAre("a cancelled"));
  EXPECT_EQ(Count("SELECT count(*) FROM outbox WHERE type = 'muster.dispatch.v1.OfferWithdrawn'"), 3);
  EXPECT_EQ(Count("SELECT count(*) FROM outbox WHERE type = 'muster.dispatch.v1.DispatchWithdrawn'"), 1);
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(TakeBackTest, TwiceIsTheSameAnswer) {
  const auto sent = Send({"a", "b", "c"});
  const auto first = TakeBack(sent.dispatch_id()).value();
  clock_.Advance(std::chrono::hours(1));
  const std::string before = Texts("SELECT count(*) || '' FROM audit").at(0);
  const auto second = TakeBack(sent.dispatch_id()).value();
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(Texts("SELECT count(*) || '' FROM audit").at(0), before) << "nothing changed, so nothing is audited";
}

TEST_F(TakeBackTest, OnlyItsOwnPartOfALineGoes) {
  const auto kept = Send({"a"}, v1::DISPATCH_HOW_DIRECT);
  const auto slip = Send({"b", "c", "d", "e"});
  const auto direct = Send({"f"}, v1::DISPATCH_HOW_DIRECT);
  EXPECT_THAT(States("offer"), ElementsAre("b stood_down", "c stood_down")) << "the line was full";
  ASSERT_OK(TakeBack(direct.dispatch_id()));
  Tick();
  EXPECT_THAT(States("offer"), ElementsAre("b stood_down", "c stood_down", "d invited", "e invited"))
      << "the place is free again";
  ASSERT_OK(TakeBack(slip.dispatch_id()));
  Tick();
  EXPECT_THAT(States("assignment"), ElementsAre("a reserved", "f cancelled"));
  EXPECT_THAT(States("offer"), ElementsAre("b stood_down", "c stood_down", "d withdrawn", "e withdrawn"));
  v1::GetAssignmentRequest get;
  get.set_id(kept.assignments(0).id());
  EXPECT_EQ(Invoke<v1::Assignment>("GetAssignment", CityOperator(), get)->dispatch_id(), kept.dispatch_id());
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(TakeBackTest, TeamsThatWereTakenBackMayBeAskedAgainNowAndInALaterWave) {
  const auto slip = Send({"a", "b", "c", "d"});
  request_ = TakeBack(slip.dispatch_id())->resource_request();
  const auto again = Send({"e", "f", "a", "b"});
  ASSERT_OK(Answer(Declining(again.offers(0).id()), "e"));
  Tick();
  EXPECT_THAT(States("offer"),
              ElementsAre("a invited", "a withdrawn", "b invited", "b withdrawn", "e declined", "f invited"));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(TakeBackTest, OpenPartsOfADispatchThatWasTakenBackAreFound) {
  const auto sent = Send({"a", "b", "c"});
  ASSERT_OK(Write("UPDATE dispatch SET withdraw_us = 1"));
  EXPECT_THAT(Violations(),
              UnorderedElementsAre("I5 " + sent.dispatch_id() + " taken back, yet an offer of it is open",
                                   "I5 " + sent.dispatch_id() + " taken back, yet an offer of it is open",
                                   "I5 " + sent.dispatch_id() + " taken back, yet a team of it waits to be asked"));
}

}  // namespace
}  // namespace muster::dispatch
