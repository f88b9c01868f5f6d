// The same behaviour over a local peer and over gRPC, on a unix socket and on TCP.
#include <gtest/gtest.h>

#include <future>

#include "muster/rpc/grpc_peer.h"
#include "muster/rpc/grpc_server.h"
#include "muster/rpc/local_peer.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/rpc/echo_service.h"

namespace muster::rpc {
namespace {

using namespace std::chrono_literals;
using muster::testing::ChangeRequest;
using muster::testing::CountItem;
using muster::testing::CountRequest;
using muster::testing::EchoRequest;
using muster::testing::EchoResponse;
using muster::testing::HasReason;
using muster::testing::TestCall;
using Reader = StreamReader<CountItem>;

enum class Kind { kLocal, kUnix, kTcp };

class TransportTest : public ::testing::TestWithParam<Kind> {
 protected:
  TransportTest() {
    service_.Register(table_);
    pipeline_ = std::make_unique<CallPipeline>(table_, muster::testing::TestChecks(), PipelineOptions(), SystemClock());
    Open();
  }

  void Open() {
    if (GetParam() == Kind::kLocal) {
      peer_ = MakeLocalPeer(*pipeline_);
      return;
    }
    GrpcServerOptions options;
    const std::string socket = "unix:" + (folder_.path() / "rpc.sock").string();
    options.listen = {GetParam() == Kind::kUnix ? socket : "127.0.0.1:0"};
    auto server = GrpcServer::Start(*pipeline_, options);
    EXPECT_OK(server);
    server_ = *std::move(server);
    const std::string target =
        GetParam() == Kind::kUnix ? socket : "127.0.0.1:" + std::to_string(server_->ports().front());
    peer_ = MakeGrpcPeer({.target = target}, SystemClock());
  }

  absl::StatusOr<EchoResponse> Echo(const EchoRequest& request, const Call& call = TestCall(),
                                    const char* method = muster::testing::kEcho) {
    return CallUnaryBlocking<EchoResponse>(*peer_, method, call, request);
  }
  std::unique_ptr<Reader> Count(const CountRequest& request, const Call& call = TestCall(kNoDeadline)) {
    return Reader::Start(*peer_, muster::testing::kCount, call, request);
  }
  template <class Condition>
  static bool Eventually(const Condition& condition) {
    for (const Duration end = SystemClock().Steady() + 5s; SystemClock().Steady() < end;) {
      if (condition()) {
        return true;
      }
      std::this_thread::yield();
    }
    return condition();
  }

