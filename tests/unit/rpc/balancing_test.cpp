// Several instances of a service behind one peer: calls spread, and go on when an instance dies or drains.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <future>
#include <set>

#include "muster/registry/v1/registry.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/rpc/tls_fixture.h"

/// For LeakSanitizer: c-ares 1.18 of Debian 12 loses ten bytes with each name that it looks up.
extern "C" const char* __lsan_default_suppressions() { return "leak:libcares.so"; }

namespace muster::rpc {
namespace {

using namespace std::chrono_literals;
using muster::testing::EchoRequest;
using muster::testing::EchoResponse;
using muster::testing::HasReason;
using muster::testing::Instance;
using muster::testing::kEcho;
using muster::testing::TestCall;
using registry::v1::DisbandTeamRequest;
using registry::v1::GetTeamRequest;
using registry::v1::Team;

// gRPC repeats them, other than those of the echo service.
constexpr char kGetTeam[] = "muster.registry.v1.RegistryService.GetTeam";
constexpr char kDisbandTeam[] = "muster.registry.v1.RegistryService.DisbandTeam";
constexpr char kFolder[] = "MUSTER_TEST_FOLDER";  // the files of an instance of its own

class BalancingTest : public muster::testing::TlsFixture {
 protected:
  static absl::Status Echo(Peer& peer) {
    return CallUnaryBlocking<EchoResponse>(peer, kEcho, TestCall(), EchoRequest()).status();
  }
  /// Makes calls until each of the instances has answered one.
  static bool SpreadsOver(Peer& peer, const std::vector<Instance*>& instances) {
    return Eventually([&] {
      EXPECT_OK(Echo(peer));
      return std::all_of(instances.begin(), instances.end(), [](Instance* one) { return one->echo.calls > 0; });
    });
  }
};

TEST_F(BalancingTest, SpreadsCallsOverAList) {
  const TlsFiles files = Issue("registry");
  Instance first(files);
  Instance second(files);
  const auto peer = Connect(first.address() + ", " + second.address(), Issue("dispatch"));
  ASSERT_TRUE(SpreadsOver(*peer, {&first, &second}));
  const int first_calls = first.echo.calls;
  const int second_calls = second.echo.calls;
  for (int i = 0; i < 100; ++i) {
    ASSERT_OK(Echo(*peer));
  }
  EXPECT_EQ(first.echo.calls, first_calls + 50) << "in turn";
  EXPECT_EQ(second.echo.calls, second_calls + 50);
}

TEST_F(BalancingTest, TakesNamesAndAddressesOfBothFamiliesInOneList) {
  const TlsFiles files = Issue("registry");
  Instance first(files);
  Instance second(files, "[::1]:0");
  const std::string list =
      "localhost:" + std::to_string(first.port()) + ",[::1]:" + std::to_string(second.port()) + ",nobody.invalid:9";
  const auto peer = Connect(list, Issue("dispatch"));
  EXPECT_TRUE(SpreadsOver(*peer, {&first, &second}));
  EXPECT_TRUE(Eventually(
      [&] { return ::testing::Value(Lines(), ::testing::Contains(::testing::HasSubstr("nobody.invalid:9"))); }));
}

TEST_F(BalancingTest, TakesANameOfDns) {
  Instance only(Issue("registry"));
  for (const char* prefix : {"dns:///localhost:", "localhost:"}) {
    EXPECT_OK(Echo(*Connect(prefix + std::to_string(only.port()), Issue("dispatch")))) << prefix;
  }
}

TEST_F(BalancingTest, GivesNoNewCallsToAnInstanceThatDrains) {
  const TlsFiles files = Issue("registry");
  Instance first(files);
  Instance second(files);
  const auto peer = Connect(first.address() + "," + second.address(), Issue("dispatch"));
  ASSERT_TRUE(SpreadsOver(*peer, {&first, &second}));
  first.server->SetServing(false);
  ASSERT_TRUE(Eventually([&] {
    const int before = first.echo.calls;
    for (int i = 0; i < 10; ++i) {
      EXPECT_OK(Echo(*peer));
    }
    return first.echo.calls == before;
  }));
  const int before = first.echo.calls;
  first.server->Shutdown(5s);
  for (int i = 0; i < 100; ++i) {
    ASSERT_OK(Echo(*peer));
  }
  EXPECT_EQ(first.echo.calls, before);
}

TEST_F(BalancingTest, ComesBackToAnInstanceWithinSeconds) {
  const TlsFiles files = Issue("registry");
  auto first = std::make_unique<Instance>(files);
  Instance second(files);
  const auto peer = Connect(first->address() + "," + second.address(), Issue("dispatch"));
  ASSERT_TRUE(SpreadsOver(*peer, {first.get(), &second}));
  const std::string address = first->address();
  first.reset();
  for (int i = 0; i < 20; ++i) {
    Echo(*peer).IgnoreError();
  }
  first = std::make_unique<Instance>(files, address);
  EXPECT_TRUE(SpreadsOver(*peer, {first.get(), &second}));
}

TEST_F(BalancingTest, GivesAConnectionUpWhenNobodyAcknowledges) {
  Instance only(std::nullopt);
  const auto peer = Connect(only, std::nullopt);
  ASSERT_OK(Echo(*peer));
  std::set<unsigned> timeouts;
  for (int descriptor = 3; descriptor < 1024; ++descriptor) {
    unsigned timeout = 0;
    socklen_t size = sizeof(timeout);
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, &size) == 0) {
      timeouts.insert(timeout);
    }
  }
  EXPECT_TRUE(timeouts.contains(5000)) << "TCP_USER_TIMEOUT in milliseconds, as long as the keepalive timeout";
}

