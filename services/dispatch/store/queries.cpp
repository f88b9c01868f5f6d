#include "services/dispatch/store/queries.h"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/dispatch/core/visibility.h"
#include "services/dispatch/store/list_sql.h"
#include "services/dispatch/store/reads.h"
#include "services/dispatch/store/tables.h"

namespace muster::dispatch {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

/// Names as ",a,b,": a filter over a list in one parameter; empty stands for all.
template <class E>
std::string Joined(const std::vector<E>& values) {
  std::string joined;
  for (const E value : values) {
    joined += (joined.empty() ? "," : "") + std::string(Name(value)) + ",";
  }
  return joined;
}

/// The columns of an offer or an assignment, and behind them the dispatch that it came from.
template <class T>
std::string WithDispatch(const storage::Table<T>& table, const std::string& part) {
  return table.select_list() + ", COALESCE((SELECT dispatch_id FROM dispatch_part WHERE part_id = " + part + "), '')";
}
const std::string kPartOfOffer = "offer.id";
const std::string kPartOfAssignment =
    "CASE WHEN assignment.offer_id = '' THEN assignment.id ELSE assignment.offer_id END";

/// The object in a row of its table's columns, or of WithDispatch.
template <class T>
T ParseRow(const storage::Table<T>& table, const Row& row) {
  T object = table.Parse(row);
  if constexpr (requires { object.dispatch_id; }) {
    object.dispatch_id = DispatchId(std::string(row.Text(table.size())));
  }
  return object;
}

/// Reads one more than a page to know whether there is another.
template <class T>
absl::StatusOr<Page<T>> ReadPage(storage::Database& database, const storage::Table<T>& table, const std::string& sql,
                                 std::vector<Value> parameters, const PageQuery& query) {
  Page<T> page;
  parameters.emplace_back(query.after);
  parameters.emplace_back(int64_t{query.limit} + 1);
  MUSTER_RETURN_IF_ERROR(database.Query(
      Read{sql, std::move(parameters), [&](const Row& row) { page.items.push_back(ParseRow(table, row)); }}));
  if (page.items.size() > static_cast<size_t>(query.limit)) {
    page.items.pop_back();
    page.more = true;
  }
  return page;
}

/// "... AND id < after ORDER BY id DESC LIMIT n" with the parameters numbered from `first`.
std::string PageEnd(int first) {
  const std::string after = "$" + std::to_string(first);
  return " AND (" + after + " = '' OR id < " + after + ") ORDER BY id DESC LIMIT $" + std::to_string(first + 1);
}

/// A list's statement once for each filter that an index serves, and as the last for none of them. The rest of it holds
/// every filter too, as "$4 = '' OR incident_id = $4", which no index serves: alone it would read the whole table.
std::vector<std::string> Narrowed(const std::string& head, const std::vector<std::string>& filters,
                                  const std::string& rest) {
  std::vector<std::string> statements;
  for (const std::string& filter : filters) {
    statements.push_back(head + filter + " AND " + rest);
  }
  statements.push_back(head + rest);
  return statements;
}

/// The statement for the first filter that is given; `values` stand in the order of the filters.
const std::string& ForFirstGiven(const std::vector<std::string>& statements,
                                 std::initializer_list<std::string_view> values) {
  const auto given = std::find_if(values.begin(), values.end(), [](std::string_view value) { return !value.empty(); });
  return statements[static_cast<size_t>(given - values.begin())];
}

template <class T>
absl::StatusOr<T> ReadOne(storage::Database& database, const storage::Table<T>& table, const std::string& sql,
                          const std::string& id) {
  std::optional<T> found;
  MUSTER_RETURN_IF_ERROR(database.Query(Read{sql, {id}, [&](const Row& row) { found = ParseRow(table, row); }}));
  if (!found) {
    return Error(Reason::kNotFound);
  }
  return *std::move(found);
}

template <class T>
const std::string& ById(const storage::Table<T>& table) {
  static const std::string sql = "SELECT " + table.select_list() + " FROM " + table.name() + " WHERE id = $1";
  return sql;
}

/// The lines of a request, and those that went from it into another when it was merged: who asked follows them there.
const std::string& LinesOfRequest() {
  static const std::string sql = "SELECT " + RequestLines().select_list() +
                                 " FROM request_line WHERE resource_request_id = $1 OR merged_from_id = $1 ORDER BY "
                                 "resource_request_id, position_in_request";
  return sql;
}

constexpr const char* kOnSceneOfRequest =
    "SELECT line_id, SUM(fills) FROM assignment WHERE state IN ('on_scene', 'working') AND line_id IN (SELECT id FROM "
    "request_line WHERE resource_request_id = $1 OR merged_from_id = $1) GROUP BY line_id";

absl::StatusOr<std::vector<RequestLine>> ReadLines(storage::Database& database, const ResourceRequestId& id) {
  std::vector<RequestLine> lines;
  std::map<RequestLineId, int64_t> on_scene;
  const std::vector<Read> reads{
      Read{LinesOfRequest(), {id.value()}, [&](const Row& row) { lines.push_back(RequestLines().Parse(row)); }},
      Read{kOnSceneOfRequest, {id.value()}, [&](const Row& row) {
             on_scene[RequestLineId(std::string(row.Text(0)))] = row.Int(1);
           }}};
  MUSTER_RETURN_IF_ERROR(database.Query(reads));
  for (RequestLine& line : lines) {
    line.on_scene = static_cast<int>(on_scene[line.id]);
  }
  return lines;
}

constexpr const char* kInvolved =
    "(EXISTS (SELECT 1 FROM offer o WHERE o.incident_id = incident.id AND o.organization_id = $2) OR EXISTS (SELECT 1 "
    "FROM resource_request r WHERE r.incident_id = incident.id AND r.requester_organization_id = $2) OR EXISTS (SELECT "
    "1 "
    "FROM assignment a WHERE a.incident_id = incident.id AND a.organization_id = $2))";

}  // namespace

