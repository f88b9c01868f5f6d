#include "services/cli/output/verify_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace muster::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Shown(const common::v1::VerifyResponse& reply, Language language) {
  std::ostringstream out;
  std::ostringstream err;
  Output output({.out = out, .err = err, .language = language});
  PrintVerified(output, reply);
  return out.str();
}

void Add(common::v1::VerifyResponse& reply, const std::string& invariant, const std::string& id) {
  common::v1::Violation& violation = *reply.add_violations();
  violation.set_owner("dispatch");
  violation.set_invariant(invariant);
  violation.set_object_id(id);
  violation.set_problem("booking overlaps another of the same team");
  violation.set_problem_zh("与同一队伍的另一预订时间重叠");
}

TEST(VerifyViewTest, SaysThatAllHoldsAndWhatWasLookedAt) {
  common::v1::VerifyResponse reply;
  reply.set_checked_rows(12'345);
  reply.add_owners("dispatch");
  EXPECT_THAT(Shown(reply, Language::kEnglish), HasSubstr("all hold  12,345 rows: dispatch"));
  EXPECT_THAT(Shown(reply, Language::kChinese), HasSubstr("全部成立"));
}

TEST(VerifyViewTest, SaysForEveryBrokenInvariantWhatItMeansAndWhatToDo) {
  common::v1::VerifyResponse reply;
  Add(reply, "I2", "booking-1");
  Add(reply, "I2", "booking-2");
  Add(reply, "I15", "offer-1");
  const std::string english = Shown(reply, Language::kEnglish);
  EXPECT_THAT(english, HasSubstr("booking-1"));
  EXPECT_THAT(english, HasSubstr("booking overlaps another of the same team"));
  EXPECT_THAT(english, HasSubstr("I2 (2)  A team is booked in two places. Call the team"));
  EXPECT_THAT(english, HasSubstr("I15 (1)  A drill and the real thing are mixed up"));
  EXPECT_THAT(english, Not(HasSubstr("I4")));
  EXPECT_THAT(english, Not(HasSubstr("there may be more")));
  const std::string chinese = Shown(reply, Language::kChinese);
  EXPECT_THAT(chinese, HasSubstr("与同一队伍的另一预订时间重叠"));
  EXPECT_THAT(chinese, HasSubstr("I2 (2)  一支队伍被派到两处。先打电话"));
}

TEST(VerifyViewTest, SaysThatThereMayBeMoreThanAnOwnerTells) {
  common::v1::VerifyResponse reply;
  for (int i = 0; i < 1000; ++i) {
    Add(reply, "I2", std::to_string(i));
  }
  EXPECT_THAT(Shown(reply, Language::kEnglish), HasSubstr("there may be more"));
}

}  // namespace
}  // namespace muster::cli