void ServeTeams(MethodTable& table) {
  table.Unary<GetTeamRequest, Team>(kGetTeam,
                                    [](const Call&, const GetTeamRequest&, Reply<Team> reply) { reply(Team()); });
  table.Unary<DisbandTeamRequest, Team>(
      kDisbandTeam, [](const Call&, const DisbandTeamRequest&, Reply<Team> reply) { reply(Team()); });
}

DisbandTeamRequest ADisbanding() {
  DisbandTeamRequest request;
  request.set_request_id("01890a5d-ac96-774b-bcce-b302099a8057");
  return request;
}

TEST_F(BalancingTest, WaitsAMomentUntilAnInstanceTakesOver) {
  Instance only(Issue("registry"), "127.0.0.1:0", ServeTeams);
  const auto peer = Connect(only, Issue("dispatch"));
  ASSERT_TRUE(Eventually([&] { return Echo(*peer).ok(); }));
  only.server->SetServing(false);
  ASSERT_TRUE(Eventually([&] { return !Echo(*peer).ok(); })) << "nobody serves, and this is not repeated";
  std::promise<absl::StatusOr<Team>> answer;
  CallUnary<Team>(*peer, kDisbandTeam, TestCall(), ADisbanding(),
                  [&](absl::StatusOr<Team> team) { answer.set_value(std::move(team)); });
  EXPECT_FALSE(Echo(*peer).ok()) << "by now the first attempt has failed";
  only.server->SetServing(true);
  EXPECT_OK(answer.get_future().get());
}

TEST_F(BalancingTest, DoesNotRepeatWhatAnInstanceHasRefused) {
  std::atomic<int> calls = 0;
  Instance only(Issue("registry"), "127.0.0.1:0", [&calls](MethodTable& table) {
    table.Unary<DisbandTeamRequest, Team>(kDisbandTeam,
                                          [&calls](const Call&, const DisbandTeamRequest&, Reply<Team> reply) {
                                            ++calls;
                                            reply(Error(Reason::kStoreFull));
                                          });
  });
  const auto peer = Connect(only, Issue("dispatch"));
  ASSERT_TRUE(Eventually([&] { return Echo(*peer).ok(); }));
  const auto answer = CallUnaryBlocking<Team>(*peer, kDisbandTeam, TestCall(), ADisbanding());
  EXPECT_THAT(answer, HasReason(Reason::kStoreFull));
  EXPECT_EQ(calls, 1);
}

