#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "services/cli/app/language.h"

namespace muster::cli {

/// One line about an event of the live feed (CloudEvents 1.0 in JSON): time, mode, what happened, to what.
std::string EventText(const nlohmann::json& event, Language language);

}  // namespace muster::cli
