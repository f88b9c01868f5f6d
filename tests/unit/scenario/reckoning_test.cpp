// Each history is the good one of History with one thing spoilt, and the reckoning says what. Else it would find
// nothing in a chaos test because it looks for nothing.

#include "tests/scenario/kill/reckoning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/scenario/history.h"

namespace muster::testing {
namespace {

using namespace dispatch::v1;
using namespace notify::v1;
using common::v1::MODE_DRILL;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ReckoningTest, AcceptsAGoodHistory) {
  const History history;
  const Reckoning reckoning = Reckon(history.found, history.ledger);
  EXPECT_THAT(reckoning.lost, IsEmpty());
  EXPECT_THAT(reckoning.doubled, IsEmpty());
  EXPECT_THAT(reckoning.illegal, IsEmpty());
  EXPECT_THAT(reckoning.unreceipted, IsEmpty());
}

TEST(ReckoningTest, AcceptsTwoWorksOfATeamOneAfterTheOther) {
  History history;
  history.assignment("assignment-2").set_team_id("team-1");
  for (int64_t version = 1; version <= 6; ++version) {
    history.RecordLast("assignment-2", version);
  }
  EXPECT_THAT(Reckon(history.found, history.ledger).doubled, IsEmpty());
}

TEST(ReckoningTest, AcceptsABookingThatBeginsWhenAnotherEnds) {
  History history;
  Assignment& second = history.assignment("assignment-2");
  second.set_team_id("team-1");
  *second.mutable_windows(0)->mutable_start_time() = history.assignment("assignment-1").windows(0).end_time();
  second.mutable_windows(0)->mutable_end_time()->set_seconds(30'000);
  EXPECT_THAT(Reckon(history.found, history.ledger).doubled, IsEmpty());
}

TEST(ReckoningTest, AcceptsWhatTheToleranceAllows) {
  History history;
  history.line(0).set_tolerance_percent(100);
  history.line(0).set_filled(2);
  history.assignment("assignment-1").set_fills(2);
  EXPECT_THAT(Reckon(history.found, history.ledger).illegal, IsEmpty());
}

TEST(ReckoningTest, AcceptsAnExerciseThatIsMarkedAsOne) {
  History history;
  history.found.incidents["incident-1"].set_mode(MODE_DRILL);
  history.found.requests["request-1"].set_mode(MODE_DRILL);
  for (auto& [id, offer] : history.found.offers) {
    offer.set_mode(MODE_DRILL);
  }
  for (auto& [id, assignment] : history.found.assignments) {
    assignment.set_mode(MODE_DRILL);
  }
  for (auto& [id, delivery] : history.found.deliveries) {
    delivery.set_mode(MODE_DRILL);
    delivery.mutable_text()->set_zh("【演练】请支援");
    delivery.mutable_text()->set_en("[EXERCISE] Please help");
  }
  EXPECT_THAT(Reckon(history.found, history.ledger).illegal, IsEmpty());
}

/// Puts in a delivery that no device has.
void PutUnheard(History& history, DeliveryState state) {
  Delivery unheard = history.delivery("offer-1/OfferInvited");
  unheard.set_id("unheard");
  unheard.set_version(0);
  unheard.set_state(state);
  history.Put(unheard);
}

TEST(ReckoningTest, AcceptsThatNobodyHeardWhatWasOvertaken) {
  History history;
  PutUnheard(history, DELIVERY_STATE_FAILED);
  EXPECT_THAT(Reckon(history.found, history.ledger).unreceipted, IsEmpty());
}

struct BadHistory {
  const char* name;
  std::function<void(History&)> spoil;
  Problems Reckoning::*heading;
  const char* problem;
};

void PrintTo(const BadHistory& bad, std::ostream* out) { *out << bad.name; }

class BadHistoryTest : public ::testing::TestWithParam<BadHistory> {};

TEST_P(BadHistoryTest, IsRefused) {
  History history;
  GetParam().spoil(history);
  const Reckoning reckoning = Reckon(history.found, history.ledger);
  EXPECT_THAT(reckoning.*GetParam().heading, Contains(HasSubstr(GetParam().problem)));
}

std::string NameOfCase(const ::testing::TestParamInfo<BadHistory>& info) { return info.param.name; }

const BadHistory kLost[] = {
    {"IncidentGone", [](History& h) { h.found.incidents.clear(); }, &Reckoning::lost, "Incident incident-1 is gone"},
    {"RequestGone", [](History& h) { h.found.requests.clear(); }, &Reckoning::lost,
     "ResourceRequest request-1 is gone"},
    {"LineGone", [](History& h) { h.found.requests["request-1"].mutable_lines()->RemoveLast(); }, &Reckoning::lost,
     "RequestLine line-2 is gone"},
    {"OfferGone", [](History& h) { h.found.offers.erase("offer-3"); }, &Reckoning::lost, "Offer offer-3 is gone"},
    {"AssignmentGone", [](History& h) { h.found.assignments.erase("assignment-1"); }, &Reckoning::lost,
     "Assignment assignment-1 is gone"},
    {"DeliveryGone", [](History& h) { h.found.deliveries.erase("offer-1/OfferInvited"); }, &Reckoning::lost,
     "Delivery offer-1/OfferInvited is gone"},
    {"AuditedObjectGone", [](History& h) { h.found.offers.erase("offer-3"); }, &Reckoning::lost,
     "offer offer-3 version 2 was audited and is gone"},
    {"HeardDeliveryGone", [](History& h) { h.found.deliveries.erase("offer-1/OfferInvited"); }, &Reckoning::lost,
     "Delivery offer-1/OfferInvited was heard and is gone"},
    {"AcknowledgedVersionNotAudited", [](History& h) { h.Unrecord("assignment-1", 3); }, &Reckoning::lost,
     "Assignment assignment-1 version 3 is not in the audit trail"},
    {"OlderThanAcknowledged", [](History& h) { h.assignment("assignment-1").set_version(6); }, &Reckoning::lost,
     "Assignment assignment-1 is older than version 7"},
    {"OlderThanAudited", [](History& h) { h.line(0).set_version(1); }, &Reckoning::lost,
     "RequestLine line-1 is older than the audit trail"},
    {"OtherContent", [](History& h) { h.offer("offer-1").set_note("changed"); }, &Reckoning::lost,
     "Offer offer-1 differs from what was told"},
    {"OtherOrganization", [](History& h) { h.assignment("assignment-1").set_organization_id("blue-sky"); },
     &Reckoning::lost, "Assignment assignment-1 has another organization_id than was told"},
    {"OtherTeamInALaterVersion",
     [](History& h) {
       h.offer("offer-1").set_team_id("team-2");
       h.offer("offer-1").set_version(3);
     },
     &Reckoning::lost, "Offer offer-1 has another team_id than was told"},
    {"OneVersionToldInTwoWays",
     [](History& h) {
       Offer other = h.offer("offer-1");
       other.set_note("changed");
       h.ledger.Acknowledge(other);
     },
     &Reckoning::lost, "Offer offer-1 version 2 was told in two ways"},
    {"OlderVersionShownLater",
     [](History& h) {
       Offer older = h.offer("offer-1");
       older.set_version(1);
       h.ledger.See(h.session, older);
     },
     &Reckoning::lost, "Offer offer-1 version 1 was shown to who had seen version 2"},
    {"AcceptanceWithoutAssignment", [](History& h) { h.offer("offer-1").clear_assignment_id(); }, &Reckoning::lost,
     "Offer offer-1 was accepted and has no assignment"},
};
INSTANTIATE_TEST_SUITE_P(Lost, BadHistoryTest, ::testing::ValuesIn(kLost), NameOfCase);

const BadHistory kDoubled[] = {
    {"IncidentMadeTwice", [](History& h) { h.found.incidents["incident-2"].set_id("incident-2"); }, &Reckoning::doubled,
     "Incident incident-2 was carried out twice"},
    {"RequestMadeTwice", [](History& h) { h.found.requests["request-2"].set_id("request-2"); }, &Reckoning::doubled,
     "ResourceRequest request-2 was carried out twice"},
    {"VersionAuditedTwice", [](History& h) { h.found.trail.push_back(h.Record("offer-1", 2)); }, &Reckoning::doubled,
     "offer offer-1 version 2 was audited twice"},
    {"OneRequestChangedAnObjectTwice",
     [](History& h) { h.Record("offer-1", 2).set_request_id(h.Record("offer-1", 1).request_id()); },
     &Reckoning::doubled, "offer offer-1 version 2 is of a request that was carried out twice"},
    {"OneRequestMadeTwoIncidents",
     [](History& h) {
       common::v1::AuditRecord second = h.Record("incident-1", 1);
       second.set_object_id("incident-2");
       h.found.trail.push_back(second);
     },
     &Reckoning::doubled, "incident incident-2 version 1 is of a request that was carried out twice"},
    {"OneRequestAnsweredWithTwoObjects",
     [](History& h) { h.ledger.Answer(h.Record("offer-1", 2).request_id(), h.offer("offer-2")); }, &Reckoning::doubled,
     "request request of offer-1 version 2 had another answer before"},
    {"TeamInTwoPlaces", [](History& h) { h.assignment("assignment-2").set_team_id("team-1"); }, &Reckoning::doubled,
     "team team-1 is in two places"},
    {"AcceptanceBookedTwice", [](History& h) { h.assignment("assignment-2").set_offer_id("offer-1"); },
     &Reckoning::doubled, "Assignment assignment-2 is a second one of offer offer-1"},
    {"EventToldTwice",
     [](History& h) { h.delivery("offer-3/OfferInvited").set_event_id(h.delivery("offer-2/OfferInvited").event_id()); },
     &Reckoning::doubled, "Delivery offer-3/OfferInvited tells an organization again of event"},
    {"SameThingToldByTwoEvents", [](History& h) { h.delivery("offer-3/OfferInvited").set_subject_id("offer-2"); },
     &Reckoning::doubled, "Delivery offer-3/OfferInvited tells again of offer-2"},
};
INSTANTIATE_TEST_SUITE_P(Doubled, BadHistoryTest, ::testing::ValuesIn(kDoubled), NameOfCase);

const BadHistory kIllegalMoves[] = {
    {"VersionSkipped", [](History& h) { h.Unrecord("assignment-1", 3); }, &Reckoning::illegal,
     "assignment assignment-1 version 4 follows version 2 in the audit trail: versions were skipped"},
    {"FirstVersionSkipped", [](History& h) { h.Unrecord("offer-3", 1); }, &Reckoning::illegal,
     "offer offer-3 version 2 is the first in the audit trail: versions were skipped"},
    {"VersionWentBack", [](History& h) { h.RecordLast("assignment-1", 3); }, &Reckoning::illegal,
     "assignment assignment-1 version 3 follows version 7 in the audit trail: it went back"},
    {"BornAccepted", [](History& h) { h.Record("offer-1", 1).set_to_state("accepted"); }, &Reckoning::illegal,
     "offer offer-1 version 1 does not begin where its kind begins:  -> accepted"},
    {"BornFromAnotherState", [](History& h) { h.Record("offer-1", 1).set_from_state("provisional"); },
     &Reckoning::illegal, "offer offer-1 version 1 does not begin where its kind begins: provisional -> invited"},
    {"BornFromAnotherContent", [](History& h) { h.Record("offer-1", 1).set_before_hash("another"); },
     &Reckoning::illegal, "offer offer-1 version 1 does not begin where its kind begins"},
    {"OtherStateThanBefore", [](History& h) { h.Record("assignment-1", 5).set_from_state("working"); },
     &Reckoning::illegal, "assignment assignment-1 version 5 does not go on where the version before it ended"},
    {"OtherContentThanBefore", [](History& h) { h.Record("assignment-1", 5).set_before_hash("another"); },
     &Reckoning::illegal, "assignment assignment-1 version 5 does not go on where the version before it ended"},
    {"HomeToWorking",
     [](History& h) {
       h.assignment("assignment-1").set_state(ASSIGNMENT_STATE_WORKING);
       h.Put(h.assignment("assignment-1"));
     },
     &Reckoning::illegal, "assignment assignment-1 version 8 is an illegal move: home -> working"},
    {"DeclinedToAccepted",
     [](History& h) {
       h.offer("offer-3").set_state(OFFER_STATE_ACCEPTED);
       h.Put(h.offer("offer-3"));
     },
     &Reckoning::illegal, "offer offer-3 version 3 is an illegal move: declined -> accepted"},
    {"ReservedToOnScene", [](History& h) { h.Record("assignment-1", 2).set_to_state("on_scene"); }, &Reckoning::illegal,
     "assignment assignment-1 version 2 is an illegal move: reserved -> on_scene"},
    {"IncidentOpenedAgain", [](History& h) { h.Record("incident-1", 2).set_from_state("closed"); }, &Reckoning::illegal,
     "incident incident-1 version 2 is an illegal move: closed -> active"},
    {"ClosedLineFilled", [](History& h) { h.Record("line-1", 2).set_from_state("closed"); }, &Reckoning::illegal,
     "request_line line-1 version 2 is an illegal move: closed -> filled"},
    {"ReceiptedDeliverySent", [](History& h) { h.Record("offer-1/OfferInvited", 2).set_from_state("delivered"); },
     &Reckoning::illegal, "delivery offer-1/OfferInvited version 2 is an illegal move: delivered -> sent"},
    {"RequestWithAState", [](History& h) { h.Record("request-1", 2).set_to_state("open"); }, &Reckoning::illegal,
     "resource_request request-1 version 2 is an illegal move:  -> open"},
    {"ToldToHaveMovedIllegally",
     [](History& h) {
       Assignment later = h.assignment("assignment-1");
       later.set_version(8);
       later.set_state(ASSIGNMENT_STATE_WORKING);
       h.ledger.Acknowledge(later);
     },
     &Reckoning::illegal, "Assignment assignment-1 was told to have made an illegal move: home -> working"},
    {"AuditedAtAnEarlierTime", [](History& h) { h.Record("offer-1", 2).mutable_time()->set_seconds(0); },
     &Reckoning::illegal, "offer offer-1 version 2 was audited at an earlier time than the version before it"},
    {"NotAudited",
     [](History& h) {
       h.Unrecord("offer-3", 1);
       h.Unrecord("offer-3", 2);
     },
     &Reckoning::illegal, "Offer offer-3 is not in the audit trail"},
    {"NewerThanItsRecord", [](History& h) { h.Unrecord("assignment-1", 7); }, &Reckoning::illegal,
     "Assignment assignment-1 is newer than its last audit record: assignment assignment-1 version 6"},
    {"OtherStateThanItsRecord", [](History& h) { h.offer("offer-3").set_state(OFFER_STATE_EXPIRED); },
     &Reckoning::illegal, "Offer offer-3 is expired and was audited as declined"},
    {"RefusedAndCarriedOut",
     [](History& h) { h.ledger.Refuse(h.Record("offer-1", 2).request_id(), "AnswerOfferRequest", "EXPIRED"); },
     &Reckoning::illegal, "offer offer-1 version 2 was changed by a refused request"},
};
INSTANTIATE_TEST_SUITE_P(IllegalMoves, BadHistoryTest, ::testing::ValuesIn(kIllegalMoves), NameOfCase);

const BadHistory kIllegal[] = {
    {"NegativeNumber", [](History& h) { h.line(0).set_asked(-1); }, &Reckoning::illegal,
     "RequestLine line-1 has a negative number: asked"},
    {"FilledByNobody", [](History& h) { h.line(1).set_filled(1); }, &Reckoning::illegal,
     "RequestLine line-2 is not filled by what its assignments bring: 0"},
    {"HeldForNobody", [](History& h) { h.line(1).set_held(1); }, &Reckoning::illegal,
     "RequestLine line-2 does not count what its offers ask and hold"},
    {"AsksNobody", [](History& h) { h.line(1).set_asked(1); }, &Reckoning::illegal,
     "RequestLine line-2 does not count what its offers ask and hold"},
    {"MoreThanAskedFor", [](History& h) { h.assignment("assignment-1").set_fills(2); }, &Reckoning::illegal,
     "RequestLine line-1 has more than was asked for"},
    {"MoreThanAskedForAtOneTime", [](History& h) { h.assignment("assignment-2").set_line_id("line-1"); },
     &Reckoning::illegal, "RequestLine line-1 had more teams at one time than was asked for"},
    {"PromiseBesidesAFilledLine", [](History& h) { h.offer("offer-2").set_line_id("line-1"); }, &Reckoning::illegal,
     "RequestLine line-1 had more teams at one time than was asked for"},
    {"MorePeopleThanOffered", [](History& h) { h.assignment("assignment-1").set_headcount(9); }, &Reckoning::illegal,
     "Assignment assignment-1 has more people than offer offer-1 offered"},
    {"AnotherLineThanAccepted", [](History& h) { h.assignment("assignment-1").set_line_id("line-2"); },
     &Reckoning::illegal, "Assignment assignment-1 has another line, team or organization than offer offer-1"},
    {"AnotherOrganizationThanAccepted",
     [](History& h) { h.assignment("assignment-1").set_organization_id("green-cross"); }, &Reckoning::illegal,
     "Assignment assignment-1 has another line, team or organization than offer offer-1"},
    {"AnotherTeamThanAccepted", [](History& h) { h.assignment("assignment-1").set_team_id("team-3"); },
     &Reckoning::illegal, "Assignment assignment-1 has another line, team or organization than offer offer-1"},
    {"BookedThoughDeclined", [](History& h) { h.assignment("assignment-1").set_offer_id("offer-3"); },
     &Reckoning::illegal, "Assignment assignment-1 was booked by an offer that is declined: offer-3"},
    {"OfNoIncident", [](History& h) { h.offer("offer-3").set_incident_id("incident-2"); }, &Reckoning::illegal,
     "Offer offer-3 is of no incident: incident-2"},
    {"RealRequestOfADrill", [](History& h) { h.found.incidents["incident-1"].set_mode(MODE_DRILL); },
     &Reckoning::illegal, "ResourceRequest request-1 has another mode than its incident incident-1"},
    {"DrillOfferOfARealIncident", [](History& h) { h.offer("offer-3").set_mode(MODE_DRILL); }, &Reckoning::illegal,
     "Offer offer-3 has another mode than its incident incident-1"},
    {"RealAssignmentOfADrill", [](History& h) { h.found.incidents["incident-1"].set_mode(MODE_DRILL); },
     &Reckoning::illegal, "Assignment assignment-1 has another mode than its incident incident-1"},
    {"RealDeliveryOfADrill",
     [](History& h) {
       h.found.incidents["incident-1"].set_mode(MODE_DRILL);
       h.offer("offer-1").set_mode(MODE_DRILL);
     },
     &Reckoning::illegal, "Delivery offer-1/OfferInvited has another mode than Offer offer-1"},
    {"DrillDeliveryNotMarked", [](History& h) { h.delivery("offer-1/OfferInvited").set_mode(MODE_DRILL); },
     &Reckoning::illegal, "Delivery offer-1/OfferInvited is not marked as what it is"},
    {"RealDeliveryMarked",
     [](History& h) {
       h.delivery("offer-1/OfferInvited").mutable_text()->set_zh("【演练】请支援");
       h.delivery("offer-1/OfferInvited").mutable_text()->set_en("[EXERCISE] Please help");
     },
     &Reckoning::illegal, "Delivery offer-1/OfferInvited is not marked as what it is"},
    {"ToldToOthers", [](History& h) { h.delivery("offer-1/OfferInvited").set_organization_id("blue-sky"); },
     &Reckoning::illegal, "Delivery offer-1/OfferInvited is for another organization than Offer offer-1"},
    {"AssignmentToldToOthers",
     [](History& h) { h.delivery("assignment-1/AssignmentReserved").set_organization_id("blue-sky"); },
     &Reckoning::illegal,
     "Delivery assignment-1/AssignmentReserved is for another organization than Assignment assignment-1"},
    {"ToldOfAnUnknownObject", [](History& h) { h.delivery("offer-1/OfferInvited").set_subject_id("offer-4"); },
     &Reckoning::illegal, "Delivery offer-1/OfferInvited tells of what never happened"},
    {"ToldOfWhatNeverHappened",
     [](History& h) { h.delivery("offer-1/OfferInvited").set_event_type("muster.dispatch.v1.OfferStoodDown"); },
     &Reckoning::illegal, "Delivery offer-1/OfferInvited tells of what never happened"},
};
INSTANTIATE_TEST_SUITE_P(Illegal, BadHistoryTest, ::testing::ValuesIn(kIllegal), NameOfCase);

const BadHistory kUnreceipted[] = {
    {"NotHome", [](History& h) { h.assignment("assignment-1").set_state(ASSIGNMENT_STATE_RETURNING); },
     &Reckoning::unreceipted, "Assignment assignment-1 is not over"},
    {"AssignmentNotTold", [](History& h) { h.found.deliveries.erase("assignment-1/AssignmentReserved"); },
     &Reckoning::unreceipted, "AssignmentReserved of Assignment assignment-1 was not told"},
    {"CancellationNotTold", [](History& h) { h.assignment("assignment-1").set_state(ASSIGNMENT_STATE_CANCELLED); },
     &Reckoning::unreceipted, "AssignmentCancelled of Assignment assignment-1 was not told"},
    {"OfferNotTold", [](History& h) { h.found.deliveries.erase("offer-1/OfferInvited"); }, &Reckoning::unreceipted,
     "OfferInvited of Offer offer-1 was not told"},
    {"ExpiryNotTold", [](History& h) { h.offer("offer-3").set_state(OFFER_STATE_EXPIRED); }, &Reckoning::unreceipted,
     "OfferExpired of Offer offer-3 was not told"},
    {"StandDownNotTold", [](History& h) { h.offer("offer-3").set_state(OFFER_STATE_STOOD_DOWN); },
     &Reckoning::unreceipted, "OfferStoodDown of Offer offer-3 was not told"},
    {"ToldToNobodyOfIt", [](History& h) { h.delivery("offer-1/OfferInvited").set_organization_id("blue-sky"); },
     &Reckoning::unreceipted, "nobody heard anything of Offer offer-1"},
    {"HeardAndNotReceipted", [](History& h) { h.delivery("offer-1/OfferInvited").set_state(DELIVERY_STATE_SENT); },
     &Reckoning::unreceipted, "Delivery offer-1/OfferInvited was heard and has no receipt"},
    {"HeardAndOvertaken", [](History& h) { h.delivery("offer-1/OfferInvited").set_state(DELIVERY_STATE_FAILED); },
     &Reckoning::unreceipted, "Delivery offer-1/OfferInvited was heard and has no receipt"},
    {"StillQueued", [](History& h) { PutUnheard(h, DELIVERY_STATE_QUEUED); }, &Reckoning::unreceipted,
     "Delivery unheard was heard by nobody"},
    {"ReceiptOfWhatNobodyHeard", [](History& h) { PutUnheard(h, DELIVERY_STATE_DELIVERED); }, &Reckoning::unreceipted,
     "Delivery unheard was heard by nobody"},
};
INSTANTIATE_TEST_SUITE_P(Unreceipted, BadHistoryTest, ::testing::ValuesIn(kUnreceipted), NameOfCase);

}  // namespace
}  // namespace muster::testing
