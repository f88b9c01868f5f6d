#pragma once

#include <sqlite3.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "muster/base/random.h"

namespace muster::storage {

/// A disk that keeps for sure what was synced, and nothing else. It is the SQLite VFS "lossy" in front of the system's:
/// files are read and written as ever, while the disk remembers what of it would survive. At a chosen moment it notes
/// what the power cut leaves; what is written later happens in a world that nobody sees. Thread-safe. One at a time.
class LossyDisk {
 public:
  static constexpr const char* kVfs = "lossy";

  /// The power fails at the `steps`-th write, truncation or sync from now, or at Cut if that comes first.
  LossyDisk(uint64_t seed, int steps);
  ~LossyDisk();
  LossyDisk(const LossyDisk&) = delete;
  LossyDisk& operator=(const LossyDisk&) = delete;

  void Cut();
  bool is_cut() const;
  /// What the cut has left of each file, by path. After the cut.
  const std::map<std::string, std::string>& left() const { return left_; }

  // ---- called by the VFS

  /// `bytes` are what the file holds when it is opened: they are safe.
  void Opened(const std::string& path, std::string bytes);
  void Wrote(const std::string& path, sqlite3_int64 offset, std::string bytes);
  void Truncated(const std::string& path, sqlite3_int64 size);
  /// With the folder: then it knows which files there are.
  void Synced(const std::string& path, bool with_folder);
  void Deleted(const std::string& path);

 private:
  struct Change {
    size_t offset = 0;  ///< of `bytes`, or the new size
    std::string bytes;
    bool truncates = false;
  };
  struct File {
    std::string safe;
    std::vector<Change> unsynced;
    bool deleted = false;  ///< though the folder may not know yet
  };

  static void Apply(const Change& change, std::string& bytes);
  void Step();
  void TakePower();
  std::string Remains(const File& file);
  void ApplyTorn(const Change& change, int percent, std::string& bytes);
  int Below(int limit) { return static_cast<int>(random_.Next() % static_cast<uint64_t>(limit)); }

  mutable std::mutex mutex_;
  SeededRandom random_;
  int steps_;
  bool cut_ = false;
  std::map<std::string, File> files_;
  std::map<std::string, std::string> left_;
};

}  // namespace muster::storage
