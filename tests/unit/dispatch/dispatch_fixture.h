#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "muster/base/random.h"
#include "muster/events/feed.h"
#include "muster/events/migrations.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/owner_router.h"
#include "muster/security/confirm_token.h"
#include "muster/security/pass.h"
#include "services/dispatch/rpc/dispatch_service.h"
#include "services/dispatch/rpc/timers.h"
#include "services/dispatch/store/migrations.h"
#include "services/dispatch/store/projection.h"
#include "services/dispatch/store/verify.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_under_test.h"
#include "tests/unit/dispatch/briefing.h"

namespace muster::dispatch {

/// The whole service over a real database of its own; calls go through the method table as a door's do.
class DispatchFixture : public ::testing::Test {
 protected:
  explicit DispatchFixture(std::unique_ptr<muster::testing::StoreUnderTest> store = muster::testing::NewStore())
      : store_(std::move(store)) {
    Open();
  }

  /// Starts the service, as after a restart when called again.
  void Open() {
    table_.reset();
    router_.reset();
    service_.reset();
    feed_.reset();
    database_.reset();
    database_ = store_->Open({&clock_}, muster::testing::OwnerMigrations(events::Migrations(), Migrations())).value();
    feed_ = std::make_unique<events::FeedReader>("dispatch", *database_);
    service_ = std::make_unique<DispatchService>(DispatchService::Dependencies{
        *database_, clock_, random_, confirm_tokens_, *feed_, {}, std::chrono::hours(2), &passes_});
    table_ = std::make_unique<rpc::MethodTable>();
    router_ = std::make_unique<rpc::OwnerRouter>(*table_);
    service_->Register(*table_);
    service_->RegisterOwner(*router_);
    timers_ = std::make_unique<Timers>(*service_, clock_);
  }

  rpc::Call CallOf(const std::string& method, const Principal& principal) {
    rpc::Call call;
    call.principal = principal;
    call.method = "muster.dispatch.v1.DispatchService." + method;
    call.trace_id = rpc::NewTraceId();
    call.source_address = "127.0.0.1";
    return call;
  }

  /// Starts a call; a mutation without a request_id gets a fresh one.
  template <class Response, class Request>
  std::future<absl::StatusOr<Response>> Start(const std::string& method, const Principal& principal, Request request) {
    if constexpr (requires { request.request_id(); }) {
      if (request.request_id().empty()) {
        request.set_request_id(NewUuid(clock_.Now(), SystemRandom()));
      }
    }
    const rpc::Call call = CallOf(method, principal);
    auto answer = std::make_shared<std::promise<absl::StatusOr<Response>>>();
    table_->Find(call.method)->unary(call, request, [answer](absl::Status status, google::protobuf::Message* response) {
      status.ok() ? answer->set_value(static_cast<Response&>(*response)) : answer->set_value(status);
    });
    return answer->get_future();
  }
  template <class Response, class Request>
  absl::StatusOr<Response> Invoke(const std::string& method, const Principal& principal, const Request& request) {
    return Start<Response>(method, principal, request).get();
  }

  // ---- a world in a few words

  /// A team of the registry; its organization is "organization of <name>".
  void AddTeam(const std::string& name, int people) {
    ProjectedTeam team = Briefing().Team(name, people);
    AddTeam(team);
  }
  void AddTeam(const ProjectedTeam& team) { ASSERT_OK(database_->Run(ProjectTeams({team}))); }

  v1::Incident MakeIncident(const std::string& district = kDistrict, common::v1::Mode mode = common::v1::MODE_REAL,
                            const std::vector<std::string>& enrolled = {}) {
    v1::CreateIncidentRequest request;
    v1::Incident& incident = *request.mutable_incident();
    incident.set_title("Flood");
    incident.set_event("flood");
    incident.set_mode(mode);
    incident.set_district_path(district);
    incident.mutable_position()->set_latitude(31.3);
    incident.mutable_position()->set_longitude(120.9);
    for (const std::string& team : enrolled) {
      incident.add_enrolled_team_ids(team);
    }
    return Invoke<v1::Incident>("CreateIncident", CityOperator(), request).value();
  }

