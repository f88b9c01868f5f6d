#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/base/clock.h"

namespace muster::events {

/// An entry to be added to a stream.
struct NewEntry {
  std::string stream;
  std::string payload;    ///< a serialized muster.common.v1.Event
  std::string signature;  ///< EventSigner::Sign(payload)
};

/// An entry that was read. Nothing in it is to be believed before its signature is.
struct BusEntry {
  std::string stream;
  std::string id;       ///< the stream's own, never a business id: a flushed stream gives the same ones again
  std::string payload;  ///< empty when it is not ours
  std::string signature;
  bool gone = false;  ///< the entry was trimmed before it was read
};

/// Where to read a stream on.
struct ReadPosition {
  std::string stream;
  std::string id;  ///< entries after it; for groups also ">" (what nobody has) and "0" (what this consumer still owes)
};

/// A reader inside a group.
struct GroupMember {
  std::string group;
  std::string consumer;
};

struct Claimed {
  std::vector<BusEntry> entries;
  int deleted = 0;           ///< owed entries whose bodies are gone
  std::string next = "0-0";  ///< where to go on; "0-0" at the end
};

struct GroupInfo {
  std::string name;
  std::string last_delivered_id;
  std::string oldest_pending_id;  ///< empty when nothing is pending
  bool has_consumers = false;
  Duration idle{};  ///< since any of its consumers was last seen
};

/// The bus wakes consumers up and carries events to them faster than the feed; it is allowed to forget everything.
/// Errors everywhere: kUnavailable (not reachable, time-out, refusing, or not tried because it has just failed),
/// kNotFound (no such group), kInternal (an answer that makes no sense). Nothing waits longer than a second, plus the
/// `block` that was asked for. Used by one thread at a time; every user has its own.
class Bus {
 public:
  virtual ~Bus() = default;

  /// Sends entries without waiting for the answers; FinishAppend must follow before any other call.
  virtual absl::Status StartAppend(std::span<const NewEntry> entries) = 0;
  /// Waits for the answers of StartAppend. An error: some of the entries may have been added.
  virtual absl::Status FinishAppend() = 0;

  virtual absl::StatusOr<std::vector<BusEntry>> ReadGroup(const GroupMember& member,
                                                          std::span<const ReadPosition> positions, int count,
                                                          Duration block) = 0;
  virtual absl::StatusOr<std::vector<BusEntry>> ReadAfter(std::span<const ReadPosition> positions, int count,
                                                          Duration block) = 0;
  virtual absl::Status Ack(const std::string& stream, const std::string& group, std::span<const std::string> ids) = 0;
  /// Takes over what other consumers of the group have owed for at least `min_idle`.
  virtual absl::StatusOr<Claimed> AutoClaim(const std::string& stream, const GroupMember& member, Duration min_idle,
                                            const std::string& start, int count) = 0;
  /// Makes a group that starts with the oldest entry, and the stream if need be. Ok when it is there already.
  virtual absl::Status CreateGroup(const std::string& stream, const std::string& group) = 0;
  virtual absl::Status DestroyGroup(const std::string& stream, const std::string& group) = 0;
  /// Empty for a stream that is not there.
  virtual absl::StatusOr<std::vector<GroupInfo>> Groups(const std::string& stream) = 0;
  /// The id of the newest entry; "0-0" for an empty stream.
  virtual absl::StatusOr<std::string> LastId(const std::string& stream) = 0;
  /// Drops entries older than `id`.
  virtual absl::Status TrimBefore(const std::string& stream, const std::string& id) = 0;
  /// The marker of an owner, by which a bus that has lost its memory is recognized; empty when there is none.
  virtual absl::StatusOr<std::string> Epoch(const std::string& owner) = 0;
  virtual absl::Status SetEpoch(const std::string& owner, const std::string& epoch) = 0;
  virtual absl::Status Ping() = 0;

  /// Both halves at once.
  absl::Status Append(std::span<const NewEntry> entries) {
    absl::Status started = StartAppend(entries);
    return started.ok() ? FinishAppend() : started;
  }
};

/// True when stream id `left` ("1700000000000-3") comes before `right`. A malformed id counts as 0-0.
bool EntryIdLess(const std::string& left, const std::string& right);

}  // namespace muster::events
