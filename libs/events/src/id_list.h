#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "muster/base/id.h"

namespace muster::events {

/// Ids in one column, separated by commas.
inline std::string JoinIds(const std::vector<OrganizationId>& ids) {
  std::string text;
  for (const OrganizationId& id : ids) {
    text += (text.empty() ? "" : ",") + id.value();
  }
  return text;
}

inline std::vector<OrganizationId> SplitIds(std::string_view text) {
  std::vector<OrganizationId> ids;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    ids.emplace_back(std::string(text.substr(0, comma)));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return ids;
}

}  // namespace muster::events
