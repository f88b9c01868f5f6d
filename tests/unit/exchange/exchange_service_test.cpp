#include "services/exchange/rpc/exchange_service.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "muster/base/id.h"
#include "muster/events/audit.h"
#include "muster/events/migrations.h"
#include "services/exchange/core/cap_time.h"
#include "services/exchange/store/tables.h"
#include "services/exchange/store/verify.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/store_under_test.h"
#include "tests/unit/exchange/cap_text.h"
#include "tests/unit/exchange/fake_dispatch.h"

namespace muster::exchange {
namespace {

using ::muster::testing::HasReason;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

namespace dispatch_pb = ::muster::dispatch::v1;

constexpr char kSender[] = "duty@weather.suzhou.example";

Principal WeatherBureau() {
  Principal principal;
  principal.account_id = AccountId("weather-bureau");
  principal.roles = {Role::kIntegration};
  principal.district_path = "3205";
  return principal;
}

Principal Operator(const std::string& district_path) {
  Principal principal;
  principal.account_id = AccountId("operator-" + district_path);
  principal.roles = {Role::kCityOperator};
  principal.district_path = district_path;
  return principal;
}

class ExchangeServiceTest : public ::testing::Test {
 protected:
  ExchangeServiceTest() { Open(); }

  /// As after a restart: a new process over the same files.
  void Open() {
    service_.reset();
    database_.reset();
    database_ = store_->Open({&clock_}, muster::testing::OwnerMigrations(events::Migrations(), Migrations())).value();
    service_ = std::make_unique<ExchangeService>(ExchangeService::Dependencies{
        *database_, dispatch_, clock_, random_, [] { return std::string("service-token"); }, options_});
    table_ = std::make_unique<rpc::MethodTable>();
    service_->Register(*table_);
  }

  template <class Response, class Request>
  absl::StatusOr<Response> Call(const std::string& name, const Request& request, const Principal& principal) {
    rpc::Call call;
    call.principal = principal;
    call.method = "muster.exchange.v1.ExchangeService." + name;
    call.source_address = "192.0.2.1";
    std::optional<absl::StatusOr<Response>> result;
    table_->Find(call.method)->unary(call, request, [&](absl::Status status, google::protobuf::Message* response) {
      if (status.ok()) {
        result = static_cast<Response&>(*response);
      } else {
        result = std::move(status);
      }
    });
    return *std::move(result);
  }

  pb::SubmitDocumentRequest RequestFor(const std::string& content) {
    pb::SubmitDocumentRequest request;
    request.set_request_id(NewUuid(clock_.Now(), random_));
    request.set_content(content);
    request.set_content_type("application/cap+xml");
    return request;
  }

  absl::StatusOr<pb::Document> Submit(const pb::SubmitDocumentRequest& request,
                                      const Principal& principal = WeatherBureau()) {
    auto response = Call<pb::SubmitDocumentResponse>("SubmitDocument", request, principal);
    return response.ok() ? absl::StatusOr<pb::Document>(response->document()) : response.status();
  }
  absl::StatusOr<pb::Document> Submit(const CapText& text, const Principal& principal = WeatherBureau()) {
    return Submit(RequestFor(text.Text()), principal);
  }

  static CapText Following(const std::string& type, const std::string& identifier = "SZ-2026-0002",
                           const std::string& sent = "2026-06-20T08:20:00+08:00") {
    CapText text;
    text.identifier = identifier;
    text.type = type;
    text.sent = sent;
    text.references = std::string("<references>") + kSender + ",SZ-2026-0001,2026-06-20T08:00:00+08:00</references>";
    return text;
  }

  pb::Document Read(const std::string& id) {
    pb::GetDocumentRequest request;
    request.set_id(id);
    return Call<pb::Document>("GetDocument", request, WeatherBureau()).value();
  }

  void ExpectClean() {
    const auto result = VerifyStore(*database_);
    ASSERT_OK(result);
    for (const events::Violation& violation : result->violations) {
      ADD_FAILURE() << violation.invariant << " " << violation.object_id << " " << violation.problem_en;
    }
    EXPECT_GT(result->checked_rows, 0);
  }

  int64_t Count(std::string_view sql) {
    int64_t count = 0;
    EXPECT_OK(database_->Query(storage::Read{sql, {}, [&](const storage::Row& row) { count = row.Int(0); }}));
    return count;
  }

