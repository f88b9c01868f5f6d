#include "services/dispatch/core/amend.h"

#include <algorithm>
#include <map>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/line_filling.h"
#include "services/dispatch/core/visibility.h"

namespace muster::dispatch {
namespace {

using Copier = void (*)(const RequestLine& from, RequestLine& to);

const std::map<std::string, Copier>& Copiers() {
  static const auto* const copiers = new std::map<std::string, Copier>{
      {"quantity", [](const RequestLine& f, RequestLine& t) { t.quantity = f.quantity; }},
      {"windows", [](const RequestLine& f, RequestLine& t) { t.windows = f.windows; }},
      {"priority", [](const RequestLine& f, RequestLine& t) { t.priority = f.priority == 0 ? 3 : f.priority; }},
      {"tolerance_percent", [](const RequestLine& f, RequestLine& t) { t.tolerance_percent = f.tolerance_percent; }},
      {"instructions", [](const RequestLine& f, RequestLine& t) { t.instructions = f.instructions; }},
      {"lowest_level", [](const RequestLine& f, RequestLine& t) { t.lowest_level = f.lowest_level; }},
      {"must_haves", [](const RequestLine& f, RequestLine& t) { t.must_haves = f.must_haves; }},
      {"wishes", [](const RequestLine& f, RequestLine& t) { t.wishes = f.wishes; }},
      {"position", [](const RequestLine& f, RequestLine& t) { t.location = f.location; }},
  };
  return *copiers;
}

absl::Status CopyFields(const LineAmendment& amendment, const std::string& path, RequestLine& line) {
  static const std::set<std::string> kReadOnly{
      "id",   "version", "capability", "unit",        "place", "agreement",     "state",    "filled",
      "held", "asked",   "wave",       "wave_policy", "short", "external_refs", "on_scene", "split_from_id"};
  for (const std::string& name : amendment.paths) {
    const auto copier = Copiers().find(name);
    if (copier != Copiers().end()) {
      copier->second(amendment.values, line);
    } else {
      return Error(kReadOnly.contains(name) ? Reason::kReadOnlyField : Reason::kUnknownField,
                   name.empty() ? path + ".update_mask" : name);
    }
  }
  return absl::OkStatus();
}

absl::Status OverAssigned(const RequestLine& line, const std::string& field) {
  return Error(Reason::kOverAssigned, field,
               {{"requested", std::to_string(line.quantity)},
                {"assigned", std::to_string(line.filled + line.held)},
                {"tolerance", std::to_string(line.tolerance_percent) + " %"}});
}

/// One request while it is being amended.
class Amender {
 public:
  Amender(const AmendRequest& command, const Facts& facts, const Context& context)
      : command_(command), facts_(facts), context_(context) {
    for (const RequestLine& line : facts.lines) {
      next_position_ = std::max(next_position_, line.position_in_request + 1);
    }
  }

  absl::StatusOr<DispatchChanges> Run() {
    if (command_.amendments.empty() && command_.new_lines.empty()) {
      return Error(Reason::kInvalidField, "amendments");
    }
    changes_.note = command_.reason;
    for (size_t i = 0; i < command_.amendments.size(); ++i) {
      MUSTER_RETURN_IF_ERROR(Amend(command_.amendments[i], "amendments[" + std::to_string(i) + "]"));
    }
    for (size_t i = 0; i < command_.new_lines.size(); ++i) {
      MUSTER_RETURN_IF_ERROR(Add(command_.new_lines[i], command_.policies[i], "new_lines[" + std::to_string(i) + "]"));
    }
    if (facts_.lines.size() + added_ > kMaxLines) {
      return Error(Reason::kOutOfRange, "new_lines", {{"range", "1 - " + std::to_string(kMaxLines) + " lines"}});
    }
    Change(changes_.requests, *facts_.request, "RequestAmended").update_time = context_.now;
    return std::move(changes_);
  }

 private:
  absl::Status Amend(const LineAmendment& amendment, const std::string& path) {
    const auto before = std::find_if(facts_.lines.begin(), facts_.lines.end(),
                                     [&](const RequestLine& line) { return line.id == amendment.line_id; });
    if (before == facts_.lines.end()) {
      return Error(Reason::kNotFound, path + ".line_id");
    }
    if (!done_.insert(before->id).second) {
      return Error(Reason::kDuplicate, path + ".line_id");
    }
    if (before->state == LineState::kClosed || before->state == LineState::kCancelled) {
      return IllegalMove("request_line", Name(before->state), "amended", "none");
    }
    const bool changes_values = !amendment.paths.empty() || !amendment.split_quantities.empty();
    if (changes_values == amendment.cancel) {
      return Error(Reason::kInvalidField, path + (amendment.cancel ? ".cancel" : ".update_mask"));
    }
    RequestLine line = *before;
    if (amendment.cancel) {
      StandDown(line);
      line.state = LineState::kCancelled;
    } else {
      MUSTER_RETURN_IF_ERROR(ChangeValues(amendment, path, *before, line));
      MUSTER_RETURN_IF_ERROR(Split(amendment, path, line));
      StandDownWhenFilled(line, facts_.offers, OfferId(), context_.now, changes_);
    }
    Keep(*before, std::move(line));
    return absl::OkStatus();
  }

