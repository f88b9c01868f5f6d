#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "muster/base/random.h"
#include "muster/domain/principal.h"
#include "services/dispatch/core/model.h"

namespace muster::dispatch {

/// How many a call-up reaches.
struct Reach {
  int64_t organizations = 0;
  int64_t teams = 0;
};

/// What a command has read. Each command says which of these it needs; the others stay empty.
struct Facts {
  std::optional<Incident> incident;
  std::optional<ResourceRequest> request;
  std::vector<ResourceRequest> incident_requests;  ///< all that are not over
  std::vector<RequestLine> lines;
  std::vector<Offer> offers;
  std::vector<Assignment> assignments;
  std::vector<Booking> bookings;                       ///< of the assignments concerned
  std::map<TeamId, ProjectedTeam> teams;               ///< with their bookings in the same mode
  std::vector<Candidate> candidates;                   ///< waiting for later waves, best first
  bool organization_involved = false;                  ///< the caller's organization has an offer or assignment there
  std::map<IncidentId, std::string> linked_incidents;  ///< the district of each that is named
  std::map<IncidentId, std::string> taken_over;        ///< incidents on which a desk above the caller's acts: which
  Reach reach;                                         ///< of a call-up
  std::optional<ResourceRequest> other_request;        ///< the one to merge into or to link with
  std::vector<RequestLine> other_lines;                ///< its lines
  std::optional<Help> help;
  std::optional<DispatchRecord> dispatch;  ///< the one concerned
  std::optional<WaveLook> look;            ///< of a line that asks by chance
  std::vector<AnswerCount> answers;        ///< earlier ones, of the city and of those who are or could be asked
};

/// Where and by whom a command is decided.
struct Context {
  Time now{};
  Principal principal;
  Random* random = nullptr;
};

/// An object before and after a command, and the event that tells of it.
template <class T>
struct Changed {
  std::optional<T> before;  ///< none for a new object
  T after;
  std::string event;  ///< "OfferAccepted"; empty: a change that others need not hear of
};

/// A call-up that was issued, changed or ended: an event beside the change of its incident.
struct CallUp {
  IncidentId id;  ///< the incident
  int64_t version = 0;
  Mode mode = Mode::kReal;
  CallUpStep step = CallUpStep::kNone;
  CallUpNotice notice;
};

/// Everything that a command changes, in the order in which it is written.
struct DispatchChanges {
  std::vector<Changed<Incident>> incidents;
  std::vector<Changed<ResourceRequest>> requests;
  std::vector<Changed<RequestLine>> lines;
  std::vector<Changed<Offer>> offers;
  std::vector<Changed<Assignment>> assignments;
  std::vector<Changed<Booking>> bookings;
  std::vector<SituationReport> reports;
  std::vector<Candidate> new_candidates;
  std::vector<Candidate> used_candidates;
  std::vector<CallUp> call_ups;
  std::vector<Changed<Help>> helps;
  std::vector<Changed<DispatchRecord>> dispatches;
  std::vector<WaveLook> looks;
  std::string note;  ///< why, for the audit trail
};

/// Puts `after` into `list` as the next version of `before`, changed at `now`.
template <class T>
T& Change(std::vector<Changed<T>>& list, const T& before, std::string event) {
  T after = before;
  after.version = before.version + 1;
  list.push_back({before, std::move(after), std::move(event)});
  return list.back().after;
}

}  // namespace muster::dispatch
