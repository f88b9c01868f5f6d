#include "services/dispatch/core/incident.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

OpenIncident Flood() {
  OpenIncident command;
  command.incident.title = "Flood in the old town";
  command.incident.event = "flood";
  command.incident.district_path = kDistrict;
  return command;
}

TEST(OpenIncidentTest, StartsAtVersionOneAndTellsOfIt) {
  Briefing briefing;
  OpenIncident command = Flood();
  command.incident.version = 9;
  command.incident.state = IncidentState::kClosed;
  const DispatchChanges changes = briefing.Decide(command).value();
  ASSERT_EQ(changes.incidents.size(), 1U);
  const Incident& incident = changes.incidents[0].after;
  EXPECT_TRUE(IsUuid(incident.id.value()));
  EXPECT_EQ(incident.version, 1);
  EXPECT_EQ(incident.state, IncidentState::kActive);
  EXPECT_EQ(incident.create_time, kNow);
  EXPECT_EQ(incident.update_time, kNow);
  EXPECT_EQ(changes.incidents[0].event, "IncidentOpened");
  EXPECT_FALSE(changes.incidents[0].before);
}

TEST(OpenIncidentTest, MayStartAsAPreAlert) {
  Briefing briefing;
  OpenIncident command = Flood();
  command.pre_alert = true;
  EXPECT_EQ(briefing.Decide(command)->incidents[0].after.state, IncidentState::kPreAlert);
}

TEST(OpenIncidentTest, RefusesWhatIsNotAnIncident) {
  struct Case {
    void (*change)(Incident&);
    Reason reason;
    std::string field;
  };
  const Case cases[] = {
      {[](Incident& i) { i.title = " \t　"; }, Reason::kInvalidField, "incident.title"},
      {[](Incident& i) { i.event = ""; }, Reason::kInvalidField, "incident.event"},
      {[](Incident& i) { i.district_path = ""; }, Reason::kInvalidField, "incident.district_path"},
      {[](Incident& i) { i.district_path = "3205/"; }, Reason::kInvalidField, "incident.district_path"},
      {[](Incident& i) { i.district_path = "3205/%"; }, Reason::kInvalidField, "incident.district_path"},
      {[](Incident& i) { i.district_path = "3205//320583"; }, Reason::kInvalidField, "incident.district_path"},
      {[](Incident& i) { i.district_path = "3101"; }, Reason::kForbidden, "incident.district_path"},
      {[](Incident& i) { i.kind = IncidentKind::kSocialSecurity, i.grade = 2; }, Reason::kInvalidField,
       "incident.grade"},
      {[](Incident& i) { i.onset_time = At(5), i.expire_time = At(5); }, Reason::kBadTime, "incident.expire_time"},
  };
  for (size_t i = 0; i < std::size(cases); ++i) {
    Briefing briefing;
    OpenIncident command = Flood();
    cases[i].change(command.incident);
    const absl::Status status = briefing.Decide(command).status();
    EXPECT_THAT(status, HasReason(cases[i].reason)) << i;
    EXPECT_EQ(GetErrorInfo(status).field, cases[i].field) << i;
  }
}

TEST(OpenIncidentTest, ReachesTheCallersDistrictOnly) {
  Briefing briefing;
  EXPECT_OK(briefing.Decide(Flood(), Someone(Role::kDistrictOperator, kDistrict)));
  EXPECT_THAT(briefing.Decide(Flood(), Someone(Role::kDistrictOperator, "3205/320506")), HasReason(Reason::kForbidden));
  EXPECT_THAT(briefing.Decide(Flood(), Someone(Role::kStreetOperator, "3205/320583/320583100")),
              HasReason(Reason::kForbidden));
}

TEST(UpdateIncidentTest, ChangesOnlyTheFieldsOfTheMask) {
  Briefing briefing;
  UpdateIncident command{briefing.incident.id, 3, {}, {"title", "grade"}, "the river rose"};
  command.values.title = "Flood, second wave";
  command.values.description = "not in the mask";
  command.values.grade = 2;
  const DispatchChanges changes = briefing.Decide(command).value();
  const Incident& after = changes.incidents.at(0).after;
  EXPECT_EQ(after.title, "Flood, second wave");
  EXPECT_EQ(after.grade, 2);
  EXPECT_EQ(after.description, "");
  EXPECT_EQ(after.version, 4);
  EXPECT_EQ(changes.note, "the river rose");
}

TEST(UpdateIncidentTest, RefusesFieldsOfTheSystemUnknownOnesAndIllegalMoves) {
  Briefing briefing;
  const auto update = [&](const std::string& path, Incident values = {}, int64_t version = 3) {
    return briefing.Decide(UpdateIncident{briefing.incident.id, version, values, {path}, ""}).status();
  };
  for (const char* path : {"id", "version", "create_time", "update_time", "mode", "district_path", "close_time"}) {
    EXPECT_THAT(update(path), HasReason(Reason::kReadOnlyField)) << path;
  }
  EXPECT_THAT(update("lines"), HasReason(Reason::kUnknownField));
  EXPECT_THAT(update("Title"), HasReason(Reason::kUnknownField));
  EXPECT_THAT(update("title"), HasReason(Reason::kInvalidField)) << "an incident keeps a title";
  EXPECT_THAT(update("title", {}, 2), HasReason(Reason::kVersionConflict));
  Incident values;
  values.state = IncidentState::kPreAlert;
  EXPECT_THAT(update("state", values), HasReason(Reason::kIllegalTransition));
  values.state = IncidentState::kClosed;
  EXPECT_THAT(update("state", values), HasReason(Reason::kInvalidField)) << "closing has its own call";
  values.state = IncidentState::kStandingDown;
  EXPECT_OK(update("state", values));
  briefing.incident.state = IncidentState::kClosed;
  EXPECT_THAT(update("title"), HasReason(Reason::kIllegalTransition));
}

