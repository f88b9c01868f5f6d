#include "muster/rpc/owner_service.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "muster/common/v1/audit.pb.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/domain/reason.h"
#include "muster/events/audit.h"
#include "tests/support/event_fixtures.h"
#include "tests/support/status_matchers.h"

namespace muster::rpc {
namespace {

using muster::testing::HasReason;

constexpr const char* kList = "muster.common.v1.AuditService.ListAuditRecords";
constexpr const char* kVerifyAudit = "muster.common.v1.AuditService.VerifyAudit";
constexpr const char* kVerify = "muster.common.v1.InvariantService.Verify";

class OwnerServiceTest : public ::testing::Test {
 protected:
  OwnerServiceTest() {
    RegisterOwner(router_, "test", *database_, feed_, [] {
      return events::VerifyResult{{{"I4", "offer", "不符", "not as recorded"}}, 7};
    });
  }

  void Record(const std::string& actor, const std::string& district_path) {
    events::AuditEntry entry;
    entry.actor = actor;
    entry.actor_district_path = district_path;
    entry.object_id = "offer";
    ASSERT_OK(database_.Write({events::AuditWrite(entry, clock_.Now(), random_)}));
  }

  /// Asks as the auditor of a district.
  template <class Response, class Request>
  absl::StatusOr<Response> Ask(const char* method, const Request& request, const std::string& district_path) {
    Call call;
    call.principal.roles = {Role::kAuditor};
    call.principal.district_path = district_path;
    std::optional<absl::StatusOr<Response>> result;
    table_.Find(method)->unary(call, request, [&](absl::Status status, google::protobuf::Message* response) {
      result = status.ok() ? absl::StatusOr<Response>(static_cast<Response&>(*response)) : std::move(status);
    });
    return *std::move(result);
  }

  muster::testing::FakeClock clock_;
  SeededRandom random_{1};
  muster::testing::EventDatabase database_{clock_};
  events::FeedReader feed_{"test", *database_};
  MethodTable table_;
  OwnerRouter router_{table_};
};

TEST_F(OwnerServiceTest, AnAuditorReadsTheOwnDistrict) {
  Record("kunshan", "3205/320583");
  Record("neighbour", "3205/320585");
  Record("system", "");
  const common::v1::ListAuditRecordsRequest request;
  const auto district = Ask<common::v1::ListAuditRecordsResponse>(kList, request, "3205/320583");
  ASSERT_OK(district);
  ASSERT_EQ(district->records_size(), 1);
  EXPECT_EQ(district->records(0).actor(), "kunshan");
  EXPECT_EQ(Ask<common::v1::ListAuditRecordsResponse>(kList, request, "3205")->records_size(), 3);
}

TEST_F(OwnerServiceTest, ProofsAreForThoseWhoCoverTheWholeCity) {
  const common::v1::VerifyAuditRequest audit;
  const common::v1::VerifyRequest invariants;
  EXPECT_OK(Ask<common::v1::VerifyAuditResponse>(kVerifyAudit, audit, "3205"));
  EXPECT_OK(Ask<common::v1::VerifyResponse>(kVerify, invariants, "3205"));
  for (const std::string district : {"3205/320583", ""}) {
    EXPECT_THAT(Ask<common::v1::VerifyAuditResponse>(kVerifyAudit, audit, district), HasReason(Reason::kForbidden));
    EXPECT_THAT(Ask<common::v1::VerifyResponse>(kVerify, invariants, district), HasReason(Reason::kForbidden));
  }
}

TEST_F(OwnerServiceTest, TellsViolationsInBothLanguages) {
  const auto reply = Ask<common::v1::VerifyResponse>(kVerify, common::v1::VerifyRequest(), "3205");
  ASSERT_OK(reply);
  EXPECT_EQ(reply->checked_rows(), 7);
  ASSERT_EQ(reply->violations_size(), 1);
  EXPECT_EQ(reply->violations(0).owner(), "test");
  EXPECT_EQ(reply->violations(0).invariant(), "I4");
  EXPECT_EQ(reply->violations(0).object_id(), "offer");
  EXPECT_EQ(reply->violations(0).problem(), "not as recorded");
  EXPECT_EQ(reply->violations(0).problem_zh(), "不符");
}

}  // namespace
}  // namespace muster::rpc
