// Who may connect to whom over TLS, and what both sides say of a refusal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/rpc/tls_fixture.h"

namespace muster::rpc {
namespace {

using namespace std::chrono_literals;
using muster::testing::EchoRequest;
using muster::testing::EchoResponse;
using muster::testing::Instance;
using muster::testing::kEcho;
using muster::testing::TestCall;
using ::testing::HasSubstr;
using ::testing::Not;

class TlsTest : public muster::testing::TlsFixture {
 protected:
  absl::StatusOr<EchoResponse> Echo(Peer& peer) {
    return CallUnaryBlocking<EchoResponse>(peer, kEcho, TestCall(), EchoRequest());
  }
};

TEST_F(TlsTest, TellsTheServerWhichServiceCalls) {
  const Instance registry(Issue("registry"));
  const auto dispatch = Connect(registry, Issue("dispatch"));
  const auto response = Echo(*dispatch);
  ASSERT_OK(response);
  EXPECT_EQ(response->peer_service(), "dispatch");
  EXPECT_EQ(response->source_address(), "127.0.0.1");
}

}  // namespace
}  // namespace muster::rpc
