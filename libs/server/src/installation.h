#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "muster/config/server_settings.h"
#include "muster/security/key_file.h"
#include "muster/storage/database.h"

namespace muster::server {

/// Holds the data folder for this process; the kernel frees it when the process dies.
class FolderLock {
 public:
  FolderLock() = default;
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  /// Errors: ALREADY_RUNNING when another process holds it.
  absl::Status Take(const std::filesystem::path& file);

 private:
  int descriptor_ = -1;
};

/// Waits until this process alone holds a file, and holds it while it lives.
class FileGuard {
 public:
  explicit FileGuard(const std::filesystem::path& file);
  ~FileGuard();
  FileGuard(const FileGuard&) = delete;
  FileGuard& operator=(const FileGuard&) = delete;

 private:
  int descriptor_ = -1;
};

/// The folders of an installation, as set: each process has a data folder of its own; keys and the first accounts'
/// tokens may be shared.
class Installation {
 public:
  explicit Installation(const config::ServerSettings& settings);

  std::filesystem::path data() const { return data_; }
  std::filesystem::path keys() const { return keys_; }
  std::filesystem::path tokens() const { return tokens_; }

  /// Makes the folders. Error: FAILED_PRECONDITION with the path.
  absl::Status Prepare() const;
  /// Held while something is made that processes share: several may start at once.
  FileGuard Guard() const;
  /// Makes the keys of a new installation: only where no data is yet, as new keys beside old data would open none of
  /// it.
  absl::Status MakeKeysIfNew(Random& random) const;
  /// Reads one of the key files of key_file.h. Errors as LoadKeyRing.
  absl::StatusOr<security::KeyRing> Key(std::string_view file) const;
  /// The same of one on which nothing that is stored depends: it is made where it is missing.
  absl::StatusOr<security::KeyRing> NewKey(std::string_view file, Random& random) const;

 private:
  const std::filesystem::path data_;
  const std::filesystem::path keys_;
  const std::filesystem::path tokens_;
};

}  // namespace muster::server
