#include "services/dispatch/store/reads.h"

#include <algorithm>
#include <string>

#include "services/dispatch/store/select.h"
#include "services/dispatch/store/tables.h"
#include "services/dispatch/store/team_row.h"

namespace muster::dispatch {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

Read IncidentWhere(const std::string& sql, Value key, Facts& facts) {
  return {sql, {std::move(key)}, [&facts](const Row& row) { facts.incident = Incidents().Parse(row); }};
}

Read RequestWhere(const std::string& sql, Value key, Facts& facts) {
  return {sql, {std::move(key)}, [&facts](const Row& row) { facts.request = ResourceRequests().Parse(row); }};
}

Read LinesWhere(const std::string& sql, Value key, Facts& facts) {
  return {sql, {std::move(key)}, [&facts](const Row& row) { facts.lines.push_back(RequestLines().Parse(row)); }};
}

Read OffersWhere(const std::string& sql, Value key, Facts& facts) {
  return {sql, {std::move(key)}, [&facts](const Row& row) { facts.offers.push_back(Offers().Parse(row)); }};
}

Read AssignmentsWhere(const std::string& sql, Value key, Facts& facts) {
  return {sql, {std::move(key)}, [&facts](const Row& row) { facts.assignments.push_back(Assignments().Parse(row)); }};
}

Read BookingsWhere(const std::string& sql, Value key, Facts& facts) {
  return {sql, {std::move(key)}, [&facts](const Row& row) { facts.bookings.push_back(Bookings().Parse(row)); }};
}

Read CandidatesWhere(const std::string& sql, Value key, Facts& facts) {
  return {sql, {std::move(key)}, [&facts](const Row& row) {
            facts.candidates.push_back({RequestLineId(std::string(row.Text(0))), static_cast<int>(row.Int(1)),
                                        TeamId(std::string(row.Text(2))), DispatchId(std::string(row.Text(3)))});
          }};
}

template <class T>
T Column(const Row& row, int column) {
  return storage::Codec<T>::FromRow(row, column);
}

/// The team of `sql` ($1 = key), and its bookings in the mode of the incident concerned.
void AddTeamReads(const std::string& team_sql, const std::string& bookings_sql, const Value& key, Facts& facts,
                  std::vector<Read>& reads) {
  reads.push_back({team_sql, {key}, [&facts](const Row& row) { AddTeam(row, facts); }});
  reads.push_back({bookings_sql, {key}, [&facts](const Row& row) { AddTeamBooking(row, facts); }});
}

/// What an answer to an offer, its withdrawal or its expiry needs.
std::vector<Read> OfferReads(const OfferId& id, Facts& facts) {
  static const std::string own_offer = Select(Offers(), "WHERE id = $1");
  static const std::string open_offers =
      Select(Offers(), "WHERE line_id = (SELECT line_id FROM offer WHERE id = $1) AND state = 'invited' AND id <> $1");
  static const std::string line = Select(RequestLines(), "WHERE id = (SELECT line_id FROM offer WHERE id = $1)");
  static const std::string incident = Select(Incidents(), "WHERE id = (SELECT incident_id FROM offer WHERE id = $1)");
  static const std::string team =
      "SELECT " + kTeamColumns + " FROM projected_team WHERE team_id = (SELECT team_id FROM offer WHERE id = $1)";
  static const std::string bookings =
      "SELECT b.subject_id, b.start_us, b.end_us, b.active FROM booking b JOIN offer o ON o.team_id = b.subject_id AND "
      "o.mode = b.mode WHERE o.id = $1 AND (b.active = 1 OR b.worked = 1)";
  std::vector<Read> reads;
  reads.push_back(OffersWhere(own_offer, id.value(), facts));
  reads.push_back(OffersWhere(open_offers, id.value(), facts));
  reads.push_back(LinesWhere(line, id.value(), facts));
  reads.push_back(IncidentWhere(incident, id.value(), facts));
  AddTeamReads(team, bookings, id.value(), facts, reads);
  return reads;
}

/// What a step of an assignment needs.
std::vector<Read> AssignmentReads(const AssignmentId& id, Facts& facts) {
  static const std::string assignment = Select(Assignments(), "WHERE id = $1");
  static const std::string line = Select(RequestLines(), "WHERE id = (SELECT line_id FROM assignment WHERE id = $1)");
  static const std::string bookings = Select(Bookings(), "WHERE assignment_id = $1");
  std::vector<Read> reads;
  reads.push_back(AssignmentsWhere(assignment, id.value(), facts));
  reads.push_back(LinesWhere(line, id.value(), facts));
  reads.push_back(BookingsWhere(bookings, id.value(), facts));
  return reads;
}

/// The same, and behind the assignment that which it relieves.
std::vector<Read> ReliefReads(const AssignmentId& id, Facts& facts) {
  static const std::string relieved =
      Select(Assignments(), "WHERE id = (SELECT relieves_id FROM assignment WHERE id = $1)");
  static const std::string bookings =
      Select(Bookings(), "WHERE assignment_id = (SELECT relieves_id FROM assignment WHERE id = $1)");
  std::vector<Read> reads = AssignmentReads(id, facts);
  reads.push_back(AssignmentsWhere(relieved, id.value(), facts));
  reads.push_back(BookingsWhere(bookings, id.value(), facts));
  return reads;
}

/// The team of an assignment ($1), and its bookings in the assignment's mode.
const std::string& TeamOfAssignment() {
  static const std::string sql =
      "SELECT " + kTeamColumns + " FROM projected_team WHERE team_id = (SELECT team_id FROM assignment WHERE id = $1)";
  return sql;
}
const std::string& BookingsOfItsTeam() {
  static const std::string sql =
      "SELECT b.subject_id, b.start_us, b.end_us, b.active FROM booking b JOIN assignment a ON a.team_id = "
      "b.subject_id "
      "AND a.mode = b.mode WHERE a.id = $1 AND (b.active = 1 OR b.worked = 1)";
  return sql;
}

/// For a line that asks by chance: its look, and the answers of the city and of those who are or could be asked.
void AddAnswerReads(const std::string& next, const Value& key, Facts& facts, std::vector<Read>& reads) {
  static const std::string counts =
      "SELECT organization_id, capability, hour, outcome, bucket, answers FROM answer_count WHERE EXISTS (SELECT 1 "
      "FROM "
      "request_line WHERE id = $1 AND fill_ppm > 0) AND organization_id ";
  static const std::string order = " ORDER BY organization_id, capability, hour, outcome, bucket";
  static const std::string city = counts + "= ''" + order;
  static const std::string organizations =
      counts + "IN (SELECT organization_id FROM projected_team WHERE team_id IN (SELECT team_id " + next +
      ") UNION SELECT organization_id FROM offer WHERE line_id = $1 AND state = 'invited')" + order;
  const auto add = [&facts](const Row& row) {
    facts.answers.push_back({Column<OrganizationId>(row, 0), std::string(row.Text(1)), static_cast<int>(row.Int(2)),
                             static_cast<AnswerOutcome>(row.Int(3)), static_cast<int>(row.Int(4)), row.Int(5)});
  };
  reads.push_back(
      {"SELECT line_id, due_us, price_milli FROM wave_look WHERE line_id = $1", {key}, [&facts](const Row& row) {
         facts.look =
             WaveLook{Column<RequestLineId>(row, 0), Column<Time>(row, 1), static_cast<double>(row.Int(2)) / 1000};
       }});
  reads.push_back({city, {key}, add});
  reads.push_back({organizations, {key}, add});
}

const std::string& IncidentById() {
  static const std::string sql = Select(Incidents(), "WHERE id = $1");
  return sql;
}

/// The incidents that one is to be linked to; of a list that is too long only as many as show that.
void AddLinkReads(const std::vector<IncidentId>& ids, Facts& facts, std::vector<Read>& reads) {
  constexpr size_t kMost = 50;
  for (size_t i = 0; i < ids.size() && i < kMost; ++i) {
    reads.push_back(
        {"SELECT id, district_path FROM incident WHERE id = $1", {ids[i].value()}, [&facts](const Row& row) {
           facts.linked_incidents[Column<IncidentId>(row, 0)] = std::string(row.Text(1));
         }});
  }
}

}  // namespace

