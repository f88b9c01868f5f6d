#include "muster/security/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "muster/base/text.h"
#include "muster/security/bytes.h"

namespace muster::security {
namespace {

class KeyFileTest : public testing::Test {
 protected:
  KeyFileTest() {
    std::string pattern = testing::TempDir() + "muster-keys-XXXXXX";
    root_ = mkdtemp(pattern.data());
    path_ = root_ + "/keys/test.key";
  }
  ~KeyFileTest() override { std::filesystem::remove_all(root_); }

  static unsigned ModeOf(const std::string& path) {
    struct stat about {};
    return stat(path.c_str(), &about) == 0 ? about.st_mode & 07777U : 0U;
  }
  void Write(const std::string& content, mode_t mode = 0600) {
    std::filesystem::create_directories(root_ + "/keys");
    std::ofstream(path_) << content;
    chmod(path_.c_str(), mode);
  }

  std::string root_;
  std::string path_;
};

TEST_F(KeyFileTest, MakesAPrivateFileAndReadsTheSameKeyAgain) {
  const KeyRing made = LoadOrCreateKeyRing(path_, SystemRandom()).value();
  EXPECT_EQ(made.Current().bytes.Reveal().size(), kSecretKeySize);
  EXPECT_EQ(ModeOf(path_), 0600U);
  EXPECT_EQ(ModeOf(root_ + "/keys"), 0700U);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
  const KeyRing read = LoadOrCreateKeyRing(path_, SystemRandom()).value();
  EXPECT_EQ(read.Current().bytes, made.Current().bytes);
  EXPECT_EQ(read.Current().id, made.Current().id);
}

TEST_F(KeyFileTest, MakesNoNewKeyBesideOldData) {
  const std::string keys = root_ + "/keys";
  const InstallationKeys made = LoadOrCreateInstallationKeys(keys, SystemRandom()).value();
  EXPECT_EQ(LoadInstallationKeys(keys)->field_wrapping.Current().id, made.field_wrapping.Current().id);
  std::filesystem::remove(keys + "/field_wrapping.key");
  const absl::Status missing = LoadInstallationKeys(keys).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(missing.ToString().find("field_wrapping.key: is missing"), std::string::npos) << missing;
  EXPECT_FALSE(std::filesystem::exists(keys + "/field_wrapping.key"));
}

TEST_F(KeyFileTest, RefusesAFileThatOthersMayUse) {
  const std::string line = ToHex(std::string(32, 'k')) + "\n";
  for (const mode_t mode : {0640U, 0604U, 0660U, 0601U, 0700U}) {
    Write(line, static_cast<mode_t>(mode));
    const absl::Status status = LoadOrCreateKeyRing(path_, SystemRandom()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << std::oct << mode;
    EXPECT_NE(status.ToString().find(path_), std::string::npos);
  }
  Write(line, 0400);
  EXPECT_TRUE(LoadOrCreateKeyRing(path_, SystemRandom()).ok());
}

TEST_F(KeyFileTest, RefusesALink) {
  Write(ToHex(std::string(32, 'k')));
  const std::string link = root_ + "/keys/link.key";
  std::filesystem::create_symlink(path_, link);
  EXPECT_FALSE(LoadOrCreateKeyRing(link, SystemRandom()).ok());
  std::filesystem::create_symlink(root_ + "/nowhere", root_ + "/keys/dangling.key");
  EXPECT_FALSE(LoadOrCreateKeyRing(root_ + "/keys/dangling.key", SystemRandom()).ok());
}

TEST_F(KeyFileTest, RefusesAnythingButKeysAndNeverReplacesIt) {
  for (const std::string& content : {std::string(), std::string("\n"), std::string("abc\n"), std::string(64, 'g'),
                                     ToHex(std::string(32, 'k')) + "00", std::string(100'000, 'a')}) {
    Write(content);
    const absl::Status status = LoadOrCreateKeyRing(path_, SystemRandom()).status();
    EXPECT_FALSE(status.ok()) << content.size();
    EXPECT_EQ(std::filesystem::file_size(path_), content.size());
  }
}

TEST_F(KeyFileTest, TakesTheFirstKeyAndKeepsTheOthersForReading) {
  const std::string newer(32, 'n');
  const std::string older(32, 'o');
  Write(ToHex(newer) + "\n" + ToHex(older) + "\n\n");
  const KeyRing ring = LoadOrCreateKeyRing(path_, SystemRandom()).value();
  EXPECT_EQ(ring.Current().bytes.Reveal(), newer);
  ASSERT_NE(ring.Find(SecretKeyId(older)), nullptr);
  EXPECT_EQ(ring.Find(SecretKeyId(older))->bytes.Reveal(), older);
  EXPECT_EQ(ring.Find("00000000"), nullptr);
}

TEST_F(KeyFileTest, RecoversFromAnUnfinishedFileOfAKilledProcess) {
  Write("");
  std::filesystem::rename(path_, path_ + ".new");
  EXPECT_TRUE(LoadOrCreateKeyRing(path_, SystemRandom()).ok());
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
}

TEST_F(KeyFileTest, MakesADifferentKeyForEachUse) {
  const InstallationKeys keys = LoadOrCreateInstallationKeys(root_ + "/keys", SystemRandom()).value();
  EXPECT_FALSE(keys.bus.Current().bytes == keys.confirm.Current().bytes);
  EXPECT_FALSE(keys.field_wrapping.Current().bytes == keys.blind_index.Current().bytes);
  EXPECT_EQ(ModeOf(root_ + "/keys/token_signing.key"), 0600U);
  const InstallationKeys again = LoadOrCreateInstallationKeys(root_ + "/keys", SystemRandom()).value();
  EXPECT_EQ(again.token_signing.Current().bytes, keys.token_signing.Current().bytes);
}

TEST_F(KeyFileTest, ReplacesASecretFileWhole) {
  const std::string path = root_ + "/tokens/operator";
  ASSERT_TRUE(WriteSecretFile(path, "first\n").ok());
  ASSERT_TRUE(WriteSecretFile(path, "second\n").ok());
  std::ifstream file(path);
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(content, "second\n");
  EXPECT_EQ(ModeOf(path), 0600U);
}

TEST_F(KeyFileTest, SaysWhereItCouldNotWrite) {
  std::ofstream(root_ + "/file") << "x";
  const absl::Status status = LoadOrCreateKeyRing(root_ + "/file/test.key", SystemRandom()).status();
  EXPECT_FALSE(status.ok());
  EXPECT_NE(status.ToString().find(root_ + "/file"), std::string::npos);
}

}  // namespace
}  // namespace muster::security
