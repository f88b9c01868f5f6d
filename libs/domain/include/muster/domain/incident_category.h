#pragma once

#include <span>
#include <string_view>

namespace muster {

/// A category of events (incident_categories.tsv). Views live as long as the program.
struct IncidentCategory {
  std::string_view code;    ///< "10202": five digits
  std::string_view parent;  ///< the wider one; empty for the first level
  std::string_view name_zh;
  std::string_view name_en;

  /// 1 natural disaster, 2 accident, 3 public health, 4 social security: the first digit of the code.
  int kind() const { return code.front() - '0'; }
};

/// All categories, parents before children.
std::span<const IncidentCategory> IncidentCategories();

/// The category of a code; null for an unknown one.
const IncidentCategory* FindIncidentCategory(std::string_view code);

}  // namespace muster