absl::StatusOr<Incident> Queries::GetIncident(const Principal& principal, const IncidentId& id) const {
  static const std::string sql =
      "SELECT " + Incidents().select_list() + " FROM incident WHERE " + VisibleTo("id", kInvolved) + " AND id = $4";
  std::optional<Incident> found;
  std::vector<Value> parameters = CallerParameters(principal, clock_.Now());
  parameters.emplace_back(id.value());
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{sql, std::move(parameters), [&](const Row& row) { found = Incidents().Parse(row); }}));
  if (!found) {
    return Error(Reason::kNotFound);
  }
  return *std::move(found);
}

absl::StatusOr<Page<Incident>> Queries::ListIncidents(const Principal& principal, const IncidentFilter& filter,
                                                      const PageQuery& page) const {
  static const std::string sql = "SELECT " + Incidents().select_list() + " FROM incident WHERE " +
                                 VisibleTo("id", kInvolved) + " AND ($4 = '' OR " + IsListed("$4", "state") +
                                 ") AND ($5 = '' OR " + IsListed("$5", "mode") +
                                 ") AND ($6 = '' OR replace(external_refs, $6, '') <> external_refs)" + PageEnd(7);
  std::vector<Value> parameters = CallerParameters(principal, clock_.Now());
  parameters.emplace_back(Joined(filter.states));
  parameters.emplace_back(Joined(filter.modes));
  std::string reference;
  if (!filter.external_ref.id.empty()) {
    const Value json = storage::Codec<std::vector<ExternalReference>>::ToValue({filter.external_ref});
    reference = std::get<std::string>(json).substr(1, std::get<std::string>(json).size() - 2);  // without its brackets
  }
  parameters.emplace_back(reference);
  return ReadPage(database_, Incidents(), sql, std::move(parameters), page);
}

