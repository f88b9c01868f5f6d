#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace muster {

/// The levels of an event: 1 (I, red) to 4 (IV, blue).
inline constexpr int kEventLevels = 4;

/// One kind of help that a plan asks for.
struct ResponsePlanLine {
  std::string_view capability;
  int lowest_level = 0;                      ///< 0: any
  std::array<int, kEventLevels> quantity{};  ///< at level I, II, III, IV; 0: none
  bool in_teams = false;                     ///< counts teams, not people
  bool is_remote = false;
  int priority = 3;
  int start_hour = 0;  ///< hours after the beginning
  int hours = 8;       ///< how long
  std::string_view text_zh;
  std::string_view text_en;

  int QuantityAt(int level) const { return quantity[static_cast<size_t>(level) - 1]; }
};

/// What is usually needed for events of a category and of all below it (response_plans.tsv): a "run card". Views live
/// as long as the program.
struct ResponsePlan {
  std::string_view code;      ///< "flood"
  std::string_view category;  ///< code of an incident category
  std::string_view name_zh;
  std::string_view name_en;
  std::vector<ResponsePlanLine> lines;
};

std::span<const ResponsePlan> ResponsePlans();

/// The plan of the category or of the nearest one above it; null when there is none.
const ResponsePlan* FindResponsePlan(std::string_view category);

}  // namespace muster
