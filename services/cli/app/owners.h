#pragma once

#include <string>
#include <vector>

namespace muster::cli {

/// The services that own data, each with an audit chain and a feed of its own.
inline std::vector<std::string> EveryOwner() { return {"dispatch", "registry", "identity", "notify", "exchange"}; }

}  // namespace muster::cli
