#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/storage/value.h"

namespace muster::storage {

/// A query and what is done with each row. Parameters are written $1, $2, ... on both databases.
struct Read {
  std::string_view sql;  ///< a literal or another text that lives as long as the program: the statement cache's key
  std::vector<Value> parameters;
  std::function<void(const Row&)> each;
};

/// A change of rows.
struct Write {
  std::string_view sql;  ///< as in Read
  std::vector<Value> parameters;
  /// How many rows must change; -1: any number.
  int64_t expected_rows = -1;
  /// What the command answers when another number of rows changed or a constraint refused the change. Ok stands for
  /// INTERNAL_INVARIANT: the rules should have refused it before.
  absl::Status otherwise;
};

/// Names a mutation so that it can be repeated safely.
struct RepeatKey {
  std::string principal;   ///< account id
  std::string method;      ///< full name of the method
  std::string request_id;  ///< UUID
  std::string body_hash;   ///< SHA-256 of the canonical body, 32 bytes
};

/// What a command changes: rows, among them its audit and outbox rows, and what it answers.
struct Changes {
  std::vector<Write> writes;
  std::string reply;  ///< serialized; kept with the repeat key, so it holds no unmasked personal field
};

/// One mutation: it names what it reads, decides without touching the store, and says what is written. Runners call
/// Reads, run them, call Decide, write and commit; a runner that has to try again starts with Reads once more, so
/// Reads resets what an earlier try had filled in.
class Command {
 public:
  virtual ~Command() = default;

  /// What Decide needs. Parameters come from the command alone, so that all reads go to the database together.
  virtual std::vector<Read> Reads() = 0;

  /// Decides on the facts read. Pure: no I/O, and no time but `now`. An error means that nothing changes.
  virtual absl::Status Decide(Time now, Changes& changes) = 0;

  /// The key under which the reply is kept; none for automatic steps.
  virtual std::optional<RepeatKey> repeat_key() const { return std::nullopt; }

  /// Steady time after which nobody waits any more; a command that has not started by then is refused with DEADLINE.
  virtual std::optional<Duration> steady_deadline() const { return std::nullopt; }
};

}  // namespace muster::storage
