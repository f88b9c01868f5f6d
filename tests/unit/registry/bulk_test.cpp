#include <gtest/gtest.h>

#include <set>

#include "services/cli/demo_city/demo_city.h"
#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class BulkTest : public RegistryFixture {
 protected:
  absl::StatusOr<pb::ImportBatchResponse> Import(const pb::ImportBatchRequest& batch,
                                                 const std::string& token = "service") {
    return Invoke<pb::ImportBatchResponse>(token, "ImportBatch", batch);
  }
  /// Loads a small city; answers the rows stored and skipped.
  pb::ImportBatchResponse Load(uint64_t seed = 1, double scale = 0.005) {
    pb::ImportBatchResponse sum;
    demo::DemoCity city({seed, scale, clock_.Now()});
    while (auto batch = city.Next()) {
      batch->set_request_id(NewRequestId());
      const auto response = Import(*batch);
      EXPECT_OK(response);
      if (response.ok()) {
        sum.set_stored(sum.stored() + response->stored());
        sum.set_skipped(sum.skipped() + response->skipped());
      }
    }
    return sum;
  }
  struct Snapshot {
    std::vector<pb::TeamProfile> teams;
    std::set<int64_t> feed_seqs;
    absl::Status status;
  };
  Snapshot Stream(const std::string& token = "service") {
    Snapshot snapshot;
    rpc::StatusWaiter waiter;
    rpc::Call call = CallOf(token);
    call.steady_deadline = rpc::kNoDeadline;
    const auto handle = rpc::CallStream<pb::StreamTeamsResponse>(
        *peer_, "muster.registry.v1.RegistryService.StreamTeams", call, pb::StreamTeamsRequest(),
        [&](const pb::StreamTeamsResponse& part) {
          snapshot.teams.insert(snapshot.teams.end(), part.teams().begin(), part.teams().end());
          snapshot.feed_seqs.insert(part.feed_seq());
          EXPECT_LE(part.ByteSizeLong(), 1024U * 1024U);
          return true;
        },
        [&](absl::Status status) { waiter.Set(std::move(status)); });
    snapshot.status = waiter.Wait();
    return snapshot;
  }
};

TEST_F(BulkTest, StoresTheDemoCityOnceHoweverOftenItIsLoaded) {
  const pb::ImportBatchResponse first = Load();
  EXPECT_EQ(first.skipped(), 0);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM organization"), 120);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM team"), 200);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM member"), 1225);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM member_team"), 1225);
  const size_t events = Events().size();
  const pb::ImportBatchResponse again = Load();
  EXPECT_EQ(again.stored(), 0);
  EXPECT_EQ(again.skipped(), first.stored());
  EXPECT_EQ(Events().size(), events) << "nothing new, nothing to tell";
  EXPECT_TRUE(Violations().empty());
}

TEST_F(BulkTest, ABatchIsOneAuditRowAndOneEvent) {
  demo::DemoCity city({1, 0.005, clock_.Now()});
  ASSERT_OK(Import(*city.Next()));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM audit"), 1);
  const auto events = Events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].type(), "muster.registry.v1.RegistryImported");
  pb::RegistryImportedEvent payload;
  ASSERT_TRUE(payload.ParseFromString(events[0].data()));
  EXPECT_EQ(payload.organizations(), 120);
}

TEST_F(BulkTest, WhatIsImportedIsSeenLikeEverythingElse) {
  Load();
  Appoint("demo manager", std::string(demo::kDemoOrganizationId));
  const auto teams = Invoke<pb::ListTeamsResponse>("demo manager", "ListTeams", pb::ListTeamsRequest());
  ASSERT_OK(teams);
  EXPECT_EQ(teams->teams_size(), demo::kDemoTeamCount);
  pb::ListMembersRequest members;
  members.set_page_size(500);
  const auto people = Invoke<pb::ListMembersResponse>("demo manager", "ListMembers", members);
  ASSERT_OK(people);
  EXPECT_EQ(people->members_size(), 60);
  EXPECT_TRUE(people->members(0).name().ends_with("**"));
}

TEST_F(BulkTest, AChangeAfterTheImportKeepsTheTrailWhole) {
  Load();
  Appoint("demo manager", std::string(demo::kDemoOrganizationId));
  const auto teams = Invoke<pb::ListTeamsResponse>("demo manager", "ListTeams", pb::ListTeamsRequest());
  pb::Team team = teams->teams(0);
  team.set_headcount(3);
  ASSERT_OK(UpdateTeam("demo manager", team, {"headcount"}));
  EXPECT_TRUE(Violations().empty());
  Spoil("UPDATE team SET headcount = 99 WHERE version = 2");
  ASSERT_EQ(Violations().size(), 1U);
  EXPECT_EQ(Violations()[0].object_id(), team.id());
  EXPECT_EQ(Violations()[0].invariant(), "I4");
}

TEST_F(BulkTest, AChangeBehindTheTrailIsFound) {
  Load();
  Spoil("UPDATE team SET version = 2 WHERE id = (SELECT MIN(id) FROM team)");
  ASSERT_EQ(Violations().size(), 1U);
  Spoil("UPDATE member SET phone_index = substr(phone_index, 2) WHERE id = (SELECT MIN(id) FROM member)");
  EXPECT_EQ(Violations().size(), 2U);
  Spoil(
      "UPDATE member SET organization_id = (SELECT MAX(id) FROM organization) WHERE id = (SELECT MIN(id) FROM member)");
  EXPECT_GE(Violations().size(), 3U);
}

