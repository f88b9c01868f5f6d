#include "muster/server/process.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "muster/security/key_file.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace muster::server {
namespace {

class ProcessTest : public ::testing::Test {
 protected:
  ProcessTest() {
    settings_.data_dir = (folder_.path() / "var").string();
    settings_.redis_mode = "external";
  }
  /// Starts a process that holds one service, which adds nothing.
  absl::Status Start(const std::string& service) {
    return Process::Start("muster-" + service, settings_,
                          {{service,
                            [this](Process&) {
                              added_ = true;
                              return absl::OkStatus();
                            }}},
                          {.on_fatal = [](const absl::Status&) {}, .stop_requested = [this] { return ++asked_ > 3; }})
        .status();
  }
  void MakeKeys() {
    ASSERT_OK(security::LoadOrCreateInstallationKeys((folder_.path() / "var/keys").string(), SystemRandom()));
  }

  const muster::testing::TempDir folder_;
  config::ServerSettings settings_;
  std::atomic<int> asked_ = 0;
  bool added_ = false;
};

TEST_F(ProcessTest, WaitsForTheKeysThatIdentityMakesUntilItIsStopped) {
  EXPECT_TRUE(absl::IsCancelled(Start("dispatch")));
  EXPECT_GT(asked_, 3);
  EXPECT_FALSE(added_);
}

TEST_F(ProcessTest, RefusesToCallOthersWithoutACertificate) {
  MakeKeys();
  const absl::Status status = Start("dispatch");
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(std::string(status.message()).find("tls.certificate"), std::string::npos) << status;
}

TEST_F(ProcessTest, RefusesARedisOfItsOwnWhereServicesAreApart) {
  MakeKeys();
  settings_.redis_mode = "private";
  const absl::Status status = Start("dispatch");
  EXPECT_NE(std::string(status.message()).find("redis.mode"), std::string::npos) << status;
}

}  // namespace
}  // namespace muster::server
