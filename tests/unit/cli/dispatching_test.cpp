#include "services/cli/app/dispatching.h"

#include <gtest/gtest.h>

#include "services/cli/app/advancing.h"

namespace muster::cli {
namespace {

using dispatch::v1::DISPATCH_HOW_DIRECT;
using dispatch::v1::DISPATCH_HOW_INVITE;

/// A plan for two lines: "a" with two teams and a reserve, "b" for which nobody was found.
class DispatchOfTest : public testing::Test {
 protected:
  DispatchOfTest() {
    auto& line = *request_.add_lines();
    line.set_id("a");
    line.mutable_wave_policy()->set_wave_size(3);
    line.mutable_wave_policy()->set_answer_seconds(600);
    request_.add_lines()->set_id("b");
    plan_.set_resource_request_id("request");
    plan_.set_version(7);
    auto& planned = *plan_.add_lines();
    planned.set_line_id("a");
    planned.add_teams()->set_team_id("first");
    planned.add_teams()->set_team_id("second");
    planned.add_reserves()->set_team_id("third");
    plan_.add_lines()->set_line_id("b");
  }
  dispatch::v1::ResourceRequest request_;
  matching::v1::PlanRequestResponse plan_;
};

TEST_F(DispatchOfTest, AsksThePlannedTeamsBeforeTheReserves) {
  const auto call = DispatchOf(request_, plan_, {}, DISPATCH_HOW_INVITE);
  EXPECT_EQ(call.expected_version(), 7);
  ASSERT_EQ(call.lines_size(), 1);
  ASSERT_EQ(call.lines(0).team_ids_size(), 3);
  EXPECT_EQ(call.lines(0).team_ids(0), "first");
  EXPECT_EQ(call.lines(0).team_ids(2), "third");
  EXPECT_FALSE(call.lines(0).has_wave_policy());
}

TEST_F(DispatchOfTest, BooksNoReserves) {
  const auto call = DispatchOf(request_, plan_, {}, DISPATCH_HOW_DIRECT);
  EXPECT_EQ(call.lines(0).team_ids_size(), 2);
}

TEST_F(DispatchOfTest, ChangesOnlyWhatIsSaidOfAPolicy) {
  dispatch::v1::WavePolicy changes;
  changes.set_answer_seconds(60);
  const auto call = DispatchOf(request_, plan_, changes, DISPATCH_HOW_INVITE);
  EXPECT_EQ(call.lines(0).wave_policy().wave_size(), 3);
  EXPECT_EQ(call.lines(0).wave_policy().answer_seconds(), 60);
}

TEST(NextStateTest, LeadsHome) {
  auto state = dispatch::v1::ASSIGNMENT_STATE_RESERVED;
  for (int step = 0; step < 7; ++step) {
    EXPECT_NE(NextState(state), state);
    state = NextState(state);
  }
  EXPECT_EQ(state, dispatch::v1::ASSIGNMENT_STATE_HOME);
  EXPECT_EQ(NextState(state), state);
  EXPECT_EQ(NextState(dispatch::v1::ASSIGNMENT_STATE_RECALLED), dispatch::v1::ASSIGNMENT_STATE_RETURNING);
}

}  // namespace
}  // namespace muster::cli
