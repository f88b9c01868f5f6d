#include "muster/storage/sqlite_database.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <fstream>
#include <future>

#include "muster/storage/common_migrations.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace muster::storage {
namespace {

using muster::testing::FakeClock;
using muster::testing::HasReason;
using muster::testing::TempDir;

constexpr auto kSchema = std::to_array<Migration>({
    {"test", 1, "counter",
     "CREATE TABLE counter (id TEXT PRIMARY KEY, value INTEGER NOT NULL CHECK (value >= 0)) STRICT;", ""},
});

/// Adds to a counter and answers its new value; a negative result is refused by the rule, or, when `check` is false, by
/// the database.
class AddCommand final : public Command {
 public:
  AddCommand(std::string id, int64_t by, std::optional<RepeatKey> key = std::nullopt, bool check = true)
      : id_(std::move(id)), by_(by), key_(std::move(key)), check_(check) {}
  std::vector<Read> Reads() override {
    value_ = 0;
    return {Read{"SELECT value FROM counter WHERE id = $1", {id_}, [this](const Row& row) { value_ = row.Int(0); }}};
  }
  absl::Status Decide(Time, Changes& changes) override {
    if (check_ && value_ + by_ < 0) {
      return Error(Reason::kOutOfRange, "by");
    }
    changes.writes.push_back(
        {"INSERT INTO counter (id, value) VALUES ($1, $2) "
         "ON CONFLICT (id) DO UPDATE SET value = excluded.value",
         {id_, value_ + by_},
         1,
         Error(Reason::kOverAssigned)});
    changes.reply = std::to_string(value_ + by_);
    return absl::OkStatus();
  }
  std::optional<RepeatKey> repeat_key() const override { return key_; }

 private:
  const std::string id_;
  const int64_t by_;
  const std::optional<RepeatKey> key_;
  const bool check_;
  int64_t value_ = 0;
};

class SqliteDatabaseTest : public ::testing::Test {
 protected:
  SqliteDatabaseTest() { Open(); }

  SqliteOptions Options() {
    SqliteOptions options;
    options.path = folder_.path() / "test.db";
    options.clock = &clock_;
    options.readers = 2;
    return options;
  }
  void Open() {
    database_.reset();
    auto opened = OpenSqlite(Options(), Concatenate(common::Migrations(), kSchema));
    ASSERT_OK(opened);
    database_ = *std::move(opened);
  }
  int64_t Stored(const std::string& id) {
    int64_t value = -1;
    EXPECT_OK(database_->Query(
        Read{"SELECT value FROM counter WHERE id = $1", {id}, [&](const Row& row) { value = row.Int(0); }}));
    return value;
  }
  static RepeatKey Key(const std::string& request_id, const std::string& body = "body") {
    return {"account", "method", request_id, body};
  }

  TempDir folder_;
  FakeClock clock_;
  std::unique_ptr<Database> database_;
};

TEST_F(SqliteDatabaseTest, KeepsWhatItAcknowledgedOverAReopening) {
  ASSERT_OK(database_->Run(std::make_unique<AddCommand>("a", 5)));
  Open();
  EXPECT_EQ(Stored("a"), 5);
}

TEST_F(SqliteDatabaseTest, RefusalOfOneCommandLeavesItsNeighboursInTheGroupAlone) {
  std::promise<void> all_done;
  std::atomic<int> left = 300;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 300; ++i) {
    const bool bad = i % 3 == 0;
    database_->Submit(std::make_unique<AddCommand>("a", bad ? -1000 : 1), [&](absl::StatusOr<CommandReply> reply) {
      refused += reply.ok() ? 0 : 1;
      if (--left == 0) {
        all_done.set_value();
      }
    });
  }
  all_done.get_future().wait();
  EXPECT_EQ(refused, 100);
  EXPECT_EQ(Stored("a"), 200);
}