  absl::Status ChangeValues(const LineAmendment& amendment, const std::string& path, const RequestLine& before,
                            RequestLine& line) {
    MUSTER_RETURN_IF_ERROR(CopyFields(amendment, path, line));
    SortWindows(line);
    MUSTER_RETURN_IF_ERROR(CheckLine(line, *facts_.incident, path + ".line",
                                     amendment.paths.contains("windows") ? std::optional(context_.now) : std::nullopt));
    const bool counts = amendment.paths.contains("quantity") || amendment.paths.contains("tolerance_percent");
    const int taken = line.filled + line.held;
    if (counts && (line.quantity < std::min(taken, before.quantity) || Capacity(line) < taken)) {
      return OverAssigned(line, path + ".line.quantity");
    }
    return line.windows == before.windows ? absl::OkStatus() : CheckNobodyBooked(before, path);
  }

  /// Teams that are booked, or were asked, for other times cannot be moved by a change of the line.
  absl::Status CheckNobodyBooked(const RequestLine& line, const std::string& path) const {
    const bool booked = std::any_of(facts_.assignments.begin(), facts_.assignments.end(), [&](const Assignment& one) {
      return one.line_id == line.id && IsActive(one.state);
    });
    if (booked) {
      return ErrorWithTexts(
          Reason::kIllegalTransition, path + ".line.windows",
          "已有队伍按原来的时间被预订，不能改时间。请先解除或改派这些队伍，或另加一行。",
          "Teams are booked for the old times. Release or redeploy them first, or add a line for the new times.",
          {{"from", "booked"}, {"to", "other windows"}, {"allowed", "new_lines"}});
    }
    if (line.asked > 0 || line.held > 0) {
      return ErrorWithTexts(
          Reason::kIllegalTransition, path + ".line.windows",
          "已按原来的时间发出邀请，不能改时间。请先撤回这些邀请，或另加一行。",
          "Teams were asked for the old times. Withdraw those offers first, or add a line for the new times.",
          {{"from", "asked"}, {"to", "other windows"}, {"allowed", "new_lines"}});
    }
    return absl::OkStatus();
  }

  /// What is split off leaves at least one, and all that is taken, with the line.
  absl::Status Split(const LineAmendment& amendment, const std::string& path, RequestLine& line) {
    for (size_t i = 0; i < amendment.split_quantities.size(); ++i) {
      const int quantity = amendment.split_quantities[i];
      const int most = std::min(Missing(line), line.quantity - 1);
      if (quantity < 1 || quantity > most) {
        return Error(Reason::kOutOfRange, path + ".split_quantities[" + std::to_string(i) + "]",
                     {{"range", "1 - " + std::to_string(std::max(most, 0))}});
      }
      line.quantity -= quantity;
      RequestLine part = line;
      part.quantity = quantity;
      part.state = LineState::kOpen;
      part.filled = part.held = part.asked = part.waiting = part.wave = part.on_scene = 0;
      part.external_refs.clear();
      part.split_from_id = line.id;
      AddNew(std::move(part));
    }
    return absl::OkStatus();
  }

  absl::Status Add(const RequestLine& wanted, const WavePolicy& policy, const std::string& path) {
    MUSTER_ASSIGN_OR_RETURN(RequestLine line, NewLine(wanted, policy, *facts_.incident, path, context_));
    line.resource_request_id = facts_.request->id;
    AddNew(std::move(line));
    return absl::OkStatus();
  }

  void AddNew(RequestLine line) {
    line.id = RequestLineId(NewUuid(context_.now, *context_.random));
    line.version = 1;
    line.position_in_request = next_position_++;
    line.needs_wave = false;
    changes_.lines.push_back({std::nullopt, std::move(line), "LineChanged"});
    ++added_;
  }

  void StandDown(RequestLine& line) {
    for (const Offer& offer : facts_.offers) {
      if (offer.line_id == line.id) {
        Offer& after = Change(changes_.offers, offer, "OfferStoodDown");
        after.state = OfferState::kStoodDown;
        after.update_time = context_.now;
      }
    }
    line.asked = line.held = 0;
  }

  void Keep(const RequestLine& before, RequestLine line) {
    RequestLine& after = Change(changes_.lines, before, "");
    line.version = after.version;
    after = std::move(line);
    Settle(after, context_.now);
    changes_.lines.back().event = LineEvent(before, after);
  }

  const AmendRequest& command_;
  const Facts& facts_;
  const Context& context_;
  DispatchChanges changes_;
  std::set<RequestLineId> done_;
  int next_position_ = 0;
  size_t added_ = 0;
};

}  // namespace

absl::StatusOr<DispatchChanges> Decide(const AmendRequest& command, const Facts& facts, const Context& context) {
  if (!facts.request || !facts.incident) {
    return Error(Reason::kNotFound);
  }
  const ResourceRequest& request = *facts.request;
  MUSTER_RETURN_IF_ERROR(CheckVisible(context.principal, request.incident_id, request.district_path,
                                      request.requester_organization_id, context.now));
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, request.version));
  const RequestState state = request.current_state();
  if (state != RequestState::kSubmitted && state != RequestState::kAccepted) {
    return IllegalMove("resource_request", Name(state), "amended", "none");
  }
  if (facts.incident->state == IncidentState::kClosed) {
    return IllegalMove("incident", "closed", "amended", "none");
  }
  const bool desk = CoversIncident(context.principal, request.incident_id, request.district_path, context.now);
  if (!desk && state != RequestState::kSubmitted) {
    return ErrorWithTexts(Reason::kForbidden, "id", "需求已由指挥席受理。请联系值班室修改，或另提一份需求。",
                          "The desk has taken the request on. Ask the duty office to change it, or send another.",
                          {{"action", "AmendRequest"}});
  }
  return Amender(command, facts, context).Run();
}

}  // namespace muster::dispatch
