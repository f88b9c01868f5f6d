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

/// What a command has read. Each command says which of these it needs; the others stay empty.
struct Facts {
  std::optional<Incident> incident;
  std::optional<ResourceRequest> request;
  std::vector<RequestLine> lines;
  std::vector<Offer> offers;
  std::vector<Assignment> assignments;
  std::vector<Booking> bookings;           ///< of the assignments concerned
  std::map<TeamId, ProjectedTeam> teams;   ///< with their bookings in the same mode
  std::vector<Candidate> candidates;       ///< waiting for later waves, best first
  std::optional<DispatchRecord> dispatch;  ///< the one concerned
  std::optional<WaveLook> look;            ///< of a line that asks by chance
  std::vector<AnswerCount> answers;        ///< earlier ones, of the city and of those who are or could be asked
  bool organization_involved = false;      ///< the caller's organization has an offer or assignment there
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
