#include "services/dispatch/rpc/registry_follower.h"

#include <gmock/gmock.h>

#include "muster/base/status_macros.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/pipeline.h"
#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using muster::testing::HasReason;
using registry::v1::RegistryImportedEvent;
using registry::v1::StreamTeamsRequest;
using registry::v1::StreamTeamsResponse;
using registry::v1::TeamEvent;
using registry::v1::TeamProfile;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNull;

google::protobuf::Timestamp Stamp(Time time) {
  google::protobuf::Timestamp stamp;
  stamp.set_seconds(ToMicros(time) / 1'000'000);
  return stamp;
}

/// A team that may do everything, as the registry tells of it.
TeamProfile Profile(const std::string& name, int64_t version, int people = 10) {
  TeamProfile profile;
  profile.set_organization_state(registry::v1::ORGANIZATION_STATE_APPROVED);
  registry::v1::Team& team = *profile.mutable_team();
  team.set_id(name);
  team.set_version(version);
  team.set_organization_id("organization of " + name);
  team.set_district_path(kDistrict);
  team.set_headcount(people);
  registry::v1::TeamCapability& held = *team.add_capabilities();
  held.set_capability(kSkill);
  held.set_level(2);
  *held.mutable_valid_from_time() = Stamp(At(-1000));
  *held.mutable_valid_until_time() = Stamp(At(1000));
  return profile;
}

TeamProfile With(TeamProfile profile, registry::v1::OrganizationState state) {
  profile.set_organization_state(state);
  return profile;
}

TeamProfile Disbanded(TeamProfile profile) {
  profile.mutable_team()->set_disbanded(true);
  return profile;
}

class RegistryFollowerTest : public DispatchFixture {
 protected:
  RegistryFollowerTest() {
    registry_table_.Stream<StreamTeamsRequest, StreamTeamsResponse>(
        "muster.registry.v1.RegistryService.StreamTeams", [this](auto, const auto&, auto writer) {
          ++snapshots_;
          for (const TeamProfile& profile : registry_) {  // a part for each team
            StreamTeamsResponse part;
            part.set_feed_seq(head_);
            *part.add_teams() = profile;
            writer->Write(part);
          }
          writer->Finish(snapshot_status_);
        });
    rpc::Checks checks;
    checks.is_anonymous = [](const std::string&) { return false; };
    checks.authorize = [](const Principal&, const std::string&) { return absl::OkStatus(); };
    checks.authenticate = [](const std::string&) -> absl::StatusOr<Principal> { return Principal(); };
    pipeline_ = std::make_unique<rpc::CallPipeline>(registry_table_, checks, rpc::PipelineOptions(), clock_);
    peer_ = rpc::MakeLocalPeer(*pipeline_);
    Restart();
  }

  /// A follower that remembers nothing.
  void Restart() {
    follower_ = std::make_unique<RegistryFollower>(
        RegistryFollower::Dependencies{*database_, *peer_, clock_, [] { return std::string("dispatch"); }, *service_});
  }

  /// Applies an event of the registry as the consumer does.
  template <class Payload>
  absl::Status Hear(const Payload& payload) {
    MUSTER_ASSIGN_OR_RETURN(std::unique_ptr<storage::Command> command, follower_->Handle(EventOf(payload)));
    return command == nullptr ? absl::OkStatus() : database_->Run(std::move(command)).status();
  }
  absl::Status Hear(const TeamProfile& profile) {
    TeamEvent event;
    *event.mutable_team() = profile;
    return Hear(event);
  }
  template <class Payload>
  events::FeedEvent EventOf(const Payload& payload) {
    events::FeedEvent event;
    event.data_type = payload.GetDescriptor()->full_name();
    event.data = payload.SerializeAsString();
    event.owner = "registry";
    event.feed_seq = ++head_;
    return event;
  }

  std::vector<std::string> Projection() {
    return Texts(
        "SELECT team_id || ' v' || registry_version || ', ' || headcount || ' people' FROM projected_team "
        "ORDER BY team_id");
  }
  std::vector<std::string> Alarms() {
    return Texts("SELECT team_id || ' ' || alarms FROM assignment ORDER BY team_id");
  }
  /// What dispatch says when it is to ask this team.
  absl::Status Ask(const std::string& team) {
    return SendOut(PlanOf(MakeRequest(MakeIncident(), {Line(10, 200, 210)}), 0, {team})).status();
  }

