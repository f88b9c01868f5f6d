#include "services/matching/core/directory.h"

namespace muster::matching {
namespace {

constexpr int kBits = 4;

size_t SlotAt(const TeamKey& key, int depth) {
  const int bit = depth * kBits;
  return static_cast<size_t>((bit < 64 ? key.high >> bit : key.low >> (bit - 64)) & (DirectoryNode::kFanOut - 1));
}

void SetEntry(DirectoryNode& node, size_t slot, const TeamEntry* entry) {
  node.child[slot] = entry;
  node.entries = static_cast<uint16_t>(node.entries | 1U << slot);
}

void SetNode(DirectoryNode& node, size_t slot, const DirectoryNode* child) {
  node.child[slot] = child;
  node.entries = static_cast<uint16_t>(node.entries & ~(1U << slot));
}

const DirectoryNode* PutAt(Edit& edit, const DirectoryNode* node, const TeamEntry* entry, int depth) {
  DirectoryNode* own = node == nullptr ? edit.New<DirectoryNode>() : edit.Own(node);
  const size_t slot = SlotAt(entry->key, depth);
  if (own->child[slot] == nullptr || (own->IsEntry(slot) && own->Entry(slot)->key == entry->key)) {
    SetEntry(*own, slot, entry);
  } else if (own->IsEntry(slot)) {
    // Two keys that agree so far: both move one level down. Different keys part within 32 levels.
    const DirectoryNode* below = PutAt(edit, nullptr, own->Entry(slot), depth + 1);
    SetNode(*own, slot, PutAt(edit, below, entry, depth + 1));
  } else {
    SetNode(*own, slot, PutAt(edit, own->Node(slot), entry, depth + 1));
  }
  return own;
}

const DirectoryNode* EraseAt(Edit& edit, const DirectoryNode* node, const TeamKey& key, int depth) {
  DirectoryNode* own = edit.Own(node);
  const size_t slot = SlotAt(key, depth);
  if (own->IsEntry(slot)) {
    SetNode(*own, slot, nullptr);
  } else {
    SetNode(*own, slot, EraseAt(edit, own->Node(slot), key, depth + 1));
  }
  return own;
}

}  // namespace

const TeamEntry* FindEntry(const DirectoryNode* node, const TeamKey& key) {
  for (int depth = 0; node != nullptr; ++depth) {
    const size_t slot = SlotAt(key, depth);
    if (node->IsEntry(slot)) {
      return node->Entry(slot)->key == key ? node->Entry(slot) : nullptr;
    }
    node = node->Node(slot);
  }
  return nullptr;
}

const DirectoryNode* PutEntry(Edit& edit, const DirectoryNode* root, const TeamEntry* entry) {
  return PutAt(edit, root, entry, 0);
}

const DirectoryNode* EraseEntry(Edit& edit, const DirectoryNode* root, const TeamKey& key) {
  return EraseAt(edit, root, key, 0);
}

void ForEachEntry(const DirectoryNode* node, const std::function<void(const TeamEntry&)>& visit) {
  for (size_t slot = 0; node != nullptr && slot < DirectoryNode::kFanOut; ++slot) {
    if (node->IsEntry(slot)) {
      visit(*node->Entry(slot));
    } else {
      ForEachEntry(node->Node(slot), visit);
    }
  }
}

void DiscardDirectory(Edit& edit, const DirectoryNode* node) {
  if (node == nullptr) {
    return;
  }
  for (size_t slot = 0; slot < DirectoryNode::kFanOut; ++slot) {
    if (node->IsEntry(slot)) {
      edit.Discard(node->Entry(slot));
    } else {
      DiscardDirectory(edit, node->Node(slot));
    }
  }
  edit.Discard(node);
}

}  // namespace muster::matching
