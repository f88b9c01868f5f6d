#include "muster/rpc/pipeline.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

#include "muster/base/mutex.h"
#include "muster/rpc/local_peer.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/rpc/echo_service.h"

namespace muster::rpc {
namespace {

using namespace std::chrono_literals;
using muster::testing::ChangeRequest;
using muster::testing::EchoRequest;
using muster::testing::EchoResponse;
using muster::testing::HasReason;
using muster::testing::TestCall;

constexpr const char* kRequestId = "0190a0a0-0000-7000-8000-000000000001";

class PipelineTest : public ::testing::Test {
 protected:
  PipelineTest() { service_.Register(table_); }

  CallPipeline& Start(PipelineOptions options = {}) {
    options.observe = [this](const CallRecord& record) {
      MutexLock lock(mutex_);
      records_.push_back(record);
    };
    pipeline_ = std::make_unique<CallPipeline>(table_, checks_, options, SystemClock());
    peer_ = MakeLocalPeer(*pipeline_);
    return *pipeline_;
  }
  absl::StatusOr<EchoResponse> Echo(const char* method, const Call& call, const std::string& text = "hello") {
    EchoRequest request;
    request.set_text(text);
    return CallUnaryBlocking<EchoResponse>(*peer_, method, call, request);
  }
  std::vector<CallRecord> records() {
    MutexLock lock(mutex_);
    return records_;
  }

  MethodTable table_;
  muster::testing::EchoService service_;
  Checks checks_ = muster::testing::TestChecks();
  Mutex mutex_;
  std::vector<CallRecord> records_;
  std::unique_ptr<CallPipeline> pipeline_;
  std::unique_ptr<Peer> peer_;
};

TEST_F(PipelineTest, BringsACallWithItsPrincipalAndTraceToTheHandler) {
  Start();
  const Call call = TestCall();
  const auto response = Echo(muster::testing::kEcho, call);
  ASSERT_OK(response);
  EXPECT_EQ(response->text(), "hello");
  EXPECT_EQ(response->account_id(), "operator");
  EXPECT_EQ(response->trace_id(), call.trace_id);
  EXPECT_GT(response->remaining_ms(), 3000);
}

TEST_F(PipelineTest, RefusesACallWithoutAToken) {
  Start();
  Call call = TestCall();
  call.access_token.clear();
  EXPECT_THAT(Echo(muster::testing::kEcho, call), HasReason(Reason::kAuthRequired));
  call.access_token = "made up";
  EXPECT_THAT(Echo(muster::testing::kEcho, call), HasReason(Reason::kAuthRequired));
  call.access_token = "expired";
  EXPECT_THAT(Echo(muster::testing::kEcho, call), HasReason(Reason::kSessionExpired));
  EXPECT_EQ(service_.calls, 0);
}

TEST_F(PipelineTest, KeepsInternalMethodsForServicesAndTheLocalSocket) {
  Start();
  Call call = TestCall();
  call.source_address = "10.0.0.1";
  EXPECT_THAT(Echo(muster::testing::kHidden, call), HasReason(Reason::kForbidden));
  EXPECT_OK(Echo(muster::testing::kEcho, call));
  call.source_address = kUnixSource;
  EXPECT_OK(Echo(muster::testing::kHidden, call));
}

TEST_F(PipelineTest, DoesNotTrustThePrincipalThatACallerClaims) {
  Start();
  Call call = TestCall();
  call.principal.account_id = AccountId("somebody else");
  EXPECT_EQ(Echo(muster::testing::kEcho, call)->account_id(), "operator");
  call.access_token.clear();
  EXPECT_THAT(Echo(muster::testing::kEcho, call), HasReason(Reason::kAuthRequired));
}

TEST_F(PipelineTest, ServesAnonymousMethodsWithoutAToken) {
  Start();
  Call call = TestCall();
  call.access_token.clear();
  EXPECT_EQ(Echo(muster::testing::kGreet, call)->account_id(), "");
}

TEST_F(PipelineTest, AsksThePolicyBeforeTheHandler) {
  Start();
  EXPECT_THAT(Echo(muster::testing::kForbidden, TestCall()), HasReason(Reason::kForbidden));
  EXPECT_EQ(service_.calls, 0);
}

TEST_F(PipelineTest, WantsADeadlineOfAtMostThirtySeconds) {
  Start();
  EXPECT_THAT(Echo(muster::testing::kEcho, TestCall(kNoDeadline)), HasReason(Reason::kDeadlineRequired));
  EXPECT_THAT(Echo(muster::testing::kEcho, TestCall(31s)), HasReason(Reason::kDeadlineRequired));
  EXPECT_OK(Echo(muster::testing::kEcho, TestCall(30s)));
  EXPECT_THAT(Echo(muster::testing::kEcho, TestCall(-1s)), HasReason(Reason::kDeadline));
}

TEST_F(PipelineTest, WantsARequestIdOnEveryChange) {
  Start();
  ChangeRequest request;
  const auto change = [&] {
    return CallUnaryBlocking<EchoResponse>(*peer_, muster::testing::kChange, TestCall(), request);
  };
  EXPECT_THAT(change(), HasReason(Reason::kRequestIdRequired));
  request.set_request_id("no uuid");
  EXPECT_THAT(change(), HasReason(Reason::kInvalidField));
  EXPECT_EQ(service_.changes, 0);
  request.set_request_id(kRequestId);
  EXPECT_OK(change());
  EXPECT_EQ(service_.changes, 1);
}

TEST_F(PipelineTest, ChecksTheShapeOfEveryRequest) {
  Start();
  EXPECT_THAT(Echo(muster::testing::kEcho, TestCall(), "a\u200bb"), HasReason(Reason::kIllegalChar));
  EXPECT_EQ(service_.calls, 0);
}

TEST_F(PipelineTest, AsksTheRateLimit) {
  checks_.rate_limit = [](const Call& call, Criticality criticality) {
    EXPECT_EQ(call.principal.account_id, AccountId("operator"));
    EXPECT_EQ(criticality, Criticality::kRead);
    return Error(Reason::kRateLimited, {}, {{"retry_after_s", "3"}});
  };
  Start();
  EXPECT_THAT(Echo(muster::testing::kEcho, TestCall()), HasReason(Reason::kRateLimited));
}

TEST_F(PipelineTest, RecordsEveryCallOnceWithItsReason) {
  Start();
  ASSERT_OK(Echo(muster::testing::kEcho, TestCall()));
  ASSERT_THAT(Echo(muster::testing::kForbidden, TestCall()), HasReason(Reason::kForbidden));
  const std::vector<CallRecord> seen = records();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].method, muster::testing::kEcho);
  EXPECT_EQ(seen[0].account_id, "operator");
  EXPECT_EQ(seen[0].code, absl::StatusCode::kOk);
  EXPECT_EQ(seen[1].reason, "FORBIDDEN");
  EXPECT_EQ(seen[1].code, absl::StatusCode::kPermissionDenied);
}

