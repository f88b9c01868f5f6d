#include "services/dispatch/store/verify.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "absl/strings/str_join.h"
#include "tests/unit/dispatch/dispatch_fixture.h"

namespace muster::dispatch {
namespace {

using ::testing::IsEmpty;

/// Does legal and illegal things at random, always the same ones for the same seed.
class RandomDay : public DispatchFixture {
 protected:
  int Number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
  template <class T>
  const T& AnyOf(const std::vector<T>& list) {
    return list[static_cast<size_t>(Number(0, static_cast<int>(list.size()) - 1))];
  }
  std::string AnyId(std::string_view sql) {
    const std::vector<std::string> ids = Texts(sql);
    return ids.empty() ? "nothing" : AnyOf(ids);
  }
  /// The version, or now and then a wrong one.
  int64_t VersionOf(std::string_view sql, const std::string& id) {
    int64_t version = 1;
    EXPECT_OK(database_->Query(storage::Read{sql, {id}, [&](const storage::Row& row) { version = row.Int(0); }}));
    return Number(1, 20) == 1 ? version + 1 : version;
  }
  Principal Anyone() {
    switch (Number(0, 5)) {
      case 0:
        return ManagerOf("t" + std::to_string(Number(0, kTeams - 1)));
      case 1:
        return Stranger();
      default:
        return CityOperator();
    }
  }

  void OneStep() {
    switch (Number(0, 16)) {
      case 0:
        if (Count("SELECT count(*) FROM incident WHERE state <> 'closed'") < 6) {
          MakeIncident(kDistrict, Number(0, 3) == 0 ? common::v1::MODE_DRILL : common::v1::MODE_REAL,
                       {"t0", "t1", "t2"});
        }
        return;
      case 1:
        return AddRequest();
      case 2:
      case 3:
      case 4:
        return SendSome();
      case 5:
      case 6:
      case 7:
        return AnswerSome();
      case 8:
      case 9:
      case 10:
        return AdvanceSome();
      case 11:
        clock_.Advance(std::chrono::minutes(Number(0, 8)));
        return Tick();
      case 12:
        return Number(0, 2) == 0 ? EndSome() : ChangeATeam();
      case 13:
        return ExtendSome();
      case 14:
        return RelieveSome();
      case 15:
        return RedeploySome();
      default:
        return ChangeATeam();
    }
  }

  void Note(const absl::Status& status) {
    ++(status.ok() ? done_ : refused_);
    if (!status.ok()) {
      ++reasons_[std::string(RowOf(GetErrorInfo(status).reason).name)];
    }
  }

  void AddRequest() {
    v1::CreateRequestRequest create;
    create.mutable_resource_request()->set_incident_id(AnyId("SELECT id FROM incident ORDER BY id DESC LIMIT 8"));
    for (int i = Number(1, 3); i > 0; --i) {
      const int hour = static_cast<int>((clock_.Now() - kNow) / std::chrono::hours(1)) + Number(0, 20);
      v1::RequestLine line = Line(Number(1, 40), hour, hour + Number(1, 10));
      line.set_unit(Number(0, 2) == 0 ? v1::QUANTITY_UNIT_TEAMS : v1::QUANTITY_UNIT_PEOPLE);
      line.set_tolerance_percent(Number(0, 2) * 20);
      line.mutable_wave_policy()->set_wave_size(Number(1, 3));
      *create.mutable_resource_request()->add_lines() = line;
    }
    Note(Invoke<v1::ResourceRequest>("CreateRequest", Anyone(), create).status());
  }

  void SendSome() {
    const std::string id = AnyId("SELECT id FROM resource_request ORDER BY id DESC LIMIT 5");
    v1::DispatchRequest plan;
    plan.set_resource_request_id(id);
    plan.set_expected_version(VersionOf("SELECT version FROM resource_request WHERE id = $1", id));
    plan.set_how(Number(0, 2) == 0 ? v1::DISPATCH_HOW_DIRECT : v1::DISPATCH_HOW_INVITE);
    for (const std::string& line : Texts("SELECT id FROM request_line WHERE resource_request_id = $1", {id})) {
      if (Number(0, 2) > 0) {
        v1::LineDispatch& wanted = *plan.add_lines();
        wanted.set_line_id(line);
        for (int i = Number(1, 4); i > 0; --i) {
          wanted.add_team_ids("t" + std::to_string(Number(0, kTeams)));
        }
      }
    }
    Note(SendOut(plan, Anyone()).status());
  }

