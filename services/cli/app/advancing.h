#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/connect/session.h"

namespace muster::cli {

absl::StatusOr<dispatch::v1::Assignment> ReadAssignment(Session& session, const std::string& id);

/// The next state on the way home; the state itself where no step follows.
dispatch::v1::AssignmentState NextState(dispatch::v1::AssignmentState state);

struct MoveNotes {
  std::string cover_override_reason = {};
  std::string reason = {};
};

/// Moves an assignment to a state with the call that is made for it: arrivals by CheckIn and CheckOut, the end of work
/// by ReleaseAssignment or RecallAssignment, everything else by AdvanceAssignment.
absl::StatusOr<dispatch::v1::Assignment> MoveAssignment(Session& session, const dispatch::v1::Assignment& current,
                                                        dispatch::v1::AssignmentState state, const MoveNotes& notes);

}  // namespace muster::cli
