#pragma once

#include <string>

#include "absl/status/status.h"
#include "muster/base/status_macros.h"
#include "services/cli/app/commands.h"
#include "services/cli/parse/position.h"

namespace muster::cli {

/// What a search of organizations and one of teams have in common.
struct SearchOptions {
  std::string district;
  std::string text;
  std::string capability;
  int lowest_level = 0;
  std::string near;
  double radius_km = 5;
};

void BindSearch(Commands& commands, Command app, SearchOptions& options);

/// Usage errors quote a position that is none.
template <class Request>
absl::Status SetSearch(const SearchOptions& options, Request& request) {
  request.set_district_path(options.district);
  request.set_text(options.text);
  request.set_capability(options.capability);
  request.set_lowest_level(options.lowest_level);
  if (!options.near.empty()) {
    MUSTER_ASSIGN_OR_RETURN(*request.mutable_near(), ParsePosition(options.near));
    request.set_radius_km(options.radius_km);
  }
  return absl::OkStatus();
}

}  // namespace muster::cli
