// What the commands of the desk read.

#include <string>
#include <vector>

#include "services/dispatch/store/reads.h"
#include "services/dispatch/store/select.h"
#include "services/dispatch/store/tables.h"
#include "services/dispatch/store/team_row.h"

namespace muster::dispatch {
namespace {

using storage::Read;
using storage::Row;
using storage::Value;

template <class T>
Read One(const storage::Table<T>& table, const std::string& sql, const Value& key, std::optional<T>& into) {
  return {sql, {key}, [&table, &into](const Row& row) { into = table.Parse(row); }};
}

template <class T>
Read All(const storage::Table<T>& table, const std::string& sql, const Value& key, std::vector<T>& into) {
  return {sql, {key}, [&table, &into](const Row& row) { into.push_back(table.Parse(row)); }};
}

const std::string& WholeIncident() {
  static const std::string sql = Select(Incidents(), "WHERE id = $1");
  return sql;
}

const std::string& TeamById() {
  static const std::string sql = "SELECT " + kTeamColumns + " FROM projected_team WHERE team_id = $1";
  return sql;
}

/// Names as ",a,b,": a list in one parameter.
std::string JoinedNames(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    joined += (joined.empty() ? "," : "") + name + ",";
  }
  return joined;
}

/// A request and what hangs on it: `$1` in `of` names it.
void AddRequestReads(const Value& key, Facts& facts, std::vector<Read>& reads) {
  static const std::string request = Select(ResourceRequests(), "WHERE id = $1");
  static const std::string incident =
      Select(Incidents(), "WHERE id = (SELECT incident_id FROM resource_request WHERE id = $1)");
  static const std::string lines =
      Select(RequestLines(), "WHERE resource_request_id = $1 ORDER BY position_in_request");
  static const std::string assignments =
      Select(Assignments(),
             "WHERE line_id IN (SELECT id FROM request_line WHERE resource_request_id = $1) AND state NOT IN ('home', "
             "'cancelled', 'no_show')");
  reads.push_back(One(ResourceRequests(), request, key, facts.request));
  reads.push_back(One(Incidents(), incident, key, facts.incident));
  reads.push_back(All(RequestLines(), lines, key, facts.lines));
  reads.push_back(All(Assignments(), assignments, key, facts.assignments));
}

}  // namespace

std::vector<Read> ReadsOf(const IssueCallUp& command, Facts& facts) {
  // A drill calls only the teams that are enrolled in it.
  static const std::string reach =
      "SELECT COUNT(DISTINCT organization_id), COUNT(*) FROM projected_team WHERE (district_path = $1 OR "
      "substr(district_path, 1, length($1) + 1) = $1 || '/') AND disbanded = 0 AND organization_state = 'approved' AND "
      "($2 = '' OR replace($2, ',' || organization_kind || ',', '') <> $2) AND (NOT EXISTS (SELECT 1 FROM incident "
      "WHERE id = $3 AND mode = 'drill') OR EXISTS (SELECT 1 FROM incident WHERE id = $3 AND "
      "replace(enrolled_team_ids, '\"' || team_id || '\"', '') <> enrolled_team_ids))";
  return {One(Incidents(), WholeIncident(), command.incident_id.value(), facts.incident),
          {reach,
           {command.notice.district_path, JoinedNames(command.notice.organization_kinds), command.incident_id.value()},
           [&facts](const Row& row) {
             facts.reach = {row.Int(0), row.Int(1)};
           }}};
}

std::vector<Read> ReadsOf(const TakeOverIncident& command, Facts& facts) {
  return {One(Incidents(), WholeIncident(), command.incident_id.value(), facts.incident)};
}

std::vector<Read> ReadsOf(const TriageRequest& command, Facts& facts) {
  static const std::string other = Select(ResourceRequests(), "WHERE id = $1");
  static const std::string other_lines =
      Select(RequestLines(), "WHERE resource_request_id = $1 ORDER BY position_in_request");
  std::vector<Read> reads;
  AddRequestReads(command.id.value(), facts, reads);
  reads.push_back(One(ResourceRequests(), other, command.other_id.value(), facts.other_request));
  reads.push_back(All(RequestLines(), other_lines, command.other_id.value(), facts.other_lines));
  return reads;
}

