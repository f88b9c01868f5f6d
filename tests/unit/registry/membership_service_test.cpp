#include <gtest/gtest.h>

#include "tests/unit/registry/people_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class MembershipServiceTest : public PeopleFixture {
 protected:
  absl::StatusOr<pb::ListMembershipsResponse> List(const std::string& token) {
    return Invoke<pb::ListMembershipsResponse>(token, "ListMemberships", pb::ListMembershipsRequest());
  }
  int PeopleOf(const std::string& token, const std::string& team_id) {
    pb::ListMembersRequest request;
    request.set_team_id(team_id);
    return Invoke<pb::ListMembersResponse>(token, "ListMembers", request)->members_size();
  }
};

TEST_F(MembershipServiceTest, AVolunteerRegistersAloneOnceAndIsOfNoOrganization) {
  const auto zhang = Register("zhang", SampleMember());
  ASSERT_OK(zhang);
  EXPECT_EQ(zhang->account_id(), "zhang");
  EXPECT_EQ(zhang->organization_id(), "");
  EXPECT_EQ(zhang->birth_date(), "1949-**-**");
  EXPECT_EQ(Get("zhang", zhang->id())->SerializeAsString(), zhang->SerializeAsString());
  EXPECT_THAT(Get("li", zhang->id()), HasReason(Reason::kNotFound));
  const auto again = Register("zhang", SampleMember("19900000002"));
  EXPECT_THAT(again, HasReason(Reason::kDuplicate));
  EXPECT_EQ(GetErrorInfo(again.status()).metadata.at("member_id"), zhang->id());
  EXPECT_THAT(Register("li", SampleMember()), HasReason(Reason::kDuplicate)) << "the same phone and identity number";
  EXPECT_THAT(Create("manager", SampleMember()), HasReason(Reason::kDuplicate));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MembershipServiceTest, TheOfficeRegistersVolunteersOfItsDistrict) {
  EXPECT_THAT(Register("gusu officer", SampleMember()), HasReason(Reason::kForbidden));
  EXPECT_THAT(Register("street", SampleMember()), HasReason(Reason::kForbidden));
  EXPECT_THAT(Register("manager", SampleMember()), HasReason(Reason::kForbidden));
  const auto made = Register("kunshan street", SampleMember());
  ASSERT_OK(made);
  EXPECT_EQ(made->account_id(), "");
  pb::Member unknown_age = SampleMember("19900000002");
  unknown_age.clear_id_number();
  EXPECT_THAT(Register("officer", unknown_age), HasReason(Reason::kInvalidField));
  pb::Member member_of_team = SampleMember("19900000003");
  member_of_team.add_team_ids(team_.id());
  EXPECT_THAT(Register("officer", member_of_team), HasReason(Reason::kInvalidField));
}

