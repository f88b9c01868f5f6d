#include "services/dispatch/core/request.h"

#include <algorithm>
#include <cmath>

#include "muster/base/status_macros.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/must_haves.h"
#include "services/dispatch/core/visibility.h"
#include "services/dispatch/core/wave_policy.h"

namespace muster::dispatch {
namespace {

constexpr size_t kMaxShifts = 100;
/// A request may reach a year ahead; further is a slip of the keyboard.
constexpr Duration kHorizon = std::chrono::hours(24 * 366);

absl::Status CheckRange(int64_t value, int64_t low, int64_t high, const std::string& field) {
  return value >= low && value <= high
             ? absl::OkStatus()
             : Error(Reason::kOutOfRange, field, {{"range", std::to_string(low) + " - " + std::to_string(high)}});
}

absl::Status CheckWindows(const std::vector<Window>& windows, const std::string& field, Time now) {
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(windows.size()), 1, kMaxShifts, field));
  for (size_t i = 0; i < windows.size(); ++i) {
    const std::string path = field + "[" + std::to_string(i) + "]";
    if (windows[i].end <= windows[i].start) {
      return Error(Reason::kBadTime, path, {{"why", "the end is not after the start"}});
    }
    if (windows[i].end <= now || windows[i].end > now + kHorizon) {
      return Error(Reason::kBadTime, path, {{"why", "it must end in the future and within a year"}});
    }
    if (i > 0 && windows[i].start < windows[i - 1].end) {
      return Error(Reason::kBadTime, path, {{"why", "shifts overlap"}});
    }
  }
  return absl::OkStatus();
}

}  // namespace

WavePolicy WithDefaults(WavePolicy policy, const WavePolicy& defaults) {
  policy.wave_size = policy.wave_size == 0 ? defaults.wave_size : policy.wave_size;
  policy.answer_seconds = policy.answer_seconds == 0 ? defaults.answer_seconds : policy.answer_seconds;
  policy.provisional_seconds =
      policy.provisional_seconds == 0 ? defaults.provisional_seconds : policy.provisional_seconds;
  return policy;
}

