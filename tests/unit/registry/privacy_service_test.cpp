#include <gmock/gmock.h>

#include "muster/common/v1/options.pb.h"
#include "tests/unit/registry/people_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using ::testing::HasSubstr;
using ::testing::Not;

class PrivacyServiceTest : public PeopleFixture {
 protected:
  PrivacyServiceTest() : member_(Create("manager", SampleMember()).value()) {}

  const pb::Member member_;
};

TEST_F(PrivacyServiceTest, ShowsWhatIsAskedForInClearAndNotesItsPurpose) {
  const auto shown = Unmask("manager", member_.id());
  ASSERT_OK(shown);
  EXPECT_EQ(shown->name(), "李小龙");
  EXPECT_EQ(shown->phone(), "19900000001");
  EXPECT_EQ(shown->id_number(), "") << "not asked for";
  EXPECT_THAT(Bytes("SELECT note FROM audit WHERE action LIKE '%UnmaskMember'"),
              HasSubstr("name, phone: 电话通知集合"));
  EXPECT_EQ(Bytes("SELECT actor FROM audit WHERE action LIKE '%UnmaskMember'"), "manager");
  EXPECT_EQ(Bytes("SELECT object_id FROM audit WHERE action LIKE '%UnmaskMember'"), member_.id());
  EXPECT_EQ(Get("manager", member_.id())->version(), 1) << "nothing changed";
  EXPECT_TRUE(Violations().empty());
}

TEST_F(PrivacyServiceTest, NothingOfTheAnswerIsKept) {
  const std::string request_id = NewRequestId();
  ASSERT_OK(Unmask("manager", member_.id(), request_id));
  const auto again = Unmask("manager", member_.id(), request_id);
  ASSERT_OK(again);
  EXPECT_EQ(again->member_id(), member_.id());
  EXPECT_EQ(again->name(), "") << "a repeat is not counted, so it shows nothing";
  EXPECT_THAT(Unmask("manager", "01900000-0000-7000-8000-000000000001", request_id),
              HasReason(Reason::kRequestIdReused));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM unmasking"), 1);
  for (const char* text : {"李小龙", "19900000001", "19491231"}) {
    EXPECT_THAT(Told(), Not(HasSubstr(text)));
  }
  EXPECT_TRUE(pb::UnmaskMemberResponse::descriptor()->options().GetExtension(common::v1::never_logged));
}

TEST_F(PrivacyServiceTest, AtMostThirtyTimesAnHourAlsoAfterARestart) {
  for (int i = 0; i < 30; ++i) {
    ASSERT_OK(Unmask("manager", member_.id())) << i;
    clock_.Advance(std::chrono::minutes(1));
  }
  service_ = nullptr;  // what the limit counts is in the store alone
  service_ = std::make_unique<RegistryService>(
      RegistryService::Dependencies{*database_, clock_, SystemRandom(), cipher_, blind_index_});
  rpc::MethodTable table;
  service_->Register(table);
  rpc::CallPipeline pipeline(table, Checks(), rpc::PipelineOptions{}, clock_);
  const auto peer = rpc::MakeLocalPeer(pipeline);
  const auto unmask = [&](const std::string& token) {
    pb::UnmaskMemberRequest request;
    request.set_request_id(NewRequestId());
    request.set_member_id(member_.id());
    request.set_purpose("电话通知集合");
    request.add_fields("name");
    return rpc::CallUnaryBlocking<pb::UnmaskMemberResponse>(*peer, "muster.registry.v1.RegistryService.UnmaskMember",
                                                            CallOf(token), request);
  };
  const auto refused = unmask("manager");
  EXPECT_THAT(refused, HasReason(Reason::kRateLimited));
  EXPECT_EQ(GetErrorInfo(refused.status()).metadata.at("retry_after_s"), "1800");
  EXPECT_OK(unmask("kunshan officer")) << "each account has its own";
  clock_.Advance(std::chrono::minutes(30));
  EXPECT_OK(unmask("manager"));
  EXPECT_THAT(unmask("manager"), HasReason(Reason::kRateLimited));
  pipeline.WaitIdle(std::chrono::seconds(10));
}

