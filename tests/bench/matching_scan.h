#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/matching/core/team_index.h"

namespace muster::bench {

/// A scan of all teams as one would write it for speed without an index: what it filters by lies packed in one array,
/// and only teams that pass are looked at further. The reference for the index.
class PackedScan {
 public:
  /// `teams` must outlive the scan.
  explicit PackedScan(const std::vector<matching::TeamRecord>& teams);
  std::vector<matching::RankedTeam> Rank(const matching::RankQuery& query) const;

 private:
  struct Row {
    std::array<uint8_t, 5> capability;
    std::array<uint8_t, 5> level;
    uint8_t count;
    bool plain;  ///< approved, not disbanded, on site: nothing but the capability and IsEligible to check
    const matching::TeamRecord* team;
  };

  std::vector<Row> rows_;
  std::map<std::string, uint8_t> numbers_;
};

}  // namespace muster::bench