const std::string kTeamColumns =
    "team_id, registry_version, organization_id, organization_state, registration_end_us, blacklisted_until_us, "
    "suspended, disbanded, headcount, works_remotely, district_path, capabilities, available, "
    "means";

void AddTeam(const Row& row, Facts& facts) {
  const TeamId id = Column<TeamId>(row, 0);
  ProjectedTeam& team = facts.teams[id];
  team.facts.team_id = id;
  team.registry_version = row.Int(1);
  team.facts.organization_id = Column<OrganizationId>(row, 2);
  team.facts.organization_state = Column<OrganizationState>(row, 3);
  team.facts.registration_end = Column<std::optional<Time>>(row, 4);
  team.facts.blacklisted_until = Column<std::optional<Time>>(row, 5);
  team.facts.suspended = Column<std::optional<Window>>(row, 6);
  team.facts.disbanded = row.Int(7) != 0;
  team.facts.headcount = static_cast<int>(row.Int(8));
  team.facts.works_remotely = row.Int(9) != 0;
  team.district_path = std::string(row.Text(10));
  team.facts.capabilities = Column<std::vector<HeldCapability>>(row, 11);
  DeclaredTimes declared = Column<DeclaredTimes>(row, 12);
  team.facts.available = std::move(declared.available);
  team.facts.weekly = std::move(declared.weekly);
  team.facts.blackouts = std::move(declared.blackouts);
  team.means = Column<std::optional<TeamMeans>>(row, 13);
}

