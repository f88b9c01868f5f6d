#pragma once

#include <string>
#include <vector>

#include "muster/server/process.h"

namespace muster::server {

/// The main function of every server program: reads the settings, starts the process, waits for SIGTERM or SIGINT and
/// ends it. Exit status: 0, 1 (could not start), 70 (the data can no longer be trusted), 78 (wrong settings).
int Run(int argc, char** argv, const std::string& name, const std::vector<Module>& modules);

}  // namespace muster::server
