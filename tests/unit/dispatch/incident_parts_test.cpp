#include "services/dispatch/core/incident_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/dispatch/core/response.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/desk_briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using ::testing::Contains;
using ::testing::Field;
using ::testing::Not;

OpenIncident Flood() {
  OpenIncident command;
  command.incident.title = "Flood in the old town";
  command.incident.event = "flood";
  command.incident.district_path = kDistrict;
  return command;
}

TEST(IncidentPartsTest, TheCategorySaysTheKind) {
  DeskBriefing briefing;
  OpenIncident command = Flood();
  command.incident.event = "";
  command.incident.category = "10101";
  EXPECT_EQ(briefing.Do(command)->incidents.at(0).after.kind, IncidentKind::kNaturalDisaster);
  command.incident.kind = IncidentKind::kAccident;
  EXPECT_EQ(GetErrorInfo(briefing.Do(command).status()).field, "incident.category");
  command.incident.kind = IncidentKind::kNaturalDisaster;
  command.incident.category = "99999";
  EXPECT_THAT(briefing.Do(command), HasReason(Reason::kInvalidField));
}

TEST(IncidentPartsTest, PartsHaveNamesOfTheirOwnInTheIncidentsDistrict) {
  struct Case {
    void (*change)(Incident&);
    Reason reason;
    std::string field;
  };
  const Case cases[] = {
      {[](auto& i) {
         i.sectors = {{"", "", {}, ""}};
       },
       Reason::kInvalidField, "incident.sectors[0].name"},
      {[](auto& i) {
         i.sectors = {{"east", "", {}, ""}, {" east ", "", {}, ""}};
       },
       Reason::kDuplicate, "incident.sectors[1].name"},
      {[](auto& i) {
         i.sectors = {{"east", "3205/320506", {}, ""}};
       },
       Reason::kInvalidField, "incident.sectors[0].district_path"},
      {[](auto& i) {
         i.sectors = {{"east", "3205", {}, ""}};
       },
       Reason::kInvalidField, "incident.sectors[0].district_path"},
      {[](auto& i) {
         i.sectors.assign(51, {"east", "", {}, ""});
       },
       Reason::kOutOfRange, "incident.sectors"},
      {[](auto& i) { i.command_posts = {{}}; }, Reason::kInvalidField, "incident.command_posts[0].name"},
      {[](auto& i) { i.command_posts.assign(21, {}); }, Reason::kOutOfRange, "incident.command_posts"},
      {[](auto& i) {
         i.departments = {{"water", ""}, {"water", ""}};
       },
       Reason::kDuplicate, "incident.departments[1].name"},
  };
  DeskBriefing briefing;
  for (size_t i = 0; i < std::size(cases); ++i) {
    OpenIncident command = Flood();
    cases[i].change(command.incident);
    const absl::Status status = briefing.Do(command).status();
    EXPECT_THAT(status, HasReason(cases[i].reason)) << i;
    EXPECT_EQ(GetErrorInfo(status).field, cases[i].field) << i;
  }
  OpenIncident good = Flood();
  good.incident.sectors = {{"east", "3205/320583/320583100", {}, "the fire brigade"}, {"west", "", {}, ""}};
  good.incident.departments = {{"water", "opens the sluices"}};
  EXPECT_OK(briefing.Do(good));
}

TEST(IncidentPartsTest, LinksGoToWhatTheDeskCanSee) {
  DeskBriefing briefing;
  briefing.linked = {{IncidentId("here"), kDistrict}, {IncidentId("there"), "3205/320506"}};
  UpdateIncident update;
  update.id = briefing.incident.id;
  update.paths = {"linked_incident_ids"};
  const auto status = [&](const char* id) {
    update.values.linked_incident_ids = {IncidentId("here"), IncidentId(id)};
    return briefing.Do(update, DistrictOperator()).status();
  };
  EXPECT_THAT(status("there"), HasReason(Reason::kNotFound));
  EXPECT_EQ(GetErrorInfo(status("nowhere")).field, "incident.linked_incident_ids[1]");
  EXPECT_THAT(status("here"), HasReason(Reason::kDuplicate));
  briefing.linked[briefing.incident.id] = kDistrict;
  EXPECT_THAT(status(briefing.incident.id.value().c_str()), HasReason(Reason::kInvalidField)) << "itself";
  update.values.linked_incident_ids = {IncidentId("here")};
  EXPECT_EQ(briefing.Do(update)->incidents.at(0).after.linked_incident_ids, update.values.linked_incident_ids);
}

TEST(ResponseTest, TheWorstOfWhatWasDeclaredCounts) {
  Incident incident;
  EXPECT_EQ(LevelOf(incident), 4);
  incident.grade = 3;
  EXPECT_EQ(LevelOf(incident), 3);
  incident.warning_color = 2;
  EXPECT_EQ(LevelOf(incident), 2);
  incident.response_levels = {{4, "", "", {}}, {1, "", "", {}}};
  EXPECT_EQ(LevelOf(incident), 1);
}

TEST(ResponseTest, ProposesLinesFromTheNextFullHour) {
  Incident incident;
  incident.category = "10101";
  incident.grade = 4;
  const ProposedPlan plan = ProposePlan(incident, kNow + std::chrono::minutes(10));
  ASSERT_NE(plan.plan, nullptr);
  EXPECT_EQ(plan.plan->code, "flood");
  ASSERT_FALSE(plan.lines.empty());
  EXPECT_EQ(plan.lines[0].windows.at(0).start, At(1));
  incident.onset_time = At(30);
  EXPECT_EQ(ProposePlan(incident, kNow).lines.at(0).windows.at(0).start, At(30));
}

TEST(ResponseTest, LeavesOutWhatTheLevelDoesNotNeed) {
  Incident incident;
  incident.category = "10202";
  incident.grade = 4;
  EXPECT_THAT(ProposePlan(incident, kNow).lines, Not(Contains(Field(&RequestLine::capability, "water"))));
  incident.grade = 1;
  EXPECT_THAT(ProposePlan(incident, kNow).lines, Contains(Field(&RequestLine::capability, "water")));
  incident.category = "";
  EXPECT_EQ(ProposePlan(incident, kNow).plan, nullptr);
}

}  // namespace
}  // namespace muster::dispatch
