#pragma once

#include "tests/scenario/kill/findings.h"
#include "tests/scenario/kill/world.h"

namespace muster::testing {

/// Reads all that a deployment has, by its public methods. What cannot be read fails the test.
Findings Inspect(const Deployment& deployment, const World& world);

}  // namespace muster::testing