absl::StatusOr<RequestWithLines> Queries::GetRequest(const Principal& principal, const ResourceRequestId& id) const {
  MUSTER_ASSIGN_OR_RETURN(ResourceRequest request,
                          ReadOne(database_, ResourceRequests(), ById(ResourceRequests()), id.value()));
  MUSTER_RETURN_IF_ERROR(CheckVisible(principal, request.incident_id, request.district_path,
                                      request.requester_organization_id, clock_.Now()));
  MUSTER_ASSIGN_OR_RETURN(std::vector<RequestLine> lines, ReadLines(database_, id));
  return RequestWithLines{std::move(request), std::move(lines)};
}

absl::StatusOr<Page<RequestWithLines>> Queries::ListRequests(const Principal& principal, const IncidentId& incident_id,
                                                             const std::vector<RequestState>& states,
                                                             const PageQuery& page) const {
  static const std::string state =
      "CASE WHEN cancelled <> 0 THEN 'cancelled' WHEN state = '' THEN 'accepted' ELSE state END";
  static const std::vector<std::string> sql =
      Narrowed("SELECT " + ResourceRequests().select_list() + " FROM resource_request WHERE ", {"incident_id = $4"},
               VisibleTo("incident_id", "requester_organization_id = $2") +
                   " AND ($4 = '' OR incident_id = $4) AND ($5 = '' OR " + IsListed("$5", state) + ")" + PageEnd(6));
  std::vector<Value> parameters = CallerParameters(principal, clock_.Now());
  parameters.emplace_back(incident_id.value());
  parameters.emplace_back(Joined(states));
  MUSTER_ASSIGN_OR_RETURN(
      const Page<ResourceRequest> requests,
      ReadPage(database_, ResourceRequests(), ForFirstGiven(sql, {incident_id.value()}), std::move(parameters), page));
  Page<RequestWithLines> result;
  result.more = requests.more;
  for (const ResourceRequest& request : requests.items) {
    MUSTER_ASSIGN_OR_RETURN(std::vector<RequestLine> lines, ReadLines(database_, request.id));
    result.items.push_back({request, std::move(lines)});
  }
  return result;
}

absl::StatusOr<RequestLine> Queries::GetLine(const Principal& principal, const RequestLineId& id) const {
  MUSTER_ASSIGN_OR_RETURN(RequestLine line, ReadOne(database_, RequestLines(), ById(RequestLines()), id.value()));
  MUSTER_RETURN_IF_ERROR(CheckVisible(principal, line.incident_id, line.district_path, OrganizationId(), clock_.Now()));
  return line;
}

absl::StatusOr<std::vector<TeamId>> Queries::WaitingTeams(const RequestLineId& line_id) const {
  std::vector<TeamId> teams;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{"SELECT team_id FROM wave_candidate WHERE line_id = $1 ORDER BY position LIMIT 500",
                           {line_id.value()},
                           [&](const Row& row) { teams.emplace_back(std::string(row.Text(0))); }}));
  return teams;
}

absl::StatusOr<Page<Offer>> Queries::ListOffers(const Principal& principal, const OfferFilter& filter,
                                                const PageQuery& page) const {
  static const std::vector<std::string> sql = Narrowed(
      "SELECT " + WithDispatch(Offers(), kPartOfOffer) + " FROM offer WHERE ",
      {"line_id = $6", "line_id IN (SELECT id FROM request_line WHERE resource_request_id = $5)", "incident_id = $4"},
      VisibleTo("incident_id", "organization_id = $2") +
          " AND ($4 = '' OR incident_id = $4) AND ($5 = '' OR line_id IN (SELECT id FROM request_line WHERE "
          "resource_request_id = $5)) AND ($6 = '' OR line_id = $6)"
          " AND ($7 = '' OR " +
          IsListed("$7", "state") + ")" + PageEnd(8));
  std::vector<Value> parameters = CallerParameters(principal, clock_.Now());
  parameters.emplace_back(filter.incident_id.value());
  parameters.emplace_back(filter.request_id.value());
  parameters.emplace_back(filter.line_id.value());
  parameters.emplace_back(Joined(filter.states));
  const std::string& statement =
      ForFirstGiven(sql, {filter.line_id.value(), filter.request_id.value(), filter.incident_id.value()});
  return ReadPage(database_, Offers(), statement, std::move(parameters), page);
}

