#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/registry/core/data_import.h"

namespace muster::registry {

/// What the store has of that which a good row is about.
struct FoundRow {
  bool there = false;  ///< the same organization, team or person, which needs no second record
  /// The same organization or team was there and has ended: revoked, withdrawn, disbanded.
  bool ended = false;
  bool merged = false;  ///< and it lives on in another
  /// What it belongs to has ended since the row was read: the organization was merged or revoked, a team disbanded.
  bool owner_gone = false;
  bool elsewhere = false;     ///< the same person is a member of another organization, or a volunteer of none
  std::string state;          ///< of an organization: "approved"
  std::string district_path;  ///< of an organization
  std::vector<std::string_view> differing;  ///< fields whose values the row has otherwise
};

/// Where a good row stands in the sheet, and what the sheet says beside what is to be stored.
struct RowPlace {
  int64_t number = 0;
  std::string key_column;    ///< the column by which it is known again
  std::string state_column;  ///< empty: the sheet has none
  const ListedState* listed = nullptr;
  bool masked = false;
};

enum class Verdict {
  kStore,
  kSkip,    ///< it is there already
  kRefuse,  ///< not to be stored, as a problem says
};

/// Whether a good row is stored, now that the store was asked. Adds what is to be told of it.
Verdict Judge(const DataImport& import, const RowPlace& place, const FoundRow& found,
              std::vector<ImportProblem>& problems);

}  // namespace muster::registry
