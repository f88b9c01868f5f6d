#pragma once

#include <string>
#include <vector>

#include "services/cli/app/globals.h"
#include "services/cli/app/language.h"

namespace muster::cli {

enum class Health { kGood, kWarning, kBad };

/// What one check found, and what to do about it.
struct Finding {
  Health health = Health::kGood;
  Text what;         ///< what was looked at
  Text found;        ///< how it is
  Text remedy = {};  ///< what to do; empty when nothing
};

/// What the host offers and holds: data folder, disk, the files of keys. Needs no server.
std::vector<Finding> CheckHost(const Globals& globals);

/// Whether musterd answers on its socket, whether its keys work, whether Redis and the gateway are up.
std::vector<Finding> CheckServer(const Globals& globals);

/// Where the gateway of this host listens: what deploy/up.sh noted in the data folder, else the default.
std::string UrlOfHost(const std::string& data_dir);

}  // namespace muster::cli