std::vector<Read> ReadsOf(const AmendRequest& command, Facts& facts) {
  static const std::string offers = Select(Offers(),
                                           "WHERE line_id IN (SELECT id FROM request_line WHERE resource_request_id = "
                                           "$1) AND state IN ('invited', 'provisional')");
  std::vector<Read> reads;
  AddRequestReads(command.id.value(), facts, reads);
  reads.push_back(All(Offers(), offers, command.id.value(), facts.offers));
  return reads;
}

std::vector<Read> ReadsOf(const OfferHelp& command, Facts& facts) {
  return {One(Incidents(), WholeIncident(), command.help.incident_id.value(), facts.incident),
          {TeamById(), {command.help.team_id.value()}, [&facts](const Row& row) { AddTeam(row, facts); }}};
}

std::vector<Read> ReadsOf(const AnswerHelp& command, Facts& facts) {
  static const std::string help = Select(Helps(), "WHERE id = $1");
  static const std::string of_line = "(SELECT resource_request_id FROM request_line WHERE id = $1)";
  static const std::string request = Select(ResourceRequests(), "WHERE id = " + of_line);
  static const std::string incident =
      Select(Incidents(), "WHERE id = (SELECT incident_id FROM request_line WHERE id = $1)");
  static const std::string lines =
      Select(RequestLines(), "WHERE resource_request_id = " + of_line + " ORDER BY position_in_request");
  static const std::string offers = Select(Offers(), "WHERE line_id = $1 AND state IN ('invited', 'provisional')");
  static const std::string assignments =
      Select(Assignments(), "WHERE line_id = $1 AND state NOT IN ('home', 'cancelled', 'no_show')");
  static const std::string candidates =
      "SELECT line_id, position, team_id FROM wave_candidate WHERE line_id = $1 ORDER BY position";
  static const std::string team =
      "SELECT " + kTeamColumns + " FROM projected_team WHERE team_id = (SELECT team_id FROM help WHERE id = $1)";
  static const std::string bookings =
      "SELECT subject_id, start_us, end_us, active FROM booking WHERE subject_id = (SELECT team_id FROM help WHERE id "
      "= "
      "$1) AND mode = (SELECT mode FROM request_line WHERE id = $2) AND (active = 1 OR worked = 1)";
  std::vector<Read> reads{One(Helps(), help, command.id.value(), facts.help)};
  if (command.state != HelpState::kMatched) {
    return reads;
  }
  const Value line = command.line_id.value();
  reads.push_back(One(ResourceRequests(), request, line, facts.request));
  reads.push_back(One(Incidents(), incident, line, facts.incident));
  reads.push_back(All(RequestLines(), lines, line, facts.lines));
  reads.push_back(All(Offers(), offers, line, facts.offers));
  reads.push_back(All(Assignments(), assignments, line, facts.assignments));
  reads.push_back({candidates, {line}, [&facts](const Row& row) {
                     facts.candidates.push_back({RequestLineId(std::string(row.Text(0))), static_cast<int>(row.Int(1)),
                                                 TeamId(std::string(row.Text(2)))});
                   }});
  reads.push_back({team, {command.id.value()}, [&facts](const Row& row) { AddTeam(row, facts); }});
  reads.push_back({bookings, {command.id.value(), line}, [&facts](const Row& row) { AddTeamBooking(row, facts); }});
  return reads;
}

Read TakenOverAbove(const Principal& principal, Facts& facts) {
  return {
      "SELECT id, taken_over_by FROM incident WHERE taken_over_by <> '' AND substr($1, 1, length(taken_over_by) + 1) "
      "= taken_over_by || '/'",
      {principal.district_path},
      [&facts](const Row& row) { facts.taken_over[IncidentId(std::string(row.Text(0)))] = std::string(row.Text(1)); }};
}

}  // namespace muster::dispatch
