#pragma once

#include <filesystem>
#include <string>

namespace muster::testing {

/// A disk of its own at a folder (a tmpfs mount), gone with the object. Needs the right to mount.
class SmallDisk {
 public:
  /// Mounts it over the folder, which must be there.
  explicit SmallDisk(std::filesystem::path folder);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// False when this process may not mount: then the folder is an ordinary one.
  bool is_mounted() const { return is_mounted_; }
  /// Leaves no room but for what is used now; to be called again when something was removed since. False when that
  /// failed.
  bool Fill() const;
  /// There is room again.
  bool Free() const;

 private:
  bool Resize(const std::string& size) const;

  const std::filesystem::path folder_;
  const bool is_mounted_;
};

}  // namespace muster::testing
