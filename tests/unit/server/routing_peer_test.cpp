#include "routing_peer.h"

#include <gtest/gtest.h>

#include <utility>

#include "muster/common/v1/feed.pb.h"
#include "muster/registry/v1/registry.pb.h"
#include "tests/support/status_matchers.h"

namespace muster::server {
namespace {

/// Answers every unary call with OK and counts it.
class CountingPeer final : public rpc::Peer {
 public:
  explicit CountingPeer(int& calls) : calls_(calls) {}
  void Unary(const std::string&, const rpc::Call&, const google::protobuf::Message&, google::protobuf::Message*,
             std::function<void(absl::Status)> done) override {
    ++calls_;
    done(absl::OkStatus());
  }
  std::unique_ptr<rpc::StreamHandle> Stream(const std::string&, const rpc::Call&, const google::protobuf::Message&,
                                            std::shared_ptr<rpc::StreamConsumer>) override {
    ++calls_;
    return nullptr;
  }

 private:
  int& calls_;
};

class RoutingPeerTest : public ::testing::Test {
 protected:
  RoutingPeerTest() : peer_(std::make_unique<CountingPeer>(local_)) {
    peer_.Add("registry", std::make_unique<CountingPeer>(registry_));
  }
  void Call(const std::string& method) {
    ASSERT_OK(rpc::CallUnaryBlocking<registry::v1::Team>(peer_, method, {}, registry::v1::GetTeamRequest()));
  }

  int local_ = 0;
  int registry_ = 0;
  RoutingPeer peer_;
};

TEST_F(RoutingPeerTest, CallsAServiceWhereItIs) {
  Call("muster.registry.v1.RegistryService.GetTeam");
  EXPECT_EQ(registry_, 1);
  Call("muster.dispatch.v1.DispatchService.GetIncident");
  EXPECT_EQ(local_, 1);
}

TEST_F(RoutingPeerTest, LeavesWhatEveryOwnerOffersToThisProcess) {
  Call("muster.common.v1.EventFeedService.ReadEvents");
  EXPECT_EQ(local_, 1);
  EXPECT_EQ(registry_, 0);
}

TEST_F(RoutingPeerTest, NamesTheWayToOneOwner) {
  EXPECT_NE(&peer_.Of("registry"), &peer_.Of("dispatch"));
  EXPECT_EQ(&peer_.Of("dispatch"), &peer_.Of("notify")) << "both are here";
}

}  // namespace
}  // namespace muster::server