TEST_F(BulkTest, OneBadRowRefusesTheWholeBatch) {
  demo::DemoCity city({1, 0.005, clock_.Now()});
  pb::ImportBatchRequest batch = *city.Next();
  batch.mutable_organizations(7)->set_name(" ");
  const auto refused = Import(batch);
  EXPECT_THAT(refused, HasReason(Reason::kInvalidField));
  EXPECT_EQ(GetErrorInfo(refused.status()).field, "organizations[7].name");
  EXPECT_EQ(Count("SELECT COUNT(*) FROM organization"), 0);
  pb::ImportBatchRequest lonely;
  lonely.set_request_id(NewRequestId());
  *lonely.add_teams() = SampleTeam("01900000-0000-7000-8000-0000000000ff");
  lonely.mutable_teams(0)->set_id("01900000-0000-7000-8000-0000000000aa");
  lonely.mutable_teams(0)->set_district_path("3205");
  EXPECT_THAT(Import(lonely), HasReason(Reason::kUnknownReference));
}

TEST_F(BulkTest, OfficersImportTheirDistrictOnly) {
  const pb::ImportBatchRequest batch = *demo::DemoCity({1, 0.001, clock_.Now()}).Next();
  EXPECT_THAT(Import(batch, "auditor"), HasReason(Reason::kForbidden));
  EXPECT_THAT(Import(batch, "kunshan officer"), HasReason(Reason::kForbidden));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM organization"), 0);
  EXPECT_OK(Import(batch, "officer"));
}

TEST_F(BulkTest, AnOfficerAddsNothingToOrganizationsAndTeamsOfOtherDistricts) {
  const pb::Organization gusu = MakeOrganization("manager", "53320500MJ50900329", "3205/320508");
  const auto team = CreateTeam("manager", SampleTeam(gusu.id()));
  ASSERT_OK(team);
  pb::ImportBatchRequest teams;
  teams.set_request_id(NewRequestId());
  *teams.add_teams() = SampleTeam(gusu.id());
  teams.mutable_teams(0)->set_id("01900000-0000-7000-8000-0000000000aa");
  teams.mutable_teams(0)->set_district_path("3205/320583");
  EXPECT_THAT(Import(teams, "kunshan officer"), HasReason(Reason::kUnknownReference));
  pb::ImportBatchRequest members;
  members.set_request_id(NewRequestId());
  pb::Member& member = *members.add_members();
  member.set_id("01900000-0000-7000-8000-0000000000ab");
  member.set_organization_id(gusu.id());
  member.set_district_path("3205/320583");
  member.set_name("张三");
  member.set_phone("19900000002");
  EXPECT_THAT(Import(members, "kunshan officer"), HasReason(Reason::kUnknownReference));
  pb::ImportBatchRequest windows;
  windows.set_request_id(NewRequestId());
  pb::Availability& window = *windows.add_availabilities();
  window.set_id("01900000-0000-7000-8000-0000000000ac");
  window.set_team_id(team->id());
  const int64_t now = ToMicros(clock_.Now()) / 1'000'000;
  window.mutable_window()->mutable_start_time()->set_seconds(now + 3600);
  window.mutable_window()->mutable_end_time()->set_seconds(now + 7200);
  EXPECT_THAT(Import(windows, "kunshan officer"), HasReason(Reason::kUnknownReference));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM team") + Count("SELECT COUNT(*) FROM member") +
                Count("SELECT COUNT(*) FROM availability"),
            1);
  for (const pb::ImportBatchRequest& batch : {teams, members, windows}) {
    EXPECT_OK(Import(batch, "officer")) << "who covers both may";
  }
}

TEST_F(BulkTest, OnlyServicesTakeSnapshots) { EXPECT_THAT(Stream("officer").status, HasReason(Reason::kForbidden)); }

TEST_F(BulkTest, TheSnapshotHasEveryTeamWithItsFacts) {
  Load(1, 0.02);
  const Snapshot snapshot = Stream();
  ASSERT_OK(snapshot.status);
  ASSERT_EQ(snapshot.teams.size(), 800U);
  ASSERT_EQ(snapshot.feed_seqs.size(), 1U) << "one position for all parts";
  EXPECT_EQ(*snapshot.feed_seqs.begin(), Events().back().feed_seq());
  int with_windows = 0;
  std::string before;
  for (const pb::TeamProfile& profile : snapshot.teams) {
    EXPECT_LT(before, profile.team().id());
    before = profile.team().id();
    EXPECT_EQ(profile.organization_state(), pb::ORGANIZATION_STATE_APPROVED);
    EXPECT_FALSE(profile.organization_name().empty());
    EXPECT_GE(profile.team().capabilities_size(), 1);
    with_windows += profile.available().empty() ? 0 : 1;
  }
  EXPECT_GT(with_windows, 50);
  EXPECT_EQ(static_cast<int64_t>(with_windows), Count("SELECT COUNT(DISTINCT team_id) FROM availability"));
}

TEST_F(BulkTest, AnEmptyRegistryStillTellsItsPosition) {
  const Snapshot snapshot = Stream();
  ASSERT_OK(snapshot.status);
  EXPECT_EQ(snapshot.teams.size(), 0U);
  EXPECT_EQ(snapshot.feed_seqs, std::set<int64_t>{0});
}

}  // namespace
}  // namespace muster::registry