void AddTeamBooking(const Row& row, Facts& facts) {
  const auto found = facts.teams.find(TeamId(std::string(row.Text(0))));
  if (found == facts.teams.end()) {
    return;
  }
  const Window window{FromMicros(row.Int(1)), FromMicros(row.Int(2))};
  TeamFacts& team = found->second.facts;
  if (row.Int(3) != 0) {
    team.booked.push_back(window);
  } else {
    team.last_work_end = std::max(team.last_work_end.value_or(window.end), window.end);
    team.worked.push_back(window);
  }
}

std::vector<Read> ReadsOf(const OpenIncident& command, Facts& facts) {
  std::vector<Read> reads;
  AddLinkReads(command.incident.linked_incident_ids, facts, reads);
  return reads;
}

std::vector<Read> ReadsOf(const UpdateIncident& command, Facts& facts) {
  std::vector<Read> reads{IncidentWhere(IncidentById(), command.id.value(), facts)};
  if (command.paths.contains("linked_incident_ids")) {
    AddLinkReads(command.values.linked_incident_ids, facts, reads);
  }
  return reads;
}

std::vector<Read> ReadsOf(const CloseIncident& command, Facts& facts) {
  static const std::string lines = Select(RequestLines(), "WHERE incident_id = $1");
  static const std::string offers = Select(Offers(), "WHERE incident_id = $1 AND state IN ('invited', 'provisional')");
  static const std::string assignments =
      Select(Assignments(), "WHERE incident_id = $1 AND state NOT IN ('home', 'cancelled', 'no_show')");
  static const std::string bookings =
      Select(Bookings(), "WHERE active = 1 AND assignment_id IN (SELECT id FROM assignment WHERE incident_id = $1)");
  static const std::string requests = Select(ResourceRequests(),
                                             "WHERE incident_id = $1 AND cancelled = 0 AND state IN ('', 'submitted') "
                                             "ORDER BY id");
  const Value key = command.id.value();
  return {IncidentWhere(IncidentById(), key, facts),
          LinesWhere(lines, key, facts),
          OffersWhere(offers, key, facts),
          AssignmentsWhere(assignments, key, facts),
          BookingsWhere(bookings, key, facts),
          {requests, {key}, [&facts](const Row& row) {
             facts.incident_requests.push_back(ResourceRequests().Parse(row));
           }}};
}

std::vector<Read> ReadsOf(const CreateRequest& command, Facts& facts) {
  return {IncidentWhere(IncidentById(), command.request.incident_id.value(), facts)};
}

std::vector<Read> ReadsOf(const CancelRequest& command, Facts& facts) {
  static const std::string request = Select(ResourceRequests(), "WHERE id = $1");
  static const std::string lines =
      Select(RequestLines(), "WHERE resource_request_id = $1 ORDER BY position_in_request");
  static const std::string offers = Select(Offers(),
                                           "WHERE line_id IN (SELECT id FROM request_line WHERE resource_request_id = "
                                           "$1) AND state IN ('invited', 'provisional')");
  static const std::string assignments =
      Select(Assignments(),
             "WHERE line_id IN (SELECT id FROM request_line WHERE resource_request_id = $1) AND state IN ('on_scene', "
             "'working')");
  const Value key = command.id.value();
  return {RequestWhere(request, key, facts), LinesWhere(lines, key, facts), OffersWhere(offers, key, facts),
          AssignmentsWhere(assignments, key, facts)};
}

