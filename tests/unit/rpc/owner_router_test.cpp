#include "muster/rpc/owner_router.h"

#include <gtest/gtest.h>

#include "muster/common/v1/feed.pb.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/rpc/local_peer.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/rpc/echo_service.h"

namespace muster::rpc {
namespace {

using common::v1::ReadEventsRequest;
using common::v1::ReadEventsResponse;
using common::v1::VerifyRequest;
using common::v1::VerifyResponse;
using muster::testing::CountItem;
using muster::testing::CountRequest;
using muster::testing::HasReason;
using muster::testing::TestCall;

constexpr const char* kReadEvents = "muster.common.v1.EventFeedService.ReadEvents";
constexpr const char* kVerify = "muster.common.v1.InvariantService.Verify";

class OwnerRouterTest : public ::testing::Test {
 protected:
  OwnerRouterTest() : router_(table_) {}

  void AddFeed(const std::string& owner, int64_t head) {
    router_.Unary<ReadEventsRequest, ReadEventsResponse>(
        owner, kReadEvents, [head](const Call&, const ReadEventsRequest&, Reply<ReadEventsResponse> reply) {
          ReadEventsResponse response;
          response.set_head(head);
          reply(response);
        });
  }
  void AddInvariants(const std::string& owner, absl::StatusOr<int64_t> rows) {
    router_.UnaryOrAll<VerifyRequest, VerifyResponse>(
        owner, kVerify,
        [owner, rows](const Call&, const VerifyRequest&) -> absl::StatusOr<VerifyResponse> {
          if (!rows.ok()) {
            return rows.status();
          }
          VerifyResponse response;
          response.set_checked_rows(*rows);
          response.add_owners(owner);
          return response;
        },
        [](VerifyResponse& all, VerifyResponse&& part) {
          all.set_checked_rows(all.checked_rows() + part.checked_rows());
          all.mutable_owners()->MergeFrom(part.owners());
        });
  }
  template <class Response, class Request>
  absl::StatusOr<Response> Ask(const char* method, const Request& request) {
    CallPipeline pipeline(table_, muster::testing::TestChecks(), {}, SystemClock());
    const auto peer = MakeLocalPeer(pipeline);
    return CallUnaryBlocking<Response>(*peer, method, TestCall(), request);
  }
  absl::StatusOr<ReadEventsResponse> ReadEvents(const std::string& owner) {
    ReadEventsRequest request;
    request.set_owner(owner);
    return Ask<ReadEventsResponse>(kReadEvents, request);
  }
  absl::StatusOr<VerifyResponse> Verify(const std::string& owner) {
    VerifyRequest request;
    request.set_owner(owner);
    return Ask<VerifyResponse>(kVerify, request);
  }

  MethodTable table_;
  OwnerRouter router_;
};

TEST_F(OwnerRouterTest, AsksTheOwnerThatTheRequestNames) {
  AddFeed("dispatch", 7);
  AddFeed("registry", 9);
  EXPECT_EQ(ReadEvents("dispatch")->head(), 7);
  EXPECT_EQ(ReadEvents("registry")->head(), 9);
  EXPECT_THAT(ReadEvents("weather"), HasReason(Reason::kInvalidField));
  EXPECT_THAT(ReadEvents(""), HasReason(Reason::kInvalidField)) << "two owners: one must be named";
}

TEST_F(OwnerRouterTest, TakesTheOnlyOwnerWhenNoneIsNamed) {
  AddFeed("dispatch", 7);
  EXPECT_EQ(ReadEvents("")->head(), 7);
}

TEST_F(OwnerRouterTest, JoinsTheAnswersOfAllOwnersWhenNoneIsNamed) {
  AddInvariants("dispatch", 10);
  AddInvariants("registry", 5);
  EXPECT_EQ(Verify("")->checked_rows(), 15);
  EXPECT_EQ(Verify("")->owners_size(), 2);
  EXPECT_EQ(Verify("registry")->checked_rows(), 5);
  EXPECT_THAT(Verify("weather"), HasReason(Reason::kInvalidField));
}

TEST_F(OwnerRouterTest, DoesNotHideTheErrorOfOneOwner) {
  AddInvariants("dispatch", 10);
  AddInvariants("registry", Error(Reason::kStoreBusy));
  EXPECT_THAT(Verify(""), HasReason(Reason::kStoreBusy));
}

TEST_F(OwnerRouterTest, RoutesStreamsToo) {
  router_.Stream<CountRequest, CountItem>(
      "a", muster::testing::kCount,
      [](std::shared_ptr<const Call>, const CountRequest&, std::shared_ptr<ItemWriter<CountItem>> writer) {
        CountItem item;
        item.set_number(42);
        writer->Write(item);
        writer->Finish(absl::OkStatus());
      });
  CallPipeline pipeline(table_, muster::testing::TestChecks(), {}, SystemClock());
  const auto peer = MakeLocalPeer(pipeline);
  const auto read = [&](const std::string& owner, CountItem* item) {
    CountRequest request;
    request.set_owner(owner);
    const auto reader = StreamReader<CountItem>::Start(*peer, muster::testing::kCount, TestCall(), request);
    while (reader->Read(item, std::chrono::seconds(5)) == StreamReader<CountItem>::Next::kItem) {
    }
    return reader->status();
  };
  CountItem item;
  EXPECT_OK(read("a", &item));
  EXPECT_EQ(item.number(), 42);
  EXPECT_THAT(read("b", &item), HasReason(Reason::kInvalidField));
}

}  // namespace
}  // namespace muster::rpc
