#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/dispatch/core/facts.h"

namespace muster::dispatch {

/// How a line asks; 0 stands for "as it is" (3 teams, 600 s, 1,800 s for a new line).
struct WavePolicy {
  int wave_size = 0;
  int answer_seconds = 0;
  int provisional_seconds = 0;
  bool stopped = false;
  double fill_probability = 0;       ///< 0: waves of wave_size; like stopped, it is never "as it is"
  std::optional<Time> fill_by = {};  ///< none: the start of the first shift
};

/// `policy` with what `defaults` say in place of its zeros.
WavePolicy WithDefaults(WavePolicy policy, const WavePolicy& defaults);

/// Writes what an incident needs. Reads incident.
struct CreateRequest {
  ResourceRequest request;           ///< incident_id, requester and its organization are taken
  std::vector<RequestLine> lines;    ///< ids, counts and states are set here
  std::vector<WavePolicy> policies;  ///< one for each line
};

/// Takes a request back: its lines are cancelled, open offers stood down; assignments stay. Reads request, lines, open
/// offers.
struct CancelRequest {
  ResourceRequestId id;
  int64_t expected_version = 0;
  std::string reason;
};

/// Changes how a line asks. Reads request and lines (one).
struct SetWavePolicy {
  RequestLineId line_id;
  int64_t expected_version = 0;
  WavePolicy policy;
};

/// Errors: NOT_FOUND, VERSION_CONFLICT, ILLEGAL_TRANSITION (incident closed), INVALID_FIELD, OUT_OF_RANGE, BAD_TIME.
absl::StatusOr<DispatchChanges> Decide(const CreateRequest& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const CancelRequest& command, const Facts& facts, const Context& context);
absl::StatusOr<DispatchChanges> Decide(const SetWavePolicy& command, const Facts& facts, const Context& context);

/// A request has at most so many lines, also after it was amended or others were merged into it.
inline constexpr size_t kMaxLines = 100;

/// Puts the shifts of a line in order.
void SortWindows(RequestLine& line);

/// OK when teams can be asked for the line. `path` is its path for errors. The shifts are looked at when `now` is
/// given.
absl::Status CheckLine(const RequestLine& line, const Incident& incident, const std::string& path,
                       std::optional<Time> now);

/// A line of the incident from what was asked for, checked; without id, request and place among its lines.
absl::StatusOr<RequestLine> NewLine(const RequestLine& wanted, const WavePolicy& policy, const Incident& incident,
                                    const std::string& path, const Context& context);

/// Applies a policy to a line. `field` is its path for errors.
absl::Status ApplyPolicy(const WavePolicy& policy, const std::string& field, RequestLine& line);

}  // namespace muster::dispatch