  muster::testing::TempDir folder_;
  MethodTable table_;
  muster::testing::EchoService service_;
  std::unique_ptr<CallPipeline> pipeline_;
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<Peer> peer_;
};

TEST_P(TransportTest, AnswersAUnaryCall) {
  EchoRequest request;
  request.set_text("你好");
  request.set_number(int64_t{1} << 60);
  const Call call = TestCall();
  for (const char* method : {muster::testing::kEcho, muster::testing::kEchoInline}) {
    const auto response = Echo(request, call, method);
    ASSERT_OK(response);
    EXPECT_EQ(response->text(), "你好");
    EXPECT_EQ(response->number(), int64_t{1} << 60);
    EXPECT_EQ(response->account_id(), "operator");
    EXPECT_EQ(response->trace_id(), call.trace_id);
    EXPECT_GT(response->remaining_ms(), 3000);
    EXPECT_LE(response->remaining_ms(), 5100) << "gRPC rounds up by at most two in a hundred";
  }
}

// gRPC 1.51 ended the process now and then ("prior > 0") when its last threads went as the next came.
TEST_P(TransportTest, ComesAndGoesWhileAStreamIsLeft) {
  for (int i = 0; i < 400; ++i) {
    CountRequest request;
    request.set_endless(true);
    CountItem item;
    auto reader = Count(request);
    ASSERT_EQ(reader->Read(&item, 5s), Reader::Next::kItem);
    reader.reset();
    peer_.reset();
    server_.reset();
    Open();
  }
}

TEST_P(TransportTest, SaysWhereTheCallCameFrom) {
  const auto response = Echo(EchoRequest());
  ASSERT_OK(response);
  EXPECT_EQ(response->source_address(), GetParam() == Kind::kLocal  ? "local"
                                        : GetParam() == Kind::kUnix ? "unix"
                                                                    : "127.0.0.1");
}

TEST_P(TransportTest, BringsAnErrorWithEverythingInIt) {
  EchoRequest request;
  request.set_fail_with("TEAM_OVERLAP");
  const auto response = Echo(request);
  ASSERT_THAT(response, HasReason(Reason::kTeamOverlap));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kAborted);
  const ErrorInfo info = GetErrorInfo(response.status());
  EXPECT_EQ(info.field, "text");
  EXPECT_EQ(info.metadata.at("retry_after_s"), "7");
  EXPECT_NE(info.message_zh.find("队伍"), std::string::npos);
}

TEST_P(TransportTest, RunsTheSameChecks) {
  Call stranger = TestCall();
  stranger.access_token = "stolen";
  EXPECT_THAT(Echo(EchoRequest(), stranger), HasReason(Reason::kAuthRequired));
  EXPECT_THAT(Echo(EchoRequest(), TestCall(), muster::testing::kForbidden), HasReason(Reason::kForbidden));
  EXPECT_THAT(CallUnaryBlocking<EchoResponse>(*peer_, muster::testing::kChange, TestCall(), ChangeRequest()),
              HasReason(Reason::kRequestIdRequired));
  EXPECT_THAT(Echo(EchoRequest(), TestCall(60s)), HasReason(Reason::kDeadlineRequired));
  EXPECT_THAT(Echo(EchoRequest(), TestCall(), muster::testing::kNotServed), HasReason(Reason::kNotBuilt));
}

TEST_P(TransportTest, ReadsAWholeStream) {
  CountRequest request;
  request.set_items(1000);
  request.set_item_bytes(100);
  const auto reader = Count(request);
  CountItem item;
  int64_t expected = 1;
  while (reader->Read(&item, 5s) == Reader::Next::kItem) {
    ASSERT_EQ(item.number(), expected++);
  }
  EXPECT_EQ(expected, 1001);
  EXPECT_OK(reader->status());
}

TEST_P(TransportTest, EndsAStreamWithItsError) {
  CountRequest request;
  request.set_items(3);
  request.set_fail_with("BAD_CURSOR");
  const auto reader = Count(request);
  CountItem item;
  int items = 0;
  while (reader->Read(&item, 5s) == Reader::Next::kItem) {
    ++items;
  }
  EXPECT_EQ(items, 3);
  EXPECT_THAT(reader->status(), HasReason(Reason::kBadCursor));
}

TEST_P(TransportTest, RefusesAStreamWithoutAToken) {
  Call stranger = TestCall(kNoDeadline);
  stranger.access_token.clear();
  const auto reader = Count(CountRequest(), stranger);
  CountItem item;
  EXPECT_EQ(reader->Read(&item, 5s), Reader::Next::kEnd);
  EXPECT_THAT(reader->status(), HasReason(Reason::kAuthRequired));
}

TEST_P(TransportTest, HoldsAWriterBackWhileTheReaderIsSlow) {
  CountRequest request;
  request.set_endless(true);
  request.set_item_bytes(10'000);
  const auto reader = Count(request);
  CountItem item;
  ASSERT_EQ(reader->Read(&item, 5s), Reader::Next::kItem);
  int64_t written = -1;
  auto changed = std::chrono::steady_clock::now();
  ASSERT_TRUE(Eventually([&] {
    if (const int64_t now = service_.items_written; now != written) {
      written = now;
      changed = std::chrono::steady_clock::now();
    }
    return std::chrono::steady_clock::now() - changed > 50ms;
  })) << "the writer never paused";
  EXPECT_LT(written, 5000) << "what waits in between is bounded";
  for (int i = 0; i < 2000; ++i) {
    ASSERT_EQ(reader->Read(&item, 5s), Reader::Next::kItem) << "and goes on when the reader does";
  }
}

TEST_P(TransportTest, TellsTheWriterWhenTheReaderLeaves) {
  CountRequest request;
  request.set_endless(true);
  auto reader = Count(request);
  CountItem item;
  ASSERT_EQ(reader->Read(&item, 5s), Reader::Next::kItem);
  reader.reset();
  EXPECT_TRUE(Eventually([&] { return service_.streams_ended == 1; }));
}

TEST_P(TransportTest, EndsAStreamWhoseConsumerHasEnough) {
  CountRequest request;
  request.set_endless(true);
  std::promise<absl::Status> ended;
  int items = 0;
  const auto handle = CallStream<CountItem>(
      *peer_, muster::testing::kCount, TestCall(kNoDeadline), request, [&](const CountItem&) { return ++items < 5; },
      [&](absl::Status status) { ended.set_value(std::move(status)); });
  EXPECT_FALSE(ended.get_future().get().ok());
  EXPECT_EQ(items, 5);
  EXPECT_TRUE(Eventually([&] { return service_.streams_ended == 1; }));
}

INSTANTIATE_TEST_SUITE_P(All, TransportTest, ::testing::Values(Kind::kLocal, Kind::kUnix, Kind::kTcp),
                         [](const auto& test) {
                           return test.param == Kind::kLocal ? "Local" : test.param == Kind::kUnix ? "Unix" : "Tcp";
                         });

class GrpcServerTest : public ::testing::Test {
 protected:
  GrpcServerTest() { service_.Register(table_); }
  void Start(const GrpcServerOptions& options) {
    pipeline_ = std::make_unique<CallPipeline>(table_, muster::testing::TestChecks(), PipelineOptions(), SystemClock());
    auto server = GrpcServer::Start(*pipeline_, options);
    ASSERT_OK(server);
    server_ = *std::move(server);
    peer_ = MakeGrpcPeer({.target = "127.0.0.1:" + std::to_string(server_->ports().front())}, SystemClock());
  }

  MethodTable table_;
  muster::testing::EchoService service_;
  std::unique_ptr<CallPipeline> pipeline_;
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<Peer> peer_;
};

TEST_F(GrpcServerTest, TellsAHandlerThatTheClientGaveUp) {
  Start({.listen = {"127.0.0.1:0"}});
  EchoRequest request;
  request.set_delay_ms(20'000);
  EXPECT_THAT(CallUnaryBlocking<EchoResponse>(*peer_, muster::testing::kEcho, TestCall(100ms), request),
              HasReason(Reason::kDeadline));
  while (service_.cancelled == 0) {
    std::this_thread::yield();
  }
}

TEST_F(GrpcServerTest, RefusesALargeRequestToAllButExchange) {
  Start({.listen = {"127.0.0.1:0"}});
  EchoRequest request;
  request.set_data(std::string(1024 * 1024 + 1, 'x'));
  EXPECT_EQ(CallUnaryBlocking<EchoResponse>(*peer_, muster::testing::kEcho, TestCall(), request).status().code(),
            absl::StatusCode::kResourceExhausted);
  request.set_data(std::string(1000 * 1024, 'x'));
  EXPECT_OK(CallUnaryBlocking<EchoResponse>(*peer_, muster::testing::kEcho, TestCall(), request));
}

TEST_F(GrpcServerTest, FinishesRunningCallsBeforeItShutsDown) {
  Start({.listen = {"127.0.0.1:0"}});
  EchoRequest request;
  request.set_delay_ms(200);
  std::promise<absl::StatusOr<EchoResponse>> answer;
  CallUnary<EchoResponse>(*peer_, muster::testing::kEcho, TestCall(), request,
                          [&](absl::StatusOr<EchoResponse> result) { answer.set_value(std::move(result)); });
  while (service_.calls == 0) {
    std::this_thread::yield();
  }
  pipeline_->Drain();
  EXPECT_THAT(CallUnaryBlocking<EchoResponse>(*peer_, muster::testing::kEcho, TestCall(), EchoRequest()),
              HasReason(Reason::kDraining));
  server_->SetServing(false);
  server_->Shutdown(5s);
  EXPECT_OK(answer.get_future().get());
}

TEST_F(GrpcServerTest, ServesSeveralAddressesAtOnce) {
  muster::testing::TempDir folder;
  const std::string socket = "unix:" + (folder.path() / "rpc.sock").string();
  Start({.listen = {"127.0.0.1:0", socket}});
  EXPECT_OK(CallUnaryBlocking<EchoResponse>(*peer_, muster::testing::kEcho, TestCall(), EchoRequest()));
  const auto local = MakeGrpcPeer({.target = socket}, SystemClock());
  EXPECT_OK(CallUnaryBlocking<EchoResponse>(*local, muster::testing::kEcho, TestCall(), EchoRequest()));
  const auto permissions = std::filesystem::status(folder.path() / "rpc.sock").permissions();
  EXPECT_EQ(permissions & std::filesystem::perms::mask, std::filesystem::perms(0600));
}

TEST_F(GrpcServerTest, SaysWhichAddressItCannotListenOn) {
  Start({.listen = {"127.0.0.1:0"}});
  const auto second =
      GrpcServer::Start(*pipeline_, {.listen = {"127.0.0.1:" + std::to_string(server_->ports().front())}});
  EXPECT_FALSE(second.ok());
}

TEST_F(GrpcServerTest, AnswersUnavailableWhenNobodyListens) {
  const auto nobody = MakeGrpcPeer({.target = "127.0.0.1:1"}, SystemClock());
  EXPECT_EQ(CallUnaryBlocking<EchoResponse>(*nobody, muster::testing::kEcho, TestCall(), EchoRequest()).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace muster::rpc
