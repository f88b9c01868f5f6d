#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/matching/core/directory.h"
#include "services/matching/core/posting_tree.h"

namespace muster::matching {

/// The numbers of the capabilities. Grows only.
struct CapabilityTable {
  uint64_t edit = 0;
  std::map<std::string, size_t, std::less<>> numbers;
};

/// Those who hold one capability.
struct Holders {
  PostingTree placed;    ///< with a position
  PostingTree unplaced;  ///< without
};

struct IndexVersion {
  uint64_t edit = 0;
  uint64_t version = 0;
  size_t team_count = 0;
  const DirectoryNode* directory = nullptr;
  const CapabilityTable* capabilities = nullptr;
  std::vector<Holders> holders;  ///< by capability number

  /// Null when nobody has ever held the capability.
  const Holders* HoldersOf(const std::string& capability) const {
    const auto found = capabilities->numbers.find(capability);
    return found == capabilities->numbers.end() ? nullptr : &holders[found->second];
  }
};

}  // namespace muster::matching
