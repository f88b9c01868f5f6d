#pragma once

#include "muster/common/v1/invariant.pb.h"
#include "services/cli/output/output.h"

namespace muster::cli {

/// That all invariants hold, or every violation, and for each invariant that is broken what it means and what to do.
void PrintVerified(Output& output, const common::v1::VerifyResponse& reply);

}  // namespace muster::cli