TEST_F(PipelineTest, AnswersDrainingOnceItDrains) {
  CallPipeline& pipeline = Start();
  pipeline.Drain();
  EXPECT_THAT(Echo(muster::testing::kEcho, TestCall()), HasReason(Reason::kDraining));
  EXPECT_TRUE(pipeline.WaitIdle(1s));
}

TEST_F(PipelineTest, WaitsForTheCallsThatRun) {
  CallPipeline& pipeline = Start();
  EchoRequest request;
  request.set_delay_ms(100);
  std::promise<absl::StatusOr<EchoResponse>> answer;
  CallUnary<EchoResponse>(*peer_, muster::testing::kEcho, TestCall(), request,
                          [&](absl::StatusOr<EchoResponse> result) { answer.set_value(std::move(result)); });
  pipeline.Drain();
  EXPECT_FALSE(pipeline.WaitIdle(1ms));
  EXPECT_TRUE(pipeline.WaitIdle(5s));
  EXPECT_OK(answer.get_future().get());
}

TEST_F(PipelineTest, RefusesMoreCallsThanItMayHold) {
  PipelineOptions options;
  options.max_in_flight = 1;
  Start(options);
  EchoRequest slow;
  slow.set_delay_ms(200);
  std::promise<void> answered;
  CallUnary<EchoResponse>(*peer_, muster::testing::kEcho, TestCall(), slow,
                          [&](absl::StatusOr<EchoResponse>) { answered.set_value(); });
  EXPECT_THAT(Echo(muster::testing::kEcho, TestCall()), HasReason(Reason::kOverloaded));
  answered.get_future().wait();
}

TEST_F(PipelineTest, AnswersInternalWhenAHandlerForgetsToAnswer) {
  MethodTable table;
  table.Unary<EchoRequest, EchoResponse>(muster::testing::kEcho,
                                         [](const Call&, const EchoRequest&, Reply<EchoResponse>) {});
  CallPipeline pipeline(table, checks_, {}, SystemClock());
  const auto peer = MakeLocalPeer(pipeline);
  EXPECT_THAT(CallUnaryBlocking<EchoResponse>(*peer, muster::testing::kEcho, TestCall(), EchoRequest()),
              HasReason(Reason::kInternal));
}

