#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "services/matching/core/reclaimer.h"

namespace muster::matching {

/// One change of a persistent structure: readers of older versions never see it. A node that an older version may hold
/// is copied before it is written; a node made by this edit is written in place. Nodes have a member `edit`. One thread
/// at a time, but for New, and Own of nodes made by this edit.
class Edit {
 public:
  /// `number`: unique, above 0.
  explicit Edit(uint64_t number) : number_(number) {}

  template <class Node>
  Node* New() {
    auto* node = new Node;
    node->edit = number_;
    return node;
  }

  /// A version of `node` that may be written; replaces it in the new version.
  template <class Node>
  Node* Own(const Node* node) {
    if (node->edit == number_) {
      return const_cast<Node*>(node);
    }
    auto* copy = new Node(*node);
    copy->edit = number_;
    Discard(node);
    return copy;
  }

  /// The new version no longer holds `node`.
  template <class Node>
  void Discard(const Node* node) {
    if (node->edit == number_) {
      delete node;
      return;
    }
    retired_.push_back({node, [](const void* object) { delete static_cast<const Node*>(object); }});
  }

  std::vector<Retired> TakeRetired() { return std::move(retired_); }

 private:
  uint64_t number_;
  std::vector<Retired> retired_;
};

}  // namespace muster::matching