  void AnswerSome() {
    const std::string id = Number(0, 3) > 0
                               ? AnyId("SELECT id FROM offer WHERE state IN ('invited', 'provisional') ORDER BY id")
                               : AnyId("SELECT id FROM offer ORDER BY id");
    const std::vector<std::string> team = Texts("SELECT team_id FROM offer WHERE id = $1", {id});
    const Principal by = team.empty() || Number(0, 9) == 0 ? Anyone() : ManagerOf(team[0]);
    const int64_t version = VersionOf("SELECT version FROM offer WHERE id = $1", id);
    const int choice = Number(0, 9);
    if (choice == 0) {
      return Note(OnAssignment<v1::Offer, v1::WithdrawOfferRequest>("WithdrawOffer", id, version).status());
    }
    if (choice == 1) {
      return Note(OnAssignment<v1::Offer, v1::ConfirmOfferRequest>("ConfirmOffer", id, version).status());
    }
    v1::AnswerOfferRequest answer = choice == 2 ? Declining(id) : Accepting(id);
    if (choice < 5 && choice > 2) {
      answer.set_answer(v1::OFFER_ANSWER_PROVISIONAL);
      answer.set_condition("if");
    }
    answer.set_count_offered(Number(0, 12));
    Note(Invoke<v1::Offer>("AnswerOffer", by, answer).status());
  }

  void AdvanceSome() {
    const std::string id =
        AnyId("SELECT id FROM assignment WHERE state NOT IN ('home', 'cancelled', 'no_show') ORDER BY id");
    const int64_t version = VersionOf("SELECT version FROM assignment WHERE id = $1", id);
    v1::AssignmentState to = static_cast<v1::AssignmentState>(Number(1, 11));
    const std::vector<std::string> states = Texts("SELECT state FROM assignment WHERE id = $1", {id});
    if (!states.empty() && Number(0, 3) > 0) {
      // The way out and home, rather than anything.
      const AssignmentState state = *StateFromName<AssignmentState>(states[0]);
      to = state == AssignmentState::kRecalled ? v1::ASSIGNMENT_STATE_RETURNING
                                               : static_cast<v1::AssignmentState>(static_cast<int>(state) + 2);
    }
    if (to == v1::ASSIGNMENT_STATE_ON_SCENE) {
      return Note(OnAssignment<v1::Assignment, v1::CheckInRequest>("CheckIn", id, 0).status());
    }
    if (to == v1::ASSIGNMENT_STATE_HOME) {
      return Note(OnAssignment<v1::Assignment, v1::CheckOutRequest>("CheckOut", id, 0).status());
    }
    v1::Assignment from;
    from.set_id(id);
    from.set_version(version);
    Note(Advance(from, to, CityOperator(), Number(0, 1) == 0 ? "must go" : "").status());
  }

  /// A duty that goes on, or now and then any.
  std::string AnyDuty(std::string_view states) {
    return Number(0, 9) == 0
               ? AnyId("SELECT id FROM assignment ORDER BY id")
               : AnyId("SELECT id FROM assignment WHERE state IN (" + std::string(states) + ") ORDER BY id");
  }

  void ExtendSome() {
    v1::ExtendAssignmentRequest request;
    request.set_id(AnyDuty("'reserved', 'mobilizing', 'en_route', 'on_scene', 'working'"));
    request.set_expected_version(VersionOf("SELECT version FROM assignment WHERE id = $1", request.id()));
    const int hour = static_cast<int>((clock_.Now() - kNow) / std::chrono::hours(1)) + Number(1, 40);
    *request.add_windows() = Line(1, hour, hour + Number(1, 6)).windows(0);
    request.set_rest_override_reason(Number(0, 1) == 0 ? "nobody else" : "");
    Note(Invoke<v1::Assignment>("ExtendAssignment", CityOperator(), request).status());
  }

  void RelieveSome() {
    v1::RelieveAssignmentRequest request;
    request.set_id(AnyDuty("'mobilizing', 'en_route', 'on_scene', 'working'"));
    request.set_expected_version(VersionOf("SELECT version FROM assignment WHERE id = $1", request.id()));
    request.set_team_id("t" + std::to_string(Number(0, kTeams)));
    Count(Invoke<v1::RelieveAssignmentResponse>("RelieveAssignment", CityOperator(), request).status(), reliefs_);
  }

  void RedeploySome() {
    v1::RedeployAssignmentRequest request;
    request.set_id(AnyDuty("'on_scene', 'working'"));
    request.set_expected_version(VersionOf("SELECT version FROM assignment WHERE id = $1", request.id()));
    request.set_line_id(AnyId("SELECT id FROM request_line WHERE state IN ('open', 'partly_filled') ORDER BY id"));
    request.set_rest_override_reason("nobody else");
    Count(Invoke<v1::RedeployAssignmentResponse>("RedeployAssignment", CityOperator(), request).status(),
          redeployments_);
  }

  using DispatchFixture::Count;
  void Count(const absl::Status& status, int& done) {
    done += status.ok() ? 1 : 0;
    Note(status);
  }