/// What the child process of the test below does: serves until it is killed. Its port goes to the file "port". Passes
/// where this is no child process.
TEST(InstanceProcess, ServesUntilItIsKilled) {
  if (std::getenv(kFolder) == nullptr) {
    return;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::string folder = std::getenv(kFolder);
  const Instance instance(
      TlsFiles{.certificate = folder + "/own.pem", .key = folder + "/own.key", .authority = folder + "/authority.pem"},
      "127.0.0.1:0", ServeTeams);
  ASSERT_OK(security::WriteSecretFile(folder + "/port", std::to_string(instance.port())));
  pause();
}

/// This program once more, as an instance that can be killed.
class InstanceProcess {
 public:
  explicit InstanceProcess(const TlsFiles& files)
      : folder_(std::filesystem::path(files.certificate).parent_path().string()) {
    const std::string setting = std::string(kFolder) + "=" + folder_;
    const std::string path = "PATH=" + std::string(std::getenv("PATH"));
    std::array<const char*, 4> arguments = {"unit_rpc", "--gtest_brief=1",
                                            "--gtest_filter=InstanceProcess.ServesUntilItIsKilled", nullptr};
    std::array<const char*, 3> variables = {setting.c_str(), path.c_str(), nullptr};
    posix_spawn(&process_, "/proc/self/exe", nullptr, nullptr, const_cast<char**>(arguments.data()),
                const_cast<char**>(variables.data()));
  }
  ~InstanceProcess() { Kill(); }
  InstanceProcess(const InstanceProcess&) = delete;
  InstanceProcess& operator=(const InstanceProcess&) = delete;

  bool IsUp() const { return std::filesystem::exists(folder_ + "/port"); }
  std::string address() const {
    std::ifstream file(folder_ + "/port");
    std::string port;
    file >> port;
    return "127.0.0.1:" + port;
  }
  void Kill() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    process_ = 0;
  }

 private:
  const std::string folder_;
  pid_t process_ = 0;
};

TEST_F(BalancingTest, LosesNoCallWhenAnInstanceIsKilled) {
  InstanceProcess first(Issue("registry"));
  InstanceProcess second(Issue("registry"));
  ASSERT_TRUE(Eventually([&] { return first.IsUp() && second.IsUp(); }));
  const auto peer = Connect(first.address() + "," + second.address(), Issue("dispatch"));
  std::atomic<int> reads = 0;
  std::atomic<int> failed_reads = 0;
  std::atomic<int> changes = 0;
  std::atomic<int> failed_changes = 0;
  std::atomic<bool> ended = false;
  constexpr int kThreads = 2;  // of each kind
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      while (!ended) {
        const auto team = CallUnaryBlocking<Team>(*peer, kGetTeam, TestCall(), GetTeamRequest());
        ++(team.ok() ? reads : failed_reads);
      }
    });
    threads.emplace_back([&] {
      while (!ended) {
        ++(CallUnaryBlocking<Team>(*peer, kDisbandTeam, TestCall(), ADisbanding()).ok() ? changes : failed_changes);
      }
    });
  }
  EXPECT_TRUE(Eventually([&] { return reads > 200 && changes > 200; }));
  first.Kill();
  const int reads_before = reads;
  const int changes_before = changes;
  EXPECT_TRUE(Eventually([&] { return reads > reads_before + 500 && changes > changes_before + 500; }));
  ended = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(failed_reads, 0);
  EXPECT_EQ(failed_changes, 0) << "those that the instance was working on were repeated with their request_id";
}

}  // namespace
}  // namespace muster::rpc
