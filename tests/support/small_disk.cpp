#include "tests/support/small_disk.h"

#include <sys/mount.h>
#include <sys/vfs.h>

#include <cstdint>
#include <string>
#include <utility>

namespace muster::testing {
namespace {

constexpr char kRoomy[] = "size=4g";

}  // namespace

SmallDisk::SmallDisk(std::filesystem::path folder)
    : folder_(std::move(folder)), is_mounted_(mount("muster-test", folder_.c_str(), "tmpfs", 0, kRoomy) == 0) {}

SmallDisk::~SmallDisk() {
  if (is_mounted_) {
    umount2(folder_.c_str(), MNT_DETACH);
  }
}

bool SmallDisk::Fill() const {
  // What is written between the two calls makes the second one fail.
  constexpr int kTries = 100;
  for (int tries = 0; tries < kTries; ++tries) {
    struct statfs state {};
    if (statfs(folder_.c_str(), &state) != 0) {
      return false;
    }
    const auto used = (state.f_blocks - state.f_bfree) * static_cast<uint64_t>(state.f_bsize);
    if (Resize("size=" + std::to_string(used))) {
      return true;
    }
  }
  return false;
}

bool SmallDisk::Free() const { return Resize(kRoomy); }

bool SmallDisk::Resize(const std::string& size) const {
  return is_mounted_ && mount(nullptr, folder_.c_str(), nullptr, MS_REMOUNT, size.c_str()) == 0;
}

}  // namespace muster::testing
