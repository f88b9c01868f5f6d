#include "services/dispatch/core/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;

/// One line of ten people from hour 10 to 20.
CreateRequest TenPeople(const Briefing& briefing) {
  CreateRequest command;
  command.request.incident_id = briefing.incident.id;
  command.request.requester = "Street office";
  RequestLine line;
  line.capability = kSkill;
  line.quantity = 10;
  line.windows = {Hours(10, 20)};
  command.lines = {line};
  command.policies = {WavePolicy()};
  return command;
}

TEST(CreateRequestTest, FillsInWhatTheIncidentSays) {
  Briefing briefing;
  briefing.SetMode(Mode::kDrill);
  const DispatchChanges changes = briefing.Decide(TenPeople(briefing)).value();
  const ResourceRequest& request = changes.requests.at(0).after;
  EXPECT_EQ(request.mode, Mode::kDrill);
  EXPECT_EQ(request.district_path, kDistrict);
  EXPECT_EQ(request.version, 1);
  const RequestLine& line = changes.lines.at(0).after;
  EXPECT_EQ(line.resource_request_id, request.id);
  EXPECT_EQ(line.incident_id, briefing.incident.id);
  EXPECT_EQ(line.mode, Mode::kDrill);
  EXPECT_EQ(line.state, LineState::kOpen);
  EXPECT_EQ(line.priority, 3);
  EXPECT_EQ(line.wave_size, 3);
  EXPECT_EQ(line.answer_seconds, 600);
  EXPECT_EQ(line.provisional_seconds, 1800);
  ASSERT_TRUE(line.location) << "the incident's";
  EXPECT_EQ(line.location->position.latitude, 31.3);
}

