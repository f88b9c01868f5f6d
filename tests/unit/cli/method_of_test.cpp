#include "services/cli/connect/method_of.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>

#include "muster/common/v1/audit.pb.h"
#include "muster/common/v1/feed.pb.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/exchange/v1/exchange.pb.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "muster/notify/v1/notify.pb.h"
#include "muster/registry/v1/registry.pb.h"

namespace muster::cli {
namespace {

TEST(MethodOfTest, FindsTheMethodByItsRequest) {
  EXPECT_EQ(MethodOf(dispatch::v1::CreateIncidentRequest::descriptor())->full_name(),
            "muster.dispatch.v1.DispatchService.CreateIncident");
  EXPECT_EQ(MethodOf(common::v1::VerifyRequest::descriptor())->full_name(), "muster.common.v1.InvariantService.Verify");
  EXPECT_EQ(MethodOf(registry::v1::SubmitOrganizationRequest::descriptor())->full_name(),
            "muster.registry.v1.RegistryService.SubmitOrganization")
      << "from another file than the service";
  EXPECT_EQ(MethodOf(dispatch::v1::Incident::descriptor()), nullptr);
}

// Session::Call relies on it.
TEST(MethodOfTest, EveryMethodHasARequestOfItsOwn) {
  const google::protobuf::FileDescriptor* files[] = {
      common::v1::VerifyRequest::descriptor()->file(),        common::v1::VerifyAuditRequest::descriptor()->file(),
      common::v1::ReadEventsRequest::descriptor()->file(),    identity::v1::WhoAmIRequest::descriptor()->file(),
      registry::v1::GetTeamRequest::descriptor()->file(),     matching::v1::RankTeamsRequest::descriptor()->file(),
      dispatch::v1::DispatchRequest::descriptor()->file(),    notify::v1::SubscribeRequest::descriptor()->file(),
      exchange::v1::GetDocumentRequest::descriptor()->file(),
  };
  std::set<const google::protobuf::Descriptor*> requests;
  for (const auto* file : files) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto* method = file->service(s)->method(m);
        EXPECT_TRUE(requests.insert(method->input_type()).second) << method->full_name();
        EXPECT_EQ(MethodOf(method->input_type()), method) << method->full_name();
      }
    }
  }
  EXPECT_GT(requests.size(), 50U);
}

}  // namespace
}  // namespace muster::cli