std::vector<Read> ReadsOf(const SetWavePolicy& command, Facts& facts) {
  static const std::string line = Select(RequestLines(), "WHERE id = $1");
  return {LinesWhere(line, command.line_id.value(), facts)};
}

std::vector<Read> ReadsOf(const DispatchPlan& command, Facts& facts) {
  static const std::string request = Select(ResourceRequests(), "WHERE id = $1");
  static const std::string incident =
      Select(Incidents(), "WHERE id = (SELECT incident_id FROM resource_request WHERE id = $1)");
  static const std::string lines =
      Select(RequestLines(), "WHERE resource_request_id = $1 ORDER BY position_in_request");
  static const std::string offers = Select(Offers(),
                                           "WHERE line_id IN (SELECT id FROM request_line WHERE resource_request_id = "
                                           "$1) AND state IN ('invited', 'provisional')");
  static const std::string assignments =
      Select(Assignments(),
             "WHERE line_id IN (SELECT id FROM request_line WHERE resource_request_id = $1) AND state NOT IN ('home', "
             "'cancelled', 'no_show')");
  static const std::string candidates =
      "SELECT line_id, position, team_id, dispatch_id FROM wave_candidate WHERE line_id IN (SELECT id FROM "
      "request_line WHERE "
      "resource_request_id = $1) ORDER BY line_id, position";
  static const std::string team = "SELECT " + kTeamColumns + " FROM projected_team WHERE team_id = $1";
  static const std::string bookings =
      "SELECT subject_id, start_us, end_us, active FROM booking WHERE subject_id = $1 AND mode = (SELECT mode FROM "
      "resource_request WHERE id = $2) AND (active = 1 OR worked = 1)";
  const Value key = command.request_id.value();
  std::vector<Read> reads{RequestWhere(request, key, facts),
                          IncidentWhere(incident, key, facts),
                          LinesWhere(lines, key, facts),
                          OffersWhere(offers, key, facts),
                          AssignmentsWhere(assignments, key, facts),
                          CandidatesWhere(candidates, key, facts)};
  for (const LineDispatch& line : command.lines) {
    for (const TeamId& id : line.team_ids) {
      reads.push_back({team, {id.value()}, [&facts](const Row& row) {
                         if (!facts.teams.contains(Column<TeamId>(row, 0))) {
                           AddTeam(row, facts);
                         }
                       }});
      reads.push_back({bookings, {id.value(), key}, [&facts](const Row& row) { AddTeamBooking(row, facts); }});
    }
  }
  return reads;
}

std::vector<Read> ReadsOf(const SendWave& command, Facts& facts) {
  // Three times a wave of the largest size is looked at: those who became ineligible while waiting are passed over. A
  // line that asks by chance looks at more: of a hundred volunteers two may come.
  static const std::string next =
      "FROM wave_candidate WHERE line_id = $1 ORDER BY position LIMIT (SELECT CASE WHEN fill_ppm > 0 THEN 600 "
      "ELSE 3 * wave_size END FROM request_line WHERE id = $1)";
  static const std::string line = Select(RequestLines(), "WHERE id = $1");
  static const std::string incident =
      Select(Incidents(), "WHERE id = (SELECT incident_id FROM request_line WHERE id = $1)");
  static const std::string offers = Select(Offers(), "WHERE line_id = $1");
  static const std::string candidates = "SELECT line_id, position, team_id, dispatch_id " + next;
  static const std::string teams =
      "SELECT " + kTeamColumns + " FROM projected_team WHERE team_id IN (SELECT team_id " + next + ")";
  static const std::string bookings =
      "SELECT subject_id, start_us, end_us, active FROM booking WHERE subject_id IN (SELECT team_id " + next +
      ") AND mode = (SELECT mode FROM request_line WHERE id = $1) AND (active = 1 OR worked = 1)";
  const Value key = command.line_id.value();
  std::vector<Read> reads{LinesWhere(line, key, facts), IncidentWhere(incident, key, facts),
                          OffersWhere(offers, key, facts), CandidatesWhere(candidates, key, facts)};
  AddTeamReads(teams, bookings, key, facts, reads);
  AddAnswerReads(next, key, facts, reads);
  return reads;
}