TEST_F(PipelineTest, LetsNoExceptionOut) {
  MethodTable table;
  table.Unary<EchoRequest, EchoResponse>(
      muster::testing::kEcho,
      [](const Call&, const EchoRequest&, Reply<EchoResponse>) { throw std::runtime_error("select * from secrets"); });
  CallPipeline pipeline(table, checks_, {}, SystemClock());
  const auto peer = MakeLocalPeer(pipeline);
  EXPECT_THAT(CallUnaryBlocking<EchoResponse>(*peer, muster::testing::kEcho, TestCall(), EchoRequest()),
              HasReason(Reason::kInternal));
}

TEST_F(PipelineTest, CallsInsideOneProcessDoNotStarveEachOther) {
  MethodTable table;
  std::unique_ptr<Peer> peer;
  table.Unary<EchoRequest, EchoResponse>(
      muster::testing::kEcho, [&](const Call& call, const EchoRequest& request, Reply<EchoResponse> reply) {
        reply(CallUnaryBlocking<EchoResponse>(*peer, muster::testing::kHidden, call, request));
      });
  table.Unary<EchoRequest, EchoResponse>(
      muster::testing::kHidden, [](const Call& call, const EchoRequest& request, Reply<EchoResponse> reply) {
        EchoResponse response;
        response.set_text(request.text() + " for " + call.principal.account_id.value());
        reply(response);
      });
  PipelineOptions options;
  options.unary_threads = 1;  // the outer call holds the only worker
  CallPipeline pipeline(table, checks_, options, SystemClock());
  peer = MakeLocalPeer(pipeline);
  EchoRequest request;
  request.set_text("nested");
  std::promise<absl::StatusOr<EchoResponse>> answer;
  CallUnary<EchoResponse>(*peer, muster::testing::kEcho, TestCall(), request,
                          [&](absl::StatusOr<EchoResponse> result) { answer.set_value(std::move(result)); });
  const auto response = answer.get_future().get();
  ASSERT_OK(response);
  EXPECT_EQ(response->text(), "nested for operator");
}

TEST_F(PipelineTest, AnswersNotBuiltForAMethodThatIsNotServed) {
  Start();
  EXPECT_THAT(Echo(muster::testing::kNotServed, TestCall()), HasReason(Reason::kNotBuilt));
  EXPECT_THAT(Echo("muster.testing.v1.EchoService.Nothing", TestCall()), HasReason(Reason::kNotBuilt));
}

TEST(MethodTableTest, KnowsWhatAMethodIs) {
  MethodTable table;
  muster::testing::EchoService service;
  service.Register(table);
  EXPECT_TRUE(table.Find(muster::testing::kEcho)->is_read);
  EXPECT_FALSE(table.Find(muster::testing::kChange)->is_read);
  EXPECT_TRUE(table.Find(muster::testing::kChange)->needs_request_id);
  EXPECT_TRUE(table.Find(muster::testing::kCount)->IsStream());
  EXPECT_TRUE(IsInternal(*table.Find(muster::testing::kHidden)->descriptor));
  EXPECT_FALSE(IsInternal(*table.Find(muster::testing::kEcho)->descriptor));
  EXPECT_EQ(table.FindPath("/muster.testing.v1.EchoService/Echo"), table.Find(muster::testing::kEcho));
  EXPECT_EQ(table.FindPath("/muster.testing.v1.EchoService/NotServed"), nullptr);
}

TEST(MethodTableDeathTest, EndsTheProcessOnAMistakeOfTheProgram) {
  MethodTable table;
  const auto handler = [](const Call&, const EchoRequest&, Reply<EchoResponse>) {};
  table.Unary<EchoRequest, EchoResponse>(muster::testing::kEcho, handler);
  EXPECT_DEATH((table.Unary<EchoRequest, EchoResponse>(muster::testing::kEcho, handler)), "served twice");
  EXPECT_DEATH((table.Unary<EchoRequest, EchoResponse>("muster.testing.v1.EchoService.Ecco", handler)),
               "no such method");
  EXPECT_DEATH((table.Unary<EchoRequest, EchoResponse>(muster::testing::kChange, handler)), "other message types");
}