  const std::unique_ptr<muster::testing::StoreUnderTest> store_ = muster::testing::NewStore();
  muster::testing::FakeClock clock_{ReadCapTime("2026-06-20T08:30:00+08:00")->time};
  SeededRandom random_{1};
  FakeDispatch dispatch_;
  ExchangeOptions options_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<ExchangeService> service_;
  std::unique_ptr<rpc::MethodTable> table_;
};

TEST_F(ExchangeServiceTest, AnAlertBecomesAnIncident) {
  const auto document = Submit(CapText());
  ASSERT_OK(document);
  EXPECT_EQ(document->outcome(), pb::DOCUMENT_OUTCOME_APPLIED);
  EXPECT_EQ(document->incident_id(), "incident-1");
  EXPECT_EQ(document->format(), "cap-1.2");
  EXPECT_EQ(document->source(), "weather-bureau");
  EXPECT_EQ(document->sender(), kSender);
  EXPECT_THAT(document->faults(), IsEmpty());
  const dispatch_pb::Incident& incident = dispatch_.only();
  EXPECT_EQ(incident.title(), "昆山市发布暴雨警报");
  EXPECT_EQ(incident.kind(), dispatch_pb::INCIDENT_KIND_NATURAL_DISASTER);
  EXPECT_EQ(incident.grade(), dispatch_pb::EVENT_GRADE_II);
  EXPECT_EQ(incident.warning_color(), dispatch_pb::WARNING_COLOR_ORANGE);
  EXPECT_EQ(incident.mode(), common::v1::MODE_REAL);
  EXPECT_EQ(incident.state(), dispatch_pb::INCIDENT_STATE_ACTIVE);
  EXPECT_EQ(incident.district_path(), "3205/320583");
  EXPECT_EQ(incident.area().polygons_size(), 1);
  EXPECT_EQ(incident.area().description(), "昆山市");
  EXPECT_NEAR(incident.position().latitude(), 31.4, 1e-9);
  EXPECT_EQ(incident.expire_time().seconds(), ToMicros(ReadCapTime("2026-06-20T20:00:00+08:00")->time) / 1'000'000);
  ASSERT_EQ(incident.external_refs_size(), 1);
  EXPECT_EQ(incident.external_refs(0).system(), "cap");
  EXPECT_EQ(incident.external_refs(0).id(), std::string(kSender) + ",SZ-2026-0001,2026-06-20T00:00:00-00:00");
  ExpectClean();
}

TEST_F(ExchangeServiceTest, AnExerciseBecomesADrillAndATestATest) {
  CapText text;
  text.status = "Exercise";
  ASSERT_OK(Submit(text));
  EXPECT_EQ(dispatch_.only().mode(), common::v1::MODE_DRILL);
  text.identifier = "SZ-T";
  text.status = "System";
  ASSERT_OK(Submit(text));
  EXPECT_EQ(dispatch_.incidents["incident-2"].mode(), common::v1::MODE_TEST);
}

TEST_F(ExchangeServiceTest, KeepsTheBytes) {
  const std::string content = CapText().Text();
  const auto document = Submit(CapText());
  ASSERT_OK(document);
  EXPECT_EQ(document->content(), "");
  EXPECT_EQ(Read(document->id()).content(), content);
  EXPECT_EQ(Read(document->id()).sha256(), document->sha256());
}

TEST_F(ExchangeServiceTest, ARefusedDocumentLeavesNothing) {
  CapText future;
  future.sent = "2026-06-20T09:00:00+08:00";
  EXPECT_THAT(Submit(future), HasReason(Reason::kBadTime));
  EXPECT_THAT(Submit(RequestFor("<!DOCTYPE a><a/>")), HasReason(Reason::kXmlForbidden));
  EXPECT_EQ(Count("SELECT count(*) FROM document"), 0);
  EXPECT_EQ(Count("SELECT count(*) FROM audit"), 0);
  EXPECT_EQ(Count("SELECT count(*) FROM outbox"), 0);
  EXPECT_THAT(dispatch_.calls, IsEmpty());
}

TEST_F(ExchangeServiceTest, TheSameCallAgainAnswersTheSameDocument) {
  const pb::SubmitDocumentRequest request = RequestFor(CapText().Text());
  const auto first = Submit(request);
  const auto second = Submit(request);
  ASSERT_OK(second);
  EXPECT_EQ(second->id(), first->id());
  EXPECT_EQ(second->outcome(), pb::DOCUMENT_OUTCOME_APPLIED);
  EXPECT_EQ(Count("SELECT count(*) FROM document"), 1);
  pb::SubmitDocumentRequest other = request;
  CapText changed;
  changed.identifier = "SZ-other";
  other.set_content(changed.Text());
  EXPECT_THAT(Submit(other), HasReason(Reason::kRequestIdReused));
}

TEST_F(ExchangeServiceTest, TheSameMessageAgainIsKeptAsADuplicate) {
  const auto first = Submit(CapText());
  const auto second = Submit(CapText());
  ASSERT_OK(second);
  EXPECT_EQ(second->outcome(), pb::DOCUMENT_OUTCOME_DUPLICATE);
  EXPECT_EQ(second->incident_id(), first->incident_id());
  EXPECT_NE(second->id(), first->id());
  EXPECT_EQ(Read(second->id()).content(), CapText().Text());
  EXPECT_EQ(Count("SELECT count(*) FROM document_content"), 1);
  EXPECT_THAT(dispatch_.incidents, SizeIs(1));
  ExpectClean();
}

TEST_F(ExchangeServiceTest, AnUpdateChangesTheIncident) {
  ASSERT_OK(Submit(CapText()));
  CapText text = Following("Update");
  text.infos = CapText::Info(CapText::Area("<circle>31.65,120.75 3</circle>"), "",
                             "<expires>2026-06-21T08:00:00+08:00</expires>", "Extreme");
  const auto document = Submit(text);
  ASSERT_OK(document);
  EXPECT_EQ(document->outcome(), pb::DOCUMENT_OUTCOME_APPLIED);
  EXPECT_EQ(document->incident_id(), "incident-1");
  EXPECT_THAT(dispatch_.incidents, SizeIs(1));
  const dispatch_pb::Incident& incident = dispatch_.only();
  EXPECT_EQ(incident.version(), 2);
  EXPECT_EQ(incident.grade(), dispatch_pb::EVENT_GRADE_I);
  EXPECT_EQ(incident.warning_color(), dispatch_pb::WARNING_COLOR_RED);
  EXPECT_EQ(incident.area().polygons_size(), 0);
  EXPECT_EQ(incident.area().circles_size(), 1);
  EXPECT_EQ(incident.expire_time().seconds(), ToMicros(ReadCapTime("2026-06-21T08:00:00+08:00")->time) / 1'000'000);
  ASSERT_EQ(incident.external_refs_size(), 2);
  EXPECT_EQ(incident.external_refs(1).id(), std::string(kSender) + ",SZ-2026-0002,2026-06-20T00:20:00-00:00");
  ExpectClean();
}

TEST_F(ExchangeServiceTest, AnUpdateOfAnUpdateChangesTheSameIncident) {
  ASSERT_OK(Submit(CapText()));
  ASSERT_OK(Submit(Following("Update")));
  CapText third = Following("Cancel", "SZ-2026-0003", "2026-06-20T08:25:00+08:00");
  third.infos = "";
  third.references = std::string("<references>") + kSender + ",SZ-2026-0002,2026-06-20T08:20:00+08:00</references>";
  const auto document = Submit(third);
  ASSERT_OK(document);
  EXPECT_EQ(document->incident_id(), "incident-1");
  EXPECT_EQ(dispatch_.only().state(), dispatch_pb::INCIDENT_STATE_STANDING_DOWN);
}

TEST_F(ExchangeServiceTest, AnUpdateThatSaysLessLeavesTheRestAlone) {
  ASSERT_OK(Submit(CapText()));
  CapText text = Following("Update");
  text.infos =
      "<info><category>Other</category><event>暴雨</event><urgency>Immediate</urgency>"
      "<severity>Unknown</severity><certainty>Observed</certainty></info>";
  ASSERT_OK(Submit(text));
  EXPECT_EQ(dispatch_.only().kind(), dispatch_pb::INCIDENT_KIND_NATURAL_DISASTER);
  EXPECT_EQ(dispatch_.only().grade(), dispatch_pb::EVENT_GRADE_II);
  EXPECT_EQ(dispatch_.only().area().polygons_size(), 1);
  EXPECT_EQ(dispatch_.only().title(), "暴雨");
  EXPECT_FALSE(dispatch_.only().has_expire_time());
}

TEST_F(ExchangeServiceTest, AnUpdateTurnsAPreAlertActive) {
  CapText expected;
  expected.infos =
      "<info><category>Met</category><event>暴雨</event><urgency>Future</urgency>"
      "<severity>Minor</severity><certainty>Likely</certainty></info>";
  ASSERT_OK(Submit(expected));
  EXPECT_EQ(dispatch_.only().state(), dispatch_pb::INCIDENT_STATE_PRE_ALERT);
  ASSERT_OK(Submit(Following("Update")));
  EXPECT_EQ(dispatch_.only().state(), dispatch_pb::INCIDENT_STATE_ACTIVE);
}

TEST_F(ExchangeServiceTest, AnUpdateThatSaysAllClearStandsDown) {
  ASSERT_OK(Submit(CapText()));
  CapText text = Following("Update");
  const std::string event = "</event>";
  text.infos.insert(text.infos.find(event) + event.size(), "<responseType>AllClear</responseType>");
  ASSERT_OK(Submit(text));
  EXPECT_EQ(dispatch_.only().state(), dispatch_pb::INCIDENT_STATE_STANDING_DOWN);
}

TEST_F(ExchangeServiceTest, ACancelStandsDownWhatIsActiveAndClosesAPreAlert) {
  ASSERT_OK(Submit(CapText()));
  CapText cancel = Following("Cancel");
  cancel.infos = "";
  ASSERT_OK(Submit(cancel));
  EXPECT_EQ(dispatch_.only().state(), dispatch_pb::INCIDENT_STATE_STANDING_DOWN);

  CapText expected;
  expected.identifier = "SZ-2026-0011";
  expected.infos =
      "<info><category>Met</category><event>暴雨</event><urgency>Future</urgency>"
      "<severity>Minor</severity><certainty>Likely</certainty></info>";
  ASSERT_OK(Submit(expected));
  cancel = Following("Cancel", "SZ-2026-0012");
  cancel.infos = "";
  cancel.references = std::string("<references>") + kSender + ",SZ-2026-0011,2026-06-20T08:00:00+08:00</references>";
  ASSERT_OK(Submit(cancel));
  EXPECT_EQ(dispatch_.incidents["incident-2"].state(), dispatch_pb::INCIDENT_STATE_CLOSED);
}

TEST_F(ExchangeServiceTest, ACancelOfSomethingUnknownIsKeptUnmatched) {
  CapText cancel = Following("Cancel");
  cancel.infos = "";
  const auto document = Submit(cancel);
  ASSERT_OK(document);
  EXPECT_EQ(document->outcome(), pb::DOCUMENT_OUTCOME_UNMATCHED);
  EXPECT_THAT(dispatch_.calls, IsEmpty());
}

TEST_F(ExchangeServiceTest, AnUpdateOfAClosedIncidentIsKeptOnly) {
  ASSERT_OK(Submit(CapText()));
  dispatch_.only().set_state(dispatch_pb::INCIDENT_STATE_CLOSED);
  const auto document = Submit(Following("Update"));
  ASSERT_OK(document);
  EXPECT_EQ(document->outcome(), pb::DOCUMENT_OUTCOME_KEPT_ONLY);
  EXPECT_EQ(document->faults(0).code(), "INCIDENT_CLOSED");
  EXPECT_EQ(document->incident_id(), "incident-1");
}

TEST_F(ExchangeServiceTest, OnlyItsOwnSourceMayCancel) {
  ASSERT_OK(Submit(CapText()));
  Principal other = WeatherBureau();
  other.account_id = AccountId("water-bureau");
  EXPECT_THAT(Submit(Following("Cancel"), other), HasReason(Reason::kForbidden));
  EXPECT_EQ(dispatch_.only().state(), dispatch_pb::INCIDENT_STATE_ACTIVE);
}

TEST_F(ExchangeServiceTest, AnyOperatorMayCancelWhatTheDeskSubmitted) {
  ASSERT_OK(Submit(CapText(), Operator("3205")));
  Principal next_shift = Operator("3205");
  next_shift.account_id = AccountId("operator-night");
  CapText cancel = Following("Cancel");
  cancel.infos = "";
  const auto document = Submit(cancel, next_shift);
  ASSERT_OK(document);
  EXPECT_EQ(dispatch_.only().state(), dispatch_pb::INCIDENT_STATE_STANDING_DOWN);
}

TEST_F(ExchangeServiceTest, AnOperatorChangesNoIncidentOfAnotherDistrict) {
  ASSERT_OK(Submit(CapText(), Operator("3205/320583")));
  const std::string before = dispatch_.only().SerializeAsString();
  CapText cancel = Following("Cancel");
  cancel.infos = "";
  const auto cancelled = Submit(cancel, Operator("3205/320585"));
  ASSERT_OK(cancelled);
  EXPECT_EQ(cancelled->outcome(), pb::DOCUMENT_OUTCOME_UNMATCHED);
  EXPECT_EQ(cancelled->incident_id(), "");

  CapText update = Following("Update", "SZ-2026-0003");
  pb::SubmitDocumentRequest strict = RequestFor(update.Text());
  strict.set_strictness(pb::STRICTNESS_STRICT);
  EXPECT_THAT(Submit(strict, Operator("3205/320585")), HasReason(Reason::kUnknownReference));
  EXPECT_THAT(Submit(update, Operator("3205/320585")), HasReason(Reason::kForbidden)) << "as an Alert for elsewhere";
  EXPECT_THAT(dispatch_.calls, ElementsAre("CreateIncident"));
  EXPECT_EQ(dispatch_.only().SerializeAsString(), before);
}

TEST_F(ExchangeServiceTest, WhatTheCityChangesTheDistrictMayChangeFurther) {
  ASSERT_OK(Submit(CapText(), Operator("3205/320583")));
  ASSERT_OK(Submit(Following("Update"), Operator("3205")));
  CapText cancel = Following("Cancel", "SZ-2026-0003", "2026-06-20T08:25:00+08:00");
  cancel.infos = "";
  cancel.references = std::string("<references>") + kSender + ",SZ-2026-0002,2026-06-20T08:20:00+08:00</references>";
  const auto document = Submit(cancel, Operator("3205/320583"));
  ASSERT_OK(document);
  EXPECT_EQ(document->outcome(), pb::DOCUMENT_OUTCOME_APPLIED);
  EXPECT_EQ(dispatch_.only().state(), dispatch_pb::INCIDENT_STATE_STANDING_DOWN);
}

TEST_F(ExchangeServiceTest, AnOperatorOpensNoIncidentInAnotherDistrict) {
  EXPECT_THAT(Submit(CapText(), Operator("3205/320585")), HasReason(Reason::kForbidden));
  ASSERT_OK(Submit(CapText(), Operator("3205/320583")));
}

TEST_F(ExchangeServiceTest, AnAlertThatDoesNotSayWhereBelongsToWhoeverBringsIt) {
  CapText text;
  text.infos = CapText::Info("");
  ASSERT_OK(Submit(text, Operator("3205/320585")));
  EXPECT_EQ(dispatch_.only().district_path(), "3205/320585");
  EXPECT_FALSE(dispatch_.only().has_area());
  EXPECT_FALSE(dispatch_.only().has_position());
}

TEST_F(ExchangeServiceTest, AnExpiredAlertMakesAnIncidentOnlyWhenAcceptedWithAReason) {
  clock_.Advance(std::chrono::hours(24));
  const auto kept = Submit(CapText());
  ASSERT_OK(kept);
  EXPECT_EQ(kept->outcome(), pb::DOCUMENT_OUTCOME_EXPIRED);
  EXPECT_THAT(dispatch_.calls, IsEmpty());

  pb::SubmitDocumentRequest request = RequestFor(CapText().Text());
  request.set_accept_expired(true);
  EXPECT_THAT(Submit(request), HasReason(Reason::kInvalidField));
  request.set_reason("补录昨日事件");
  const auto accepted = Submit(request);
  ASSERT_OK(accepted);
  EXPECT_EQ(accepted->outcome(), pb::DOCUMENT_OUTCOME_APPLIED);
  EXPECT_THAT(dispatch_.incidents, SizeIs(1));
  EXPECT_EQ(Read(accepted->id()).content(), CapText().Text());
  const auto again = Submit(CapText());
  EXPECT_EQ(again->outcome(), pb::DOCUMENT_OUTCOME_DUPLICATE);
  ExpectClean();
}

TEST_F(ExchangeServiceTest, ReadsAsStrictlyAsAskedOrConfigured) {
  CapText open;
  open.infos = CapText::Info(CapText::Area("<polygon>31.3,120.9 31.3,121.1 31.5,121.1 31.5,120.9</polygon>"));
  pb::SubmitDocumentRequest strict = RequestFor(open.Text());
  strict.set_strictness(pb::STRICTNESS_STRICT);
  EXPECT_THAT(Submit(strict), HasReason(Reason::kBadGeometry));
  options_.strict_accounts = {"weather-bureau"};
  Open();
  EXPECT_THAT(Submit(open), HasReason(Reason::kBadGeometry));
  pb::SubmitDocumentRequest lenient = RequestFor(open.Text());
  lenient.set_strictness(pb::STRICTNESS_LENIENT);
  const auto document = Submit(lenient);
  ASSERT_OK(document);
  ASSERT_THAT(document->faults(), SizeIs(1));
  EXPECT_EQ(document->faults(0).code(), "OPEN_POLYGON");
  EXPECT_EQ(document->faults(0).path(), "alert/info[1]/area[1]/polygon[1]");
  EXPECT_EQ(dispatch_.only().area().polygons(0).points_size(), 5);
}

TEST_F(ExchangeServiceTest, AnAccountFillsNoMoreThanItsShareOfADay) {
  const auto numbered = [](int number) {
    CapText text;
    text.identifier = "SZ-2026-1" + std::to_string(number);
    return text;
  };
  const auto cost = static_cast<int64_t>(numbered(1).Text().size()) + DocumentQuota::kRowsOfADocument;
  options_.bytes_per_day = 2 * cost;
  Open();
  const pb::SubmitDocumentRequest first = RequestFor(numbered(1).Text());
  ASSERT_OK(Submit(first));
  ASSERT_OK(Submit(numbered(2)));
  const auto refused = Submit(numbered(3));
  ASSERT_THAT(refused, HasReason(Reason::kRateLimited));
  EXPECT_GT(std::stoi(GetErrorInfo(refused.status()).metadata.at("retry_after_s")), 0);
  EXPECT_EQ(Count("SELECT count(*) FROM document"), 2);
  EXPECT_OK(Submit(first)) << "a repeat is answered again";
  EXPECT_OK(Submit(numbered(3), Operator("3205"))) << "others have their own";
  Open();
  EXPECT_THAT(Submit(numbered(3)), HasReason(Reason::kRateLimited)) << "a restart forgets nothing";
  clock_.Advance(std::chrono::hours(24));
  EXPECT_THAT(Submit(numbered(3)), Not(HasReason(Reason::kRateLimited)));
}

TEST_F(ExchangeServiceTest, WhatIsNotKeptTakesNoRoom) {
  const auto cost = static_cast<int64_t>(CapText().Text().size()) + DocumentQuota::kRowsOfADocument;
  options_.bytes_per_day = cost;
  Open();
  pb::SubmitDocumentRequest request = RequestFor(CapText().Text());
  request.set_strictness(pb::STRICTNESS_STRICT);
  const Principal elsewhere = Operator("3205/320508");
  EXPECT_THAT(Submit(request, elsewhere), HasReason(Reason::kForbidden));
  EXPECT_THAT(Submit(request, elsewhere), HasReason(Reason::kForbidden)) << "not RATE_LIMITED";
}

TEST_F(ExchangeServiceTest, RefusesOtherContentTypes) {
  pb::SubmitDocumentRequest request = RequestFor(CapText().Text());
  request.set_content_type("text/plain");
  EXPECT_THAT(Submit(request), HasReason(Reason::kInvalidField));
  request.set_content_type("Application/XML; charset=utf-8");
  EXPECT_OK(Submit(request));
}

TEST_F(ExchangeServiceTest, KeepsADocumentWhileDispatchIsAwayAndCarriesItOn) {
  dispatch_.before = [](const auto&) { return Error(Reason::kOverloaded); };
  const auto kept = Submit(CapText());
  ASSERT_OK(kept);
  EXPECT_EQ(kept->outcome(), pb::DOCUMENT_OUTCOME_UNSPECIFIED);
  EXPECT_EQ(kept->incident_id(), "");
  clock_.Advance(std::chrono::seconds(20));
  service_->Step(clock_.Now());
  EXPECT_EQ(Read(kept->id()).outcome(), pb::DOCUMENT_OUTCOME_UNSPECIFIED);
  dispatch_.before = [](const auto&) { return absl::OkStatus(); };
  clock_.Advance(std::chrono::seconds(2));
  service_->Step(clock_.Now());
  EXPECT_EQ(Read(kept->id()).outcome(), pb::DOCUMENT_OUTCOME_APPLIED);
  EXPECT_EQ(Read(kept->id()).incident_id(), "incident-1");
  ExpectClean();
}

TEST_F(ExchangeServiceTest, WaitsLongerAfterEveryFailure) {
  dispatch_.before = [](const auto&) { return Error(Reason::kOverloaded); };
  ASSERT_OK(Submit(CapText()));
  clock_.Advance(std::chrono::seconds(20));
  dispatch_.calls.clear();
  for (int second = 0; second < 16; ++second) {
    service_->Step(clock_.Now());
    clock_.Advance(std::chrono::seconds(1));
  }
  EXPECT_THAT(dispatch_.calls, SizeIs(5));  // at 0, 1, 3, 7 and 15 s
}

TEST_F(ExchangeServiceTest, LeavesAYoungDocumentToItsCall) {
  dispatch_.before = [](const auto&) { return Error(Reason::kOverloaded); };
  ASSERT_OK(Submit(CapText()));
  dispatch_.calls.clear();
  service_->Step(clock_.Now());
  EXPECT_THAT(dispatch_.calls, IsEmpty());
}

TEST_F(ExchangeServiceTest, MakesOneIncidentThoughTheAnswerWasLost) {
  dispatch_.after = [](const auto&) { return Error(Reason::kDeadline); };
  const auto kept = Submit(CapText());
  ASSERT_OK(kept);
  EXPECT_EQ(kept->outcome(), pb::DOCUMENT_OUTCOME_UNSPECIFIED);
  dispatch_.after = [](const auto&) { return absl::OkStatus(); };
  Open();
  clock_.Advance(std::chrono::seconds(20));
  service_->Step(clock_.Now());
  EXPECT_EQ(Read(kept->id()).incident_id(), "incident-1");
  EXPECT_THAT(dispatch_.incidents, SizeIs(1));
}

TEST_F(ExchangeServiceTest, MakesOneChangeThoughTheAnswerWasLostAndTheIncidentMovedOn) {
  ASSERT_OK(Submit(CapText()));
  dispatch_.after = [](const std::string& method) {
    return method == "UpdateIncident" ? Error(Reason::kDeadline) : absl::OkStatus();
  };
  const auto kept = Submit(Following("Update"));
  ASSERT_OK(kept);
  dispatch_.only().set_title("改名");
  dispatch_.only().set_version(dispatch_.only().version() + 1);
  dispatch_.after = [](const auto&) { return absl::OkStatus(); };
  clock_.Advance(std::chrono::seconds(20));
  service_->Step(clock_.Now());
  EXPECT_EQ(Read(kept->id()).outcome(), pb::DOCUMENT_OUTCOME_APPLIED);
  EXPECT_EQ(dispatch_.only().title(), "改名");
  EXPECT_EQ(dispatch_.only().version(), 3);
}

TEST_F(ExchangeServiceTest, StartsOverWhenSomeoneElseWasQuicker) {
  ASSERT_OK(Submit(CapText()));
  int races = 3;
  dispatch_.before = [&](const std::string& method) {
    if (method == "UpdateIncident" && races-- > 0) {
      dispatch_.only().set_version(dispatch_.only().version() + 1);
    }
    return absl::OkStatus();
  };
  const auto document = Submit(Following("Update"));
  ASSERT_OK(document);
  EXPECT_EQ(document->outcome(), pb::DOCUMENT_OUTCOME_APPLIED);
}

TEST_F(ExchangeServiceTest, AnUpdateThatComesWhileItsAlertWaitsDoesBoth) {
  dispatch_.before = [](const auto&) { return Error(Reason::kOverloaded); };
  const auto alert = Submit(CapText());
  dispatch_.before = [](const auto&) { return absl::OkStatus(); };
  const auto update = Submit(Following("Update"));
  ASSERT_OK(update);
  EXPECT_EQ(update->outcome(), pb::DOCUMENT_OUTCOME_APPLIED);
  EXPECT_EQ(update->incident_id(), "incident-1");
  EXPECT_EQ(Read(alert->id()).incident_id(), "incident-1");
  EXPECT_EQ(dispatch_.only().version(), 2);
}

TEST_F(ExchangeServiceTest, AnOlderUpdateDoesNotUndoANewerOne) {
  ASSERT_OK(Submit(CapText()));
  CapText newer = Following("Update", "SZ-2026-0003", "2026-06-20T08:25:00+08:00");
  newer.infos = CapText::Info("", "", "", "Extreme");
  ASSERT_OK(Submit(newer));
  const auto older = Submit(Following("Update"));
  ASSERT_OK(older);
  EXPECT_EQ(older->outcome(), pb::DOCUMENT_OUTCOME_KEPT_ONLY);
  EXPECT_EQ(dispatch_.only().grade(), dispatch_pb::EVENT_GRADE_I);
}

TEST_F(ExchangeServiceTest, TellsWhyDispatchRefused) {
  dispatch_.before = [](const auto&) { return Error(Reason::kInvalidField, "incident.title"); };
  const auto document = Submit(CapText());
  ASSERT_OK(document);
  EXPECT_EQ(document->outcome(), pb::DOCUMENT_OUTCOME_KEPT_ONLY);
  EXPECT_EQ(document->faults(0).code(), "REFUSED");
  EXPECT_THAT(document->faults(0).message_en(), ::testing::HasSubstr("incident.title"));
}

TEST_F(ExchangeServiceTest, ShowsDocumentsToTheirSourceAndTheOfficialsOfTheirDistrict) {
  const auto document = Submit(CapText());
  pb::GetDocumentRequest request;
  request.set_id(document->id());
  EXPECT_OK(Call<pb::Document>("GetDocument", request, Operator("3205")));
  EXPECT_OK(Call<pb::Document>("GetDocument", request, Operator("3205/320583")));
  EXPECT_THAT(Call<pb::Document>("GetDocument", request, Operator("3205/320585")), HasReason(Reason::kNotFound));
  Principal other = WeatherBureau();
  other.account_id = AccountId("water-bureau");
  EXPECT_THAT(Call<pb::Document>("GetDocument", request, other), HasReason(Reason::kNotFound));
  const auto seen = [&](const Principal& principal) {
    return Call<pb::ListDocumentsResponse>("ListDocuments", pb::ListDocumentsRequest(), principal)->documents_size();
  };
  EXPECT_EQ(seen(WeatherBureau()), 1);
  EXPECT_EQ(seen(Operator("3205")), 1);
  EXPECT_EQ(seen(Operator("3205/320583")), 1);
  EXPECT_EQ(seen(Operator("3205/320585")), 0);
  EXPECT_EQ(seen(other), 0);
}

TEST_F(ExchangeServiceTest, ListsNewestFirstPageByPage) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    CapText text;
    text.identifier = "SZ-" + std::to_string(i);
    clock_.Advance(std::chrono::milliseconds(2));
    ids.insert(ids.begin(), Submit(text)->id());
  }
  pb::ListDocumentsRequest request;
  request.set_page_size(2);
  std::vector<std::string> listed;
  do {
    const auto page = Call<pb::ListDocumentsResponse>("ListDocuments", request, WeatherBureau());
    ASSERT_OK(page);
    for (const pb::Document& document : page->documents()) {
      EXPECT_EQ(document.content(), "");
      listed.push_back(document.id());
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, ids);
  request.set_page_size(501);
  EXPECT_THAT(Call<pb::ListDocumentsResponse>("ListDocuments", request, WeatherBureau()), HasReason(Reason::kBadPage));
}

TEST_F(ExchangeServiceTest, WritesAnAuditRowAndAnEventForEveryChange) {
  const auto document = Submit(CapText());
  const auto page = muster::events::ListAudit(*database_, {document->id(), "", 50, ""});
  ASSERT_OK(page);
  ASSERT_THAT(page->rows, SizeIs(2));
  EXPECT_EQ(page->rows[0].actor, "weather-bureau");
  EXPECT_EQ(page->rows[0].to_state, "received");
  EXPECT_EQ(page->rows[1].actor, "service:exchange");
  EXPECT_EQ(page->rows[1].to_state, "done");
  EXPECT_EQ(page->rows[1].before_hash, page->rows[0].after_hash);
  muster::events::FeedReader feed("exchange", *database_);
  const auto events = feed.Read({"exchange", 0, 10, {}});
  ASSERT_OK(events);
  ASSERT_THAT(events->events, SizeIs(2));
  EXPECT_EQ(events->events[0].type, "muster.exchange.v1.DocumentReceived");
  EXPECT_EQ(events->events[1].type, "muster.exchange.v1.DocumentApplied");
  pb::DocumentEvent payload;
  ASSERT_TRUE(payload.ParseFromString(events->events[1].data));
  EXPECT_EQ(payload.incident_id(), "incident-1");
  EXPECT_EQ(events->events[1].data.find(kSender), std::string::npos);
}

/// One thing done to the store past all rules, and the invariant that must tell.
struct Damage {
  const char* name;
  const char* sql;
  const char* told;
};

class ExchangeDamageTest : public ExchangeServiceTest, public ::testing::WithParamInterface<Damage> {};

TEST_P(ExchangeDamageTest, IsFound) {
  ASSERT_OK(Submit(CapText()));
  ExpectClean();
  ASSERT_OK(muster::testing::DropGuards(*database_));
  ASSERT_OK(database_->Run(storage::MakeCommand(nullptr, [](Time, storage::Changes& changes) {
    changes.writes.push_back({GetParam().sql, {}, -1, {}});
    return absl::OkStatus();
  })));
  const auto result = VerifyStore(*database_);
  ASSERT_OK(result);
  std::string told;
  for (const events::Violation& violation : result->violations) {
    told += (told.empty() ? "" : " ") + violation.invariant;
  }
  EXPECT_EQ(told, GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(
    Planted, ExchangeDamageTest,
    ::testing::Values(Damage{"AnotherIncident", "UPDATE document SET incident_id = 'other'", "I4"},
                      Damage{"NoIncident", "UPDATE document SET incident_id = ''", "I4 I10"},
                      Damage{"ChangedContent", "UPDATE document_content SET content = substr(content, 2)", "I1"},
                      Damage{"NoContent", "DELETE FROM document_content", "I1"},
                      Damage{"ADrillThatTurnedReal", "UPDATE outbox SET mode = 'drill' WHERE feed_seq = 1", "I15"}),
    [](const ::testing::TestParamInfo<Damage>& damage) { return std::string(damage.param.name); });

TEST(RequestIdTest, IsTheSameForTheSameStepAndAnotherForAnother) {
  const DocumentId document("0190-1");
  EXPECT_EQ(RequestIdOf(document, "create"), RequestIdOf(document, "create"));
  EXPECT_NE(RequestIdOf(document, "create"), RequestIdOf(document, "update"));
  EXPECT_NE(RequestIdOf(document, "create"), RequestIdOf(DocumentId("0190-2"), "create"));
  EXPECT_TRUE(IsUuid(RequestIdOf(document, "create")));
}

}  // namespace
}  // namespace muster::exchange
