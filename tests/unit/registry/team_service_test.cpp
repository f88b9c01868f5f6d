#include <gtest/gtest.h>

#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class TeamServiceTest : public RegistryFixture {
 protected:
  TeamServiceTest() : organization_(MakeOrganization()) {}

  pb::Team MakeTeam() {
    const auto team = CreateTeam("manager", SampleTeam(organization_.id()));
    EXPECT_OK(team);
    return team.value_or(pb::Team());
  }
  google::protobuf::Timestamp In(int hours) {
    google::protobuf::Timestamp time;
    time.set_seconds(ToMicros(clock_.Now()) / 1'000'000 + hours * 3600);
    return time;
  }
  common::v1::Window WindowIn(int from_hours, int until_hours) {
    common::v1::Window window;
    *window.mutable_start_time() = In(from_hours);
    *window.mutable_end_time() = In(until_hours);
    return window;
  }
  absl::StatusOr<pb::DeclareAvailabilityResponse> Declare(const std::string& token, const std::string& team_id,
                                                          const std::vector<common::v1::Window>& windows) {
    pb::DeclareAvailabilityRequest request;
    request.set_request_id(NewRequestId());
    request.set_team_id(team_id);
    for (const auto& window : windows) {
      *request.add_windows() = window;
    }
    return Invoke<pb::DeclareAvailabilityResponse>(token, "DeclareAvailability", request);
  }
  absl::StatusOr<pb::CheckEligibilityResponse> Check(const std::string& team_id, const std::string& capability,
                                                     const common::v1::Window& window) {
    pb::CheckEligibilityRequest request;
    request.set_team_id(team_id);
    request.set_capability(capability);
    *request.mutable_window() = window;
    return Invoke<pb::CheckEligibilityResponse>("officer", "CheckEligibility", request);
  }
  absl::StatusOr<pb::ListTeamsResponse> List(const std::string& token, const std::string& capability = "",
                                             const std::string& organization_id = "") {
    pb::ListTeamsRequest request;
    request.set_capability(capability);
    request.set_organization_id(organization_id);
    return Invoke<pb::ListTeamsResponse>(token, "ListTeams", request);
  }

  const pb::Organization organization_;
};

TEST_F(TeamServiceTest, KeepsWhatIsCreated) {
  pb::Team sample = SampleTeam(organization_.id());
  sample.add_languages("zh-CN");
  sample.add_languages("wuu");
  sample.set_works_remotely(true);
  sample.set_travel_mode(pb::TRAVEL_MODE_VAN);
  auto& reference = *sample.add_external_refs();
  reference.set_system("city-12345");
  reference.set_id("T-7");
  const auto made = CreateTeam("manager", sample);
  ASSERT_OK(made);
  EXPECT_EQ(made->district_path(), "3205/320583");
  EXPECT_EQ(made->languages_size(), 2);
  EXPECT_EQ(made->capabilities(0).valid_from_time().seconds(), In(0).seconds());
  EXPECT_EQ(made->external_refs(0).id(), "T-7");
  const auto read = GetTeam("manager", made->id());
  ASSERT_OK(read);
  EXPECT_EQ(read->SerializeAsString(), made->SerializeAsString());
  EXPECT_TRUE(Violations().empty());
}