TEST_F(PrivacyServiceTest, OnlyWhoWorksWithPeopleSeesThemInClear) {
  EXPECT_OK(Unmask("kunshan officer", member_.id()));
  EXPECT_OK(Unmask("kunshan street", member_.id()));
  EXPECT_THAT(Unmask("other", member_.id()), HasReason(Reason::kNotFound));
  EXPECT_THAT(Unmask("gusu operator", member_.id()), HasReason(Reason::kNotFound));
  EXPECT_THAT(Unmask("auditor", member_.id()), HasReason(Reason::kForbidden));
  Appoint("leader", organization_.id(), Role::kTeamLeader);
  EXPECT_THAT(Unmask("leader", member_.id()), HasReason(Reason::kForbidden));
  Appoint("colleague", organization_.id(), Role::kMember);
  EXPECT_THAT(Unmask("colleague", member_.id()), HasReason(Reason::kForbidden));
  const pb::Member zhang = Register("zhang", SampleMember("19900000007")).value();
  EXPECT_EQ(Unmask("zhang", zhang.id())->phone(), "19900000007") << "oneself";
}

TEST_F(PrivacyServiceTest, NeedsAPurposeAndKnownFields) {
  pb::UnmaskMemberRequest request;
  request.set_member_id(member_.id());
  request.add_fields("name");
  EXPECT_THAT(Change<pb::UnmaskMemberResponse>("manager", "UnmaskMember", request), HasReason(Reason::kInvalidField));
  request.set_purpose("核对");
  request.set_fields(0, "person_key");
  EXPECT_THAT(Change<pb::UnmaskMemberResponse>("manager", "UnmaskMember", request), HasReason(Reason::kInvalidField));
  request.clear_fields();
  EXPECT_THAT(Change<pb::UnmaskMemberResponse>("manager", "UnmaskMember", request), HasReason(Reason::kOutOfRange));
}

TEST_F(PrivacyServiceTest, AForgottenPersonLeavesAnIdAndNothingElse) {
  ASSERT_OK(RecordCertificate("manager", SampleCertificate(member_.id())));
  const auto drive = CreateRecruitment("manager", SampleRecruitment(organization_.id()));
  ASSERT_OK(drive);
  ASSERT_OK(Review("manager", Apply("manager", drive->id(), member_.id()).value()));
  ASSERT_OK(Join("manager", team_.id(), member_.id()));
  const pb::Member before = Get("manager", member_.id()).value();
  EXPECT_THAT(Erase("manager", before), HasReason(Reason::kForbidden));
  const auto erased = Erase("kunshan officer", before);
  ASSERT_OK(erased);
  EXPECT_TRUE(erased->has_erase_time());
  EXPECT_EQ(erased->name() + erased->phone() + erased->id_number() + erased->birth_date(), "");
  EXPECT_TRUE(erased->team_ids().empty());
  EXPECT_EQ(Get("officer", member_.id())->SerializeAsString(), erased->SerializeAsString());
  EXPECT_EQ(Count("SELECT COUNT(*) FROM member WHERE length(person_key) + length(name) + length(phone_index) + "
                  "length(person_index) > 0"),
            0);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM certificate WHERE length(number) > 0 OR state <> 'revoked'"), 0);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM membership WHERE state <> 'left'"), 0);
  EXPECT_EQ(GetDrive("manager", drive->id())->filled(), 0) << "the place is free again";
  EXPECT_THAT(Erase("officer", *erased), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(Unmask("officer", member_.id()), HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(RecordConsent("officer", *erased, DispatchConsent()), HasReason(Reason::kIllegalTransition));
  EXPECT_OK(Create("manager", SampleMember())) << "the same person may come back";
  EXPECT_TRUE(Violations().empty());
}

TEST_F(PrivacyServiceTest, APersonAsksToBeForgottenThemselves) {
  const pb::Member zhang = Register("zhang", SampleMember("19900000007")).value();
  EXPECT_THAT(Erase("li", zhang), HasReason(Reason::kNotFound));
  ASSERT_OK(Erase("zhang", zhang));
  EXPECT_THAT(Get("zhang", zhang.id()), HasReason(Reason::kNotFound)) << "the account has nothing to do with it now";
  EXPECT_OK(Register("zhang", SampleMember("19900000007")));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(PrivacyServiceTest, WhoLeadsATeamIsReplacedFirst) {
  pb::Team led = team_;
  led.set_leader_member_id(member_.id());
  ASSERT_OK(UpdateTeam("manager", led, {"leader_member_id"}));
  const auto refused = Erase("officer", member_);
  EXPECT_THAT(refused, HasReason(Reason::kIllegalTransition));
  EXPECT_THAT(GetErrorInfo(refused.status()).message_en, HasSubstr("UpdateTeam"));
  led = GetTeam("manager", team_.id()).value();
  led.clear_leader_member_id();
  ASSERT_OK(UpdateTeam("manager", led, {"leader_member_id"}));
  EXPECT_OK(Erase("officer", member_));
}

}  // namespace
}  // namespace muster::registry
