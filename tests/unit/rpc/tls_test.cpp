// Who may connect to whom over TLS, what both sides say of a refusal, and files that change.
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/rpc/tls_fixture.h"

namespace muster::rpc {
namespace {

using namespace std::chrono_literals;
using muster::testing::CountItem;
using muster::testing::CountRequest;
using muster::testing::EchoRequest;
using muster::testing::EchoResponse;
using muster::testing::Instance;
using muster::testing::kEcho;
using muster::testing::TestCall;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class TlsTest : public muster::testing::TlsFixture {
 protected:
  static absl::StatusOr<EchoResponse> Echo(Peer& peer, const Call& call = TestCall()) {
    return CallUnaryBlocking<EchoResponse>(peer, kEcho, call, EchoRequest());
  }
  static void ExpectUnavailable(Peer& peer) { EXPECT_EQ(Echo(peer).status().code(), absl::StatusCode::kUnavailable); }
  /// Waits for a line of the log with all of these in it.
  void ExpectLine(const std::string& first, const std::string& second) {
    const auto line = Contains(AllOf(HasSubstr(first), HasSubstr(second)));
    EXPECT_TRUE(Eventually([&] { return ::testing::Value(Lines(), line); })) << first << ": " << second;
  }
  static std::string Read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// What a client of another make hears that shows these files, whatever is in them.
  static grpc::Status CallWithGrpcAlone(const Instance& instance, const TlsFiles& files) {
    const auto credentials = grpc::SslCredentials({Read(files.authority), Read(files.key), Read(files.certificate)});
    grpc::ChannelArguments arguments;
    arguments.SetSslTargetNameOverride("muster-registry");
    grpc::TemplatedGenericStub<EchoRequest, EchoResponse> stub(
        grpc::CreateCustomChannel(instance.address(), credentials, arguments));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 5s);
    EchoRequest request;
    EchoResponse response;
    std::promise<grpc::Status> answer;
    stub.UnaryCall(&context, "/muster.testing.v1.EchoService/Greet", {}, &request, &response,
                   [&](grpc::Status status) { answer.set_value(std::move(status)); });
    return answer.get_future().get();
  }
};

TEST_F(TlsTest, TellsTheServerWhichServiceCalls) {
  const Instance registry(Issue("registry"));
  const auto dispatch = Connect(registry, Issue("dispatch"));
  const auto response = Echo(*dispatch);
  ASSERT_OK(response);
  EXPECT_EQ(response->peer_service(), "dispatch");
}

TEST_F(TlsTest, AServiceTellsWhereTheCallsBeganThatItPassesOn) {
  const Instance registry(Issue("registry"));
  const auto dispatch = Connect(registry, Issue("dispatch"));
  Call call = TestCall();
  call.source_address = "203.0.113.7";
  EXPECT_EQ(Echo(*dispatch, call)->source_address(), "203.0.113.7");
  call.source_address = kUnixSource;
  EXPECT_EQ(Echo(*dispatch, call)->source_address(), "dispatch unix") << "what is local there is not local here";
  call.source_address = std::string(100, '9');
  EXPECT_EQ(Echo(*dispatch, call)->source_address(), "127.0.0.1");
  const Instance plain(std::nullopt);
  call.source_address = "203.0.113.7";
  EXPECT_EQ(Echo(*Connect(plain, std::nullopt), call)->source_address(), "127.0.0.1") << "said by nobody we know";
}

TEST_F(TlsTest, DoesNotPassTheCallersCertificateOn) {
  Call call = TestCall();
  call.peer_service = "notify";
  const Instance registry(Issue("registry"));
  EXPECT_EQ(Echo(*Connect(registry, Issue("dispatch")), call)->peer_service(), "dispatch");
  EXPECT_EQ(Echo(*MakeLocalPeer(*registry.pipeline), call)->peer_service(), "");
  const Instance plain(std::nullopt);
  EXPECT_EQ(Echo(*Connect(plain, std::nullopt), call)->peer_service(), "");
}

TEST_F(TlsTest, LeavesUnixSocketsWithoutTls) {
  const std::string socket = "unix:" + (folder() / "rpc.sock").string();
  const TlsFiles files = Issue("registry");
  const Instance registry(files, socket);
  const auto response = Echo(*Connect(socket, files));
  ASSERT_OK(response);
  EXPECT_EQ(response->peer_service(), "");
}

// Before the others, as the same reason of a server comes into the log once in ten seconds.
TEST_F(TlsTest, RefusesAServerOfAnotherAuthority) {
  const Instance registry(IssueBy(NewAuthority(), "registry"));
  const auto dispatch = Connect(registry, Issue("dispatch"));
  ExpectUnavailable(*dispatch);
  ExpectLine("a service cannot be reached", "certificate verify failed");
  ExpectLine("a connection was refused", "Handshake read failed");
}

TEST_F(TlsTest, RefusesAClientWithoutACertificate) {
  const Instance registry(Issue("registry"));
  ExpectUnavailable(*Connect(registry, std::nullopt));
  ExpectLine("a service cannot be reached", registry.address());
  ExpectLine("a connection was refused", "wrong version number");
  TlsFiles nobody = Issue("nobody");
  Put(nobody.certificate, "");
  Put(nobody.key, "");
  EXPECT_EQ(CallWithGrpcAlone(registry, nobody).error_code(), grpc::StatusCode::UNAVAILABLE);
  ExpectLine("a connection was refused", "peer did not return a certificate");
  EXPECT_EQ(registry.echo.calls, 0);
}

TEST_F(TlsTest, RefusesAClientOfAnotherAuthority) {
  const Instance registry(Issue("registry"));
  const TlsFiles files = IssueBy(NewAuthority(), "dispatch");
  Put(files.authority, authority_.certificate);
  EXPECT_EQ(CallWithGrpcAlone(registry, files).error_code(), grpc::StatusCode::UNAVAILABLE);
  ExpectLine("a connection was refused", "certificate verify failed");
  EXPECT_TRUE(CallWithGrpcAlone(registry, Issue("dispatch")).ok()) << "and takes the same client with ours";
}

TEST_F(TlsTest, RefusesAClientWhoseCertificateHasEnded) {
  const Instance registry(Issue("registry"));
  EXPECT_EQ(CallWithGrpcAlone(registry, Issue("dispatch", -10min)).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(registry.echo.calls, 0);
  ExpectUnavailable(*Connect(registry, Issue("dispatch", -10min)));
  ExpectLine("the files of a certificate cannot be used", "ended at");
}

TEST_F(TlsTest, RefusesAServerWithAnotherName) {
  const Instance notify(Issue("notify"));
  ExpectUnavailable(*Connect(notify, Issue("dispatch")));
  ExpectLine("a service cannot be reached", "Hostname Verification Check failed");
  EXPECT_EQ(notify.echo.calls, 0);
}

TEST_F(TlsTest, RefusesAServerWithoutTls) {
  const Instance registry(std::nullopt);
  ExpectUnavailable(*Connect(registry, Issue("dispatch")));
  EXPECT_EQ(registry.echo.calls, 0);
}

TEST_F(TlsTest, SaysNothingSecret) {
  const TlsFiles files = Issue("registry");
  const Instance registry(files);
  ExpectUnavailable(*Connect(registry, std::nullopt));
  ExpectLine("a service cannot be reached", registry.address());
  const std::string key = Read(files.key);
  const std::string inside = key.substr(key.find('\n') + 1, 40);
  EXPECT_THAT(Lines(), Not(Contains(HasSubstr(inside))));
}

TEST_F(TlsTest, SaysAtTheStartWhatIsWrongWithTheFiles) {
  const TlsFiles good = Issue("registry");
  EXPECT_OK(CheckTlsFiles(good));
  const auto said = [](const TlsFiles& files) { return std::string(CheckTlsFiles(files).message()); };
  TlsFiles bad = good;
  bad.key = Issue("registry").key;
  EXPECT_THAT(said(bad), HasSubstr("is not the private key of " + good.certificate));
  bad = good;
  bad.authority = IssueBy(NewAuthority(), "registry").authority;
  EXPECT_THAT(said(bad), HasSubstr("is not signed by an authority"));
  bad.authority = "/nowhere";
  EXPECT_THAT(said(bad), HasSubstr("/nowhere: cannot be read"));
  EXPECT_THAT(said(Issue("registry", -1min)), HasSubstr("ended at"));
  std::filesystem::permissions(good.key, std::filesystem::perms(0644));
  EXPECT_THAT(said(good), HasSubstr(good.key));
  MethodTable table;
  CallPipeline pipeline(table, muster::testing::TestChecks(), PipelineOptions(), SystemClock());
  EXPECT_EQ(GrpcServer::Start(pipeline, {.listen = {"127.0.0.1:0"}, .tls = good}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

/// A stream that stands while files change.
class TlsRotationTest : public TlsTest {
 protected:
  std::unique_ptr<StreamReader<CountItem>> Count(Peer& peer) {
    CountRequest request;
    request.set_endless(true);
    return StreamReader<CountItem>::Start(peer, muster::testing::kCount, TestCall(kNoDeadline), request);
  }
  static bool GoesOn(StreamReader<CountItem>& stream) {
    CountItem item;
    return stream.Read(&item, 5s) == StreamReader<CountItem>::Next::kItem;
  }
  void ExpectBelieved(const Instance& server, const TlsFiles& files, bool wanted) {
    EXPECT_TRUE(Eventually([&] { return Echo(*Connect(server, files)).ok() == wanted; }));
  }
};

TEST_F(TlsRotationTest, UsesNewFilesForNewConnectionsWhileOldStreamsGoOn) {
  const TlsFiles theirs = Issue("registry");
  const TlsFiles ours = Issue("dispatch");
  const Instance registry(theirs);
  const auto dispatch = Connect(registry, ours);
  const auto stream = Count(*dispatch);
  ASSERT_TRUE(GoesOn(*stream));

  // As `muster cert rotate` has it: both are believed, then new certificates, then the old authority goes.
  const security::CertifiedKey next = NewAuthority();
  for (const TlsFiles& files : {theirs, ours}) {
    Put(files.authority, next.certificate + authority_.certificate);
  }
  ExpectBelieved(registry, IssueBy(next, "notify"), false);  // it does not believe the server yet
  const TlsFiles newcomer = IssueBy(next, "notify");
  Put(newcomer.authority, next.certificate + authority_.certificate);
  ExpectBelieved(registry, newcomer, true);
  Renew(theirs, next, "registry");
  Renew(ours, next, "dispatch");
  ExpectBelieved(registry, IssueBy(next, "notify"), true);  // believes the new authority alone
  for (const TlsFiles& files : {theirs, ours}) {
    Put(files.authority, next.certificate);
  }
  TlsFiles left_behind = Issue("notify");
  Put(left_behind.authority, next.certificate + authority_.certificate);
  EXPECT_TRUE(Eventually([&] { return !CallWithGrpcAlone(registry, left_behind).ok(); }));

  EXPECT_OK(Echo(*Connect(registry, ours)));
  EXPECT_OK(Echo(*dispatch));
  EXPECT_TRUE(GoesOn(*stream)) << "the connection that stood before goes on";
}

TEST_F(TlsRotationTest, KeepsTheLastGoodFilesWhileNewOnesAreBroken) {
  const TlsFiles theirs = Issue("registry");
  const Instance registry(theirs);
  const std::string half = Read(theirs.certificate).substr(0, 200);
  Put(theirs.certificate, half);
  ExpectLine("the files of a certificate cannot be used", "is not a certificate in PEM form");
  EXPECT_OK(Echo(*Connect(registry, Issue("dispatch"))));
  Put(theirs.certificate, Read(Issue("registry").certificate));
  ExpectLine("the files of a certificate cannot be used", "is not the private key of");
  EXPECT_OK(Echo(*Connect(registry, Issue("dispatch"))));
}

TEST_F(TlsRotationTest, RefusesNewConnectionsWhenACertificateEndsUnderWay) {
  const TlsFiles theirs = Issue("registry", 4s);
  const Instance registry(theirs);
  const auto dispatch = Connect(registry, Issue("dispatch"));
  const auto stream = Count(*dispatch);
  ASSERT_TRUE(GoesOn(*stream));
  ExpectLine("a certificate ends soon", theirs.certificate);
  ExpectBelieved(registry, Issue("dispatch"), false);
  ExpectLine("a certificate has ended", theirs.certificate);
  EXPECT_TRUE(GoesOn(*stream)) << "what stands goes on";
  Renew(theirs, authority_, "registry");
  ExpectBelieved(registry, Issue("dispatch"), true);
}

TEST_F(TlsRotationTest, AcceptsFilesThatComeAfterTheStart) {
  const Instance registry(Issue("registry"));
  const TlsFiles later = Issue("dispatch");
  const std::string authority = Read(later.authority);
  Put(later.authority, "");
  const auto dispatch = Connect(registry, later);
  ExpectUnavailable(*dispatch);
  Put(later.authority, authority);
  EXPECT_TRUE(Eventually([&] { return Echo(*dispatch).ok(); }));
}

}  // namespace
}  // namespace muster::rpc
