// One script, every kind of store, one state.

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>

#include "absl/strings/escaping.h"
#include "muster/events/audit.h"
#include "muster/security/hmac.h"
#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using Rows = std::vector<std::string>;

constexpr int kTeams = 120;

/// The service over one kind of store, and a script of random commands. All chance and time in it is seeded: what the
/// script does next depends on nothing but the seed and what the store holds.
class Script : public DispatchFixture {
 public:
  explicit Script(const muster::testing::StoreKind& kind)
      : DispatchFixture(kind.make({})), on_sqlite_(kind.name == "Sqlite") {
    std::vector<ProjectedTeam> teams;
    for (int i = 0; i < kTeams; ++i) {
      teams.push_back(Briefing().Team(TeamName(i), 5 + i % 16));
    }
    EXPECT_OK(database_->Run(ProjectTeams(std::move(teams))));
  }
  void TestBody() override {}

  /// Runs steps until so many commands were accepted; then the audit trail is linked.
  void Play(int commands) {
    const std::vector<Step> steps = Steps();
    for (int accepted = 0; accepted < commands;) {
      ASSERT_LT(told_.size(), 4 * static_cast<size_t>(commands)) << "the script finds too little that is legal";
      clock_.Advance(std::chrono::milliseconds(Below(120'000)));
      const Step& step = steps[Below(static_cast<int>(steps.size()))];
      const absl::Status status = step.run();
      told_.push_back(step.name + ": " + (status.ok() ? "OK" : std::string(status.message())));
      accepted += status.ok() ? 1 : 0;
      accepted_[step.name] += status.ok() ? 1 : 0;
    }
    events::AuditLinker linker(*database_);
    for (int linked = 256; linked == 256;) {
      linked = linker.Step(clock_.Now()).value();
    }
  }

  /// What every step came to.
  const std::vector<std::string>& told() const { return told_; }
  /// How often each step was accepted.
  const std::map<std::string, int>& accepted() const { return accepted_; }
  using DispatchFixture::Violations;

  /// Every row of every table as text, sorted. Left out is what is not state: when which migration ran, and the names
  /// of traces, which no seed rules. Numbers that may have gaps are told by their rank.
  std::map<std::string, Rows> State() {
    std::map<std::string, Rows> state;
    for (const auto& [table, columns] : Tables()) {
      std::string sql;
      for (const std::string& column : columns) {
        const bool has_gaps = column == "feed_seq" || column == "row_id";
        sql += (sql.empty() ? "SELECT " : ", ") + (has_gaps ? "row_number() OVER (ORDER BY " + column + ")" : column);
      }
      state[table] = RowsOf(sql + " FROM " + table, columns);
    }
    return state;
  }

 private:
  struct Step {
    std::string name;
    std::function<absl::Status()> run;
  };
  /// Something that a command may be about.
  struct Target {
    std::string id;
    int64_t version = 0;
    std::string other;  ///< of a line its request, else the team
  };

  // ---- chance

  int Below(int limit) { return static_cast<int>(dice_.Next() % static_cast<uint64_t>(limit)); }
  bool Chance(int percent) { return Below(100) < percent; }
  static std::string TeamName(int number) { return "team " + std::to_string(number % kTeams); }

  /// One of the newest that the query finds: id, version, other.
  std::optional<Target> Any(const std::string& query) {
    std::vector<Target> found;
    EXPECT_OK(database_->Query(
        storage::Read{query + " ORDER BY 1 DESC LIMIT 50", {}, [&](const storage::Row& row) {
                        found.push_back({std::string(row.Text(0)), row.Int(1), std::string(row.Text(2))});
                      }}));
    return found.empty() ? std::nullopt
                         : std::optional(found[static_cast<size_t>(Below(static_cast<int>(found.size())))]);
  }
  std::optional<Target> Incident() { return Any("SELECT id, version, title FROM incident WHERE state <> 'closed'"); }
  std::optional<Target> Line() {
    return Any(
        "SELECT line.id, request.version, request.id FROM request_line line JOIN resource_request request "
        "ON request.id = line.resource_request_id WHERE line.state IN ('open', 'partly_filled')");
  }
  std::optional<Target> Offer(const std::string& states) {
    return Any("SELECT id, version, team_id FROM offer WHERE state IN (" + states + ")");
  }
  std::optional<Target> Assignment(const std::string& states) {
    return Any("SELECT id, version, team_id FROM assignment WHERE state IN (" + states + ")");
  }

  // ---- steps

  template <class Response, class Request>
  absl::Status Send(const std::string& method, const Principal& by, Request request) {
    request.set_request_id(NewUuid(clock_.Now(), dice_));
    return Invoke<Response>(method, by, request).status();
  }
  /// A command about a target of that version, which `fill` completes.
  template <class Response, class Request>
  absl::Status About(const std::optional<Target>& target, const std::string& method, const Principal& by,
                     const std::function<void(Request&)>& fill = nullptr) {
    if (!target) {
      return absl::NotFoundError("nothing to do");
    }
    Request request;
    request.set_id(target->id);
    request.set_expected_version(target->version);
    if (fill) {
      fill(request);
    }
    return Send<Response>(method, by, std::move(request));
  }

  absl::Status OpenIncident() {
    v1::CreateIncidentRequest request;
    v1::Incident& incident = *request.mutable_incident();
    incident.set_title("Flood " + std::to_string(Below(1000)));
    incident.set_event("flood");
    incident.set_mode(Chance(80) ? common::v1::MODE_REAL : common::v1::MODE_DRILL);
    incident.set_district_path(kDistrict);
    incident.mutable_position()->set_latitude(31 + Below(1000) / 1000.0);
    incident.mutable_position()->set_longitude(120 + Below(1000) / 1000.0);
    request.set_pre_alert(Chance(20));
    return Send<v1::Incident>("CreateIncident", CityOperator(), std::move(request));
  }
  absl::Status RenameIncident() {
    const auto incident = Incident();
    if (!incident) {
      return absl::NotFoundError("nothing to do");
    }
    v1::UpdateIncidentRequest request;
    request.mutable_incident()->set_id(incident->id);
    request.mutable_incident()->set_title("洪水 " + std::to_string(Below(1000)));
    request.mutable_update_mask()->add_paths("title");
    request.set_expected_version(incident->version);
    return Send<v1::Incident>("UpdateIncident", CityOperator(), std::move(request));
  }
  absl::Status CloseIncident() {
    return Chance(70) ? absl::NotFoundError("not now")
                      : About<v1::CloseIncidentResponse, v1::CloseIncidentRequest>(Incident(), "CloseIncident",
                                                                                   CityOperator());
  }

  v1::RequestLine RandomLine() {
    v1::RequestLine line;
    line.set_capability(kSkill);
    line.set_quantity(Chance(20) ? 1 + Below(3) : 5 + Below(40));
    line.set_unit(line.quantity() <= 3 ? v1::QUANTITY_UNIT_TEAMS : v1::QUANTITY_UNIT_PEOPLE);
    line.set_tolerance_percent(10 * Below(5));
    line.mutable_wave_policy()->set_wave_size(1 + Below(4));
    int64_t at = ToMicros(clock_.Now()) / 1'000'000;
    for (int shifts = 1 + Below(2); shifts > 0; --shifts) {
      common::v1::Window& window = *line.add_windows();
      window.mutable_start_time()->set_seconds(at += 3600 * (1 + Below(6)));
      window.mutable_end_time()->set_seconds(at += 3600 * (1 + Below(4)));
    }
    return line;
  }
  absl::Status Ask() {
    const auto incident = Incident();
    v1::CreateRequestRequest request;
    request.mutable_resource_request()->set_incident_id(incident ? incident->id : "");
    for (int lines = 1 + Below(3); lines > 0; --lines) {
      *request.mutable_resource_request()->add_lines() = RandomLine();
    }
    return Send<v1::ResourceRequest>("CreateRequest", CityOperator(), std::move(request));
  }
  absl::Status CancelRequest() {
    const auto request = Any("SELECT id, version, requester FROM resource_request WHERE cancelled = 0");
    return Chance(50) ? absl::NotFoundError("not now")
                      : About<v1::ResourceRequest, v1::CancelRequestRequest>(request, "CancelRequest", CityOperator());
  }
  absl::Status SendOut(v1::DispatchHow how) {
    const auto line = Line();
    if (!line) {
      return absl::NotFoundError("nothing to do");
    }
    v1::DispatchRequest plan;
    plan.set_resource_request_id(line->other);
    plan.set_expected_version(line->version);
    plan.set_how(how);
    v1::LineDispatch& wanted = *plan.add_lines();
    wanted.set_line_id(line->id);
    const int first = Below(kTeams);
    for (int i = how == v1::DISPATCH_HOW_DIRECT ? 0 : Below(6); i >= 0; --i) {
      wanted.add_team_ids(TeamName(first + i));
    }
    return Send<v1::DispatchResponse>("Dispatch", CityOperator(), std::move(plan));
  }
  /// One of the newest two, which may be young enough.
  absl::Status Undo() {
    const auto sent = Any(
        "SELECT id, version, '' FROM dispatch WHERE withdraw_us IS NULL AND id IN (SELECT id FROM dispatch ORDER BY id "
        "DESC LIMIT 2)");
    v1::WithdrawDispatchRequest request;
    request.set_dispatch_id(sent ? sent->id : "");
    return Send<v1::WithdrawDispatchResponse>("WithdrawDispatch", CityOperator(), std::move(request));
  }
  absl::Status ChangeWaves() {
    const auto line = Any("SELECT id, version, '' FROM request_line WHERE state = 'open'");
    if (!line) {
      return absl::NotFoundError("nothing to do");
    }
    v1::SetWavePolicyRequest request;
    request.set_line_id(line->id);
    request.set_expected_version(line->version);
    request.mutable_wave_policy()->set_wave_size(1 + Below(9));
    request.mutable_wave_policy()->set_stopped(Chance(20));
    request.mutable_wave_policy()->set_fill_probability(Chance(40) ? 0.5 + Below(499) / 1000.0 : 0);
    return Send<v1::RequestLine>("SetWavePolicy", CityOperator(), std::move(request));
  }

  /// An organization's answer by the portal, or an operator's for it by phone.
  absl::Status Reply(const std::optional<Target>& offer, v1::OfferAnswer answer) {
    const bool by_phone = Chance(30);
    return About<v1::Offer, v1::AnswerOfferRequest>(
        offer, "AnswerOffer", by_phone ? CityOperator() : ManagerOf(offer ? offer->other : ""),
        [&](v1::AnswerOfferRequest& request) {
          request.set_answer(answer);
          request.set_answered_via(by_phone ? v1::ANSWERED_VIA_PHONE : v1::ANSWERED_VIA_PORTAL);
          if (answer == v1::OFFER_ANSWER_PROVISIONAL) {
            request.set_condition("if the boat is repaired");
          } else if (answer == v1::OFFER_ANSWER_DECLINE) {
            request.set_decline_reason(v1::DECLINE_REASON_BUSY);
          } else if (Chance(80)) {
            request.mutable_cover()->set_policy_number("P" + std::to_string(Below(100)));
          }
        });
  }
  absl::Status Confirm() {
    return About<v1::Offer, v1::ConfirmOfferRequest>(Offer("'provisional'"), "ConfirmOffer", CityOperator());
  }
  absl::Status Withdraw() {
    return Chance(50) ? absl::NotFoundError("not now")
                      : About<v1::Offer, v1::WithdrawOfferRequest>(Offer("'invited', 'provisional', 'accepted'"),
                                                                   "WithdrawOffer", CityOperator());
  }

  absl::Status Advance(const std::string& from, v1::AssignmentState to) {
    return About<v1::Assignment, v1::AdvanceAssignmentRequest>(Assignment(from), "AdvanceAssignment", CityOperator(),
                                                               [&](v1::AdvanceAssignmentRequest& request) {
                                                                 request.set_state(to);
                                                                 request.set_cover_override_reason("life is at risk");
                                                               });
  }
  absl::Status CheckIn() {
    const auto one = Assignment("'en_route'");
    return About<v1::Assignment, v1::CheckInRequest>(one, "CheckIn", ManagerOf(one ? one->other : ""));
  }
  absl::Status CheckOut() {
    const auto one = Assignment("'returning'");
    return About<v1::Assignment, v1::CheckOutRequest>(one, "CheckOut", ManagerOf(one ? one->other : ""));
  }
  absl::Status Release() {
    return About<v1::Assignment, v1::ReleaseAssignmentRequest>(Assignment("'on_scene', 'working'"), "ReleaseAssignment",
                                                               CityOperator());
  }
  absl::Status Recall() {
    return Chance(50) ? absl::NotFoundError("not now")
                      : About<v1::Assignment, v1::RecallAssignmentRequest>(Assignment("'mobilizing', 'en_route'"),
                                                                           "RecallAssignment", CityOperator());
  }
  absl::Status Report() {
    const auto one = Assignment("'on_scene', 'working'");
    v1::ReportSituationRequest request;
    request.mutable_report()->set_assignment_id(one ? one->id : "none");
    request.mutable_report()->set_text("forty people on roofs");
    request.mutable_report()->set_people_served(Below(50));
    return Send<v1::SituationReport>("ReportSituation", ManagerOf(one ? one->other : ""), std::move(request));
  }

  /// The registry suspends an organization or approves it again; the alarms follow.
  absl::Status ChangeStanding() {
    const int number = Below(kTeams);
    ProjectedTeam team = Briefing().Team(TeamName(number), 5 + number % 16);
    team.registry_version = ++registry_version_;
    team.facts.organization_state = Chance(30) ? OrganizationState::kSuspended : OrganizationState::kApproved;
    EXPECT_OK(database_->Run(ProjectTeams({team})));
    return service_->CheckStandings();
  }
  /// What the timers do, one after the other: they themselves look for short lines while offers still expire.
  absl::Status RunTimers() {
    const auto expired = service_->queries().ExpiredOffers(clock_.Now(), 50).value();
    std::for_each(expired.begin(), expired.end(), [this](const OfferId& offer) { service_->ExpireOffer(offer); });
    AwaitQueued();
    const auto lines = service_->queries().ShortLines(100).value();
    std::for_each(lines.begin(), lines.end(), [this](const RequestLineId& line) { service_->SendWave(line); });
    AwaitQueued();
    const auto looks = service_->queries().DueLooks(clock_.Now(), 100).value();
    std::for_each(looks.begin(), looks.end(), [this](const RequestLineId& line) { service_->SendWave(line); });
    AwaitQueued();
    return absl::OkStatus();
  }
  void AwaitQueued() {
    EXPECT_OK(database_->Run(storage::MakeCommand(nullptr, [](Time, storage::Changes&) { return absl::OkStatus(); })));
  }

  std::vector<Step> Steps() {
    const auto step = [this](absl::Status (Script::*run)()) { return [this, run] { return (this->*run)(); }; };
    const auto reply = [this](v1::OfferAnswer answer) {
      return [this, answer] { return Reply(Offer("'invited'"), answer); };
    };
    const auto advance = [this](const char* from, v1::AssignmentState to) {
      return [this, from, to] { return Advance(from, to); };
    };
    return {
        {"open", step(&Script::OpenIncident)},
        {"rename", step(&Script::RenameIncident)},
        {"close", step(&Script::CloseIncident)},
        {"ask", step(&Script::Ask)},
        {"ask more", step(&Script::Ask)},
        {"cancel request", step(&Script::CancelRequest)},
        {"invite", [this] { return SendOut(v1::DISPATCH_HOW_INVITE); }},
        {"invite more", [this] { return SendOut(v1::DISPATCH_HOW_INVITE); }},
        {"book", [this] { return SendOut(v1::DISPATCH_HOW_DIRECT); }},
        {"undo", step(&Script::Undo)},
        {"waves", step(&Script::ChangeWaves)},
        {"accept", reply(v1::OFFER_ANSWER_ACCEPT)},
        {"provisional", reply(v1::OFFER_ANSWER_PROVISIONAL)},
        {"decline", reply(v1::OFFER_ANSWER_DECLINE)},
        {"confirm", step(&Script::Confirm)},
        {"withdraw", step(&Script::Withdraw)},
        {"mobilize", advance("'reserved'", v1::ASSIGNMENT_STATE_MOBILIZING)},
        {"cancel", advance("'reserved', 'mobilizing'", v1::ASSIGNMENT_STATE_CANCELLED)},
        {"depart", advance("'mobilizing'", v1::ASSIGNMENT_STATE_EN_ROUTE)},
        {"no show", advance("'reserved', 'mobilizing', 'en_route'", v1::ASSIGNMENT_STATE_NO_SHOW)},
        {"check in", step(&Script::CheckIn)},
        {"work", advance("'on_scene'", v1::ASSIGNMENT_STATE_WORKING)},
        {"report", step(&Script::Report)},
        {"release", step(&Script::Release)},
        {"recall", step(&Script::Recall)},
        {"return", advance("'released', 'recalled'", v1::ASSIGNMENT_STATE_RETURNING)},
        {"check out", step(&Script::CheckOut)},
        {"standing", step(&Script::ChangeStanding)},
        {"timers", step(&Script::RunTimers)},
    };
  }

  // ---- state

  /// Every table with its columns, both by name.
  std::map<std::string, std::vector<std::string>> Tables() {
    static constexpr std::string_view kSqlite =
        "SELECT one.name, part.name FROM sqlite_master one, pragma_table_info(one.name) part "
        "WHERE one.type = 'table' AND one.name NOT LIKE 'sqlite_%'";
    static constexpr std::string_view kPostgres =
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_schema "
        "= current_schema()";
    std::map<std::string, std::vector<std::string>> tables;
    EXPECT_OK(database_->Query(storage::Read{on_sqlite_ ? kSqlite : kPostgres, {}, [&](const storage::Row& row) {
                                               if (row.Text(0) != "migration" && row.Text(1) != "traceparent") {
                                                 tables[std::string(row.Text(0))].emplace_back(row.Text(1));
                                               }
                                             }}));
    for (auto& [table, columns] : tables) {
      std::sort(columns.begin(), columns.end());
    }
    return tables;
  }
  Rows RowsOf(const std::string& sql, const std::vector<std::string>& columns) {
    Rows rows;
    EXPECT_OK(database_->Query(storage::Read{sql, {}, [&](const storage::Row& row) {
                                               std::string& text = rows.emplace_back();
                                               for (size_t i = 0; i < columns.size(); ++i) {
                                                 const int at = static_cast<int>(i);
                                                 text += columns[i] + "=";
                                                 text +=
                                                     row.IsNull(at) ? "null" : "'" + std::string(row.Text(at)) + "'";
                                                 text += ' ';
                                               }
                                             }}));
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  const bool on_sqlite_;
  SeededRandom dice_{7};
  int64_t registry_version_ = 1;
  std::vector<std::string> told_;
  std::map<std::string, int> accepted_;
};

/// 10,000, or as many as MUSTER_SCRIPT_COMMANDS says.
int Commands() {
  const char* wanted = std::getenv("MUSTER_SCRIPT_COMMANDS");
  return wanted == nullptr ? 10'000 : std::atoi(wanted);
}

/// The first row that the two do not share, to be read by a person.
std::string FirstDifference(const Rows& left, const Rows& right) {
  const auto [one, other] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  return "\n  " + (one == left.end() ? "no row" : absl::Utf8SafeCHexEscape(*one)) + "\n  " +
         (other == right.end() ? "no row" : absl::Utf8SafeCHexEscape(*other));
}

std::string HashOf(const std::map<std::string, Rows>& state) {
  std::string text;
  for (const auto& [table, rows] : state) {
    text += table + '\n';
    for (const std::string& row : rows) {
      text += row + '\n';
    }
  }
  return absl::BytesToHexString(security::Sha256(text));
}

TEST(SameStateTest, OneScriptLeavesTheSameStateOnEveryStore) {
  const auto& kinds = muster::testing::StoreKinds();
  Script first(kinds.front());
  first.Play(Commands());
  for (const auto& [step, times] : first.accepted()) {
    EXPECT_GT(times, 0) << step << " was never legal: the script shows nothing of it";
  }
  const auto expected = first.State();
  EXPECT_THAT(first.Violations(), ::testing::IsEmpty());
  for (size_t i = 1; i < kinds.size(); ++i) {
    Script other(kinds[i]);
    other.Play(Commands());
    ASSERT_TRUE(first.told() == other.told()) << kinds[i].name << FirstDifference(first.told(), other.told());
    auto state = other.State();
    for (const auto& [table, rows] : expected) {
      EXPECT_TRUE(rows == state[table]) << kinds[i].name << ": " << table << FirstDifference(rows, state[table]);
    }
    EXPECT_EQ(HashOf(expected), HashOf(state)) << kinds[i].name;
  }
  RecordProperty("state", HashOf(expected));
}

}  // namespace
}  // namespace muster::dispatch