std::vector<Read> ReadsOf(const AnswerOffer& command, Facts& facts) { return OfferReads(command.id, facts); }
std::vector<Read> ReadsOf(const ConfirmOffer& command, Facts& facts) { return OfferReads(command.id, facts); }
std::vector<Read> ReadsOf(const ExpireOffer& command, Facts& facts) { return OfferReads(command.id, facts); }

std::vector<Read> ReadsOf(const WithdrawOffer& command, Facts& facts) {
  static const std::string assignment =
      Select(Assignments(), "WHERE id = (SELECT assignment_id FROM offer WHERE id = $1)");
  static const std::string bookings =
      Select(Bookings(), "WHERE assignment_id = (SELECT assignment_id FROM offer WHERE id = $1)");
  std::vector<Read> reads = OfferReads(command.id, facts);
  reads.push_back(AssignmentsWhere(assignment, command.id.value(), facts));
  reads.push_back(BookingsWhere(bookings, command.id.value(), facts));
  return reads;
}

std::vector<Read> ReadsOf(const AdvanceAssignment& command, Facts& facts) { return ReliefReads(command.id, facts); }
std::vector<Read> ReadsOf(const CheckIn& command, Facts& facts) { return ReliefReads(command.id, facts); }

std::vector<Read> ReadsOf(const CheckOut& command, Facts& facts) {
  // Where the team was redeployed from, and from where before that.
  static const std::string former =
      "WITH RECURSIVE former (id) AS (SELECT redeployed_from_id FROM assignment WHERE id = $1 UNION SELECT "
      "a.redeployed_from_id FROM assignment a JOIN former f ON a.id = f.id) ";
  static const std::string assignments = former + Select(Assignments(), "WHERE id IN (SELECT id FROM former)");
  static const std::string bookings = former + Select(Bookings(), "WHERE assignment_id IN (SELECT id FROM former)");
  std::vector<Read> reads = AssignmentReads(command.id, facts);
  reads.push_back(AssignmentsWhere(assignments, command.id.value(), facts));
  reads.push_back(BookingsWhere(bookings, command.id.value(), facts));
  return reads;
}

std::vector<Read> ReadsOf(const ExtendAssignment& command, Facts& facts) {
  static const std::string incident =
      Select(Incidents(), "WHERE id = (SELECT incident_id FROM assignment WHERE id = $1)");
  std::vector<Read> reads = AssignmentReads(command.id, facts);
  reads.push_back(IncidentWhere(incident, command.id.value(), facts));
  AddTeamReads(TeamOfAssignment(), BookingsOfItsTeam(), command.id.value(), facts, reads);
  return reads;
}

std::vector<Read> ReadsOf(const RelieveAssignment& command, Facts& facts) {
  static const std::string incident =
      Select(Incidents(), "WHERE id = (SELECT incident_id FROM assignment WHERE id = $1)");
  static const std::string team = "SELECT " + kTeamColumns + " FROM projected_team WHERE team_id = $1";
  static const std::string bookings =
      "SELECT subject_id, start_us, end_us, active FROM booking WHERE subject_id = $1 AND mode = (SELECT mode FROM "
      "assignment WHERE id = $2) AND (active = 1 OR worked = 1)";
  std::vector<Read> reads = AssignmentReads(command.id, facts);
  reads.push_back(IncidentWhere(incident, command.id.value(), facts));
  reads.push_back({team, {command.team_id.value()}, [&facts](const Row& row) { AddTeam(row, facts); }});
  reads.push_back({bookings, {command.team_id.value(), command.id.value()}, [&facts](const Row& row) {
                     AddTeamBooking(row, facts);
                   }});
  return reads;
}

std::vector<Read> ReadsOf(const RedeployAssignment& command, Facts& facts) {
  static const std::string assignment = Select(Assignments(), "WHERE id = $1");
  static const std::string own_bookings = Select(Bookings(), "WHERE assignment_id = $1");
  static const std::string line = Select(RequestLines(), "WHERE id = $1");
  static const std::string incident =
      Select(Incidents(), "WHERE id = (SELECT incident_id FROM request_line WHERE id = $1)");
  static const std::string offers = Select(Offers(), "WHERE line_id = $1 AND state = 'invited'");
  static const std::string request =
      Select(ResourceRequests(), "WHERE id = (SELECT resource_request_id FROM request_line WHERE id = $1)");
  const Value key = command.id.value();
  const Value line_key = command.line_id.value();
  std::vector<Read> reads{AssignmentsWhere(assignment, key, facts), BookingsWhere(own_bookings, key, facts),
                          LinesWhere(line, line_key, facts),        IncidentWhere(incident, line_key, facts),
                          OffersWhere(offers, line_key, facts),     RequestWhere(request, line_key, facts)};
  AddTeamReads(TeamOfAssignment(), BookingsOfItsTeam(), key, facts, reads);
  return reads;
}

