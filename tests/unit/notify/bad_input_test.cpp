// Every field of every method, spoilt in every way.

#include <gtest/gtest.h>

#include "tests/support/bad_input_run.h"
#include "tests/unit/notify/notify_fixture.h"

namespace muster::notify {
namespace {

using google::protobuf::Message;
using muster::testing::BadInputRun;
using muster::testing::GoodCall;
using muster::testing::HasReason;
using muster::testing::LegalInput;
using muster::testing::StoreDump;

std::vector<LegalInput> LegalInputs() {
  return {
      // A filter that nothing fits gives an empty page, also for what the caller may not see.
      {"ListDeliveriesRequest.organization_id", {}, "a filter"},
      {"ListDeliveriesRequest.subject_id", {}, "a filter"},
  };
}

class NotifyBadInputTest : public NotifyFixture {
 protected:
  absl::Status Send(const std::string& method, const Principal& caller, const Message& request, std::string* reply) {
    rpc::Call call;
    call.principal = caller;
    call.method = "muster.notify.v1.NotifyService." + method;
    call.source_address = "127.0.0.1";
    return muster::testing::SendTo(*table_, call, request, reply);
  }
  /// A delivery to the organization that waits for its receipt.
  std::string NewDelivery(const std::string& organization) {
    const std::string offer = "offer-" + std::to_string(++offers_);
    EXPECT_TRUE(Apply(OfferEvent("OfferInvited", offer, organization)));
    v1::ListDeliveriesRequest about;
    about.set_subject_id(offer);
    const auto deliveries = List(Manager(organization), about);
    EXPECT_EQ(deliveries.size(), 1U);
    return deliveries.empty() ? "" : deliveries[0].id();
  }
  std::vector<GoodCall> GoodCalls() {
    return {{"ListDeliveries", "",
             [] {
               auto request = std::make_unique<v1::ListDeliveriesRequest>();
               request->set_organization_id("own");
               request->set_subject_id("offer-1");
               request->set_page_size(10);
               return request;
             }},
            {"AcknowledgeDelivery", "", [this] {
               auto request = std::make_unique<v1::AcknowledgeDeliveryRequest>();
               request->set_id(NewDelivery("own"));
               request->set_state(v1::DELIVERY_STATE_DELIVERED);
               return request;
             }}};
  }

 private:
  int offers_ = 0;
};

TEST_F(NotifyBadInputTest, EveryBadInputIsRefusedAndChangesNothing) {
  BadInputRun run(LegalInputs(), {"ListDeliveriesRequest"});
  StoreDump dump(*database_);
  const auto send = [this](const GoodCall& call, const Message& request, std::string* reply) {
    return Send(call.method, Manager("own"), request, reply);
  };
  const std::vector<std::string> foreign{NewDelivery("another"), "another"};
  for (const GoodCall& call : GoodCalls()) {
    run.Try(call, send, dump, foreign);
  }
  run.ExpectEveryRowUsed();
  ExpectNoViolations();
}

TEST_F(NotifyBadInputTest, ADeliveryOfAnotherOrganizationIsNotFound) {
  StoreDump dump(*database_);
  const auto request = GoodCalls()[1].request();
  muster::testing::RenewRequestId(*request);
  const std::string before = dump.Take();
  std::string reply;
  EXPECT_THAT(Send("AcknowledgeDelivery", Manager("another"), *request, &reply), HasReason(Reason::kNotFound));
  EXPECT_EQ(StoreDump::FirstDifference(before, dump.Take()), "");
}

}  // namespace
}  // namespace muster::notify
