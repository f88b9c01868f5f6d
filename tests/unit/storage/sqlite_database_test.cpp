#include "muster/storage/sqlite_database.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>

#include "libs/storage/src/sqlite_connection.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/storage/counter.h"

namespace muster::storage {
namespace {

using muster::testing::HasReason;

/// What only a SQLite file knows: its lock, its log, its end.
class SqliteDatabaseTest : public ::testing::Test {
 protected:
  SqliteOptions Options() {
    SqliteOptions options;
    options.path = folder_.path() / "test.db";
    options.clock = &clock_;
    options.readers = 2;
    options.on_fatal = [this](const absl::Status&) { ++fatal_; };
    return options;
  }
  std::unique_ptr<Database> Open() { return OpenSqlite(Options(), CounterSchema()).value(); }

  /// Sets how many pages the file may have; no fewer than it has.
  void AllowPages(const char* pragma) {
    ASSERT_OK(database_->Run(MakeCommand(nullptr, [pragma](Time, Changes& changes) {
      changes.writes.push_back({pragma, {}, -1, {}});
      return absl::OkStatus();
    })));
  }
  /// A row of about `pages` pages.
  static std::unique_ptr<Command> Fill(int64_t id, size_t pages) {
    return MakeCommand(nullptr, [id, pages](Time, Changes& changes) {
      changes.writes.push_back({"INSERT INTO counter (id, value) VALUES ($1, $2)",
                                {std::to_string(id) + std::string(pages * 4096, 'x'), id},
                                1,
                                {}});
      return absl::OkStatus();
    });
  }
  /// Holds the writer until `release` is called, so that what is submitted meanwhile becomes one group.
  std::promise<void> Hold() {
    std::promise<void> release;
    auto held = std::make_shared<std::future<void>>(release.get_future());
    database_->Submit(MakeCommand(nullptr,
                                  [held](Time, Changes&) {
                                    held->wait();
                                    return absl::OkStatus();
                                  }),
                      [](const auto&) {});
    return release;
  }
  std::future<absl::Status> Submit(std::unique_ptr<Command> command) {
    auto outcome = std::make_shared<std::promise<absl::Status>>();
    database_->Submit(std::move(command), [outcome](const auto& reply) { outcome->set_value(reply.status()); });
    return outcome->get_future();
  }
  int64_t Rows() { return NumberIn(*database_, "SELECT count(*) FROM counter"); }

  muster::testing::TempDir folder_;
  muster::testing::FakeClock clock_;
  std::atomic<int> fatal_ = 0;
  std::unique_ptr<Database> database_ = Open();
};

TEST_F(SqliteDatabaseTest, LetsOnlyOneOwnerHaveTheFile) {
  EXPECT_THAT(OpenSqlite(Options(), CounterSchema()), HasReason(Reason::kAlreadyRunning));
}

TEST_F(SqliteDatabaseTest, KeepsALogBesideTheFileAndBothForItsOwnerAlone) {
  ASSERT_OK(database_->Run(Add("a", 1)));
  for (const char* name : {"test.db", "test.db-wal"}) {
    const auto permissions = std::filesystem::status(folder_.path() / name).permissions();
    EXPECT_EQ(permissions & std::filesystem::perms(077), std::filesystem::perms::none) << name;
  }
}

TEST_F(SqliteDatabaseTest, FullStoreRefusesWhatNeedsRoomAndGoesOnWhenThereIsSome) {
  ASSERT_OK(database_->Run(Add("a", 1)));
  ASSERT_OK(database_->Run(Fill(1, 8)));
  AllowPages("PRAGMA max_page_count = 1");
  EXPECT_THAT(database_->Run(Fill(2, 8)), HasReason(Reason::kStoreFull));
  EXPECT_EQ(Rows(), 2) << "readers go on and nothing has changed";
  ASSERT_OK(database_->Run(MakeCommand(nullptr, [](Time, Changes& changes) {
    changes.writes.push_back({"DELETE FROM counter WHERE length(id) > 100", {}, 1, {}});
    return absl::OkStatus();
  }))) << "what makes room is let through";
  EXPECT_OK(database_->Run(Fill(3, 4))) << "into the room that was made";
  EXPECT_THAT(database_->Run(Fill(4, 64)), HasReason(Reason::kStoreFull));
  AllowPages("PRAGMA max_page_count = 1000000");
  EXPECT_OK(database_->Run(Fill(5, 64)));
  EXPECT_EQ(fatal_, 0) << "a full disk is no reason to end";
}

TEST_F(SqliteDatabaseTest, AcknowledgesNobodyOfAGroupThatSqliteGaveUp) {
  ASSERT_OK(database_->Run(Add("a", 1)));
  AllowPages("PRAGMA max_page_count = 1");
  std::promise<void> release = Hold();
  auto before = Submit(Add("a", 1));
  auto refused = Submit(Add("a", -100));
  auto too_big = Submit(Fill(1, 64));
  auto after = Submit(Add("a", 1));
  release.set_value();
  EXPECT_THAT(before.get(), HasReason(Reason::kStoreFull));
  EXPECT_THAT(refused.get(), HasReason(Reason::kOutOfRange)) << "this one was never going to change anything";
  EXPECT_THAT(too_big.get(), HasReason(Reason::kStoreFull));
  EXPECT_THAT(after.get(), HasReason(Reason::kStoreFull));
  EXPECT_EQ(Stored(*database_, "a"), 1);
  EXPECT_OK(database_->Run(Add("a", 1))) << "it needs no more room";
  EXPECT_EQ(Stored(*database_, "a"), 2);
}

TEST_F(SqliteDatabaseTest, TakesAFullDiskForNoDamage) {
  EXPECT_FALSE(IsFatal(SQLITE_FULL));
  EXPECT_FALSE(IsFatal(SQLITE_IOERR_SHMSIZE)) << "the shared memory beside the log could not grow";
  EXPECT_THAT(SqliteError(SQLITE_IOERR_SHMSIZE), HasReason(Reason::kStoreFull));
  EXPECT_TRUE(IsFatal(SQLITE_IOERR_FSYNC));
  EXPECT_TRUE(IsFatal(SQLITE_CORRUPT));
}

}  // namespace
}  // namespace muster::storage
