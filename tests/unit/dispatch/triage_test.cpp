#include "services/dispatch/core/triage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/desk_briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::SizeIs;

TriageRequest To(Triage decision, const std::string& note = "") {
  TriageRequest command;
  command.id = ResourceRequestId("request");
  command.decision = decision;
  command.note = note;
  if (decision == Triage::kMerge || decision == Triage::kLink) {
    command.other_id = ResourceRequestId("other");
  }
  return command;
}

CreateRequest TenPeople(const Briefing& briefing) {
  CreateRequest command;
  command.request.incident_id = briefing.incident.id;
  RequestLine line;
  line.capability = kSkill;
  line.quantity = 10;
  line.windows = {Hours(10, 20)};
  command.lines = {line};
  command.policies = {WavePolicy()};
  return command;
}

TEST(TriageTest, ADesksOwnRequestIsAcceptedAtOnceThatOfAUnitWaits) {
  DeskBriefing briefing;
  EXPECT_EQ(briefing.Decide(TenPeople(briefing))->requests.at(0).after.state, RequestState::kAccepted);
  EXPECT_EQ(briefing.Decide(TenPeople(briefing), School())->requests.at(0).after.state, RequestState::kSubmitted);
}

TEST(TriageTest, NobodyIsAskedForARequestBeforeTheDeskTookItOn) {
  DeskBriefing briefing;
  briefing.Submitted();
  briefing.Line("line", 10);
  briefing.Team("a", 5);
  DispatchPlan plan;
  plan.lines = {{RequestLineId("line"), {TeamId("a")}, std::nullopt}};
  const absl::Status refused = briefing.Do(plan).status();
  EXPECT_THAT(refused, HasReason(Reason::kIllegalTransition));
  EXPECT_EQ(GetErrorInfo(refused).metadata.at("allowed"), "accepted");
  briefing.request = briefing.Do(To(Triage::kAccept, "tomorrow at eight"))->requests.at(0).after;
  EXPECT_EQ(briefing.request.triage_note, "tomorrow at eight");
  EXPECT_OK(briefing.Do(plan));
}

TEST(TriageTest, ARefusalSaysWhyAndEndsTheLines) {
  DeskBriefing briefing;
  briefing.Submitted();
  briefing.Line("line", 10);
  EXPECT_THAT(briefing.Do(To(Triage::kRefuse, "  ")), HasReason(Reason::kInvalidField));
  const DispatchChanges changes = briefing.Do(To(Triage::kRefuse, "the district has its own tents")).value();
  EXPECT_EQ(changes.requests.at(0).event, "RequestRefused");
  EXPECT_EQ(changes.requests.at(0).after.state, RequestState::kRefused);
  EXPECT_EQ(changes.lines.at(0).after.state, LineState::kCancelled);
  briefing.request.state = RequestState::kAccepted;
  EXPECT_THAT(briefing.Do(To(Triage::kRefuse, "too late")), HasReason(Reason::kIllegalTransition));
}

TEST(TriageTest, AMergeMovesEveryLineAndDropsNone) {
  DeskBriefing briefing;
  briefing.Submitted();
  briefing.Line("one", 10);
  briefing.Line("two", 4);
  briefing.Other();
  const DispatchChanges changes = briefing.Do(To(Triage::kMerge)).value();
  ASSERT_THAT(changes.requests, SizeIs(2));
  EXPECT_EQ(changes.requests[0].after.state, RequestState::kMerged);
  EXPECT_EQ(changes.requests[0].after.merged_into_id, ResourceRequestId("other"));
  EXPECT_EQ(changes.requests[1].after.version, changes.requests[1].before->version + 1)
      << "a plan that was made for the other request no longer fits";
  ASSERT_THAT(changes.lines, SizeIs(2));
  std::vector<int> places;
  for (const Changed<RequestLine>& line : changes.lines) {
    EXPECT_EQ(line.after.resource_request_id, ResourceRequestId("other"));
    EXPECT_EQ(line.after.merged_from_id, ResourceRequestId("request")) << "who asked can follow it";
    places.push_back(line.after.position_in_request);
  }
  EXPECT_THAT(places, ElementsAre(1, 2)) << "behind the line that is there";
}

