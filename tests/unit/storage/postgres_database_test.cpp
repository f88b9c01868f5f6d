#include "muster/storage/postgres_database.h"

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/postgres_server.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/storage/counter.h"

namespace muster::storage {
namespace {

using muster::testing::AddressOfSchema;
using muster::testing::HasReason;
using muster::testing::PostgresServer;
using muster::testing::RunSql;
using muster::testing::SharedPostgres;

std::string NewSchema() {
  static int made = 0;
  return "own_" + std::to_string(getpid()) + "_" + std::to_string(++made);
}

/// What PostgreSQL adds to the list of database_test.cpp: several processes at one database, and a server that goes
/// away.
class PostgresDatabaseTest : public ::testing::Test {
 protected:
  /// One of several processes that have the same database open.
  std::unique_ptr<Database> OpenOne() {
    PostgresOptions options;
    options.address = address_;
    options.readers = 1;
    return OpenPostgres(std::move(options), CounterSchema()).value();
  }

  const std::string schema_ = NewSchema();
  const std::string address_ = AddressOfSchema(schema_);
};

TEST_F(PostgresDatabaseTest, CommandsOfSeveralProcessesDecideOnTheSameFacts) {
  const auto one = OpenOne();
  const auto other = OpenOne();
  std::promise<void> all_done;
  std::atomic<int> left = 400;
  std::atomic<int> failed = 0;
  const auto done = [&](const absl::StatusOr<CommandReply>& reply) {
    failed += reply.ok() ? 0 : 1;
    if (--left == 0) {
      all_done.set_value();
    }
  };
  for (int i = 0; i < 200; ++i) {
    one->Submit(Add("a", 1), done);
    other->Submit(Add("a", 1), done);
  }
  all_done.get_future().wait();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(Stored(*one, "a"), 400);
}

TEST_F(PostgresDatabaseTest, ARepeatAtAnotherProcessGetsTheStoredReply) {
  const auto one = OpenOne();
  const auto other = OpenOne();
  ASSERT_OK(one->Run(Add("a", 5, Key("r1"))));
  const auto again = other->Run(Add("a", 5, Key("r1")));
  ASSERT_OK(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(Stored(*other, "a"), 5);
}

TEST_F(PostgresDatabaseTest, TellsListenersOfWhatAnotherProcessHasCommitted) {
  const auto one = OpenOne();
  const auto other = OpenOne();
  std::promise<void> told;
  std::atomic_flag once;
  one->OnCommit([&] {
    if (!once.test_and_set()) {
      told.set_value();
    }
  });
  auto future = told.get_future();
  // The listening connection may come up after the first commits.
  while (future.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
    ASSERT_OK(other->Run(Add("a", 1)));
  }
}

TEST_F(PostgresDatabaseTest, OneOfSeveralProcessesLeadsAndAnotherFollowsIt) {
  auto one = OpenOne();
  const auto other = OpenOne();
  ASSERT_TRUE(one->IsLeader());
  EXPECT_FALSE(other->IsLeader());
  one.reset();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!other->IsLeader() && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(other->IsLeader());
}

TEST_F(PostgresDatabaseTest, AnotherLeadsWhileTheOneThatGaveUpStillAnswers) {
  const auto one = OpenOne();
  const auto other = OpenOne();
  ASSERT_TRUE(one->IsLeader());
  one->GiveUpLead();
  EXPECT_FALSE(one->IsLeader());
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!other->IsLeader() && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(other->IsLeader());
  EXPECT_FALSE(one->IsLeader());
  EXPECT_OK(one->Run(Add("a", 1)));
}

TEST_F(PostgresDatabaseTest, BringsItsSchemaUpToDateOnceWhenSeveralStartAtOnce) {
  std::vector<std::future<bool>> started;
  for (int i = 0; i < 4; ++i) {
    started.push_back(std::async(std::launch::async, [this] { return OpenOne() != nullptr; }));
  }
  for (auto& one : started) {
    EXPECT_TRUE(one.get());
  }
}

TEST_F(PostgresDatabaseTest, RefusesADatabaseThatDoesNotSortByBytes) {
  const std::string name = NewSchema();
  RunSql(SharedPostgres() + " dbname=postgres",
         "CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
  PostgresOptions options;
  options.address = SharedPostgres() + " dbname=" + name;
  EXPECT_EQ(OpenPostgres(options, CounterSchema()).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(PostgresDatabaseTest, SaysThatAServerThatIsNotThereMayComeBack) {
  PostgresOptions options;
  options.address = "host=/nowhere dbname=muster";
  EXPECT_THAT(OpenPostgres(options, CounterSchema()), HasReason(Reason::kStoreBusy));
}

TEST_F(PostgresDatabaseTest, KeepsTextAndBytesAsTheyAre) {
  const auto database = OpenOne();
  const std::string bytes("\0\xff'\\x", 5);
  std::string text;
  std::string blob;
  bool is_null = false;
  double real = 0;
  ASSERT_OK(database->Query(
      Read{"SELECT $1, $2, $3, $4", {std::string("集结 '\\x'"), Blob{bytes}, Value(), 0.1}, [&](const Row& row) {
             text = row.Text(0);
             blob = row.Text(1);
             is_null = row.IsNull(2);
             real = row.Real(3);
           }}));
  EXPECT_EQ(text, "集结 '\\x'");
  EXPECT_EQ(blob, bytes);
  EXPECT_TRUE(is_null);
  EXPECT_EQ(real, 0.1);
}

TEST_F(PostgresDatabaseTest, SendsMoreThanTheSocketHolds) {
  const auto database = OpenOne();
  std::vector<Read> reads;
  size_t read = 0;
  for (int i = 0; i < 64; ++i) {
    reads.push_back(
        {"SELECT $1", {Blob{std::string(1 << 19, 'x')}}, [&](const Row& row) { read += row.Text(0).size(); }});
  }
  ASSERT_OK(database->Query(reads));
  EXPECT_EQ(read, size_t{64} << 19);
}

/// A server that the test may kill.
class PostgresOutageTest : public ::testing::Test {
 protected:
  std::unique_ptr<Database> Open(Duration patience) {
    PostgresOptions options;
    options.address = server_.address();
    options.readers = 1;
    options.patience = patience;
    options.statement_timeout = std::chrono::seconds(2);
    return OpenPostgres(std::move(options), CounterSchema()).value();
  }

  PostgresServer server_;
};

TEST_F(PostgresOutageTest, LosesNothingThatWasAcknowledgedWhenTheServerIsKilledAndComesBack) {
  const auto database = Open(std::chrono::seconds(30));
  int64_t acknowledged = 0;
  for (int round = 0; round < 3; ++round) {
    std::promise<void> all_done;
    std::atomic<int> left = 200;
    std::atomic<int> added = 0;
    for (int i = 0; i < 200; ++i) {
      database->Submit(Add("a", 1, Key("r" + std::to_string(round * 200 + i))), [&](const auto& reply) {
        added += reply.ok() ? 1 : 0;
        if (--left == 0) {
          all_done.set_value();
        }
      });
    }
    server_.Kill();
    server_.Start();
    all_done.get_future().wait();
    acknowledged += added;
    EXPECT_EQ(added, 200) << "commands wait for a server that comes back";
  }
  EXPECT_EQ(Stored(*database, "a"), acknowledged);
}

TEST_F(PostgresOutageTest, RefusesWhileTheServerIsAwayAndGoesOnWhenItIsBack) {
  const auto database = Open(std::chrono::milliseconds(1));
  ASSERT_OK(database->Run(Add("a", 1)));
  server_.Kill();
  EXPECT_THAT(database->Run(Add("a", 1)), HasReason(Reason::kStoreBusy));
  EXPECT_THAT(database->Query(Read{"SELECT 1", {}, [](const Row&) {}}), HasReason(Reason::kStoreBusy));
  server_.Start();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!database->Run(Add("a", 1, Key("again"))).ok() && std::chrono::steady_clock::now() < end) {
    std::this_thread::yield();  // it may still be recovering when it lets the first in
  }
  EXPECT_EQ(Stored(*database, "a"), 2);
}

TEST_F(PostgresOutageTest, TheLeadEndsWithTheServerAndIsTakenAgain) {
  const auto database = Open(std::chrono::seconds(30));
  ASSERT_TRUE(database->IsLeader());
  server_.Kill();
  while (database->IsLeader()) {
    std::this_thread::yield();
  }
  server_.Start();
  while (!database->IsLeader()) {
    std::this_thread::yield();
  }
}

TEST_F(PostgresOutageTest, AProcessThatHangsInItsTurnLosesIt) {
  const auto database = Open(std::chrono::seconds(30));
  ASSERT_OK(database->Run(Add("a", 1)));
  // Another writer that takes the turn and never ends its transaction, as a stopped process does.
  PGconn* const hangs = PQconnectdb(server_.address().c_str());
  PQclear(PQexec(hangs,
                 "SET idle_in_transaction_session_timeout = 1000; BEGIN;"
                 "SELECT pg_advisory_xact_lock(hashtext('muster writer'), hashtext(current_schema()))"));
  EXPECT_OK(database->Run(Add("a", 1)));
  PGresult* const late = PQexec(hangs, "COMMIT");
  EXPECT_NE(PQresultStatus(late), PGRES_COMMAND_OK);
  PQclear(late);
  PQfinish(hangs);
}

}  // namespace
}  // namespace muster::storage