absl::StatusOr<Assignment> Queries::GetAssignment(const Principal& principal, const AssignmentId& id) const {
  static const std::string sql =
      "SELECT " + WithDispatch(Assignments(), kPartOfAssignment) + " FROM assignment WHERE id = $1";
  MUSTER_ASSIGN_OR_RETURN(Assignment assignment, ReadOne(database_, Assignments(), sql, id.value()));
  if (!CheckVisible(principal, assignment, clock_.Now()).ok()) {
    // The unit that asked sees who comes.
    const auto request =
        ReadOne(database_, ResourceRequests(), ById(ResourceRequests()), assignment.resource_request_id.value());
    if (!request.ok() || principal.organization_id.empty() ||
        request->requester_organization_id != principal.organization_id) {
      return Error(Reason::kNotFound);
    }
  }
  return assignment;
}

absl::StatusOr<Page<Assignment>> Queries::ListAssignments(const Principal& principal, const AssignmentFilter& filter,
                                                          const PageQuery& page) const {
  static const std::vector<std::string> sql =
      Narrowed("SELECT " + WithDispatch(Assignments(), kPartOfAssignment) + " FROM assignment WHERE ",
               {"incident_id = $4", "team_id = $5"},
               VisibleTo("incident_id",
                         "(organization_id = $2 OR resource_request_id IN (SELECT r.id FROM resource_request r WHERE "
                         "r.requester_organization_id = $2))") +
                   " AND ($4 = '' OR incident_id = $4) AND ($5 = '' OR team_id = $5) AND ($6 = '' OR " +
                   IsListed("$6", "state") + ")" + PageEnd(7));
  std::vector<Value> parameters = CallerParameters(principal, clock_.Now());
  parameters.emplace_back(filter.incident_id.value());
  parameters.emplace_back(filter.team_id.value());
  parameters.emplace_back(Joined(filter.states));
  const std::string& statement = ForFirstGiven(sql, {filter.incident_id.value(), filter.team_id.value()});
  return ReadPage(database_, Assignments(), statement, std::move(parameters), page);
}

absl::StatusOr<Page<SituationReport>> Queries::ListReports(const Principal& principal, const ReportFilter& filter,
                                                           const PageQuery& page) const {
  // A report without a period is about the moment in which it was told.
  static const std::vector<std::string> sql =
      Narrowed("SELECT " + SituationReports().select_list() + " FROM situation_report WHERE ", {"incident_id = $4"},
               VisibleTo("incident_id", "organization_id = $2") +
                   " AND ($4 = '' OR incident_id = $4) AND ($5 = '' OR sector = $5) AND "
                   "COALESCE(period_end_us, create_us + 1) > $6 AND COALESCE(period_start_us, create_us) < $7" +
                   PageEnd(8));
  std::vector<Value> parameters = CallerParameters(principal, clock_.Now());
  parameters.emplace_back(filter.incident_id.value());
  parameters.emplace_back(filter.sector);
  parameters.emplace_back(filter.from ? ToMicros(*filter.from) : std::numeric_limits<int64_t>::min());
  parameters.emplace_back(filter.until ? ToMicros(*filter.until) : std::numeric_limits<int64_t>::max());
  return ReadPage(database_, SituationReports(), ForFirstGiven(sql, {filter.incident_id.value()}),
                  std::move(parameters), page);
}

