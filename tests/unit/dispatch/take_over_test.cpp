#include "services/dispatch/core/take_over.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/dispatch/desk_briefing.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;

TakeOverIncident By(const std::string& district, const std::string& note = "the dike is watched by team 3") {
  return {IncidentId("incident"), 0, district, note};
}

TEST(TakeOverTest, TheCityTakesOverAndGivesBack) {
  DeskBriefing briefing;
  EXPECT_EQ(briefing.incident.desk_district_path(), kDistrict);
  const DispatchChanges taken = briefing.Do(By("3205")).value();
  EXPECT_EQ(taken.incidents.at(0).event, "IncidentTakenOver");
  EXPECT_EQ(taken.incidents.at(0).after.desk_district_path(), "3205");
  EXPECT_EQ(taken.incidents.at(0).after.handover_note, "the dike is watched by team 3");
  EXPECT_EQ(taken.note, "desk 3205") << "the note itself stays out of the audit trail";
  briefing.incident = taken.incidents.at(0).after;
  const Incident back = briefing.Do(By(kDistrict))->incidents.at(0).after;
  EXPECT_EQ(back.desk_district_path(), kDistrict);
  EXPECT_EQ(back.taken_over_by, "");
}

TEST(TakeOverTest, TheNextShiftOfADeskGetsANote) {
  DeskBriefing briefing;
  EXPECT_OK(briefing.Do(By(kDistrict, "ask the school at six"), DistrictOperator()));
  EXPECT_THAT(briefing.Do(By(kDistrict, " "), DistrictOperator()), HasReason(Reason::kInvalidField));
}

TEST(TakeOverTest, NobodyHandsAnIncidentUpOrSideways) {
  DeskBriefing briefing;
  EXPECT_THAT(briefing.Do(By("3205"), DistrictOperator()), HasReason(Reason::kForbidden));
  EXPECT_THAT(briefing.Do(By("3205/320506")), HasReason(Reason::kInvalidField)) << "a neighbour";
  EXPECT_THAT(briefing.Do(By("3205/320583/320583100")), HasReason(Reason::kInvalidField)) << "a desk below";
  EXPECT_THAT(briefing.Do(By("")), HasReason(Reason::kInvalidField));
  EXPECT_THAT(briefing.Do(By("3205"), Someone(Role::kDistrictOperator, "3205/320506")), HasReason(Reason::kNotFound));
  briefing.incident.state = IncidentState::kClosed;
  EXPECT_THAT(briefing.Do(By("3205")), HasReason(Reason::kIllegalTransition));
}

/// What a command changed of the incident, asked of the desk that sends it.
absl::Status Check(const Principal& by, const IncidentId& taken_over, const DispatchChanges& changes) {
  Facts facts;
  facts.taken_over[taken_over] = "3205";
  SeededRandom random{1};
  return CheckDesk(changes, facts, Context{kNow, by, &random});
}

TEST(TakeOverTest, ALowerDeskChangesNothingWhileAHigherOneActs) {
  DeskBriefing briefing;
  briefing.Line("line", 10);
  briefing.Team("a", 5);
  DispatchPlan plan;
  plan.direct = true;
  plan.lines = {{RequestLineId("line"), {TeamId("a")}, std::nullopt}};
  const DispatchChanges changes = briefing.Decide(plan).value();
  const absl::Status refused = Check(DistrictOperator(), IncidentId("incident"), changes);
  EXPECT_THAT(refused, HasReason(Reason::kForbidden));
  EXPECT_EQ(GetErrorInfo(refused).metadata.at("desk"), "3205");
  EXPECT_OK(Check(DistrictOperator(), IncidentId("another"), changes));
  EXPECT_OK(Check(ManagerOf("a"), IncidentId("incident"), changes)) << "teams go on reporting";
}

TEST(TakeOverTest, EveryKindOfChangeIsLookedAt) {
  const IncidentId id("incident");
  const auto of = [&](auto list) {
    DispatchChanges changes;
    auto& changed = (changes.*list).emplace_back();
    changed.after.incident_id = id;
    return Check(DistrictOperator(), id, changes);
  };
  EXPECT_THAT(of(&DispatchChanges::requests), HasReason(Reason::kForbidden));
  EXPECT_THAT(of(&DispatchChanges::lines), HasReason(Reason::kForbidden));
  EXPECT_THAT(of(&DispatchChanges::offers), HasReason(Reason::kForbidden));
  EXPECT_THAT(of(&DispatchChanges::assignments), HasReason(Reason::kForbidden));
  DispatchChanges report;
  report.reports.emplace_back().incident_id = id;
  EXPECT_THAT(Check(DistrictOperator(), id, report), HasReason(Reason::kForbidden));
  DispatchChanges incident;
  incident.incidents.emplace_back().after.id = id;
  EXPECT_THAT(Check(DistrictOperator(), id, incident), HasReason(Reason::kForbidden));
}

}  // namespace
}  // namespace muster::dispatch
