#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "muster/common/v1/types.pb.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/matching/core/explain.h"
#include "services/matching/core/roster.h"

namespace muster::matching {

/// The registry's profile of a team; what it has booked and worked is left open.
TeamRecord ToRecord(const registry::v1::TeamProfile& profile);

/// An assignment as of its last event.
Duty ToDuty(const dispatch::v1::AssignmentEvent& event);
/// One booking of a snapshot.
Duty ToDuty(const dispatch::v1::Booking& booking);

/// A need in a caller's words. Errors, each with the field below `need`: INVALID_FIELD, OUT_OF_RANGE, BAD_TIME,
/// BAD_GEOMETRY.
absl::StatusOr<TeamNeed> ToNeed(const v1::Need& need);

/// The need of a stored line. `incident` gives the position where the line has none.
TeamNeed ToNeed(const dispatch::v1::RequestLine& line, const dispatch::v1::Incident& incident);

/// How much of a reason to send along.
enum class Detail { kFull, kBrief };

/// A ranked team on the wire; kBrief leaves out parts and explanation.
v1::RankedTeam ToProto(const RankedTeam& ranked, size_t place, const RankQuery& query, Detail detail);
v1::ExplainTeamResponse ToProto(const Explanation& explanation, const RankQuery& query);
/// Why nobody qualifies.
void ToProto(const Obstacles& obstacles, const Text& explanation, v1::RankTeamsResponse& out);

}  // namespace muster::matching
