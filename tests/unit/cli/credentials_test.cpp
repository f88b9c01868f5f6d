#include "services/cli/connect/credentials.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

class CredentialsTest : public testing::Test {
 protected:
  CredentialsTest() : folder_(std::filesystem::temp_directory_path() / ("muster-cli-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_ / "tokens");
    globals_.data_dir = folder_;
  }
  ~CredentialsTest() override { std::filesystem::remove_all(folder_); }

  void Keep(const std::string& name, const std::string& text) { std::ofstream(folder_ / "tokens" / name) << text; }

  std::filesystem::path folder_;
  Globals globals_;
};

std::string_view NoToken(const char*) { return {}; }
std::string_view Token(const char* name) { return std::string_view(name) == "MUSTER_TOKEN" ? "from-environment" : ""; }

TEST_F(CredentialsTest, TakesTheCommandsOwnIdentityLast) {
  Keep("operator", "key-of-operator\n");
  EXPECT_EQ(FindApiKey(globals_, "operator", NoToken).value(), "key-of-operator");
  EXPECT_EQ(FindApiKey(globals_, "operator", Token).value(), "from-environment");
}

TEST_F(CredentialsTest, TakesTheChosenIdentityBeforeTheEnvironment) {
  Keep("auditor", "key-of-auditor\n");
  globals_.identity = "auditor";
  EXPECT_EQ(FindApiKey(globals_, "operator", Token).value(), "key-of-auditor");
}

TEST_F(CredentialsTest, TakesATokenFileFirst) {
  Keep("auditor", "key-of-auditor\n");
  Keep("mine", "  my-key \nsecond line\n");
  globals_.identity = "auditor";
  globals_.token_file = folder_ / "tokens" / "mine";
  EXPECT_EQ(FindApiKey(globals_, "operator", Token).value(), "my-key");
}

TEST_F(CredentialsTest, SaysWhichFileHasNoKey) {
  const auto key = FindApiKey(globals_, "operator", NoToken);
  ASSERT_FALSE(key.ok());
  EXPECT_EQ(ExitCodeOf(key.status()), ExitCode::kNotAllowed);
  EXPECT_NE(LocalTextOf(key.status())->en.find("tokens/operator"), std::string::npos);
}

TEST_F(CredentialsTest, WritesAKeyForItsOwnerOnly) {
  const std::string path = folder_ / "tokens" / "organization";
  Keep("organization", "old");
  ASSERT_TRUE(WriteSecretFile(path, "new-key").ok());
  EXPECT_EQ(ReadSecretFile(path).value(), "new-key");
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace muster::cli
