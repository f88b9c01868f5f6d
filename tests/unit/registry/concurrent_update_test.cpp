#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <set>
#include <thread>
#include <vector>

#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {
namespace {

constexpr int kCallers = 200;
/// One who loses every race: each round somebody wins, so nobody needs more rounds than there are callers.
constexpr int kMostTries = kCallers + 1;

class ConcurrentUpdateTest : public RegistryFixture {
 protected:
  /// Adds one person to the team: reads it afresh and tries again as long as others are faster.
  absl::Status AddOnePerson(const std::string& team_id) {
    absl::Status status;
    for (int tries = 0; tries < kMostTries; ++tries) {
      absl::StatusOr<pb::Team> team = GetTeam("manager", team_id);
      if (!team.ok()) {
        return team.status();
      }
      team->set_headcount(team->headcount() + 1);
      status = UpdateTeam("manager", *team, {"headcount"}).status();
      if (!muster::HasReason(status, Reason::kVersionConflict)) {
        return status;
      }
      ++conflicts_;
    }
    return status;
  }

  std::atomic<int> conflicts_ = 0;
};

TEST_F(ConcurrentUpdateTest, TwoHundredUpdatesOfOneTeamAreAllThere) {
  const pb::Organization organization = MakeOrganization();
  pb::Team sample = SampleTeam(organization.id());
  sample.set_headcount(1);
  const auto team = CreateTeam("manager", sample);
  ASSERT_OK(team);

  std::vector<absl::Status> results(kCallers);
  std::latch start(kCallers);
  {
    std::vector<std::jthread> callers;
    for (absl::Status& result : results) {
      callers.emplace_back([&] {
        start.arrive_and_wait();
        result = AddOnePerson(team->id());
      });
    }
  }
  for (const absl::Status& result : results) {
    EXPECT_OK(result);
  }
  EXPECT_GT(conflicts_, 0) << "nobody met anybody: the test shows nothing";

  const auto after = GetTeam("manager", team->id());
  ASSERT_OK(after);
  EXPECT_EQ(after->version(), 1 + kCallers);
  EXPECT_EQ(after->headcount(), 1 + kCallers);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM audit WHERE object_type = 'team'"), 1 + kCallers);

  // Each update is told once, with the person that it added.
  std::set<int64_t> versions;
  for (const common::v1::Event& event : Events()) {
    if (event.type() == "muster.registry.v1.TeamUpdated") {
      pb::TeamEvent payload;
      ASSERT_TRUE(payload.ParseFromString(event.data()));
      EXPECT_EQ(payload.team().team().headcount(), event.version());
      EXPECT_TRUE(versions.insert(event.version()).second) << event.version() << " is told twice";
    }
  }
  EXPECT_EQ(versions.size(), static_cast<size_t>(kCallers));
  EXPECT_TRUE(Violations().empty());
}

}  // namespace
}  // namespace muster::registry