TEST_F(SqliteDatabaseTest, AnswersARepeatWithTheStoredReplyAndChangesNothing) {
  const auto first = database_->Run(std::make_unique<AddCommand>("a", 5, Key("r1")));
  ASSERT_OK(first);
  Open();
  const auto again = database_->Run(std::make_unique<AddCommand>("a", 5, Key("r1")));
  ASSERT_OK(again);
  EXPECT_EQ(again->reply, first->reply);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(Stored("a"), 5);
}

TEST_F(SqliteDatabaseTest, RefusesARequestIdThatCameWithAnotherBody) {
  ASSERT_OK(database_->Run(std::make_unique<AddCommand>("a", 5, Key("r1"))));
  EXPECT_THAT(database_->Run(std::make_unique<AddCommand>("a", 6, Key("r1", "other"))),
              HasReason(Reason::kRequestIdReused));
  EXPECT_EQ(Stored("a"), 5);
}

TEST_F(SqliteDatabaseTest, DoesNotKeepARefusalSoThatTheCallCanBeRepeated) {
  EXPECT_THAT(database_->Run(std::make_unique<AddCommand>("a", -5, Key("r1"))), HasReason(Reason::kOutOfRange));
  ASSERT_OK(database_->Run(std::make_unique<AddCommand>("a", 9)));
  EXPECT_OK(database_->Run(std::make_unique<AddCommand>("a", -5, Key("r1"))));
  EXPECT_EQ(Stored("a"), 4);
}

TEST_F(SqliteDatabaseTest, TurnsARefusalOfTheDatabaseIntoTheWritesOwnReason) {
  EXPECT_THAT(database_->Run(std::make_unique<AddCommand>("a", -5, Key("r1"), /*check=*/false)),
              HasReason(Reason::kOverAssigned));
  EXPECT_EQ(Stored("a"), -1);
}

TEST_F(SqliteDatabaseTest, DropsACommandNobodyWaitsForAnyMore) {
  class Late final : public Command {
   public:
    std::vector<Read> Reads() override { return {}; }
    absl::Status Decide(Time, Changes&) override { return absl::OkStatus(); }
    std::optional<Duration> steady_deadline() const override { return Duration(1); }
  };
  EXPECT_THAT(database_->Run(std::make_unique<Late>()), HasReason(Reason::kDeadline));
}

TEST_F(SqliteDatabaseTest, TellsListenersOnlyOfCommitsThatChangedSomething) {
  std::atomic<int> told = 0;
  database_->OnCommit([&] { ++told; });
  (void)database_->Run(std::make_unique<AddCommand>("a", -5));
  EXPECT_EQ(told, 0);
  ASSERT_OK(database_->Run(std::make_unique<AddCommand>("a", 5)));
  EXPECT_EQ(told, 1);
}

TEST_F(SqliteDatabaseTest, LetsOnlyOneOwnerHaveTheFile) {
  EXPECT_THAT(OpenSqlite(Options(), Concatenate(common::Migrations(), kSchema)), HasReason(Reason::kAlreadyRunning));
}

TEST_F(SqliteDatabaseTest, RefusesASchemaThatWasChangedOrIsNewer) {
  database_.reset();
  auto changed = Concatenate(common::Migrations(), kSchema);
  changed.back().sqlite = "CREATE TABLE counter (id TEXT) STRICT;";
  EXPECT_EQ(OpenSqlite(Options(), changed).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(OpenSqlite(Options(), common::Migrations()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(SqliteDatabaseTest, ReadsSeveralQueriesFromOneSnapshot) {
  ASSERT_OK(database_->Run(std::make_unique<AddCommand>("a", 1)));
  int64_t first = 0;
  int64_t second = 0;
  const std::array<Read, 2> reads{
      Read{"SELECT value FROM counter WHERE id = 'a'",
           {},
           [&](const Row& row) {
             first = row.Int(0);
             ASSERT_OK(database_->Run(std::make_unique<AddCommand>("a", 1)));  // a commit between the two queries
           }},
      Read{
          "SELECT value FROM counter WHERE id = $1", {std::string("a")}, [&](const Row& row) { second = row.Int(0); }}};
  ASSERT_OK(database_->Query(reads));
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace muster::storage
