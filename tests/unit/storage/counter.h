#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "muster/domain/reason.h"
#include "muster/storage/common_migrations.h"
#include "muster/storage/database.h"
#include "muster/storage/migration.h"
#include "tests/support/status_matchers.h"

namespace muster::storage {

/// The table of counters that the store tests use, and the tables that every database has.
inline std::vector<Migration> CounterSchema() {
  static constexpr auto kCounter = std::to_array<Migration>({
      {"test", 1, "counter",
       "CREATE TABLE counter (id TEXT PRIMARY KEY, value INTEGER NOT NULL CHECK (value >= 0)) STRICT;",
       "CREATE TABLE counter (id TEXT PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0));"},
  });
  return Concatenate(common::Migrations(), kCounter);
}

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

inline std::unique_ptr<Command> Add(std::string id, int64_t by, std::optional<RepeatKey> key = std::nullopt) {
  return std::make_unique<AddCommand>(std::move(id), by, std::move(key));
}

inline RepeatKey Key(const std::string& request_id, const std::string& body = "body") {
  return {"account", "method", request_id, body};
}

/// The first column of the first row; -1 when there is none.
inline int64_t NumberIn(Database& database, std::string_view sql, std::vector<Value> parameters = {}) {
  int64_t number = -1;
  EXPECT_OK(database.Query(Read{sql, std::move(parameters), [&](const Row& row) { number = row.Int(0); }}));
  return number;
}

/// What a counter holds; -1 when there is none.
inline int64_t Stored(Database& database, const std::string& id) {
  return NumberIn(database, "SELECT value FROM counter WHERE id = $1", {id});
}

}  // namespace muster::storage
