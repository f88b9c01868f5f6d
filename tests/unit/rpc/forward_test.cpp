#include <gtest/gtest.h>

#include "muster/notify/v1/notify.pb.h"
#include "muster/rpc/local_peer.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/peer.h"
#include "muster/rpc/pipeline.h"
#include "tests/support/status_matchers.h"

namespace muster::rpc {
namespace {

namespace pb = notify::v1;
using muster::testing::HasReason;

constexpr char kService[] = "muster.notify.v1.NotifyService";

Checks AllowAll() {
  Checks checks;
  checks.authenticate = [](const std::string& token) -> absl::StatusOr<Caller> {
    Principal principal;
    principal.account_id = AccountId(token);
    return Caller{principal};
  };
  checks.is_anonymous = [](const std::string&) { return false; };
  checks.authorize = [](const Principal&, const std::string&) { return absl::OkStatus(); };
  return checks;
}

/// A process that holds notify, and one that passes its calls on to it.
class ForwardTest : public ::testing::Test {
 protected:
  ForwardTest() {
    there_.Unary<pb::ListDeliveriesRequest, pb::ListDeliveriesResponse>(
        std::string(kService) + ".ListDeliveries",
        [](const Call& call, const pb::ListDeliveriesRequest& request, Reply<pb::ListDeliveriesResponse> reply) {
          if (request.page_size() > 100) {
            return reply(Error(Reason::kBadPage));
          }
          pb::ListDeliveriesResponse response;
          response.set_next_page_token(call.principal.account_id.value());
          reply(std::move(response));
        });
    there_.Stream<pb::SubscribeRequest, pb::SubscribeResponse>(
        std::string(kService) + ".Subscribe", [](std::shared_ptr<const Call>, const pb::SubscribeRequest&,
                                                 std::shared_ptr<ItemWriter<pb::SubscribeResponse>> writer) {
          for (int i = 0; i < 1000; ++i) {
            pb::SubscribeResponse item;
            item.mutable_delivery()->set_id(std::to_string(i));
            writer->Write(item);
          }
          writer->Finish(absl::OkStatus());
        });
    here_.Forward(kService, *peer_there_);
  }
  Call CallOf(const std::string& account) { return BackgroundCall(SystemClock(), account, std::chrono::seconds(5)); }

  MethodTable there_;
  CallPipeline pipeline_there_{there_, AllowAll(), {}, SystemClock()};
  const std::unique_ptr<Peer> peer_there_ = MakeLocalPeer(pipeline_there_);
  MethodTable here_;
  CallPipeline pipeline_here_{here_, AllowAll(), {}, SystemClock()};
  const std::unique_ptr<Peer> peer_here_ = MakeLocalPeer(pipeline_here_);
};

TEST_F(ForwardTest, PassesACallOnWithWhoAsks) {
  const auto answer = CallUnaryBlocking<pb::ListDeliveriesResponse>(
      *peer_here_, std::string(kService) + ".ListDeliveries", CallOf("anna"), pb::ListDeliveriesRequest());
  ASSERT_OK(answer);
  EXPECT_EQ(answer->next_page_token(), "anna");
}

TEST_F(ForwardTest, PassesARefusalBack) {
  pb::ListDeliveriesRequest request;
  request.set_page_size(101);
  EXPECT_THAT(CallUnaryBlocking<pb::ListDeliveriesResponse>(*peer_here_, std::string(kService) + ".ListDeliveries",
                                                            CallOf("anna"), request),
              HasReason(Reason::kBadPage));
}

TEST_F(ForwardTest, PassesAllItemsOfAStreamOnInTheirOrder) {
  const auto reader = StreamReader<pb::SubscribeResponse>::Start(*peer_here_, std::string(kService) + ".Subscribe",
                                                                 CallOf("anna"), pb::SubscribeRequest());
  pb::SubscribeResponse item;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(reader->Read(&item, std::chrono::seconds(10)), StreamReader<pb::SubscribeResponse>::Next::kItem);
    ASSERT_EQ(item.delivery().id(), std::to_string(i));
  }
  EXPECT_EQ(reader->Read(&item, std::chrono::seconds(10)), StreamReader<pb::SubscribeResponse>::Next::kEnd);
  EXPECT_OK(reader->status());
}

}  // namespace
}  // namespace muster::rpc