  void EndSome() {
    if (Number(0, 3) == 0) {
      const std::string id = AnyId("SELECT id FROM incident ORDER BY id");
      return Note(OnAssignment<v1::CloseIncidentResponse, v1::CloseIncidentRequest>(
                      "CloseIncident", id, VersionOf("SELECT version FROM incident WHERE id = $1", id), Anyone())
                      .status());
    }
    const std::string id = AnyId("SELECT id FROM resource_request ORDER BY id");
    Note(OnAssignment<v1::ResourceRequest, v1::CancelRequestRequest>(
             "CancelRequest", id, VersionOf("SELECT version FROM resource_request WHERE id = $1", id), Anyone())
             .status());
  }

  void ChangeATeam() {
    const std::string name = "t" + std::to_string(Number(0, kTeams - 1));
    ProjectedTeam team = Briefing().Team(name, 3 + Number(0, 9));
    team.facts.disbanded = Number(0, 9) == 0;
    team.registry_version = ++registry_version_;
    ASSERT_OK(database_->Run(service_->ProjectTeam(team)));
  }

  static constexpr int kTeams = 12;  ///< "t12" is unknown
  std::mt19937 engine_;
  int64_t registry_version_ = 0;
  int done_ = 0;
  int refused_ = 0;
  int reliefs_ = 0;
  int redeployments_ = 0;
  std::map<std::string, int> reasons_;
};

TEST_F(RandomDay, NothingThatHappensBreaksAnInvariant) {
  engine_.seed(20260101);
  for (int i = 0; i < kTeams; ++i) {
    AddTeam("t" + std::to_string(i), 10);
  }
  for (int step = 1; step <= 2'000; ++step) {
    OneStep();
    if (step % 100 == 0) {
      ASSERT_THAT(Violations(), IsEmpty()) << "after step " << step;
    }
  }
  EXPECT_GT(done_, 300) << "it did something";
  EXPECT_GT(refused_, 300) << "and tried what it may not";
  EXPECT_GT(reliefs_, 3);
  EXPECT_GT(redeployments_, 3);
  for (const char* reason : {"VERSION_CONFLICT", "ILLEGAL_TRANSITION", "NOT_FOUND", "TEAM_OVERLAP", "DUPLICATE"}) {
    EXPECT_GT(reasons_[reason], 0) << reason;
  }
  EXPECT_EQ(reasons_["INTERNAL_INVARIANT"], 0);
  EXPECT_EQ(reasons_["INTERNAL"], 0);
  // Replaying the trail: every move that was audited is one of the table, version by version.
  EXPECT_EQ(
      Count("SELECT count(*) FROM audit later WHERE object_version > 1 AND NOT EXISTS (SELECT 1 FROM audit earlier "
            "WHERE earlier.object_id = later.object_id AND earlier.object_version = later.object_version - 1 AND "
            "earlier.after_hash = later.before_hash AND earlier.to_state = later.from_state)"),
      0);
  for (const std::string& move : Texts("SELECT DISTINCT from_state || '>' || to_state FROM audit WHERE object_type = "
                                       "'assignment' AND from_state <> '' AND from_state <> to_state")) {
    const size_t middle = move.find('>');
    EXPECT_TRUE(IsLegalMove(*StateFromName<AssignmentState>(move.substr(0, middle)),
                            *StateFromName<AssignmentState>(move.substr(middle + 1))))
        << move;
  }
}

/// One thing done to the store past all rules, and the invariant that must tell.
struct Damage {
  const char* what;
  const char* sql;
  const char* told;
};

class DamageTest : public DispatchFixture, public ::testing::WithParamInterface<Damage> {};

TEST_P(DamageTest, IsFound) {
  for (const char* team : {"a", "b", "c", "d", "e"}) {
    AddTeam(team, 10);
  }
  const v1::Assignment booked = Book("a");
  v1::ReportSituationRequest report;
  report.mutable_report()->set_assignment_id(booked.id());
  report.mutable_report()->set_text("calm");
  ASSERT_OK(Invoke<v1::SituationReport>("ReportSituation", CityOperator(), report));
  const auto offers = AskFor(30, {"b", "c", "d", "e"}, 1);
  ASSERT_OK(Answer(Accepting(offers[0].id()), "b"));
  v1::AnswerOfferRequest condition = Accepting(offers[1].id());
  condition.set_answer(v1::OFFER_ANSWER_PROVISIONAL);
  condition.set_condition("if");
  ASSERT_OK(Answer(condition, "c"));
  ASSERT_THAT(Violations(), IsEmpty());
  ASSERT_OK(muster::testing::DropGuards(*database_));
  ASSERT_OK(Write(GetParam().sql));
  std::set<std::string> told;
  for (const std::string& violation : Violations()) {
    told.insert(violation.substr(0, violation.find(' ')));
  }
  EXPECT_EQ(absl::StrJoin(told, " "), GetParam().told) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    Planted, DamageTest,
    ::testing::Values(
        Damage{"a team in two places",
               "INSERT INTO booking SELECT 'second', 1, assignment_id, mode, subject_kind, subject_id, start_us, "
               "end_us, 1, 0 "
               "FROM booking WHERE subject_id = 'a'",
               "I2"},
        Damage{"a drill that takes a real request", "UPDATE resource_request SET mode = 'drill'", "I15 I4"},
        Damage{"a drill that takes a real line", "UPDATE request_line SET mode = 'drill'", "I15 I4"},
        Damage{"a drill that takes a real offer", "UPDATE offer SET mode = 'drill'", "I15 I4"},
        Damage{"a drill that takes a real assignment", "UPDATE assignment SET mode = 'drill'", "I15 I4"},
        Damage{"a drill that takes a real report", "UPDATE situation_report SET mode = 'drill'", "I15 I4"},
        Damage{"a drill that takes a real booking", "UPDATE booking SET mode = 'drill'", "I15"},
        Damage{"a booking let go while the team is out", "UPDATE booking SET active = 0 WHERE subject_id = 'a'", "I2"},
        Damage{"a booking kept for a team at home", "UPDATE assignment SET state = 'home' WHERE team_id = 'a'",
               "I2 I4"},
        Damage{"an assignment moved without a record", "UPDATE assignment SET state = 'working' WHERE team_id = 'a'",
               "I4"},
        Damage{"a title changed", "UPDATE incident SET title = 'Something else'", "I4"},
        Damage{"a version set back", "UPDATE offer SET version = version - 1 WHERE state = 'accepted'", "I4"},
        Damage{"a line changed", "UPDATE request_line SET quantity = quantity + 1 WHERE quantity = 30", "I4"},
        Damage{"a request changed", "UPDATE resource_request SET requester = 'someone'", "I4"},
        Damage{"a request closed without a record", "UPDATE resource_request SET state = 'closed'", "I4"},
        Damage{"a request that is told to wait again",
               "INSERT INTO audit (id, time_us, actor, actor_organization_id, actor_district_path, source_address, "
               "action, object_type, object_id, object_version, from_state, to_state, result, note, request_id, "
               "before_hash, after_hash) SELECT 'forged', time_us, actor, actor_organization_id, actor_district_path, "
               "source_address, action, object_type, object_id, 0, 'accepted', 'submitted', result, note, request_id, "
               "'', '' FROM audit WHERE object_type = 'resource_request' LIMIT 1",
               "I4"},
        Damage{"a place too many", "UPDATE request_line SET filled = filled - 1 WHERE filled > 0", "I4 I5"},
        Damage{"a promise forgotten", "UPDATE request_line SET held = 0 WHERE held > 0", "I4 I5"},
        Damage{"an offer forgotten", "UPDATE request_line SET asked = asked + 1 WHERE quantity = 30", "I4 I5"},
        Damage{"more teams than a line takes", "UPDATE request_line SET quantity = 1 WHERE filled > 1", "I4 I5"},
        Damage{"a relief with a place before it came",
               "UPDATE assignment SET relieves_id = offer_id || 'x' WHERE team_id = 'a'", "I4 I5"},
        Damage{"a redeployment from nowhere",
               "UPDATE assignment SET redeployed_from_id = 'nothing' WHERE team_id = 'a'", "I2 I4"},
        Damage{"needs that became nothing", "UPDATE situation_report SET resource_request_id = 'nothing'", "I1 I4"},
        Damage{"a team forgotten that waits", "DELETE FROM wave_candidate", "I5"},
        Damage{"an acceptance without its assignment",
               "UPDATE offer SET assignment_id = 'nothing' WHERE state = 'accepted'", "I1 I4"},
        Damage{
            "an offer that was never recorded",
            "INSERT INTO offer SELECT 'forged', 1, create_us, update_us, incident_id, resource_request_id, line_id, "
            "team_id, organization_id, 'declined', mode, district_path, incident_title, wave, capability, windows, "
            "count_asked, count_offered, available_from_us, condition, decline_reason, note, expire_us, answered_via, "
            "answer_us, '', cover, external_refs FROM offer LIMIT 1",
            "I4"}),
    [](const ::testing::TestParamInfo<Damage>& parameter) {
      std::string name;
      bool begins = true;
      for (const char c : std::string(parameter.param.what)) {
        if (c == ' ') {
          begins = true;
        } else {
          name += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
          begins = false;
        }
      }
      return name;
    });

}  // namespace
}  // namespace muster::dispatch