  std::vector<TeamProfile> registry_;  ///< what a snapshot holds
  int64_t head_ = 0;                   ///< the registry's newest feed_seq
  int snapshots_ = 0;                  ///< taken so far
  absl::Status snapshot_status_;
  rpc::MethodTable registry_table_;
  std::unique_ptr<rpc::CallPipeline> pipeline_;
  std::unique_ptr<rpc::Peer> peer_;
  std::unique_ptr<RegistryFollower> follower_;
};

TEST_F(RegistryFollowerTest, ATeamCanBeAskedOnceItWasHeardOf) {
  EXPECT_THAT(Ask("a"), HasReason(Reason::kNotEligible)) << "not known yet";
  ASSERT_OK(Hear(Profile("a", 1)));
  EXPECT_THAT(Projection(), ElementsAre("a v1, 10 people"));
  EXPECT_OK(Ask("a"));
}

TEST_F(RegistryFollowerTest, WhatATeamBringsAlongIsFilledInWhereTheVersionBeforeLeftItOut) {
  ASSERT_OK(Hear(Profile("a", 1)));
  const auto kinds = [this] { return Texts("SELECT organization_kind FROM projected_team ORDER BY team_id"); };
  EXPECT_THAT(kinds(), ElementsAre("")) << "a registry of the version before does not tell";
  TeamProfile known = Profile("a", 1);
  known.set_organization_kind(registry::v1::ORGANIZATION_KIND_FILED_GROUP);
  known.mutable_team()->add_languages("wuu");
  registry::v1::TeamEquipment& boats = *known.mutable_team()->add_equipment();
  boats.set_kind("boat");
  boats.set_count(2);
  registry_ = {known};
  snapshot_status_ = absl::UnavailableError("not now");
  EXPECT_LT(follower_->FillIn(), std::chrono::minutes(5)) << "it tries again soon";
  snapshot_status_ = absl::OkStatus();
  EXPECT_GT(follower_->FillIn(), std::chrono::minutes(5));
  EXPECT_THAT(kinds(), ElementsAre("filed_group"));
  EXPECT_THAT(Texts("SELECT means FROM projected_team"),
              ElementsAre(AllOf(HasSubstr("boat"), HasSubstr("wuu"), HasSubstr("filed_group"))));
  const int taken = snapshots_;
  follower_->FillIn();
  EXPECT_EQ(snapshots_, taken) << "nothing is left to fill in";
}

TEST_F(RegistryFollowerTest, AnOlderVersionChangesNothing) {
  ASSERT_OK(Hear(Profile("a", 3, 30)));
  ASSERT_OK(Hear(With(Profile("a", 2, 20), registry::v1::ORGANIZATION_STATE_SUSPENDED)));
  EXPECT_THAT(Projection(), ElementsAre("a v3, 30 people"));
  EXPECT_OK(Ask("a"));
  ASSERT_OK(Hear(Profile("a", 3, 30))) << "the same again";
  ASSERT_OK(Hear(Profile("a", 4, 40)));
  EXPECT_THAT(Projection(), ElementsAre("a v4, 40 people"));
}

TEST_F(RegistryFollowerTest, WeeklyHoursAndBlackoutsAreKeptAndAsked) {
  TeamProfile profile = Profile("a", 1);
  registry::v1::WeeklyTime& weekly = *profile.add_weekly();
  for (int day = 1; day <= 7; ++day) {
    weekly.add_weekdays(static_cast<registry::v1::Weekday>(day));
  }
  weekly.set_end_minute(1440);
  ASSERT_OK(Hear(profile));
  EXPECT_OK(Ask("a")) << "free around the clock: one day joins the next";
  profile.mutable_team()->set_version(2);
  *profile.mutable_weekly(0)->mutable_valid_until_time() = Stamp(At(205));
  ASSERT_OK(Hear(profile));
  EXPECT_THAT(Ask("a"), HasReason(Reason::kNotEligible)) << "the hours end inside the work";
  profile.mutable_team()->set_version(3);
  profile.clear_weekly();
  *profile.add_blackouts()->mutable_start_time() = Stamp(At(209));
  *profile.mutable_blackouts(0)->mutable_end_time() = Stamp(At(233));
  ASSERT_OK(Hear(profile));
  EXPECT_THAT(Ask("a"), HasReason(Reason::kNotEligible));
  profile.mutable_team()->set_version(4);
  *profile.mutable_blackouts(0)->mutable_start_time() = Stamp(At(210));
  ASSERT_OK(Hear(profile));
  EXPECT_OK(Ask("a"));
}

