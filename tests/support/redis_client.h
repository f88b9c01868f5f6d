#pragma once

#include <string>
#include <vector>

#include "muster/events/redis_bus.h"

namespace muster::testing {

/// Runs one command as redis-cli would, over a connection of its own, and answers its reply as text, the elements of an
/// array one a line: "(error) ..." for errors, "(not connected)", "(no reply)" after two seconds.
std::string RunRedis(const events::RedisOptions& address, const std::vector<std::string>& arguments);

}  // namespace muster::testing
