#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class OrganizationServiceTest : public RegistryFixture {
 protected:
  absl::StatusOr<pb::Organization> Get(const std::string& token, const std::string& id) {
    pb::GetOrganizationRequest request;
    request.set_id(id);
    return Invoke<pb::Organization>(token, "GetOrganization", request);
  }
  absl::StatusOr<pb::Organization> Review(const pb::Organization& organization, pb::OrganizationState state,
                                          const std::string& token = "officer") {
    pb::ReviewOrganizationRequest request;
    request.set_request_id(NewRequestId());
    request.set_id(organization.id());
    request.set_state(state);
    request.set_reason("annual inspection");
    request.set_expected_version(organization.version());
    return Invoke<pb::Organization>(token, "ReviewOrganization", request);
  }
  absl::StatusOr<pb::Organization> Update(const std::string& token, const pb::Organization& organization,
                                          const std::vector<std::string>& paths,
                                          const std::string& request_id = NewRequestId()) {
    pb::UpdateOrganizationRequest request;
    request.set_request_id(request_id);
    *request.mutable_organization() = organization;
    request.mutable_update_mask()->mutable_paths()->Assign(paths.begin(), paths.end());
    request.set_expected_version(organization.version());
    return Invoke<pb::Organization>(token, "UpdateOrganization", request);
  }
  absl::StatusOr<pb::ListOrganizationsResponse> List(const std::string& token, int page_size,
                                                     const std::string& page_token = "",
                                                     const std::string& district = "") {
    pb::ListOrganizationsRequest request;
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    request.set_district_path(district);
    return Invoke<pb::ListOrganizationsResponse>(token, "ListOrganizations", request);
  }
};

TEST_F(OrganizationServiceTest, KeepsWhatIsCreatedAndMasksTheContact) {
  const auto made = CreateOrganization("officer", SampleOrganization());
  ASSERT_OK(made);
  EXPECT_EQ(made->state(), pb::ORGANIZATION_STATE_APPROVED);
  EXPECT_EQ(made->version(), 1);
  EXPECT_EQ(made->contact_name(), "张**");
  EXPECT_EQ(made->contact_phone(), "199****0001");
  EXPECT_TRUE(made->position().approximate());
  const auto read = Get("officer", made->id());
  ASSERT_OK(read);
  EXPECT_EQ(read->SerializeAsString(), made->SerializeAsString());
}

TEST_F(OrganizationServiceTest, NothingPersonalIsInTheFileOrTheFeed) {
  ASSERT_OK(CreateOrganization("officer", SampleOrganization()));
  EXPECT_THAT(Bytes("SELECT contact_name FROM organization"), ::testing::Not(::testing::HasSubstr("张三丰")));
  for (const char* kept :
       {"SELECT contact_phone FROM organization", "SELECT data FROM outbox", "SELECT reply FROM request"}) {
    EXPECT_THAT(Bytes(kept), ::testing::Not(::testing::HasSubstr("19900000001"))) << kept;
  }
  EXPECT_EQ(Count("SELECT COUNT(*) FROM organization WHERE length(contact_phone) < 28"), 0);
}

TEST_F(OrganizationServiceTest, ARepeatedRequestHasOneEffectAndTheSameReply) {
  const std::string request_id = NewRequestId();
  const auto first = CreateOrganization("officer", SampleOrganization(), request_id);
  const auto again = CreateOrganization("officer", SampleOrganization(), request_id);
  ASSERT_OK(again);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM organization"), 1);
  pb::Organization other = SampleOrganization();
  other.set_name("别的名字");
  EXPECT_THAT(CreateOrganization("officer", other, request_id), HasReason(Reason::kRequestIdReused));
}

TEST_F(OrganizationServiceTest, TheSameCreditCodeIsADuplicateUntilTheFirstIsRevoked) {
  const auto first = CreateOrganization("officer", SampleOrganization());
  const auto second = CreateOrganization("officer", SampleOrganization());
  EXPECT_THAT(second, HasReason(Reason::kDuplicate));
  EXPECT_EQ(GetErrorInfo(second.status()).field, "organization.credit_code");
  ASSERT_OK(Review(*first, pb::ORGANIZATION_STATE_REVOKED));
  EXPECT_OK(CreateOrganization("officer", SampleOrganization()));
}