TEST_F(MembershipServiceTest, APersonAsksAndTheTeamAccepts) {
  const pb::Member zhang = Register("zhang", SampleMember()).value();
  const auto asked = Join("zhang", team_.id(), zhang.id());
  ASSERT_OK(asked);
  EXPECT_EQ(asked->state(), pb::MEMBERSHIP_STATE_ASKED);
  EXPECT_FALSE(asked->asked_by_team());
  EXPECT_THAT(Join("zhang", team_.id(), zhang.id()), HasReason(Reason::kDuplicate));
  EXPECT_THAT(Answer("zhang", *asked), HasReason(Reason::kForbidden)) << "nobody answers themselves";
  EXPECT_THAT(Answer("other", *asked), HasReason(Reason::kNotFound));
  EXPECT_EQ(List("manager")->memberships_size(), 1);
  EXPECT_EQ(List("zhang")->memberships_size(), 1);
  EXPECT_EQ(List("other")->memberships_size(), 0);
  EXPECT_EQ(PeopleOf("manager", team_.id()), 0);
  EXPECT_OK(Get("manager", zhang.id())) << "who asks is seen, masked";
  const auto accepted = Answer("manager", *asked);
  ASSERT_OK(accepted);
  EXPECT_THAT(Answer("manager", *accepted), HasReason(Reason::kIllegalTransition));
  EXPECT_EQ(PeopleOf("manager", team_.id()), 1) << "the team sees who is in it";
  EXPECT_EQ(PeopleOf("other", team_.id()), 0);
  EXPECT_EQ(Get("manager", zhang.id())->team_ids(0), team_.id());
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MembershipServiceTest, WhoHasAskedMayTakeItBack) {
  const pb::Member zhang = Register("zhang", SampleMember()).value();
  const auto asked = Join("zhang", team_.id(), zhang.id());
  ASSERT_OK(asked);
  ASSERT_OK(Leave("zhang", zhang, team_.id()));
  EXPECT_THAT(Answer("manager", *asked), HasReason(Reason::kVersionConflict));
  EXPECT_OK(Join("zhang", team_.id(), zhang.id()));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MembershipServiceTest, ATeamAsksByPhoneAndIdentityNumberAndThePersonAccepts) {
  const pb::Member li = Create("other", SampleMember("19900000005")).value();
  EXPECT_THAT(Join("manager", team_.id(), li.id()), HasReason(Reason::kNotFound)) << "not to be seen by id";
  EXPECT_THAT(Invite("manager", team_.id(), "19900000006"), HasReason(Reason::kNotFound)) << "nobody";
  EXPECT_THAT(Invite("zhang", team_.id(), "19900000005"), HasReason(Reason::kNotFound)) << "has no team";
  const auto asked = Invite("manager", team_.id(), "+86 199 0000 0005");
  ASSERT_OK(asked);
  EXPECT_TRUE(asked->asked_by_team());
  EXPECT_THAT(Answer("manager", *asked), HasReason(Reason::kForbidden));
  const auto accepted = Answer("other", *asked);
  ASSERT_OK(accepted) << "the person has no account, so their organization answers";
  const pb::Member mixed = Get("other", li.id()).value();
  EXPECT_EQ(mixed.team_ids(0), team_.id());
  EXPECT_TRUE(Violations().empty());
  EXPECT_EQ(Leave("other", mixed, team_.id())->team_ids_size(), 0);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM membership WHERE state = 'left'"), 1);
  EXPECT_OK(Invite("manager", team_.id(), "19900000005")) << "one may come back";
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MembershipServiceTest, OnlyThePersonAnswersWhoHasAnAccount) {
  const pb::Member zhang = Register("zhang", SampleMember()).value();
  const auto asked = Invite("manager", team_.id(), "19900000001");
  ASSERT_OK(asked);
  EXPECT_THAT(Answer("kunshan officer", *asked), HasReason(Reason::kForbidden));
  EXPECT_THAT(Answer("li", *asked), HasReason(Reason::kNotFound));
  const auto declined = Answer("zhang", *asked, false);
  ASSERT_OK(declined);
  EXPECT_EQ(declined->reason(), "人手已够");
  EXPECT_EQ(Get("zhang", zhang.id())->team_ids_size(), 0);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MembershipServiceTest, WithinAnOrganizationTheManagersWordIsEnough) {
  const pb::Member member = Create("manager", SampleMember()).value();
  const auto joined = Join("manager", team_.id(), member.id());
  ASSERT_OK(joined);
  EXPECT_EQ(joined->state(), pb::MEMBERSHIP_STATE_ACCEPTED);
  pb::Member in_team = Get("manager", member.id()).value();
  EXPECT_EQ(in_team.version(), 2);
  EXPECT_THAT(Leave("manager", member, team_.id()), HasReason(Reason::kVersionConflict));
  in_team.clear_team_ids();
  pb::UpdateMemberRequest update;
  *update.mutable_member() = in_team;
  update.mutable_update_mask()->add_paths("team_ids");
  update.set_expected_version(2);
  ASSERT_OK(Change<pb::Member>("manager", "UpdateMember", update));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM membership WHERE state = 'left'"), 1) << "the agreement ends with it";
  EXPECT_OK(Join("manager", team_.id(), member.id()));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MembershipServiceTest, ATeamOfAnotherOrganizationIsLeftByEitherSide) {
  pb::Member zhang = Register("zhang", SampleMember()).value();
  ASSERT_OK(Answer("manager", Join("zhang", team_.id(), zhang.id()).value()));
  zhang = Get("zhang", zhang.id()).value();
  EXPECT_THAT(Leave("other", zhang, team_.id()), HasReason(Reason::kNotFound));
  ASSERT_OK(Leave("manager", zhang, team_.id()));
  EXPECT_THAT(Leave("zhang", *Get("zhang", zhang.id()), team_.id()), HasReason(Reason::kNotFound)) << "left already";
  EXPECT_THAT(Get("manager", zhang.id()), HasReason(Reason::kNotFound)) << "no longer of the team";
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MembershipServiceTest, WithdrawnConsentEndsEveryMembership) {
  pb::Member zhang = Register("zhang", SampleMember()).value();
  ASSERT_OK(Answer("manager", Join("zhang", team_.id(), zhang.id()).value()));
  zhang = Get("zhang", zhang.id()).value();
  ASSERT_OK(WithdrawConsent("zhang", zhang));
  EXPECT_EQ(PeopleOf("manager", team_.id()), 0);
  EXPECT_TRUE(Violations().empty());
}

}  // namespace
}  // namespace muster::registry
