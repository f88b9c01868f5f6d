#include "services/matching/core/cover.h"

#include <algorithm>
#include <cstdint>

namespace muster::matching {
namespace {

constexpr size_t kMaxSteps = 4'000'000;

double PriceOfLast(const CoverItem& item, int missing, double surplus_price) {
  return item.price + surplus_price * std::max(0, item.amount - missing);
}

/// cost[r]: the least cost to cover r more units with the items seen so far; a bit for each item and r says whether it
/// was taken.
Cover CoverExactly(int quantity, const std::vector<CoverItem>& items, double shortage_price, double surplus_price) {
  const auto states = static_cast<size_t>(quantity) + 1;
  std::vector<double> cost(states);
  for (size_t missing = 0; missing < states; ++missing) {
    cost[missing] = shortage_price * static_cast<double>(missing);
  }
  std::vector<bool> taken(items.size() * states, false);
  for (size_t i = 0; i < items.size(); ++i) {
    for (int missing = quantity; missing > 0; --missing) {
      const double with = PriceOfLast(items[i], missing, surplus_price) +
                          cost[static_cast<size_t>(std::max(0, missing - items[i].amount))];
      if (with < cost[static_cast<size_t>(missing)]) {
        cost[static_cast<size_t>(missing)] = with;
        taken[i * states + static_cast<size_t>(missing)] = true;
      }
    }
  }
  Cover cover;
  cover.cost = cost.back();
  int missing = quantity;
  for (size_t i = items.size(); i-- > 0;) {
    if (taken[i * states + static_cast<size_t>(missing)]) {
      cover.chosen.push_back(items[i].candidate);
      missing = std::max(0, missing - items[i].amount);
    }
  }
  std::sort(cover.chosen.begin(), cover.chosen.end());
  return cover;
}

Cover CoverGreedily(int quantity, std::vector<CoverItem> items, double shortage_price, double surplus_price) {
  std::sort(items.begin(), items.end(), [](const CoverItem& a, const CoverItem& b) {
    const double a_rate = a.price / a.amount;
    const double b_rate = b.price / b.amount;
    return a_rate != b_rate ? a_rate < b_rate : a.candidate < b.candidate;
  });
  Cover cover;
  int missing = quantity;
  size_t next = 0;
  // While items are far smaller than what is missing, the cheapest per unit is as good as optimal.
  for (; next < items.size() && items[next].amount < missing; ++next) {
    if (items[next].price >= shortage_price * items[next].amount) {
      break;
    }
    cover.chosen.push_back(items[next].candidate);
    cover.cost += items[next].price;
    missing -= items[next].amount;
  }
  const Cover rest = CoverExactly(std::min(missing, 1000),
                                  {items.begin() + static_cast<std::ptrdiff_t>(next),
                                   items.begin() + static_cast<std::ptrdiff_t>(std::min(items.size(), next + 1000))},
                                  shortage_price, surplus_price);
  cover.cost += rest.cost + shortage_price * std::max(0, missing - 1000);
  cover.chosen.insert(cover.chosen.end(), rest.chosen.begin(), rest.chosen.end());
  std::sort(cover.chosen.begin(), cover.chosen.end());
  return cover;
}

}  // namespace

Cover CoverLine(int quantity, const std::vector<CoverItem>& items, double shortage_price, double surplus_price) {
  if ((static_cast<size_t>(quantity) + 1) * items.size() <= kMaxSteps) {
    return CoverExactly(quantity, items, shortage_price, surplus_price);
  }
  return CoverGreedily(quantity, items, shortage_price, surplus_price);
}

}  // namespace muster::matching