TEST_F(OrganizationServiceTest, OthersSeeNothingOfIt) {
  const pb::Organization made = MakeOrganization();
  Appoint("stranger", "01900000-0000-7000-8000-0000000000ff");
  for (const char* token : {"stranger", "gusu operator"}) {
    EXPECT_THAT(Get(token, made.id()), HasReason(Reason::kNotFound)) << token;
    EXPECT_EQ(List(token, 10)->organizations_size(), 0) << token;
    EXPECT_THAT(Get(token, "01900000-0000-7000-8000-00000000dead"), HasReason(Reason::kNotFound));
  }
  for (const char* token : {"manager", "kunshan officer", "auditor"}) {
    EXPECT_OK(Get(token, made.id())) << token;
    EXPECT_EQ(List(token, 10)->organizations_size(), 1) << token;
  }
}

TEST_F(OrganizationServiceTest, AForeignObjectIsNotFoundWhateverIsTried) {
  pb::Organization made = MakeOrganization();
  Appoint("stranger", "01900000-0000-7000-8000-0000000000ff");
  EXPECT_THAT(Update("stranger", made, {"address"}), HasReason(Reason::kNotFound));
  EXPECT_THAT(Update("stranger", made, {"contact_name"}), HasReason(Reason::kInvalidField)) << "it is masked";
  made.set_contact_name("李四");
  EXPECT_THAT(Update("stranger", made, {"contact_name"}), HasReason(Reason::kNotFound));
  callers_["gusu officer"] = {AccountId("o"), {Role::kCivilAffairsOfficer}, "3205/320508", {}, {}};
  EXPECT_THAT(Review(made, pb::ORGANIZATION_STATE_SUSPENDED, "gusu officer"), HasReason(Reason::kNotFound));
}

TEST_F(OrganizationServiceTest, ARefusalChangesNothing) {
  const pb::Organization made = MakeOrganization();
  const int64_t audits = Count("SELECT COUNT(*) FROM audit");
  pb::Organization stale = made;
  stale.set_version(7);
  const auto refused = Update("manager", stale, {"address"});
  EXPECT_THAT(refused, HasReason(Reason::kVersionConflict));
  EXPECT_EQ(GetErrorInfo(refused.status()).metadata["current_version"], "1");
  EXPECT_THAT(Review(made, pb::ORGANIZATION_STATE_DRAFT), HasReason(Reason::kIllegalTransition));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM audit"), audits);
  EXPECT_EQ(Count("SELECT version FROM organization"), 1);
}

TEST_F(OrganizationServiceTest, UpdatesOneContactFieldAndKeepsTheOther) {
  pb::Organization made = MakeOrganization();
  made.set_contact_phone("0512-65123456");
  const auto updated = Update("manager", made, {"contact_phone"});
  ASSERT_OK(updated);
  EXPECT_EQ(updated->contact_name(), "张**");
  EXPECT_EQ(updated->contact_phone(), "051****3456");
  EXPECT_EQ(updated->version(), 2);
}

TEST_F(OrganizationServiceTest, ARepeatOfAnUpdateAnswersAsTheFirstTime) {
  pb::Organization made = MakeOrganization();
  made.set_contact_phone("19900000002");
  const std::string request_id = NewRequestId();
  const auto first = Update("manager", made, {"contact_phone"}, request_id);
  const auto again = Update("manager", made, {"contact_phone"}, request_id);
  ASSERT_OK(again);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
}