TEST_F(RegistryFollowerTest, ADisbandedTeamIsAskedNoMoreAndAlarmsWhereItIsOut) {
  ASSERT_OK(Hear(Profile("a", 1)));
  Book("a");
  ASSERT_OK(Hear(Disbanded(Profile("a", 2))));
  EXPECT_THAT(Ask("a"), HasReason(Reason::kNotEligible));
  EXPECT_THAT(Alarms(), ElementsAre(R"(a ["DISBANDED"])"));
  ASSERT_OK(Hear(Profile("a", 1))) << "late news";
  EXPECT_THAT(Ask("a"), HasReason(Reason::kNotEligible));
}

TEST_F(RegistryFollowerTest, ASuspensionOfAnOrganizationReachesAllItsTeams) {
  for (const char* team : {"a", "b", "c"}) {
    TeamProfile profile = Profile(team, 1);
    profile.mutable_team()->set_organization_id(team == std::string("c") ? "another" : "the suspended");
    registry_.push_back(profile);
    ASSERT_OK(Hear(profile));
    Book(team);
  }
  // The registry tells of the organization, then of each of its teams under a new version.
  registry::v1::OrganizationEvent reviewed;
  reviewed.set_organization_id("the suspended");
  reviewed.set_state(registry::v1::ORGANIZATION_STATE_SUSPENDED);
  ASSERT_OK(Hear(reviewed));
  for (TeamProfile profile : {registry_[0], registry_[1]}) {
    profile.mutable_team()->set_version(2);
    ASSERT_OK(Hear(With(profile, registry::v1::ORGANIZATION_STATE_SUSPENDED)));
  }
  EXPECT_THAT(Alarms(), ElementsAre(R"(a ["ORGANIZATION_STATE"])", R"(b ["ORGANIZATION_STATE"])", "c []"));
  EXPECT_THAT(Ask("a"), HasReason(Reason::kNotEligible));
  EXPECT_THAT(Ask("b"), HasReason(Reason::kNotEligible));
  EXPECT_OK(Ask("c"));
  for (TeamProfile profile : {registry_[0], registry_[1]}) {
    profile.mutable_team()->set_version(3);
    ASSERT_OK(Hear(profile));
  }
  EXPECT_THAT(Alarms(), ElementsAre("a []", "b []", "c []")) << "the suspension was lifted";
  EXPECT_OK(Ask("a"));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(RegistryFollowerTest, ASnapshotTakesEveryTeamThatIsNotOlder) {
  ASSERT_OK(Hear(Profile("a", 1)));
  ASSERT_OK(Hear(Profile("b", 5, 50)));
  Book("a");
  registry_ = {With(Profile("a", 2, 20), registry::v1::ORGANIZATION_STATE_REVOKED), Profile("b", 4, 40),
               Profile("c", 1), Disbanded(Profile("d", 9))};
  head_ = 77;
  const absl::StatusOr<int64_t> position = follower_->Resync("registry");
  ASSERT_OK(position);
  EXPECT_EQ(*position, 77);
  EXPECT_THAT(Projection(), ElementsAre("a v2, 20 people", "b v5, 50 people", "c v1, 10 people", "d v9, 10 people"));
  EXPECT_THAT(Alarms(), ElementsAre(R"(a ["ORGANIZATION_STATE"])")) << "what happened in the gap alarms too";
  EXPECT_OK(Ask("c"));
  EXPECT_THAT(Ask("d"), HasReason(Reason::kNotEligible));
}

TEST_F(RegistryFollowerTest, ASnapshotThatBreaksOffIsAnErrorAndIsTakenAgain) {
  registry_ = {Profile("a", 1)};
  head_ = 5;
  snapshot_status_ = Error(Reason::kStoreBusy);
  EXPECT_THAT(follower_->Resync("registry"), HasReason(Reason::kStoreBusy));
  RegistryImportedEvent imported;
  imported.set_teams(1);
  EXPECT_THAT(Hear(imported), HasReason(Reason::kStoreBusy)) << "the consumer tries again";
  snapshot_status_ = absl::OkStatus();
  ASSERT_OK(Hear(imported));
  EXPECT_EQ(snapshots_, 3);
  EXPECT_THAT(Projection(), ElementsAre("a v1, 10 people"));
}

TEST_F(RegistryFollowerTest, AnImportTakesTheSnapshotUnlessThereIsOneThatHoldsIt) {
  RegistryImportedEvent imported;
  imported.set_teams(2);
  const events::FeedEvent first = EventOf(imported);
  const events::FeedEvent second = EventOf(imported);
  registry_ = {Profile("a", 1), Profile("b", 1)};
  ASSERT_OK(follower_->Handle(first));
  EXPECT_EQ(snapshots_, 1);
  ASSERT_OK(follower_->Handle(second));
  EXPECT_EQ(snapshots_, 1) << "the first snapshot holds both batches";
  EXPECT_THAT(Projection(), ElementsAre("a v1, 10 people", "b v1, 10 people"));
  imported.set_teams(0);
  ASSERT_OK(Hear(imported)) << "organizations alone";
  EXPECT_EQ(snapshots_, 1);
  imported.set_teams(1);
  ASSERT_OK(Hear(imported));
  EXPECT_EQ(snapshots_, 2);
}

TEST_F(RegistryFollowerTest, OtherEventsAreNoneOfItsConcernAndDamagedOnesAnError) {
  const auto other = follower_->Handle(EventOf(registry::v1::OrganizationEvent()));
  ASSERT_OK(other);
  EXPECT_THAT(*other, IsNull());
  events::FeedEvent damaged = EventOf(TeamEvent());
  damaged.data = "\x0a\xff";
  EXPECT_THAT(follower_->Handle(damaged), HasReason(Reason::kInvalidField));
}

TEST(ToProjectionTest, TakesOverAllThatEligibilityLooksAt) {
  TeamProfile profile = Profile("a", 7, 12);
  *profile.mutable_registration_end_time() = Stamp(At(500));
  *profile.mutable_blacklisted_until_time() = Stamp(At(5));
  common::v1::Window& window = *profile.add_available();
  *window.mutable_start_time() = Stamp(At(1));
  *window.mutable_end_time() = Stamp(At(2));
  *profile.mutable_team()->mutable_suspended() = window;
  profile.mutable_team()->set_works_remotely(true);
  const ProjectedTeam team = ToProjection(profile);
  EXPECT_EQ(team.registry_version, 7);
  EXPECT_EQ(team.district_path, kDistrict);
  const TeamFacts& facts = team.facts;
  EXPECT_EQ(facts.team_id, TeamId("a"));
  EXPECT_EQ(facts.organization_id, OrganizationId("organization of a"));
  EXPECT_EQ(facts.organization_state, OrganizationState::kApproved);
  EXPECT_EQ(facts.registration_end, At(500));
  EXPECT_EQ(facts.blacklisted_until, At(5));
  EXPECT_EQ(facts.suspended, Hours(1, 2));
  EXPECT_THAT(facts.available, ElementsAre(Hours(1, 2)));
  EXPECT_EQ(facts.headcount, 12);
  EXPECT_TRUE(facts.works_remotely);
  EXPECT_FALSE(facts.disbanded);
  ASSERT_EQ(facts.capabilities.size(), 1U);
  EXPECT_EQ(facts.capabilities[0].capability, kSkill);
  EXPECT_EQ(facts.capabilities[0].level, 2);
  EXPECT_EQ(facts.capabilities[0].valid, Hours(-1000, 1000));
  EXPECT_EQ(ToProjection(TeamProfile()).facts.organization_state, OrganizationState::kDraft)
      << "never in good standing";
}

}  // namespace
}  // namespace muster::dispatch
