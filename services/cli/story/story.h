#pragma once

#include "absl/status/statusor.h"
#include "services/cli/app/context.h"

namespace muster::cli {

/// Plays one mobilization from the alert until the teams are home, with real calls only, and narrates it. Takes about
/// 45 seconds: one organization stays silent until its time is up. `pause`: waits for Enter between chapters.
absl::StatusOr<ExitCode> PlayStory(Context& context, bool pause);

}  // namespace muster::cli