  /// A line for people from hour 10 to 20.
  static v1::RequestLine Line(int quantity, int from_hour = 10, int to_hour = 20) {
    v1::RequestLine line;
    line.set_capability(kSkill);
    line.set_quantity(quantity);
    common::v1::Window& window = *line.add_windows();
    window.mutable_start_time()->set_seconds(ToMicros(At(from_hour)) / 1'000'000);
    window.mutable_end_time()->set_seconds(ToMicros(At(to_hour)) / 1'000'000);
    return line;
  }
  v1::ResourceRequest MakeRequest(const v1::Incident& incident, const std::vector<v1::RequestLine>& lines) {
    v1::CreateRequestRequest request;
    request.mutable_resource_request()->set_incident_id(incident.id());
    for (const v1::RequestLine& line : lines) {
      *request.mutable_resource_request()->add_lines() = line;
    }
    return Invoke<v1::ResourceRequest>("CreateRequest", CityOperator(), request).value();
  }

  static v1::DispatchRequest PlanOf(const v1::ResourceRequest& request, int line, const std::vector<std::string>& teams,
                                    v1::DispatchHow how = v1::DISPATCH_HOW_INVITE) {
    v1::DispatchRequest plan;
    plan.set_resource_request_id(request.id());
    plan.set_expected_version(request.version());
    plan.set_how(how);
    v1::LineDispatch& wanted = *plan.add_lines();
    wanted.set_line_id(request.lines(line).id());
    for (const std::string& team : teams) {
      wanted.add_team_ids(team);
    }
    return plan;
  }
  absl::StatusOr<v1::DispatchResponse> SendOut(const v1::DispatchRequest& plan, const Principal& by = CityOperator()) {
    return Invoke<v1::DispatchResponse>("Dispatch", by, plan);
  }
  /// An incident with one line, for which the teams were asked; the offers in their order.
  std::vector<v1::Offer> AskFor(int quantity, const std::vector<std::string>& teams, int wave_size = 100) {
    v1::RequestLine line = Line(quantity);
    line.mutable_wave_policy()->set_wave_size(wave_size);
    const v1::ResourceRequest request = MakeRequest(MakeIncident(), {line});
    const auto sent = SendOut(PlanOf(request, 0, teams)).value();
    return {sent.offers().begin(), sent.offers().end()};
  }
  absl::StatusOr<v1::WithdrawDispatchResponse> TakeBack(const std::string& dispatch_id,
                                                        const Principal& by = CityOperator()) {
    v1::WithdrawDispatchRequest request;
    request.set_dispatch_id(dispatch_id);
    request.set_reason("the wrong street");
    return Invoke<v1::WithdrawDispatchResponse>("WithdrawDispatch", by, request);
  }
  /// An incident with one line to which the team is booked.
  v1::Assignment Book(const std::string& team) {
    const v1::ResourceRequest request = MakeRequest(MakeIncident(), {Line(10)});
    return SendOut(PlanOf(request, 0, {team}, v1::DISPATCH_HOW_DIRECT)).value().assignments(0);
  }

  static v1::AnswerOfferRequest Accepting(const std::string& offer_id) {
    v1::AnswerOfferRequest request;
    request.set_id(offer_id);
    request.set_answer(v1::OFFER_ANSWER_ACCEPT);
    request.mutable_cover()->set_policy_number("P1");
    return request;
  }
  static v1::AnswerOfferRequest Declining(const std::string& offer_id) {
    v1::AnswerOfferRequest request;
    request.set_id(offer_id);
    request.set_answer(v1::OFFER_ANSWER_DECLINE);
    request.set_decline_reason(v1::DECLINE_REASON_BUSY);
    return request;
  }
  absl::StatusOr<v1::Offer> Answer(const v1::AnswerOfferRequest& request, const std::string& team) {
    return Invoke<v1::Offer>("AnswerOffer", ManagerOf(team), request);
  }
  absl::StatusOr<v1::Assignment> Advance(const v1::Assignment& from, v1::AssignmentState to,
                                         const Principal& by = CityOperator(),
                                         const std::string& override_reason = "") {
    v1::AdvanceAssignmentRequest request;
    request.set_id(from.id());
    request.set_expected_version(from.version());
    request.set_state(to);
    request.set_cover_override_reason(override_reason);
    return Invoke<v1::Assignment>("AdvanceAssignment", by, request);
  }
  template <class Response, class Request>
  absl::StatusOr<Response> OnAssignment(const std::string& method, const std::string& id, int64_t version,
                                        const Principal& by = CityOperator()) {
    Request request;
    request.set_id(id);
    request.set_expected_version(version);
    return Invoke<Response>(method, by, request);
  }