std::vector<Read> ReadsOf(const ConfirmWork& command, Facts& facts) {
  static const std::string request =
      Select(ResourceRequests(), "WHERE id = (SELECT resource_request_id FROM assignment WHERE id = $1)");
  std::vector<Read> reads = AssignmentReads(command.id, facts);
  reads.push_back(RequestWhere(request, command.id.value(), facts));
  return reads;
}

std::vector<Read> ReadsOf(const CheckArrival& command, Facts& facts) {
  static const std::string assignment = Select(Assignments(), "WHERE id = $1");
  return {AssignmentsWhere(assignment, command.id.value(), facts)};
}

std::vector<Read> ReadsOf(const ReportSituation& command, Facts& facts) {
  static const std::string incident =
      Select(Incidents(), "WHERE id = (SELECT incident_id FROM assignment WHERE id = $1)");
  if (!command.report.assignment_id.empty()) {
    std::vector<Read> reads = AssignmentReads(command.report.assignment_id, facts);
    if (!command.needs.empty()) {
      reads.push_back(IncidentWhere(incident, command.report.assignment_id.value(), facts));
    }
    return reads;
  }
  return {IncidentWhere(IncidentById(), command.report.incident_id.value(), facts)};
}

std::vector<Read> ReadsOf(const CheckStanding& command, Facts& facts) {
  static const std::string team = "SELECT " + kTeamColumns + " FROM projected_team WHERE team_id = $1";
  static const std::string assignments =
      Select(Assignments(), "WHERE team_id = $1 AND state NOT IN ('home', 'cancelled', 'no_show')");
  static const std::string lines = Select(RequestLines(),
                                          "WHERE id IN (SELECT line_id FROM assignment WHERE team_id = $1 AND state "
                                          "NOT IN ('home', 'cancelled', 'no_show'))");
  const Value key = command.team_id.value();
  return {Read{team, {key}, [&facts](const Row& row) { AddTeam(row, facts); }},
          AssignmentsWhere(assignments, key, facts), LinesWhere(lines, key, facts)};
}

std::vector<Read> ReadsOf(const WithdrawDispatch& command, Facts& facts) {
  static const std::string dispatch = Select(Dispatches(), "WHERE id = $1");
  static const std::string of_dispatch = "(SELECT resource_request_id FROM dispatch WHERE id = $1)";
  static const std::string parts = "(SELECT part_id FROM dispatch_part WHERE dispatch_id = $1)";
  static const std::string booked =
      "(SELECT part_id FROM dispatch_part WHERE dispatch_id = $1 UNION SELECT assignment_id FROM offer WHERE "
      "assignment_id <> '' AND id IN " +
      parts + ")";
  static const std::string request = Select(ResourceRequests(), "WHERE id = " + of_dispatch);
  static const std::string lines =
      Select(RequestLines(), "WHERE resource_request_id = " + of_dispatch + " ORDER BY position_in_request");
  static const std::string offers =
      Select(Offers(), "WHERE id IN " + parts + " AND state IN ('invited', 'provisional', 'accepted')");
  static const std::string assignments =
      Select(Assignments(), "WHERE id IN " + booked + " AND state NOT IN ('home', 'cancelled', 'no_show')");
  static const std::string bookings = Select(Bookings(), "WHERE active = 1 AND assignment_id IN " + booked);
  static const std::string candidates =
      "SELECT line_id, position, team_id, dispatch_id FROM wave_candidate WHERE dispatch_id = $1 AND line_id IN "
      "(SELECT "
      "id FROM request_line WHERE resource_request_id = " +
      of_dispatch + ") ORDER BY line_id, position";
  const Value key = command.id.value();
  return {Read{dispatch, {key}, [&facts](const Row& row) { facts.dispatch = Dispatches().Parse(row); }},
          RequestWhere(request, key, facts),
          LinesWhere(lines, key, facts),
          OffersWhere(offers, key, facts),
          AssignmentsWhere(assignments, key, facts),
          BookingsWhere(bookings, key, facts),
          CandidatesWhere(candidates, key, facts)};
}

}  // namespace muster::dispatch
