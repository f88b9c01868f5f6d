#pragma once

#include "absl/status/status.h"
#include "muster/server/process.h"

namespace muster::matching {

/// Builds the service from what the process has and adds it to it.
absl::Status AddTo(server::Process& process);

}  // namespace muster::matching