TEST_F(OrganizationServiceTest, ASuspensionIsToldWithItsTeams) {
  const pb::Organization made = MakeOrganization();
  const auto team = CreateTeam("manager", SampleTeam(made.id()));
  ASSERT_OK(team);
  ASSERT_OK(Review(made, pb::ORGANIZATION_STATE_SUSPENDED));
  const auto events = Events();
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0].type(), "muster.registry.v1.OrganizationCreated");
  EXPECT_EQ(events[1].type(), "muster.registry.v1.TeamCreated");
  EXPECT_EQ(events[2].type(), "muster.registry.v1.OrganizationReviewed");
  EXPECT_EQ(events[3].type(), "muster.registry.v1.TeamUpdated");
  EXPECT_EQ(events[3].version(), 2);
  EXPECT_EQ(events[3].data_type(), "muster.registry.v1.TeamEvent");
  EXPECT_EQ(events[3].district_path(), "3205/320583");
  pb::TeamEvent payload;
  ASSERT_TRUE(payload.ParseFromString(events[3].data()));
  EXPECT_EQ(payload.team().organization_state(), pb::ORGANIZATION_STATE_SUSPENDED);
  EXPECT_EQ(payload.team().team().version(), 2);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(OrganizationServiceTest, APageEndsWhereTheNextBegins) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    pb::Organization filed = SampleOrganization();
    filed.set_kind(pb::ORGANIZATION_KIND_FILED_GROUP);
    filed.set_credit_code("");
    filed.set_filing_office("云溪街道办事处");
    filed.set_filing_number("备-" + std::to_string(i));
    const auto made = CreateOrganization("officer", filed);
    ASSERT_OK(made);
    ids.push_back(made->id());
  }
  std::vector<std::string> read;
  std::string token;
  do {
    const auto page = List("officer", 2, token);
    ASSERT_OK(page);
    for (const auto& organization : page->organizations()) {
      read.push_back(organization.id());
    }
    token = page->next_page_token();
  } while (!token.empty());
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(read, ids);
}

TEST_F(OrganizationServiceTest, TheSameFilingNumberIsADuplicateAlsoWhenOnlyItIsChanged) {
  pb::Organization filed = SampleOrganization();
  filed.set_kind(pb::ORGANIZATION_KIND_FILED_GROUP);
  filed.set_credit_code("");
  filed.set_filing_office("云溪街道办事处");
  filed.set_filing_number("备-1");
  ASSERT_OK(CreateOrganization("officer", filed));
  EXPECT_THAT(CreateOrganization("officer", filed), HasReason(Reason::kDuplicate));
  filed.set_filing_number("备-2");
  pb::Organization second = *CreateOrganization("officer", filed);
  second.set_filing_number("备-1");
  EXPECT_THAT(Update("officer", second, {"filing_number"}), HasReason(Reason::kDuplicate));
  second.set_filing_number("备-3");
  EXPECT_OK(Update("officer", second, {"filing_number"}));
}

TEST_F(OrganizationServiceTest, EveryMethodOfTheServiceIsServed) {
  const auto* service = pb::Team::descriptor()->file()->FindServiceByName("RegistryService");
  ASSERT_NE(service, nullptr);
  for (int i = 0; i < service->method_count(); ++i) {
    EXPECT_NE(table_.Find(service->method(i)->full_name()), nullptr) << service->method(i)->full_name();
  }
}

TEST_F(OrganizationServiceTest, BadPagesAndForgedTokensAreRefused) {
  EXPECT_THAT(List("officer", -1), HasReason(Reason::kBadPage));
  EXPECT_THAT(List("officer", 501), HasReason(Reason::kBadPage));
  EXPECT_THAT(List("officer", 10, "forged"), HasReason(Reason::kBadCursor));
  EXPECT_OK(List("officer", 0));
}

TEST_F(OrganizationServiceTest, AnOfficerListsADistrict) {
  MakeOrganization();
  MakeOrganization("other", "53320500MJ50900329", "3205/320508");
  EXPECT_EQ(List("officer", 10)->organizations_size(), 2);
  EXPECT_EQ(List("officer", 10, "", "3205/320583")->organizations_size(), 1);
  EXPECT_THAT(List("officer", 10, "", "3205/32058"), HasReason(Reason::kInvalidField)) << "no district of that path";
}

TEST_F(OrganizationServiceTest, PositionsOfShiftedSystemsBecomeWgs84) {
  pb::Organization sample = SampleOrganization();
  sample.mutable_position()->set_latitude(31.3846);
  sample.mutable_position()->set_longitude(120.981);
  sample.mutable_position()->set_coordinate_system(common::v1::COORDINATE_SYSTEM_GCJ02);
  const auto made = CreateOrganization("officer", sample);
  ASSERT_OK(made);
  EXPECT_EQ(made->position().coordinate_system(), common::v1::COORDINATE_SYSTEM_WGS84);
  EXPECT_GT(std::abs(made->position().longitude() - 120.981), 0.002);
  sample.mutable_position()->set_latitude(120.981);
  sample.mutable_position()->set_longitude(31.3846);
  sample.set_credit_code("53320500MJ50900329");
  EXPECT_THAT(CreateOrganization("officer", sample), HasReason(Reason::kBadGeometry));
}

}  // namespace
}  // namespace muster::registry
