#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "muster/events/bus.h"

namespace muster::testing {

/// A bus in memory that behaves as Redis Streams do and fails on demand. One thread; several users may share it.
class MemoryBus final : public events::Bus {
 public:
  /// Answers everything with UNAVAILABLE from now on.
  void SetDown(bool is_down) { is_down_ = is_down; }
  /// Forgets everything, as FLUSHALL does.
  void Flush();
  /// Drops the entries of a stream and leaves the groups as they are, as a trim by length does.
  void DropEntries(const std::string& stream);
  size_t Length(const std::string& stream) const;
  size_t PendingCount(const std::string& stream, const std::string& group) const;
  bool HasGroup(const std::string& stream, const std::string& group) const;
  /// The n-th entry of a stream, to be sent again or forged.
  const events::BusEntry& At(const std::string& stream, size_t index) const;
  void SetGroupIdle(const std::string& stream, const std::string& group, Duration idle);

  absl::Status StartAppend(std::span<const events::NewEntry> entries) override;
  absl::Status FinishAppend() override;
  absl::StatusOr<std::vector<events::BusEntry>> ReadGroup(const events::GroupMember& member,
                                                          std::span<const events::ReadPosition> positions, int count,
                                                          Duration block) override;
  absl::StatusOr<std::vector<events::BusEntry>> ReadAfter(std::span<const events::ReadPosition> positions, int count,
                                                          Duration block) override;
  absl::Status Ack(const std::string& stream, const std::string& group, std::span<const std::string> ids) override;
  absl::StatusOr<events::Claimed> AutoClaim(const std::string& stream, const events::GroupMember& member,
                                            Duration min_idle, const std::string& start, int count) override;
  absl::Status CreateGroup(const std::string& stream, const std::string& group) override;
  absl::Status DestroyGroup(const std::string& stream, const std::string& group) override;
  absl::StatusOr<std::vector<events::GroupInfo>> Groups(const std::string& stream) override;
  absl::StatusOr<std::string> LastId(const std::string& stream) override;
  absl::Status TrimBefore(const std::string& stream, const std::string& id) override;
  absl::StatusOr<std::string> Epoch(const std::string& owner) override;
  absl::Status SetEpoch(const std::string& owner, const std::string& epoch) override;
  absl::Status Ping() override { return Up(); }

 private:
  struct Group {
    std::string last_delivered = "0-0";
    std::map<std::string, std::string> pending;  ///< entry id to consumer; ids have equal length
    std::set<std::string> consumers;
    Duration idle{};
  };
  struct Stream {
    std::deque<events::BusEntry> entries;
    std::map<std::string, Group> groups;
  };

  absl::Status Up() const;
  std::string NextId();

  std::map<std::string, Stream> streams_;
  std::map<std::string, std::string> epochs_;
  int64_t next_id_ = 1'000'000'000'000;
  bool is_down_ = false;
};

}  // namespace muster::testing