absl::StatusOr<Page<Help>> Queries::ListHelp(const Principal& principal, const std::vector<HelpState>& states,
                                             bool overdue, const PageQuery& page) const {
  static const std::string sql =
      "SELECT " + Helps().select_list() + " FROM help WHERE " + VisibleTo("incident_id", "organization_id = $2") +
      " AND ($4 = '' OR " + IsListed("$4", "state") +
      ") AND (CAST($5 AS BIGINT) = 0 OR (state = 'offered' AND answer_by_us < $5))" + PageEnd(6);
  const Time now = clock_.Now();
  std::vector<Value> parameters = CallerParameters(principal, now);
  parameters.emplace_back(Joined(states));
  parameters.emplace_back(overdue ? ToMicros(now) : int64_t{0});
  return ReadPage(database_, Helps(), sql, std::move(parameters), page);
}

absl::StatusOr<BookingSnapshot> Queries::ActiveBookings(Time time) const {
  static const std::string sql =
      "SELECT " + Bookings().select_list() + " FROM booking WHERE active = 1 AND end_us > $1 ORDER BY id";
  BookingSnapshot snapshot;
  // The head is read first: an event after it may be in the snapshot already, never the other way round.
  const std::vector<Read> reads{
      Read{
          "SELECT COALESCE(MAX(feed_seq), 0) FROM outbox", {}, [&](const Row& row) { snapshot.feed_seq = row.Int(0); }},
      Read{sql, {ToMicros(time)}, [&](const Row& row) { snapshot.bookings.push_back(Bookings().Parse(row)); }}};
  MUSTER_RETURN_IF_ERROR(database_.Query(reads));
  return snapshot;
}

absl::StatusOr<std::vector<TeamId>> Queries::BookedTeams() const {
  std::vector<TeamId> teams;
  MUSTER_RETURN_IF_ERROR(database_.Query(Read{
      "SELECT DISTINCT team_id FROM assignment WHERE state NOT IN ('home', 'cancelled', 'no_show') ORDER BY team_id",
      {},
      [&](const Row& row) { teams.emplace_back(std::string(row.Text(0))); }}));
  return teams;
}

absl::StatusOr<std::vector<OfferId>> Queries::ExpiredOffers(Time now, int limit) const {
  std::vector<OfferId> offers;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{"SELECT id FROM offer WHERE state IN ('invited', 'provisional') AND expire_us <= $1 "
                           "ORDER BY expire_us, id LIMIT $2",
                           {ToMicros(now), int64_t{limit}},
                           [&](const Row& row) { offers.emplace_back(std::string(row.Text(0))); }}));
  return offers;
}

absl::StatusOr<std::vector<RequestLineId>> Queries::ShortLines(int limit) const {
  std::vector<RequestLineId> lines;
  MUSTER_RETURN_IF_ERROR(database_.Query(Read{"SELECT id FROM request_line WHERE needs_wave = 1 ORDER BY id LIMIT $1",
                                              {int64_t{limit}},
                                              [&](const Row& row) { lines.emplace_back(std::string(row.Text(0))); }}));
  return lines;
}

absl::StatusOr<std::vector<RequestLineId>> Queries::DueLooks(Time now, int limit) const {
  std::vector<RequestLineId> lines;
  MUSTER_RETURN_IF_ERROR(
      database_.Query(Read{"SELECT line_id FROM wave_look WHERE due_us <= $1 ORDER BY due_us, line_id LIMIT $2",
                           {ToMicros(now), int64_t{limit}},
                           [&](const Row& row) { lines.emplace_back(std::string(row.Text(0))); }}));
  return lines;
}

absl::StatusOr<Facts> Queries::WaveFacts(const RequestLineId& line_id) const {
  Facts facts;
  MUSTER_RETURN_IF_ERROR(database_.Query(ReadsOf(SendWave{line_id}, facts)));
  return facts;
}

}  // namespace muster::dispatch
