#pragma once

#include <cstddef>
#include <vector>

#include "services/matching/core/plan.h"

namespace muster::matching {

/// A candidate at a price.
struct CoverItem {
  size_t candidate = 0;  ///< the caller's index
  int amount = 0;        ///< above 0
  double price = 0;      ///< at least 0
};

/// A covering of one line.
struct Cover {
  std::vector<size_t> chosen;  ///< the caller's indexes, ascending
  double cost = 0;             ///< prices, surplus and shortage
};

/// The cheapest way to cover `quantity` with some of `items`, where each missing unit costs `shortage_price` and each
/// unneeded one `surplus_price`: exact by dynamic programming up to four million steps; beyond that, items in order of
/// price per unit and the best single last one.
Cover CoverLine(int quantity, const std::vector<CoverItem>& items, double shortage_price, double surplus_price);

}  // namespace muster::matching