TEST(UpdateIncidentTest, TellsTheCurrentVersion) {
  Briefing briefing;
  const absl::Status status =
      briefing.Decide(UpdateIncident{briefing.incident.id, 2, briefing.incident, {"title"}, ""}).status();
  EXPECT_EQ(GetErrorInfo(status).metadata.at("current_version"), "3");
}

TEST(CloseIncidentTest, SendsEverybodyHomeAtOnce) {
  Briefing briefing;
  briefing.Line("boats", 100).tolerance_percent = 100;
  for (const char* name : {"asked", "held", "reserved", "mobilizing", "driving", "there", "working", "going", "back"}) {
    briefing.Team(name, 10);
  }
  briefing.Invited("boats", "asked");
  briefing.Provisional("boats", "held", 10);
  briefing.Assigned("boats", "reserved", AssignmentState::kReserved);
  briefing.Assigned("boats", "mobilizing", AssignmentState::kMobilizing);
  briefing.Assigned("boats", "driving", AssignmentState::kEnRoute);
  briefing.Assigned("boats", "there", AssignmentState::kOnScene);
  briefing.Assigned("boats", "working", AssignmentState::kWorking);
  briefing.Assigned("boats", "going", AssignmentState::kReturning);
  briefing.Assigned("boats", "back", AssignmentState::kHome);

  const DispatchChanges changes = briefing.Decide(CloseIncident{briefing.incident.id, 3, "the water is gone"}).value();
  EXPECT_EQ(changes.incidents.at(0).after.state, IncidentState::kClosed);
  EXPECT_EQ(changes.incidents.at(0).after.close_time, kNow);
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("asked: stood_down", "held: stood_down"));
  EXPECT_THAT(StatesOf(changes.assignments),
              UnorderedElementsAre("reserved: cancelled", "mobilizing: cancelled", "driving: recalled",
                                   "there: released", "working: released"));
  ASSERT_EQ(changes.lines.size(), 1U);
  const RequestLine& line = changes.lines[0].after;
  EXPECT_EQ(line.state, LineState::kClosed);
  EXPECT_EQ(line.asked, 0);
  EXPECT_EQ(line.held, 0);
  EXPECT_EQ(line.filled, 40) << "those who came count on";
  EXPECT_FALSE(line.needs_wave);
  EXPECT_EQ(line.version, 2);
  // Those who had not left are free at once; those who are out keep their booking until they are home.
  ASSERT_EQ(changes.bookings.size(), 2U);
  for (const Changed<Booking>& booking : changes.bookings) {
    EXPECT_FALSE(booking.after.active);
    EXPECT_TRUE(booking.after.subject_id == "reserved" || booking.after.subject_id == "mobilizing");
  }
}

TEST(CloseIncidentTest, KeepsTheCountsOfLinesThatWereCancelledBefore) {
  Briefing briefing;
  briefing.Line("boats", 20);
  briefing.Team("left", 10);
  briefing.Assigned("boats", "left", AssignmentState::kEnRoute);
  briefing.line("boats").state = LineState::kCancelled;
  const DispatchChanges changes = briefing.Decide(CloseIncident{briefing.incident.id, 3, ""}).value();
  const RequestLine line = briefing.LineAfter(changes, "boats");
  EXPECT_EQ(line.state, LineState::kCancelled);
  EXPECT_EQ(line.filled, 0) << "the recalled team gives its place back, and the line says so";
}

TEST(CloseIncidentTest, HappensOnce) {
  Briefing briefing;
  briefing.incident.state = IncidentState::kClosed;
  const absl::Status status = briefing.Decide(CloseIncident{briefing.incident.id, 3, ""}).status();
  ASSERT_THAT(status, HasReason(Reason::kIllegalTransition));
  EXPECT_EQ(GetErrorInfo(status).metadata.at("allowed"), "none");
}

TEST(CloseIncidentTest, IsNotFoundOutsideTheCallersReach) {
  Briefing briefing;
  const CloseIncident command{briefing.incident.id, 3, ""};
  EXPECT_THAT(briefing.Decide(command, Someone(Role::kDistrictOperator, "3205/320506")), HasReason(Reason::kNotFound));
  Principal granted = Someone(Role::kDistrictOperator, "3205/320506");
  granted.incident_grants = {{briefing.incident.id, kNow}};
  EXPECT_THAT(briefing.Decide(command, granted), HasReason(Reason::kNotFound)) << "the grant is over";
  granted.incident_grants = {{briefing.incident.id, kNow + Duration(1)}};
  EXPECT_OK(briefing.Decide(command, granted));
}

}  // namespace
}  // namespace muster::dispatch
