#pragma once

#include "muster/base/clock.h"

namespace muster {

/// By how much a test has moved the machine's clock; nothing in builds without MUSTER_FAILPOINTS. `steady`: now.
Duration ClockOffset(Duration steady);

}  // namespace muster