TEST(CreateRequestTest, RefusesLinesThatCannotBeFilled) {
  struct Case {
    void (*change)(RequestLine&, WavePolicy&);
    Reason reason;
    std::string field;
  };
  const Case cases[] = {
      {[](auto& l, auto&) { l.capability = " "; }, Reason::kInvalidField, "capability"},
      {[](auto& l, auto&) { l.capability = "watre"; }, Reason::kInvalidField, "capability"},
      {[](auto& l, auto&) { l.capability = "rescue"; }, Reason::kInvalidField, "capability"},
      {[](auto& l, auto&) { l.quantity = 0; }, Reason::kOutOfRange, "quantity"},
      {[](auto& l, auto&) { l.quantity = -1; }, Reason::kOutOfRange, "quantity"},
      {[](auto& l, auto&) { l.quantity = 100'001; }, Reason::kOutOfRange, "quantity"},
      {[](auto& l, auto&) { l.lowest_level = 5; }, Reason::kOutOfRange, "lowest_level"},
      {[](auto& l, auto&) { l.lowest_level = -1; }, Reason::kOutOfRange, "lowest_level"},
      {[](auto& l, auto&) { l.priority = 6; }, Reason::kOutOfRange, "priority"},
      {[](auto& l, auto&) { l.tolerance_percent = 101; }, Reason::kOutOfRange, "tolerance_percent"},
      {[](auto& l, auto&) { l.tolerance_percent = -1; }, Reason::kOutOfRange, "tolerance_percent"},
      {[](auto& l, auto&) { l.windows.clear(); }, Reason::kOutOfRange, "windows"},
      {[](auto& l, auto&) { l.windows.assign(101, Hours(1, 2)); }, Reason::kOutOfRange, "windows"},
      {[](auto& l, auto&) { l.windows = {Hours(5, 5)}; }, Reason::kBadTime, "windows[0]"},
      {[](auto& l, auto&) { l.windows = {Hours(6, 5)}; }, Reason::kBadTime, "windows[0]"},
      {[](auto& l, auto&) { l.windows = {Hours(-5, 0)}; }, Reason::kBadTime, "windows[0]"},
      {[](auto& l, auto&) { l.windows = {Hours(1, 24 * 367)}; }, Reason::kBadTime, "windows[0]"},
      {[](auto& l, auto&) {
         l.windows = {Hours(1, 5), Hours(4, 9)};
       },
       Reason::kBadTime, "windows[1]"},
      {[](auto&, auto& p) { p.wave_size = 101; }, Reason::kOutOfRange, "wave_policy.wave_size"},
      {[](auto&, auto& p) { p.wave_size = -1; }, Reason::kOutOfRange, "wave_policy.wave_size"},
      {[](auto&, auto& p) { p.answer_seconds = 86'401; }, Reason::kOutOfRange, "wave_policy.answer_seconds"},
      {[](auto&, auto& p) { p.provisional_seconds = -1; }, Reason::kOutOfRange, "wave_policy.provisional_seconds"},
  };
  for (size_t i = 0; i < std::size(cases); ++i) {
    Briefing briefing;
    CreateRequest command = TenPeople(briefing);
    cases[i].change(command.lines[0], command.policies[0]);
    const absl::Status status = briefing.Decide(command).status();
    EXPECT_THAT(status, HasReason(cases[i].reason)) << i;
    EXPECT_EQ(GetErrorInfo(status).field, "resource_request.lines[0]." + cases[i].field) << i;
  }
}

TEST(CreateRequestTest, NamesTheNearestCapabilityForAnUnknownOne) {
  Briefing briefing;
  CreateRequest command = TenPeople(briefing);
  command.lines.push_back(command.lines[0]);
  command.policies.emplace_back();
  command.lines[1].capability = "goods_distribtuion";
  const ErrorInfo info = GetErrorInfo(briefing.Decide(command).status());
  EXPECT_EQ(info.field, "resource_request.lines[1].capability");
  EXPECT_EQ(info.metadata.at("nearest"), "goods_distribution");
}

TEST(CreateRequestTest, TakesOneToAHundredLines) {
  Briefing briefing;
  CreateRequest command = TenPeople(briefing);
  command.lines.assign(100, command.lines[0]);
  command.policies.assign(100, WavePolicy());
  EXPECT_EQ(briefing.Decide(command)->lines.size(), 100U);
  command.lines.push_back(command.lines[0]);
  command.policies.emplace_back();
  EXPECT_THAT(briefing.Decide(command), HasReason(Reason::kOutOfRange));
  command.lines.clear();
  EXPECT_THAT(briefing.Decide(command), HasReason(Reason::kOutOfRange));
}

TEST(CreateRequestTest, PutsShiftsInOrder) {
  Briefing briefing;
  CreateRequest command = TenPeople(briefing);
  command.lines[0].windows = {Hours(34, 44), Hours(10, 20)};
  EXPECT_THAT(briefing.Decide(command)->lines[0].after.windows, ElementsAre(Hours(10, 20), Hours(34, 44)));
}

TEST(CreateRequestTest, WorkOnSiteNeedsAPlaceRemoteWorkDoesNot) {
  Briefing briefing;
  briefing.incident.location.reset();
  CreateRequest command = TenPeople(briefing);
  EXPECT_THAT(briefing.Decide(command), HasReason(Reason::kInvalidField));
  command.lines[0].place = Place::kRemote;
  EXPECT_OK(briefing.Decide(command));
  command.lines[0].place = Place::kOnSite;
  command.lines[0].location = Location{{31.2, 120.6}, 0, std::nullopt, false};
  EXPECT_OK(briefing.Decide(command));
}

TEST(CreateRequestTest, AUnitAsksForItsOwnDistrictOnly) {
  Briefing briefing;
  Principal school = Someone(Role::kRequester, "3205/320583/320583100");
  school.organization_id = OrganizationId("school");
  CreateRequest command = TenPeople(briefing);
  command.request.requester_organization_id = OrganizationId("forged");
  const DispatchChanges changes = briefing.Decide(command, school).value();
  EXPECT_EQ(changes.requests[0].after.requester_organization_id, OrganizationId("school"));
  school.district_path = "3205/320506";
  EXPECT_THAT(briefing.Decide(command, school), HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Decide(command, ManagerOf("team")), HasReason(Reason::kNotFound));
}

TEST(CreateRequestTest, NothingIsRequestedForAClosedIncident) {
  Briefing briefing;
  briefing.incident.state = IncidentState::kClosed;
  EXPECT_THAT(briefing.Decide(TenPeople(briefing)), HasReason(Reason::kIllegalTransition));
}

TEST(CancelRequestTest, StandsDownWhoWasAskedAndLeavesTheBooked) {
  Briefing briefing;
  briefing.Line("boats", 50);
  for (const char* name : {"asked", "held", "booked"}) {
    briefing.Team(name, 10);
  }
  briefing.Invited("boats", "asked");
  briefing.Provisional("boats", "held", 10);
  briefing.Assigned("boats", "booked", AssignmentState::kMobilizing);
  const DispatchChanges changes = briefing.Decide(CancelRequest{briefing.request.id, 2, "dry again"}).value();
  EXPECT_TRUE(changes.requests.at(0).after.cancelled);
  EXPECT_THAT(StatesOf(changes.offers), ElementsAre("asked: stood_down", "held: stood_down"));
  EXPECT_TRUE(changes.assignments.empty());
  const RequestLine line = briefing.LineAfter(changes, "boats");
  EXPECT_EQ(line.state, LineState::kCancelled);
  EXPECT_EQ(line.asked + line.held, 0);
  EXPECT_EQ(line.filled, 10);
  EXPECT_FALSE(line.needs_wave);
}

TEST(CancelRequestTest, HappensOnceAndForThoseConcerned) {
  Briefing briefing;
  const CancelRequest command{briefing.request.id, 2, ""};
  EXPECT_THAT(briefing.Decide(command, Stranger()), HasReason(Reason::kNotFound));
  EXPECT_THAT(briefing.Decide(CancelRequest{briefing.request.id, 1, ""}), HasReason(Reason::kVersionConflict));
  briefing.request.requester_organization_id = Stranger().organization_id;
  EXPECT_OK(briefing.Decide(command, Stranger()));
  briefing.request.cancelled = true;
  EXPECT_THAT(briefing.Decide(command), HasReason(Reason::kIllegalTransition));
}

TEST(SetWavePolicyTest, ChangesWhatIsGivenAndStopsOrResumes) {
  Briefing briefing;
  briefing.Line("boats", 50);
  briefing.Team("waits", 10);
  briefing.Waiting("boats", "waits");
  ASSERT_TRUE(briefing.line("boats").needs_wave);
  SetWavePolicy command{RequestLineId("boats"), 1, {}};
  command.policy.wave_size = 5;
  command.policy.stopped = true;
  const DispatchChanges stopped = briefing.Decide(command).value();
  EXPECT_EQ(stopped.lines.at(0).after.wave_size, 5);
  EXPECT_EQ(stopped.lines.at(0).after.answer_seconds, 600);
  EXPECT_FALSE(stopped.lines.at(0).after.needs_wave);
  EXPECT_EQ(stopped.lines.at(0).event, "WavePolicyChanged");
  command.policy.stopped = false;
  EXPECT_TRUE(briefing.Decide(command)->lines.at(0).after.needs_wave);
  EXPECT_THAT(briefing.Decide(command, Stranger()), HasReason(Reason::kNotFound));
  command.expected_version = 4;
  EXPECT_THAT(briefing.Decide(command), HasReason(Reason::kVersionConflict));
}

}  // namespace
}  // namespace muster::dispatch
