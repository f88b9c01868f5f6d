#include "services/cli/app/exit_code.h"

#include <gtest/gtest.h>

#include "muster/domain/reason.h"

namespace muster::cli {
namespace {

TEST(ExitCodeTest, TellsTheKindsOfRefusalApart) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kOk);
  EXPECT_EQ(ExitCodeOf(Error(Reason::kTeamOverlap)), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(Error(Reason::kInvalidField, "title")), ExitCode::kRefused);
  EXPECT_EQ(ExitCodeOf(Error(Reason::kNotFound)), ExitCode::kNotFound);
  EXPECT_EQ(ExitCodeOf(Error(Reason::kForbidden)), ExitCode::kNotAllowed);
  EXPECT_EQ(ExitCodeOf(Error(Reason::kAuthRequired)), ExitCode::kNotAllowed);
  EXPECT_EQ(ExitCodeOf(Error(Reason::kStoreBusy)), ExitCode::kTryAgain);
  EXPECT_EQ(ExitCodeOf(Error(Reason::kDeadline)), ExitCode::kTryAgain);
  EXPECT_EQ(ExitCodeOf(Error(Reason::kInternal)), ExitCode::kInternal);
}

TEST(ExitCodeTest, KeepsTheCodeAndTextsOfItsOwnErrors) {
  const absl::Status status = LocalError(ExitCode::kUnreachable, {"连不上", "not reachable"});
  EXPECT_EQ(ExitCodeOf(status), ExitCode::kUnreachable);
  ASSERT_TRUE(LocalTextOf(status).has_value());
  EXPECT_EQ(LocalTextOf(status)->zh, "连不上");
  EXPECT_EQ(LocalTextOf(status)->en, "not reachable");
  EXPECT_EQ(ExitCodeOf(UsageError({"用法", "usage"})), ExitCode::kUsage);
}

TEST(ExitCodeTest, HasNoTextsForTheServersErrors) { EXPECT_FALSE(LocalTextOf(Error(Reason::kNotFound)).has_value()); }

TEST(ExitCodeTest, TakesAnUnknownErrorForADefect) {
  EXPECT_EQ(ExitCodeOf(absl::InternalError("odd")), ExitCode::kInternal);
}

}  // namespace
}  // namespace muster::cli
