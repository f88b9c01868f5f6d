#include <gtest/gtest.h>

#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;

class MemberServiceTest : public RegistryFixture {
 protected:
  MemberServiceTest() : organization_(MakeOrganization()) {}

  static pb::Member SampleMember() {
    pb::Member member;
    member.set_name("李小龙");
    member.set_phone("199 0000 0001");
    member.add_skills("elder_care");
    return member;
  }
  absl::StatusOr<pb::Member> Create(const std::string& token, const pb::Member& member) {
    pb::CreateMemberRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_member() = member;
    return Invoke<pb::Member>(token, "CreateMember", request);
  }
  absl::StatusOr<pb::Member> Get(const std::string& token, const std::string& id) {
    pb::GetMemberRequest request;
    request.set_id(id);
    return Invoke<pb::Member>(token, "GetMember", request);
  }
  absl::StatusOr<pb::Member> Update(const std::string& token, const pb::Member& member,
                                    const std::vector<std::string>& paths) {
    pb::UpdateMemberRequest request;
    request.set_request_id(NewRequestId());
    *request.mutable_member() = member;
    request.mutable_update_mask()->mutable_paths()->Assign(paths.begin(), paths.end());
    request.set_expected_version(member.version());
    return Invoke<pb::Member>(token, "UpdateMember", request);
  }
  absl::StatusOr<pb::ListMembersResponse> FindByPhone(const std::string& token, const std::string& phone) {
    pb::ListMembersRequest request;
    request.set_phone(phone);
    return Invoke<pb::ListMembersResponse>(token, "ListMembers", request);
  }

  const pb::Organization organization_;
};

TEST_F(MemberServiceTest, KeepsAPersonSealedAndShowsThemMasked) {
  const auto made = Create("manager", SampleMember());
  ASSERT_OK(made);
  EXPECT_EQ(made->organization_id(), organization_.id()) << "a manager's member is of the own organization";
  EXPECT_EQ(made->district_path(), "3205/320583");
  EXPECT_EQ(made->name(), "李**");
  EXPECT_EQ(made->phone(), "199****0001");
  EXPECT_EQ(made->id_number(), "");
  EXPECT_EQ(Get("officer", made->id())->SerializeAsString(), made->SerializeAsString());
  EXPECT_THAT(Bytes("SELECT name FROM member"), ::testing::Not(::testing::HasSubstr("李")));
  EXPECT_THAT(Bytes("SELECT phone FROM member"), ::testing::Not(::testing::HasSubstr("1990")));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM member WHERE length(phone_index) <> 16"), 0);
  EXPECT_EQ(Count("SELECT COUNT(*) FROM outbox WHERE type LIKE '%Member%'"), 0);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MemberServiceTest, FindsByExactPhoneInWhicheverFormItIsGiven) {
  ASSERT_OK(Create("manager", SampleMember()));
  EXPECT_EQ(FindByPhone("manager", "+86 19900000001")->members_size(), 1);
  EXPECT_EQ(FindByPhone("officer", "19900000001")->members_size(), 1);
  EXPECT_EQ(FindByPhone("manager", "19900000002")->members_size(), 0);
  EXPECT_THAT(FindByPhone("manager", "123"), HasReason(Reason::kInvalidPhone));
}

TEST_F(MemberServiceTest, OtherOrganizationsFindNobody) {
  const auto made = Create("manager", SampleMember());
  MakeOrganization("other", "53320500MJ50900329", "3205/320508");
  EXPECT_EQ(FindByPhone("other", "19900000001")->members_size(), 0);
  EXPECT_EQ(FindByPhone("gusu operator", "19900000001")->members_size(), 0);
  EXPECT_THAT(Get("other", made->id()), HasReason(Reason::kNotFound));
  EXPECT_THAT(Update("other", *made, {"skills"}), HasReason(Reason::kNotFound));
  pb::Member foreign = SampleMember();
  foreign.set_organization_id(organization_.id());
  EXPECT_THAT(Create("other", foreign), HasReason(Reason::kNotFound));
}

TEST_F(MemberServiceTest, AnUpdateOfThePhoneKeepsTheNameAndMovesTheIndex) {
  pb::Member member = *Create("manager", SampleMember());
  member.set_phone("19900000009");
  const auto updated = Update("manager", member, {"phone"});
  ASSERT_OK(updated);
  EXPECT_EQ(updated->name(), "李**");
  EXPECT_EQ(updated->phone(), "199****0009");
  EXPECT_EQ(FindByPhone("manager", "19900000001")->members_size(), 0);
  EXPECT_EQ(FindByPhone("manager", "19900000009")->members_size(), 1);
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MemberServiceTest, AMaskedValueIsNotWrittenBack) {
  const auto member = Create("manager", SampleMember());
  EXPECT_THAT(Update("manager", *member, {"name"}), HasReason(Reason::kInvalidField));
  EXPECT_THAT(Update("manager", *member, {"phone"}), HasReason(Reason::kInvalidPhone));
  EXPECT_OK(Update("manager", *member, {"skills"})) << "outside the mask it does no harm";
}

TEST_F(MemberServiceTest, JoinsTeamsOfTheOwnOrganizationAndIsListedByTeam) {
  const auto team = CreateTeam("manager", SampleTeam(organization_.id()));
  ASSERT_OK(team);
  pb::Member member = *Create("manager", SampleMember());
  member.add_team_ids(team->id());
  ASSERT_OK(Update("manager", member, {"team_ids"}));
  pb::ListMembersRequest request;
  request.set_team_id(team->id());
  const auto listed = Invoke<pb::ListMembersResponse>("manager", "ListMembers", request);
  ASSERT_OK(listed);
  ASSERT_EQ(listed->members_size(), 1);
  EXPECT_EQ(listed->members(0).team_ids(0), team->id());
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MemberServiceTest, ACiphertextMovedToAnotherRowDoesNotOpen) {
  const auto first = Create("manager", SampleMember());
  pb::Member other = SampleMember();
  other.set_name("王五");
  const auto second = Create("manager", other);
  ASSERT_OK(second);
  // The statement cache keeps the text by its address.
  static const std::string move = "UPDATE member SET name = (SELECT name FROM member WHERE id = '" + first->id() + "')";
  Spoil(move);
  const auto read = Get("manager", second->id());
  EXPECT_THAT(read, HasReason(Reason::kInternalInvariant));
  EXPECT_FALSE(Violations().empty());
}

}  // namespace
}  // namespace muster::registry
