#include "installation.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace muster::server {
namespace {

using muster::testing::HasReason;

class InstallationTest : public ::testing::Test {
 protected:
  config::ServerSettings Settings() const {
    config::ServerSettings settings;
    settings.data_dir = (folder_.path() / "one").string();
    return settings;
  }

  const muster::testing::TempDir folder_;
};

TEST_F(InstallationTest, KeysAndTokensAreBelowTheDataUnlessSaidOtherwise) {
  config::ServerSettings settings = Settings();
  EXPECT_EQ(Installation(settings).keys(), folder_.path() / "one/keys");
  settings.keys_dir = (folder_.path() / "shared").string();
  EXPECT_EQ(Installation(settings).keys(), folder_.path() / "shared");
  EXPECT_EQ(Installation(settings).tokens(), folder_.path() / "one/tokens");
}

TEST_F(InstallationTest, SeveralProcessesThatStartAtOnceMakeOneSetOfKeys) {
  config::ServerSettings settings = Settings();
  settings.keys_dir = (folder_.path() / "shared").string();
  const Installation installation(settings);
  ASSERT_OK(installation.Prepare());
  std::vector<std::future<std::string>> made;
  for (int i = 0; i < 4; ++i) {
    made.push_back(std::async(std::launch::async, [&] {
      EXPECT_OK(installation.MakeKeysIfNew(SystemRandom()));
      return installation.Key(security::kBusKeyFile)->Current().id;
    }));
  }
  const std::string first = made[0].get();
  for (size_t i = 1; i < made.size(); ++i) {
    EXPECT_EQ(made[i].get(), first);
  }
}

TEST_F(InstallationTest, NeverMakesKeysBesideData) {
  const Installation installation(Settings());
  ASSERT_OK(installation.Prepare());
  std::ofstream(installation.data() / "db" / "registry.db") << "data";
  EXPECT_EQ(installation.MakeKeysIfNew(SystemRandom()).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(InstallationTest, ASecondProcessIsRefusedTheFolder) {
  const Installation installation(Settings());
  ASSERT_OK(installation.Prepare());
  FolderLock first;
  ASSERT_OK(first.Take(installation.data() / "run/musterd.lock"));
  FolderLock second;
  EXPECT_THAT(second.Take(installation.data() / "run/musterd.lock"), HasReason(Reason::kAlreadyRunning));
}

}  // namespace
}  // namespace muster::server