TEST(TriageTest, ALineThatMovesAgainStillBelongsToWhoAskedFirst) {
  DeskBriefing briefing;
  briefing.Line("one", 10).merged_from_id = ResourceRequestId("first");
  briefing.Other();
  EXPECT_EQ(briefing.Do(To(Triage::kMerge))->lines.at(0).after.merged_from_id, ResourceRequestId("first"));
}

TEST(TriageTest, OnlyRequestsOfOneIncidentThatGoOnAreMerged) {
  DeskBriefing briefing;
  briefing.Submitted();
  briefing.Line("one", 10);
  EXPECT_THAT(briefing.Do(To(Triage::kMerge)), HasReason(Reason::kNotFound)) << "no such request";
  briefing.Other().incident_id = IncidentId("another");
  EXPECT_THAT(briefing.Do(To(Triage::kMerge)), HasReason(Reason::kInvalidField));
  briefing.Other().state = RequestState::kSubmitted;
  EXPECT_THAT(briefing.Do(To(Triage::kMerge)), HasReason(Reason::kIllegalTransition));
  briefing.Other().district_path = "3205/320506";
  EXPECT_THAT(briefing.Do(To(Triage::kMerge), DistrictOperator()), HasReason(Reason::kNotFound));
  briefing.Other();
  TriageRequest itself = To(Triage::kMerge);
  itself.other_id = itself.id;
  EXPECT_THAT(briefing.Do(itself), HasReason(Reason::kInvalidField));
  briefing.other_lines.assign(100, briefing.other_lines[0]);
  EXPECT_THAT(briefing.Do(To(Triage::kMerge)), HasReason(Reason::kOutOfRange)) << "a hundred and one lines";
}

TEST(TriageTest, ALinkIsSeenFromBothSides) {
  DeskBriefing briefing;
  briefing.Submitted();
  briefing.Other().incident_id = IncidentId("another");
  const DispatchChanges changes = briefing.Do(To(Triage::kLink)).value();
  EXPECT_THAT(changes.requests.at(0).after.linked_request_ids, ElementsAre(ResourceRequestId("other")));
  EXPECT_EQ(changes.requests.at(0).after.state, RequestState::kSubmitted) << "it still waits";
  EXPECT_THAT(changes.requests.at(1).after.linked_request_ids, ElementsAre(ResourceRequestId("request")));
  briefing.request = changes.requests.at(0).after;
  EXPECT_THAT(briefing.Do(To(Triage::kLink)), HasReason(Reason::kDuplicate));
}

TEST(TriageTest, AnExerciseStaysApart) {
  DeskBriefing briefing;
  briefing.Other().mode = Mode::kDrill;
  EXPECT_THAT(briefing.Do(To(Triage::kLink)), HasReason(Reason::kInvalidField));
}

TEST(TriageTest, WhatWasTakenBackByTheVersionBeforeIsOver) {
  DeskBriefing briefing;
  briefing.request.cancelled = true;
  for (const Triage decision : {Triage::kAccept, Triage::kRefuse}) {
    EXPECT_THAT(briefing.Do(To(decision, "note")), HasReason(Reason::kIllegalTransition));
  }
}

TEST(TriageTest, ClosingAnIncidentAnswersThoseWhoStillWait) {
  Facts facts;
  DeskBriefing briefing;
  facts.incident = briefing.incident;
  briefing.request.state = RequestState::kSubmitted;
  facts.incident_requests = {briefing.request, briefing.Other()};
  const DispatchChanges changes =
      Decide(CloseIncident{}, facts, Context{kNow, CityOperator(), &briefing.random}).value();
  EXPECT_EQ(changes.requests.at(0).after.state, RequestState::kRefused);
  EXPECT_NE(changes.requests.at(0).after.triage_note, "");
  EXPECT_EQ(changes.requests.at(1).after.state, RequestState::kClosed);
}

}  // namespace
}  // namespace muster::dispatch
