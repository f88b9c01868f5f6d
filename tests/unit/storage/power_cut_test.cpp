#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <latch>

#include "muster/storage/sqlite_database.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/storage/counter.h"
#include "tests/unit/storage/lossy_disk.h"

namespace muster::storage {
namespace {

constexpr int kCounters = 40;
constexpr int kRoundsOfALife = 8;
constexpr int kLivesOfAFile = 50;

std::string NameOf(int counter) { return std::string(200, 'x') + std::to_string(100 + counter); }

/// 4,000, or as many as MUSTER_POWER_CUTS says.
int Cuts() {
  const char* wanted = std::getenv("MUSTER_POWER_CUTS");
  return wanted == nullptr ? 4'000 : std::atoi(wanted);
}

/// One file through many power cuts, and what its clients know of it.
class PoweredFile {
 public:
  explicit PoweredFile(uint64_t seed) : random_(seed) {}

  /// Opens the file, runs commands until the power fails, and puts what is left in its place. The power may fail while
  /// the file is opened, written, checkpointed or closed, or afterwards.
  void LiveUntilCut() {
    LossyDisk disk(random_.Next(), 1 + Below(80));
    {
      SqliteOptions options;
      options.path = path();
      options.vfs = LossyDisk::kVfs;
      options.readers = 1;
      auto database = OpenSqlite(options, CounterSchema()).value();
      CheckpointOften(*database);
      for (int i = 0; i < kRoundsOfALife && !disk.is_cut(); ++i) {
        RunSome(*database, disk);
      }
      if (Below(2) == 0) {
        disk.Cut();
      }
    }
    disk.Cut();
    std::filesystem::remove(path());
    std::filesystem::remove(path() + "-wal");
    for (const auto& [file, bytes] : disk.left()) {
      std::ofstream(file, std::ios::binary) << bytes;
    }
  }

  /// Looks at what is left with the system's VFS, and leaves it so. Answers how many acknowledged commands are lost.
  int64_t CountLost() {
    sqlite3* connection = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &connection), SQLITE_OK);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    EXPECT_EQ(Ask(connection, "PRAGMA integrity_check"), std::vector<std::string>{"ok"});
    int64_t lost = 0;
    for (int i = 0; i < kCounters; ++i) {
      const auto found = Ask(connection, "SELECT value FROM counter WHERE id = '" + NameOf(i) + "'");
      const int64_t value = found.empty() ? 0 : std::stoll(found.front());
      const auto at = static_cast<size_t>(i);
      lost += std::max<int64_t>(0, acknowledged_[at] - value);
      EXPECT_LE(value, submitted_[at]) << "something happened that nobody asked for";
      total_ += acknowledged_[at] - base_[at];
      acknowledged_[at] = submitted_[at] = base_[at] = value;
    }
    sqlite3_close(connection);
    return lost;
  }

  /// How many commands were acknowledged.
  int64_t total() const { return total_; }

 private:
  std::string path() const { return (folder_.path() / "test.db").string(); }
  int Below(int limit) { return static_cast<int>(random_.Next() % static_cast<uint64_t>(limit)); }

  static void CheckpointOften(Database& database) {
    EXPECT_OK(database.Run(MakeCommand(nullptr, [](Time, Changes& changes) {
      changes.writes.push_back({"PRAGMA wal_autocheckpoint = 12", {}, -1, {}});
      return absl::OkStatus();
    })));
  }

  /// One to four commands at a time. Acknowledged is what was answered while there was power.
  void RunSome(Database& database, const LossyDisk& disk) {
    const int commands = 1 + Below(4);
    std::latch answered(commands);
    for (int i = 0; i < commands; ++i) {
      const int counter = Below(kCounters);
      const auto at = static_cast<size_t>(counter);
      ++submitted_[at];
      database.Submit(Add(NameOf(counter), 1), [&, at](const absl::StatusOr<CommandReply>& reply) {
        acknowledged_[at] += reply.ok() && !disk.is_cut() ? 1 : 0;
        answered.count_down();
      });
    }
    answered.wait();
  }

  /// The first column of every row; nothing when there is no such table.
  static std::vector<std::string> Ask(sqlite3* connection, const std::string& sql) {
    std::vector<std::string> found;
    const auto add = [](void* into, int, char** values, char**) {
      static_cast<std::vector<std::string>*>(into)->emplace_back(values[0]);
      return 0;
    };
    sqlite3_exec(connection, sql.c_str(), add, &found, nullptr);
    return found;
  }

  testing::TempDir folder_;
  SeededRandom random_;
  std::array<std::atomic<int64_t>, kCounters> acknowledged_{};
  std::array<int64_t, kCounters> submitted_{};
  std::array<int64_t, kCounters> base_{};  ///< what the last cut has left
  int64_t total_ = 0;
};

TEST(PowerCutTest, NothingThatWasAcknowledgedIsLost) {
  int64_t acknowledged = 0;
  for (int cuts = 0; cuts < Cuts() && !::testing::Test::HasFailure();) {
    PoweredFile file(static_cast<uint64_t>(cuts) + 1);
    for (int life = 0; life < kLivesOfAFile && cuts < Cuts(); ++life, ++cuts) {
      file.LiveUntilCut();
      ASSERT_EQ(file.CountLost(), 0) << "at cut " << cuts;
    }
    acknowledged += file.total();
  }
  EXPECT_GT(acknowledged, Cuts());
  RecordProperty("acknowledged", std::to_string(acknowledged));
}

}  // namespace
}  // namespace muster::storage
