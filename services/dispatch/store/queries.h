#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/domain/principal.h"
#include "muster/storage/database.h"
#include "services/dispatch/core/facts.h"
#include "services/dispatch/core/model.h"

namespace muster::dispatch {

/// A page of a list, newest first.
struct PageQuery {
  int limit = 50;     ///< 1 to 500
  std::string after;  ///< id of the last item of the page before; empty: from the newest
};

template <class T>
struct Page {
  std::vector<T> items;
  bool more = false;
};

/// Which to list; empty ids and lists stand for all.
struct IncidentFilter {
  std::vector<IncidentState> states;
  std::vector<Mode> modes;
  ExternalReference external_ref;
};
struct OfferFilter {
  IncidentId incident_id;
  ResourceRequestId request_id;
  RequestLineId line_id;
  std::vector<OfferState> states;
};
struct AssignmentFilter {
  IncidentId incident_id;
  TeamId team_id;
  std::vector<AssignmentState> states;
};

struct ReportFilter {
  IncidentId incident_id;
  std::string sector;
  std::optional<Time> from;   ///< those that were told or are about a period from then on
  std::optional<Time> until;  ///< and before this
};

/// A request with its lines, in their order.
struct RequestWithLines {
  ResourceRequest request;
  std::vector<RequestLine> lines;
};

/// The bookings that hold teams, and the feed position that they stand for.
struct BookingSnapshot {
  std::vector<Booking> bookings;
  int64_t feed_seq = 0;
};

/// What waits for a person at a desk; see GetDeskResponse.
struct DeskNumbers {
  int64_t requests_submitted = 0;
  int64_t help_unanswered = 0;
  int64_t help_overdue = 0;
  int64_t lines_short = 0;
  int64_t offers_provisional = 0;
  int64_t check_ins_overdue = 0;
  int64_t assignments_alarmed = 0;
  int64_t people_on_scene = 0;
};

/// Reads of dispatch's database. Every one takes the caller and answers only what the caller may see: officials what
/// lies in their district or was granted to them, organizations what concerns them. What is not visible is NOT_FOUND,
/// as if it did not exist. Thread-safe; runs on what is committed.
class Queries {
 public:
  /// Both must outlive it.
  Queries(storage::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  absl::StatusOr<Incident> GetIncident(const Principal& principal, const IncidentId& id) const;
  absl::StatusOr<Page<Incident>> ListIncidents(const Principal& principal, const IncidentFilter& filter,
                                               const PageQuery& page) const;
  absl::StatusOr<RequestWithLines> GetRequest(const Principal& principal, const ResourceRequestId& id) const;
  absl::StatusOr<Page<RequestWithLines>> ListRequests(const Principal& principal, const IncidentId& incident_id,
                                                      const std::vector<RequestState>& states,
                                                      const PageQuery& page) const;
  absl::StatusOr<RequestLine> GetLine(const Principal& principal, const RequestLineId& id) const;
  absl::StatusOr<std::vector<TeamId>> WaitingTeams(const RequestLineId& line_id) const;
  absl::StatusOr<Page<Offer>> ListOffers(const Principal& principal, const OfferFilter& filter,
                                         const PageQuery& page) const;
  absl::StatusOr<Assignment> GetAssignment(const Principal& principal, const AssignmentId& id) const;
  absl::StatusOr<Page<Assignment>> ListAssignments(const Principal& principal, const AssignmentFilter& filter,
                                                   const PageQuery& page) const;
  absl::StatusOr<Page<SituationReport>> ListReports(const Principal& principal, const ReportFilter& filter,
                                                    const PageQuery& page) const;

  /// Help for the desks of an official's district, or of an organization itself; `overdue`: only what should have been
  /// answered already.
  absl::StatusOr<Page<Help>> ListHelp(const Principal& principal, const std::vector<HelpState>& states, bool overdue,
                                      const PageQuery& page) const;
  /// What waits for a person, in one snapshot; of one incident, or where that is empty of all that the caller sees.
  absl::StatusOr<DeskNumbers> GetDesk(const Principal& principal, const IncidentId& incident_id) const;
  /// True while teams are projected without what they bring along: by the version before, which did not know of it.
  absl::StatusOr<bool> HasTeamsWithoutMeans() const;

  /// Active bookings that end after `time`, of every mode; for services only.
  absl::StatusOr<BookingSnapshot> ActiveBookings(Time time) const;

  /// Every team with an assignment that is not over, of every mode; for services only.
  absl::StatusOr<std::vector<TeamId>> BookedTeams() const;

  /// What a timer has to look at: offers whose time has passed, lines that need a further wave. At most `limit` each.
  absl::StatusOr<std::vector<OfferId>> ExpiredOffers(Time now, int limit) const;
  absl::StatusOr<std::vector<RequestLineId>> ShortLines(int limit) const;
  /// Lines that ask by chance and are to be looked at again.
  absl::StatusOr<std::vector<RequestLineId>> DueLooks(Time now, int limit) const;

  /// What the next wave of a line is decided on, as SendWave reads it; for lines that the caller was shown.
  absl::StatusOr<Facts> WaveFacts(const RequestLineId& line_id) const;

 private:
  storage::Database& database_;
  const Clock& clock_;
};

}  // namespace muster::dispatch
