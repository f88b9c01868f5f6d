#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "services/matching/core/edit.h"
#include "services/matching/core/team_entry.h"

namespace muster::matching {

/// A node of the directory of teams by key: a persistent trie over four bits of the key at a time.
struct DirectoryNode {
  static constexpr size_t kFanOut = 16;

  uint64_t edit = 0;
  /// Either a further node or an entry, told apart by the bits of `entries`; null: nothing.
  std::array<const void*, kFanOut> child{};
  uint16_t entries = 0;

  bool IsEntry(size_t slot) const { return (entries >> slot & 1U) != 0; }
  const TeamEntry* Entry(size_t slot) const { return static_cast<const TeamEntry*>(child[slot]); }
  const DirectoryNode* Node(size_t slot) const { return static_cast<const DirectoryNode*>(child[slot]); }
};

/// The entry of a key; null when there is none. `root` may be null.
const TeamEntry* FindEntry(const DirectoryNode* root, const TeamKey& key);
/// The directory with `entry` in the place of any other of the same key.
const DirectoryNode* PutEntry(Edit& edit, const DirectoryNode* root, const TeamEntry* entry);
/// The directory without the entry of `key`, which must be in it.
const DirectoryNode* EraseEntry(Edit& edit, const DirectoryNode* root, const TeamKey& key);
/// Calls `visit` for every entry, in order of key.
void ForEachEntry(const DirectoryNode* root, const std::function<void(const TeamEntry&)>& visit);
/// Discards every node and every entry.
void DiscardDirectory(Edit& edit, const DirectoryNode* root);

}  // namespace muster::matching
