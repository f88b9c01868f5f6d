// The disk that tests fill.

#include "tests/support/small_disk.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/temp_dir.h"

namespace muster::testing {
namespace {

bool Writes(const std::filesystem::path& file) {
  std::ofstream out(file);
  out << std::string(100'000, 'x') << std::flush;
  return out.good();
}

TEST(SmallDiskTest, TakesNothingWhileItIsFull) {
  const TempDir folder;
  const SmallDisk disk(folder.path());
  if (!disk.is_mounted()) {
    GTEST_SKIP() << "may not mount";
  }
  ASSERT_TRUE(Writes(folder.path() / "before"));

  ASSERT_TRUE(disk.Fill());
  EXPECT_FALSE(Writes(folder.path() / "meanwhile"));

  ASSERT_TRUE(disk.Free());
  EXPECT_TRUE(Writes(folder.path() / "after"));
}

}  // namespace
}  // namespace muster::testing
