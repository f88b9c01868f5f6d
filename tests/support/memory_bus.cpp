#include "tests/support/memory_bus.h"

#include <algorithm>

namespace muster::testing {

using events::BusEntry;
using events::Claimed;
using events::EntryIdLess;
using events::GroupInfo;
using events::GroupMember;
using events::NewEntry;
using events::ReadPosition;

absl::Status MemoryBus::Up() const { return is_down_ ? absl::UnavailableError("down") : absl::OkStatus(); }

std::string MemoryBus::NextId() { return std::to_string(next_id_++) + "-0"; }

void MemoryBus::Flush() {
  streams_.clear();
  epochs_.clear();
}

void MemoryBus::DropEntries(const std::string& stream) { streams_[stream].entries.clear(); }

size_t MemoryBus::Length(const std::string& stream) const {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? 0 : found->second.entries.size();
}

size_t MemoryBus::PendingCount(const std::string& stream, const std::string& group) const {
  return HasGroup(stream, group) ? streams_.at(stream).groups.at(group).pending.size() : 0;
}

bool MemoryBus::HasGroup(const std::string& stream, const std::string& group) const {
  const auto found = streams_.find(stream);
  return found != streams_.end() && found->second.groups.contains(group);
}

const BusEntry& MemoryBus::At(const std::string& stream, size_t index) const {
  return streams_.at(stream).entries.at(index);
}

void MemoryBus::SetGroupIdle(const std::string& stream, const std::string& group, Duration idle) {
  streams_[stream].groups[group].idle = idle;
}

absl::Status MemoryBus::StartAppend(std::span<const NewEntry> entries) {
  if (is_down_) {
    return Up();
  }
  for (const NewEntry& entry : entries) {
    streams_[entry.stream].entries.push_back({entry.stream, NextId(), entry.payload, entry.signature, false});
  }
  return absl::OkStatus();
}

absl::Status MemoryBus::FinishAppend() { return Up(); }

absl::StatusOr<std::vector<BusEntry>> MemoryBus::ReadGroup(const GroupMember& member,
                                                           std::span<const ReadPosition> positions, int count,
                                                           Duration) {
  if (is_down_) {
    return Up();
  }
  std::vector<BusEntry> result;
  for (const ReadPosition& position : positions) {
    if (!HasGroup(position.stream, member.group)) {
      return absl::NotFoundError("NOGROUP");
    }
  }
  for (const ReadPosition& position : positions) {
    Stream& stream = streams_[position.stream];
    Group& group = stream.groups[member.group];
    group.consumers.insert(member.consumer);
    int taken = 0;
    if (position.id == ">") {
      for (const BusEntry& entry : stream.entries) {
        if (taken < count && EntryIdLess(group.last_delivered, entry.id)) {
          group.last_delivered = entry.id;
          group.pending[entry.id] = member.consumer;
          result.push_back(entry);
          ++taken;
        }
      }
      continue;
    }
    for (const auto& [id, consumer] : group.pending) {
      if (consumer == member.consumer && taken < count && EntryIdLess(position.id, id)) {
        const auto found = std::find_if(stream.entries.begin(), stream.entries.end(),
                                        [&id = id](const BusEntry& entry) { return entry.id == id; });
        result.push_back(found == stream.entries.end() ? BusEntry{position.stream, id, "", "", true} : *found);
        ++taken;
      }
    }
  }
  return result;
}

absl::StatusOr<std::vector<BusEntry>> MemoryBus::ReadAfter(std::span<const ReadPosition> positions, int count,
                                                           Duration) {
  if (is_down_) {
    return Up();
  }
  std::vector<BusEntry> result;
  for (const ReadPosition& position : positions) {
    int taken = 0;
    for (const BusEntry& entry : streams_[position.stream].entries) {
      if (taken < count && EntryIdLess(position.id, entry.id)) {
        result.push_back(entry);
        ++taken;
      }
    }
  }
  return result;
}

absl::Status MemoryBus::Ack(const std::string& stream, const std::string& group, std::span<const std::string> ids) {
  if (is_down_ || !HasGroup(stream, group)) {
    return Up();
  }
  for (const std::string& id : ids) {
    streams_[stream].groups[group].pending.erase(id);
  }
  return absl::OkStatus();
}

absl::StatusOr<Claimed> MemoryBus::AutoClaim(const std::string& stream, const GroupMember& member, Duration,
                                             const std::string&, int) {
  if (is_down_) {
    return Up();
  }
  if (!HasGroup(stream, member.group)) {
    return absl::NotFoundError("NOGROUP");
  }
  Claimed claimed;
  auto& pending = streams_[stream].groups[member.group].pending;
  for (auto it = pending.begin(); it != pending.end();) {
    const auto& entries = streams_[stream].entries;
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const BusEntry& entry) { return entry.id == it->first; });
    if (found == entries.end()) {
      ++claimed.deleted;
      it = pending.erase(it);
    } else {
      it->second = member.consumer;
      claimed.entries.push_back(*found);
      ++it;
    }
  }
  return claimed;
}

absl::Status MemoryBus::CreateGroup(const std::string& stream, const std::string& group) {
  if (!is_down_) {
    streams_[stream].groups.try_emplace(group);
  }
  return Up();
}

absl::Status MemoryBus::DestroyGroup(const std::string& stream, const std::string& group) {
  if (!is_down_) {
    streams_[stream].groups.erase(group);
  }
  return Up();
}

absl::StatusOr<std::vector<GroupInfo>> MemoryBus::Groups(const std::string& stream) {
  if (is_down_) {
    return Up();
  }
  std::vector<GroupInfo> groups;
  for (const auto& [name, group] : streams_[stream].groups) {
    groups.push_back({name, group.last_delivered, group.pending.empty() ? "" : group.pending.begin()->first,
                      !group.consumers.empty(), group.idle});
  }
  return groups;
}

absl::StatusOr<std::string> MemoryBus::LastId(const std::string& stream) {
  if (is_down_) {
    return Up();
  }
  const auto& entries = streams_[stream].entries;
  return entries.empty() ? "0-0" : entries.back().id;
}

absl::Status MemoryBus::TrimBefore(const std::string& stream, const std::string& id) {
  if (!is_down_) {
    std::erase_if(streams_[stream].entries, [&](const BusEntry& entry) { return EntryIdLess(entry.id, id); });
  }
  return Up();
}

absl::StatusOr<std::string> MemoryBus::Epoch(const std::string& owner) {
  if (is_down_) {
    return Up();
  }
  return epochs_[owner];
}

absl::Status MemoryBus::SetEpoch(const std::string& owner, const std::string& epoch) {
  if (!is_down_) {
    epochs_[owner] = epoch;
  }
  return Up();
}

}  // namespace muster::testing