TEST_F(TeamServiceTest, AnUpdateReplacesTheCapabilitiesAndTellsIt) {
  pb::Team team = MakeTeam();
  team.clear_capabilities();
  auto& held = *team.add_capabilities();
  held.set_capability("elder_care");
  held.set_level(1);
  *held.mutable_valid_until_time() = In(1000);
  const auto updated = UpdateTeam("manager", team, {"capabilities"});
  ASSERT_OK(updated);
  EXPECT_EQ(updated->version(), 2);
  EXPECT_EQ(GetTeam("manager", team.id())->capabilities(0).capability(), "elder_care");
  EXPECT_EQ(List("officer", "elder_care")->teams_size(), 1);
  EXPECT_EQ(List("officer", "psychological_support")->teams_size(), 0);
  const auto events = Events();
  EXPECT_EQ(events.back().type(), "muster.registry.v1.TeamUpdated");
  EXPECT_EQ(events.back().version(), 2);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(TeamServiceTest, WhatTheMaskDoesNotNameIsNotLookedAt) {
  pb::Team team = MakeTeam();
  team.set_headcount(12);
  team.mutable_base_position()->set_latitude(95);
  const auto updated = UpdateTeam("manager", team, {"headcount"});
  ASSERT_OK(updated);
  EXPECT_EQ(updated->headcount(), 12);
  EXPECT_THAT(UpdateTeam("manager", *updated, {"disbanded"}), HasReason(Reason::kReadOnlyField));
  EXPECT_THAT(UpdateTeam("manager", *updated, {"colour"}), HasReason(Reason::kUnknownField));
}

TEST_F(TeamServiceTest, LivePositionsStayOutOfTheFeed) {
  pb::Team team = MakeTeam();
  Appoint("leader", organization_.id(), Role::kTeamLeader);
  team.mutable_current_position()->set_latitude(31.31);
  team.mutable_current_position()->set_longitude(120.61);
  *team.mutable_current_position()->mutable_time() = In(0);
  ASSERT_OK(UpdateTeam("leader", team, {"current_position"}));
  EXPECT_NEAR(GetTeam("manager", team.id())->current_position().latitude(), 31.31, 1e-9);
  pb::TeamEvent payload;
  ASSERT_TRUE(payload.ParseFromString(Events().back().data()));
  EXPECT_FALSE(payload.team().team().has_current_position());
}

TEST_F(TeamServiceTest, ADisbandedTeamIsToldAndNoLongerEligible) {
  const pb::Team team = MakeTeam();
  pb::DisbandTeamRequest request;
  request.set_request_id(NewRequestId());
  request.set_id(team.id());
  request.set_expected_version(team.version());
  const auto gone = Invoke<pb::Team>("manager", "DisbandTeam", request);
  ASSERT_OK(gone);
  EXPECT_TRUE(gone->disbanded());
  EXPECT_EQ(Events().back().type(), "muster.registry.v1.TeamDisbanded");
  const auto checked = Check(team.id(), "psychological_support", WindowIn(1, 5));
  ASSERT_OK(checked);
  EXPECT_EQ(checked->failures(0).rule(), "DISBANDED");
}

TEST_F(TeamServiceTest, EligibilityNamesEveryFailingRule) {
  const pb::Team team = MakeTeam();
  EXPECT_TRUE(Check(team.id(), "psychological_support", WindowIn(1, 5))->eligible());
  const auto later = Check(team.id(), "psychological_support", WindowIn(99 * 24, 120 * 24));
  ASSERT_OK(later);
  EXPECT_FALSE(later->eligible());
  EXPECT_EQ(later->failures(0).rule(), "CAPABILITY_NOT_VALID");
  EXPECT_FALSE(later->failures(0).text().zh().empty());
  EXPECT_EQ(Check(team.id(), "elder_care", WindowIn(1, 5))->failures(0).rule(), "NO_CAPABILITY");
  EXPECT_THAT(Check(team.id(), "juggling", WindowIn(1, 5)), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Check(team.id(), "elder_care", WindowIn(5, 1)), HasReason(Reason::kBadTime));
}

TEST_F(TeamServiceTest, DeclaredWindowsReplaceTheOlderOnesAndBindEligibility) {
  const pb::Team team = MakeTeam();
  ASSERT_OK(Declare("manager", team.id(), {WindowIn(0, 10), WindowIn(20, 30)}));
  const auto declared = Declare("manager", team.id(), {WindowIn(40, 50)});
  ASSERT_OK(declared);
  pb::ListAvailabilityRequest request;
  request.set_team_id(team.id());
  const auto listed = Invoke<pb::ListAvailabilityResponse>("manager", "ListAvailability", request);
  ASSERT_OK(listed);
  ASSERT_EQ(listed->availabilities_size(), 1);
  EXPECT_EQ(listed->availabilities(0).id(), declared->availabilities(0).id());
  EXPECT_EQ(Check(team.id(), "psychological_support", WindowIn(1, 5))->failures(0).rule(), "NOT_AVAILABLE");
  EXPECT_TRUE(Check(team.id(), "psychological_support", WindowIn(41, 49))->eligible());
  pb::TeamEvent payload;
  ASSERT_TRUE(payload.ParseFromString(Events().back().data()));
  EXPECT_EQ(payload.team().available_size(), 1);
  EXPECT_EQ(payload.team().team().version(), 3);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(TeamServiceTest, AnotherOrganizationsTeamIsNotFound) {
  const pb::Team team = MakeTeam();
  MakeOrganization("other manager", "53320500MJ50900329", "3205/320508");
  EXPECT_THAT(GetTeam("other manager", team.id()), HasReason(Reason::kNotFound));
  EXPECT_THAT(UpdateTeam("other manager", team, {"headcount"}), HasReason(Reason::kNotFound));
  EXPECT_THAT(Declare("other manager", team.id(), {}), HasReason(Reason::kNotFound));
  EXPECT_THAT(Declare("gusu operator", team.id(), {}), HasReason(Reason::kNotFound));
  EXPECT_THAT(CreateTeam("other manager", SampleTeam(organization_.id())), HasReason(Reason::kNotFound));
  EXPECT_EQ(List("other manager", "", organization_.id())->teams_size(), 0);
  EXPECT_EQ(List("manager")->teams_size(), 1);
}

TEST_F(TeamServiceTest, RolesOutsideThePolicyAreForbidden) {
  EXPECT_THAT(CreateTeam("gusu operator", SampleTeam(organization_.id())), HasReason(Reason::kForbidden));
  EXPECT_THAT(CreateTeam("auditor", SampleTeam(organization_.id())), HasReason(Reason::kForbidden));
}

TEST_F(TeamServiceTest, TheTaxonomyIsForEveryone) {
  const auto taxonomy =
      Invoke<pb::ListCapabilitiesResponse>("manager", "ListCapabilities", pb::ListCapabilitiesRequest());
  ASSERT_OK(taxonomy);
  EXPECT_GE(taxonomy->capabilities_size(), 60);
}

}  // namespace
}  // namespace muster::registry