absl::Status ApplyPolicy(const WavePolicy& policy, const std::string& field, RequestLine& line) {
  line.wave_size = policy.wave_size == 0 ? line.wave_size : policy.wave_size;
  line.answer_seconds = policy.answer_seconds == 0 ? line.answer_seconds : policy.answer_seconds;
  line.provisional_seconds = policy.provisional_seconds == 0 ? line.provisional_seconds : policy.provisional_seconds;
  line.waves_stopped = policy.stopped;
  line.fill_by = policy.fill_by;
  if (policy.fill_probability != 0 && !(policy.fill_probability >= 0.5 && policy.fill_probability <= 0.999)) {
    return Error(Reason::kOutOfRange, field + ".fill_probability", {{"range", "0.5 - 0.999"}});
  }
  line.fill_ppm = static_cast<int>(std::lround(policy.fill_probability * 1e6));
  MUSTER_RETURN_IF_ERROR(CheckRange(line.wave_size, 1, 100, field + ".wave_size"));
  MUSTER_RETURN_IF_ERROR(CheckRange(line.answer_seconds, 1, 86'400, field + ".answer_seconds"));
  return CheckRange(line.provisional_seconds, 1, 86'400, field + ".provisional_seconds");
}

void SortWindows(RequestLine& line) {
  std::sort(line.windows.begin(), line.windows.end(),
            [](const Window& a, const Window& b) { return a.start < b.start; });
}

absl::Status CheckLine(const RequestLine& line, const Incident& incident, const std::string& path,
                       std::optional<Time> now) {
  MUSTER_RETURN_IF_ERROR(CheckCapabilityCode(line.capability, path + ".capability"));
  MUSTER_RETURN_IF_ERROR(CheckRange(line.lowest_level, 0, 4, path + ".lowest_level"));
  MUSTER_RETURN_IF_ERROR(CheckRange(line.quantity, 1, 100'000, path + ".quantity"));
  MUSTER_RETURN_IF_ERROR(CheckRange(line.priority, 1, 5, path + ".priority"));
  MUSTER_RETURN_IF_ERROR(CheckRange(line.tolerance_percent, 0, 100, path + ".tolerance_percent"));
  MUSTER_RETURN_IF_ERROR(CheckWants(line.must_haves, path + ".must_haves"));
  MUSTER_RETURN_IF_ERROR(CheckWants(line.wishes, path + ".wishes"));
  if (!line.equipment.empty() && EquipmentOf(line.must_haves) != line.equipment) {
    return ErrorWithTexts(Reason::kInvalidField, path + ".must_haves",
                          "按装备计数的需求，须在 must_haves 中写明一种装备，如 equipment:boat。",
                          "A line that counts equipment names one kind of it in must_haves: equipment:boat.");
  }
  if (line.place == Place::kOnSite && !line.location && !incident.location) {
    return ErrorWithTexts(Reason::kInvalidField, path + ".position", "现场任务需要位置。请填写这一行或事件的位置。",
                          "Work on site needs a position. Give one for the line or for the incident.");
  }
  return now ? CheckWindows(line.windows, path + ".windows", *now) : absl::OkStatus();
}

absl::StatusOr<RequestLine> NewLine(const RequestLine& wanted, const WavePolicy& policy, const Incident& incident,
                                    const std::string& path, const Context& context) {
  RequestLine line = wanted;
  line.priority = line.priority == 0 ? 3 : line.priority;
  SortWindows(line);
  MUSTER_RETURN_IF_ERROR(CheckLine(line, incident, path, context.now));
  MUSTER_RETURN_IF_ERROR(ApplyPolicy(policy, path + ".wave_policy", line));
  line.incident_id = incident.id;
  line.mode = incident.mode;
  line.district_path = incident.district_path;
  if (!line.location && line.place == Place::kOnSite) {
    line.location = incident.location;
  }
  return line;
}

absl::StatusOr<DispatchChanges> Decide(const CreateRequest& command, const Facts& facts, const Context& context) {
  const bool requester = context.principal.Has(Role::kRequester);
  if (!facts.incident ||
      !(CoversIncident(context.principal, facts.incident->id, facts.incident->district_path, context.now) ||
        (requester && DistrictCovers(facts.incident->district_path, context.principal.district_path)))) {
    return Error(Reason::kNotFound);
  }
  const Incident& incident = *facts.incident;
  if (incident.state == IncidentState::kClosed) {
    return IllegalMove("incident", "closed", "requested for", "none");
  }
  MUSTER_RETURN_IF_ERROR(
      CheckRange(static_cast<int64_t>(command.lines.size()), 1, kMaxLines, "resource_request.lines"));
  DispatchChanges changes;
  ResourceRequest request = command.request;
  request.id = ResourceRequestId(NewUuid(context.now, *context.random));
  request.version = 1;
  request.create_time = request.update_time = context.now;
  request.mode = incident.mode;
  request.district_path = incident.district_path;
  if (requester) {
    request.requester_organization_id = context.principal.organization_id;
  }
  // A desk's own request needs nobody's look; one of a requesting unit waits for the desk.
  request.state = requester && !context.principal.IsOperator() ? RequestState::kSubmitted : RequestState::kAccepted;
  for (size_t i = 0; i < command.lines.size(); ++i) {
    const std::string path = "resource_request.lines[" + std::to_string(i) + "]";
    MUSTER_ASSIGN_OR_RETURN(RequestLine line, NewLine(command.lines[i], command.policies[i], incident, path, context));
    line.id = RequestLineId(NewUuid(context.now, *context.random));
    line.version = 1;
    line.resource_request_id = request.id;
    line.position_in_request = static_cast<int>(i);
    changes.lines.push_back({std::nullopt, std::move(line), ""});
  }
  changes.requests.push_back({std::nullopt, std::move(request), "RequestCreated"});
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const CancelRequest& command, const Facts& facts, const Context& context) {
  if (!facts.request) {
    return Error(Reason::kNotFound);
  }
  const ResourceRequest& before = *facts.request;
  MUSTER_RETURN_IF_ERROR(CheckVisible(context.principal, before.incident_id, before.district_path,
                                      before.requester_organization_id, context.now));
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  MUSTER_RETURN_IF_ERROR(CheckMove(before.current_state(), RequestState::kCancelled));
  DispatchChanges changes;
  changes.note = command.reason;
  ResourceRequest& request = Change(changes.requests, before, "RequestCancelled");
  request.cancelled = true;
  request.state = RequestState::kCancelled;
  request.update_time = context.now;
  for (const Offer& offer : facts.offers) {
    Offer& after = Change(changes.offers, offer, "OfferStoodDown");
    after.state = OfferState::kStoodDown;
    after.update_time = context.now;
  }
  for (const RequestLine& line : facts.lines) {
    if (line.state != LineState::kClosed && line.state != LineState::kCancelled) {
      RequestLine& after = Change(changes.lines, line, "LineChanged");
      after.state = LineState::kCancelled;
      after.asked = after.held = 0;
      after.needs_wave = false;
    }
  }
  return changes;
}

absl::StatusOr<DispatchChanges> Decide(const SetWavePolicy& command, const Facts& facts, const Context& context) {
  if (facts.lines.empty() || !CoversIncident(context.principal, facts.lines.front().incident_id,
                                             facts.lines.front().district_path, context.now)) {
    return Error(Reason::kNotFound);
  }
  const RequestLine& before = facts.lines.front();
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  DispatchChanges changes;
  RequestLine& after = Change(changes.lines, before, "WavePolicyChanged");
  MUSTER_RETURN_IF_ERROR(ApplyPolicy(command.policy, "wave_policy", after));
  Settle(after, context.now);
  if (AsksByChance(after, context.now) && after.waiting > 0) {
    changes.looks.push_back(LookNow(after, context.now));
  }
  return changes;
}

}  // namespace muster::dispatch