  // ---- looking at the store

  std::vector<std::string> Texts(std::string_view sql, std::vector<storage::Value> parameters = {}) {
    std::vector<std::string> texts;
    EXPECT_OK(database_->Query(
        storage::Read{sql, std::move(parameters), [&](const storage::Row& row) { texts.emplace_back(row.Text(0)); }}));
    return texts;
  }
  int64_t Count(std::string_view sql) {
    int64_t count = -1;
    EXPECT_OK(database_->Query(storage::Read{sql, {}, [&](const storage::Row& row) { count = row.Int(0); }}));
    return count;
  }
  /// Runs one statement past all rules.
  absl::Status Write(std::string_view sql, std::vector<storage::Value> parameters = {},
                     absl::Status otherwise = absl::OkStatus()) {
    return database_
        ->Run(storage::MakeCommand(nullptr,
                                   [&](Time, storage::Changes& changes) {
                                     changes.writes.push_back({sql, parameters, -1, otherwise});
                                     return absl::OkStatus();
                                   }))
        .status();
  }

  /// Everything that is stored, as text.
  std::string Dump() {
    struct TableOf {
      std::string_view sql;
      int columns;
    };
    static constexpr TableOf kTables[] = {
        {"SELECT * FROM incident ORDER BY id", 30},
        {"SELECT * FROM resource_request ORDER BY id", 17},
        {"SELECT * FROM request_line ORDER BY id", 37},
        {"SELECT * FROM offer ORDER BY id", 28},
        {"SELECT * FROM assignment ORDER BY id", 32},
        {"SELECT * FROM booking ORDER BY id", 10},
        {"SELECT * FROM wave_candidate ORDER BY line_id, position", 4},
        {"SELECT * FROM dispatch ORDER BY id", 11},
        {"SELECT * FROM dispatch_part ORDER BY part_id", 2},
        {"SELECT * FROM wave_look ORDER BY line_id", 3},
        {"SELECT * FROM answer_count ORDER BY organization_id, capability, hour, outcome, bucket", 6},
        {"SELECT * FROM situation_report ORDER BY id", 16},
        {"SELECT * FROM help ORDER BY id", 18},
        {"SELECT * FROM audit ORDER BY row_id", 18},
        {"SELECT * FROM outbox ORDER BY feed_seq", 12},
        {"SELECT * FROM request ORDER BY request_id", 6}};
    std::string dump;
    for (const TableOf& table : kTables) {
      dump += std::string(table.sql) + "\n";
      EXPECT_OK(database_->Query(storage::Read{table.sql, {}, [&](const storage::Row& row) {
                                                 for (int column = 0; column < table.columns; ++column) {
                                                   dump += std::string(row.Text(column)) + '|';
                                                 }
                                                 dump += '\n';
                                               }}));
    }
    return dump;
  }

  /// The invariants that are broken, as "I5 <id>".
  std::vector<std::string> Violations() {
    std::vector<std::string> violations;
    const auto result = VerifyStore(*database_);
    EXPECT_OK(result);
    for (const events::Violation& violation : result->violations) {
      violations.push_back(violation.invariant + " " + violation.object_id + " " + violation.problem_en);
    }
    return violations;
  }

  /// Lets the timers do what is due.
  void Tick() {
    timers_->Step(clock_.Now());
    // The steps were queued before this one.
    ASSERT_OK(database_->Run(storage::MakeCommand(nullptr, [](Time, storage::Changes&) { return absl::OkStatus(); })));
  }

  const std::unique_ptr<muster::testing::StoreUnderTest> store_;
  muster::testing::FakeClock clock_{kNow};
  SeededRandom random_{1};  ///< asked by the database's one write thread alone
  security::ConfirmTokens confirm_tokens_{security::KeyRing::Generate(SystemRandom())};
  security::PassSigner passes_{security::KeyRing::Generate(SystemRandom())};
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<events::FeedReader> feed_;
  std::unique_ptr<DispatchService> service_;
  std::unique_ptr<rpc::MethodTable> table_;
  std::unique_ptr<rpc::OwnerRouter> router_;
  std::unique_ptr<Timers> timers_;
};

}  // namespace muster::dispatch