TEST(CallTest, ReadsTheTraceOfATraceparent) {
  EXPECT_EQ(TraceIdOfTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(TraceIdOfTraceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(TraceIdOfTraceparent("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(TraceIdOfTraceparent("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(TraceIdOfTraceparent("rubbish"), "");
  const std::string trace = NewTraceId();
  EXPECT_EQ(TraceIdOfTraceparent(MakeTraceparent(trace)), trace);
}

TEST(CancelSignalTest, RunsEachListenerOnce) {
  CancelSignal signal;
  int early = 0;
  int late = 0;
  signal.OnCancel([&] { ++early; });
  EXPECT_FALSE(signal.IsCancelled());
  signal.Cancel();
  signal.Cancel();
  signal.OnCancel([&] { ++late; });
  EXPECT_EQ(early, 1);
  EXPECT_EQ(late, 1);
}

/// A stream that stays open until somebody ends it, and who ends it how.
class StreamEndTest : public PipelineTest {
 protected:
  StreamEndTest() {
    checks_.authenticate = [this](const std::string& token) -> absl::StatusOr<Caller> {
      Principal principal;
      principal.account_id = AccountId(token);
      principal.roles = {Role::kCityOperator};
      return Caller{principal, clock_.Now() + 10min};
    };
    listening_.Stream<muster::testing::CountRequest, muster::testing::CountItem>(
        muster::testing::kCount, [this](std::shared_ptr<const Call>, const muster::testing::CountRequest&,
                                        std::shared_ptr<ItemWriter<muster::testing::CountItem>> writer) {
          MutexLock lock(mutex_);
          writers_.push_back(std::move(writer));
          added_.NotifyAll();
        });
    pipeline_ = std::make_unique<CallPipeline>(listening_, checks_, PipelineOptions{}, clock_);
    peer_ = MakeLocalPeer(*pipeline_);
  }

  using Reader = StreamReader<muster::testing::CountItem>;
  /// A stream of the bearer of `token`, and the writer of its handler.
  std::pair<std::unique_ptr<Reader>, std::shared_ptr<ItemWriter<muster::testing::CountItem>>> Open(
      const std::string& token) {
    Call call = TestCall(kNoDeadline);
    call.access_token = token;
    auto reader = Reader::Start(*peer_, muster::testing::kCount, call, muster::testing::CountRequest());
    MutexLock lock(mutex_);
    while (writers_.empty()) {
      added_.Wait(mutex_);
    }
    auto writer = std::move(writers_.back());
    writers_.pop_back();
    return {std::move(reader), std::move(writer)};
  }
  static absl::Status EndOf(Reader& reader) {
    muster::testing::CountItem item;
    while (reader.Read(&item, 5s) == Reader::Next::kItem) {
    }
    return reader.status();
  }

  muster::testing::FakeClock clock_;
  MethodTable listening_;
  CondVar added_;
  std::vector<std::shared_ptr<ItemWriter<muster::testing::CountItem>>> writers_;
};

TEST_F(StreamEndTest, AStreamEndsWithItsToken) {
  const auto [reader, writer] = Open("a");
  clock_.Advance(10min - 1s);
  pipeline_->CheckStreams();
  EXPECT_TRUE(writer->Write(muster::testing::CountItem()));
  clock_.Advance(1s);
  pipeline_->CheckStreams();
  EXPECT_FALSE(writer->Write(muster::testing::CountItem())) << "nothing more is told";
  EXPECT_THAT(EndOf(*reader), HasReason(Reason::kSessionExpired));
}

TEST_F(StreamEndTest, AStreamEndsWithTheAccountBehindItAndOthersGoOn) {
  const auto [disabled, disabled_writer] = Open("disabled");
  const auto [other, other_writer] = Open("other");
  int asked = 0;
  pipeline_->CheckStreams([&](const std::string& token) {
    ++asked;
    return token == "disabled" ? Error(Reason::kAuthRequired) : absl::OkStatus();
  });
  EXPECT_EQ(asked, 2);
  EXPECT_FALSE(disabled_writer->Write(muster::testing::CountItem()));
  EXPECT_TRUE(other_writer->Write(muster::testing::CountItem()));
  EXPECT_THAT(EndOf(*disabled), HasReason(Reason::kAuthRequired));
}

TEST_F(StreamEndTest, StreamsEndWhenItDrains) {
  const auto [reader, writer] = Open("a");
  pipeline_->Drain();
  EXPECT_FALSE(writer->Write(muster::testing::CountItem()));
  EXPECT_THAT(EndOf(*reader), HasReason(Reason::kDraining));
}

TEST_F(StreamEndTest, OneTokenIsAskedAboutOnceHoweverManyStreamsItHas) {
  const auto first = Open("a");
  const auto second = Open("a");
  int asked = 0;
  pipeline_->CheckStreams([&](const std::string&) {
    ++asked;
    return absl::OkStatus();
  });
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace muster::rpc
