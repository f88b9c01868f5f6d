#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/random.h"
#include "muster/domain/reason.h"
#include "muster/events/feed.h"
#include "muster/events/handler.h"
#include "muster/events/migrations.h"
#include "muster/events/outbox.h"
#include "tests/support/fake_clock.h"
#include "tests/support/store_under_test.h"

namespace muster::testing {

/// A database with the tables of events and one for the tests, of its own or the one at a place.
class EventDatabase {
 public:
  explicit EventDatabase(const Clock& clock) : EventDatabase(clock, {}) {}
  EventDatabase(const Clock& clock, const std::filesystem::path& place) : clock_(clock), store_(NewStore(place)) {
    Open();
  }

  /// Opens it again, as after a restart.
  void Open() {
    database_.reset();
    static constexpr storage::Migration kApplied[] = {
        {"test", 1, "applied",
         "CREATE TABLE applied (n INTEGER PRIMARY KEY, event_id TEXT NOT NULL, data TEXT NOT NULL) STRICT",
         "CREATE TABLE applied (n BIGSERIAL PRIMARY KEY, event_id TEXT NOT NULL, data TEXT NOT NULL)"}};
    database_ = store_->Open({&clock_}, OwnerMigrations(events::Migrations(), kApplied)).value();
  }

  storage::Database& operator*() { return *database_; }
  storage::Database* operator->() { return database_.get(); }

  absl::Status Write(std::vector<storage::Write> writes) {
    return database_
        ->Run(storage::MakeCommand(nullptr,
                                   [&writes](Time, storage::Changes& changes) {
                                     changes.writes = writes;
                                     return absl::OkStatus();
                                   }))
        .status();
  }

  /// Column 0 of every row.
  std::vector<std::string> Texts(std::string_view sql) {
    std::vector<std::string> texts;
    EXPECT_TRUE(
        database_->Query(storage::Read{sql, {}, [&](const storage::Row& row) { texts.emplace_back(row.Text(0)); }})
            .ok());
    return texts;
  }
  int64_t Number(std::string_view sql) {
    int64_t number = -1;
    EXPECT_TRUE(database_->Query(storage::Read{sql, {}, [&](const storage::Row& row) { number = row.Int(0); }}).ok());
    return number;
  }

 private:
  const Clock& clock_;
  const std::unique_ptr<StoreUnderTest> store_;
  std::unique_ptr<storage::Database> database_;
};

/// An event whose payload is `data`.
inline events::EventRecord MakeEvent(const std::string& data, Time now, Random& random, Mode mode = Mode::kReal) {
  events::EventRecord event;
  event.id = EventId(NewUuid(now, random));
  event.type = "muster.test.v1.Happened";
  event.subject = "subject-" + data;
  event.time = now;
  event.data_type = "muster.test.v1.Event";
  event.data = data;
  event.mode = mode;
  event.district_path = "3205/320506";
  event.organization_ids = {OrganizationId("a"), OrganizationId("b")};
  event.version = 7;
  return event;
}

/// Writes the payload of every event into the table "applied"; fails on those it is told to.
class ApplyingHandler final : public events::DurableHandler {
 public:
  absl::StatusOr<std::unique_ptr<storage::Command>> Handle(const events::FeedEvent& event) override {
    if (ignored.contains(event.data)) {
      return nullptr;
    }
    ++calls;
    return storage::MakeCommand(nullptr, [this, event](Time, storage::Changes& changes) {
      if (const auto found = failing.find(event.data); found != failing.end() && found->second != 0) {
        --found->second;
        return Error(Reason::kIllegalTransition);
      }
      changes.writes.push_back(
          {"INSERT INTO applied (event_id, data) VALUES ($1, $2)", {event.id.value(), event.data}, 1, {}});
      return absl::OkStatus();
    });
  }
  absl::StatusOr<int64_t> Resync(const std::string&) override {
    ++resyncs;
    return 0;
  }

  std::map<std::string, int> failing;  ///< payload to how often it fails; -1: always
  std::set<std::string> ignored;
  int calls = 0;
  int resyncs = 0;
};

/// Remembers the payloads of events.
class RememberingHandler final : public events::MemoryHandler {
 public:
  absl::Status Apply(const events::FeedEvent& event) override {
    if (failing.contains(event.data)) {
      return Error(Reason::kIllegalTransition);
    }
    applied.push_back(event.data);
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> Resync(const std::string&) override {
    ++resyncs;
    return snapshot;
  }

  std::vector<std::string> applied;
  std::set<std::string> failing;
  int64_t snapshot = 0;
  int resyncs = 0;
};

}  // namespace muster::testing
