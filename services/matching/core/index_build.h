#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "services/matching/core/edit.h"
#include "services/matching/core/index_version.h"

namespace muster::matching {

/// The codes of what a team holds, each once; none of a disbanded team. They live as long as `team`.
std::vector<const std::string*> CapabilitiesOf(const TeamRecord& team);

/// The entry of a team, in no structure yet.
TeamEntry* NewEntry(Edit& edit, TeamRecord record);

/// The number of a capability in `next`; a new one where it has none.
size_t NumberOf(Edit& edit, IndexVersion& next, const std::string& capability);

/// Fills `next`, which is empty, with `teams`: far faster than one after the other. Works on up to `threads` threads;
/// 0: on as many as help. The result does not depend on their number.
void BuildAll(Edit& edit, IndexVersion& next, std::vector<TeamRecord> teams, size_t threads);

}  // namespace muster::matching
