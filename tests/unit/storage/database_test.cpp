#include "muster/storage/database.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>

#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_under_test.h"
#include "tests/unit/storage/counter.h"

namespace muster::storage {
namespace {

using muster::testing::FakeClock;
using muster::testing::HasReason;
using muster::testing::StoreKind;
using muster::testing::StoreUnderTest;

/// Seals by a mark, unless it is broken.
class FailingCipher final : public ReplyCipher {
 public:
  absl::StatusOr<std::string> Seal(const std::string& plain) override {
    return broken ? absl::StatusOr<std::string>(absl::InternalError("no key")) : "sealed " + plain;
  }
  absl::StatusOr<std::string> Open(const std::string& sealed) override { return sealed.substr(7); }

  bool broken = false;
};

/// What every kind of database must do.
class DatabaseTest : public ::testing::TestWithParam<StoreKind> {
 protected:
  DatabaseTest() { Open(); }

  /// As after a restart when called again.
  void Open() {
    database_.reset();
    database_ = store_->Open({&clock_, &cipher_}, CounterSchema()).value();
  }
  int64_t Stored(const std::string& id) { return storage::Stored(*database_, id); }

  FakeClock clock_;
  FailingCipher cipher_;
  const std::unique_ptr<StoreUnderTest> store_ = GetParam().make({});
  std::unique_ptr<Database> database_;
};

INSTANTIATE_TEST_SUITE_P(Stores, DatabaseTest, ::testing::ValuesIn(muster::testing::StoreKinds()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(DatabaseTest, KeepsWhatItAcknowledgedOverAReopening) {
  ASSERT_OK(database_->Run(Add("a", 5)));
  Open();
  EXPECT_EQ(Stored("a"), 5);
}

TEST_P(DatabaseTest, RefusalOfOneCommandLeavesItsNeighboursInTheGroupAlone) {
  std::promise<void> all_done;
  std::atomic<int> left = 300;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 300; ++i) {
    const bool bad = i % 3 == 0;
    database_->Submit(Add("a", bad ? -1000 : 1), [&](absl::StatusOr<CommandReply> reply) {
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

TEST_P(DatabaseTest, AnswersARepeatWithTheStoredReplyAndChangesNothing) {
  const auto first = database_->Run(Add("a", 5, Key("r1")));
  ASSERT_OK(first);
  Open();
  const auto again = database_->Run(Add("a", 5, Key("r1")));
  ASSERT_OK(again);
  EXPECT_EQ(again->reply, first->reply);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(Stored("a"), 5);
}

TEST_P(DatabaseTest, RefusesARequestIdThatCameWithAnotherBody) {
  ASSERT_OK(database_->Run(Add("a", 5, Key("r1"))));
  EXPECT_THAT(database_->Run(Add("a", 6, Key("r1", "other"))), HasReason(Reason::kRequestIdReused));
  EXPECT_EQ(Stored("a"), 5);
}

TEST_P(DatabaseTest, DoesNotKeepARefusalSoThatTheCallCanBeRepeated) {
  EXPECT_THAT(database_->Run(Add("a", -5, Key("r1"))), HasReason(Reason::kOutOfRange));
  ASSERT_OK(database_->Run(Add("a", 9)));
  EXPECT_OK(database_->Run(Add("a", -5, Key("r1"))));
  EXPECT_EQ(Stored("a"), 4);
}

TEST_P(DatabaseTest, TurnsARefusalOfTheDatabaseIntoTheWritesOwnReason) {
  EXPECT_THAT(database_->Run(std::make_unique<AddCommand>("a", -5, Key("r1"), /*check=*/false)),
              HasReason(Reason::kOverAssigned));
  EXPECT_EQ(Stored("a"), -1);
}

TEST_P(DatabaseTest, KeepsRepliesSealed) {
  ASSERT_OK(database_->Run(Add("a", 5, Key("r1"))));
  EXPECT_EQ(NumberIn(*database_, "SELECT count(*) FROM request WHERE reply = $1", {Blob{"sealed 5"}}), 1);
}

TEST_P(DatabaseTest, ChangesNothingWhenTheReplyCannotBeSealed) {
  cipher_.broken = true;
  EXPECT_THAT(database_->Run(Add("a", 5, Key("r1"))), HasReason(Reason::kInternalInvariant));
  EXPECT_EQ(Stored("a"), -1);
  cipher_.broken = false;
  const auto again = database_->Run(Add("a", 5, Key("r1")));
  ASSERT_OK(again);
  EXPECT_FALSE(again->repeated);
}

TEST_P(DatabaseTest, RefusesASchemaThatWasChangedOrIsNewer) {
  database_.reset();
  auto changed = CounterSchema();
  changed.back().sqlite = "CREATE TABLE counter (id TEXT) STRICT;";
  changed.back().postgres = "CREATE TABLE counter (id TEXT);";
  EXPECT_EQ(store_->Open({}, changed).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(store_->Open({}, common::Migrations()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(DatabaseTest, TheVersionBeforeWorksBesideAStepThatSaysSo) {
  ASSERT_OK(database_->Run(Add("a", 5)));
  auto newer = CounterSchema();
  constexpr const char* kNote = "ALTER TABLE counter ADD COLUMN note TEXT";
  newer.push_back({"test", 2, "note", kNote, kNote, /*beside_before=*/true});
  database_.reset();
  ASSERT_OK(store_->Open({}, newer));

  auto before = store_->Open({}, CounterSchema());
  ASSERT_OK(before);
  database_ = *std::move(before);
  ASSERT_OK(database_->Run(Add("a", 1)));
  EXPECT_EQ(Stored("a"), 6);
}

TEST_P(DatabaseTest, TheVersionBeforeRefusesAnyOtherNewerStep) {
  auto newer = CounterSchema();
  constexpr const char* kSwap = "ALTER TABLE counter RENAME COLUMN value TO amount";
  newer.push_back({"test", 2, "swap", kSwap, kSwap, /*beside_before=*/false});
  database_.reset();
  ASSERT_OK(store_->Open({}, newer));
  EXPECT_EQ(store_->Open({}, CounterSchema()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(DatabaseTest, DropsACommandNobodyWaitsForAnyMore) {
  class Late final : public Command {
   public:
    std::vector<Read> Reads() override { return {}; }
    absl::Status Decide(Time, Changes&) override { return absl::OkStatus(); }
    std::optional<Duration> steady_deadline() const override { return Duration(1); }
  };
  EXPECT_THAT(database_->Run(std::make_unique<Late>()), HasReason(Reason::kDeadline));
}

TEST_P(DatabaseTest, TellsListenersOnlyOfCommitsThatChangedSomething) {
  std::atomic<int> told = 0;
  database_->OnCommit([&] { ++told; });
  (void)database_->Run(Add("a", -5));
  EXPECT_EQ(told, 0);
  ASSERT_OK(database_->Run(Add("a", 5)));
  EXPECT_EQ(told, 1);
}

TEST_P(DatabaseTest, ReadsSeveralQueriesFromOneSnapshot) {
  ASSERT_OK(database_->Run(Add("a", 1)));
  int64_t first = 0;
  int64_t second = 0;
  const std::array<Read, 2> reads{
      Read{"SELECT value FROM counter WHERE id = 'a'",
           {},
           [&](const Row& row) {
             first = row.Int(0);
             ASSERT_OK(database_->Run(Add("a", 1)));  // a commit between the two queries
           }},
      Read{
          "SELECT value FROM counter WHERE id = $1", {std::string("a")}, [&](const Row& row) { second = row.Int(0); }}};
  ASSERT_OK(database_->Query(reads));
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace muster::storage
