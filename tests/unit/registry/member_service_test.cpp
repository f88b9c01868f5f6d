#include <gtest/gtest.h>

#include "tests/support/wire.h"
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

  RegistryStore service_store() { return RegistryStore(*database_); }

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
  EXPECT_TRUE(made->dispatch_consent_missing());
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
  pb::Member sample = SampleMember();
  *sample.add_consents() = DispatchConsent();
  pb::Member member = *Create("manager", sample);
  EXPECT_FALSE(member.dispatch_consent_missing());
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

TEST_F(MemberServiceTest, KeepsAgeGuardianAndInsuranceSealedAndMasked) {
  pb::Member sample = SampleMember();
  sample.set_birth_date("2009-05-17");
  EXPECT_THAT(Create("manager", sample), HasReason(Reason::kInvalidField)) << "16, and no guardian";
  sample.set_guardian_name("李国豪");
  sample.set_guardian_phone("19900000008");
  *sample.mutable_guardian_consent_time() = muster::testing::ToTimestamp(clock_.Now());
  sample.mutable_insurance()->set_insurer("中国人保");
  sample.mutable_insurance()->set_policy_number("PICC-2026-998877");
  const auto made = Create("manager", sample);
  ASSERT_OK(made);
  EXPECT_EQ(made->birth_date(), "2009-**-**");
  EXPECT_EQ(made->guardian_name(), "李**");
  EXPECT_EQ(made->guardian_phone(), "199****0008");
  EXPECT_EQ(made->insurance().policy_number(), "****77");
  EXPECT_EQ(made->insurance().insurer(), "中国人保");
  const std::string row = Bytes("SELECT birth_date FROM member") + Bytes("SELECT guardian_name FROM member") +
                          Bytes("SELECT guardian_phone FROM member") + Bytes("SELECT policy_number FROM member");
  for (const char* text : {"2009", "国豪", "0008", "998877"}) {
    EXPECT_EQ(row.find(text), std::string::npos) << text;
  }
  pb::Member changed = *made;
  changed.set_guardian_phone("19900000018");
  const auto updated = Update("manager", changed, {"guardian_phone"});
  ASSERT_OK(updated);
  EXPECT_EQ(updated->birth_date(), "2009-**-**") << "what is not named is sealed anew as it was";
  EXPECT_EQ(updated->guardian_phone(), "199****0018");
  changed = *updated;
  EXPECT_THAT(Update("manager", changed, {"birth_date"}), HasReason(Reason::kInvalidField)) << "masked";
  changed.clear_guardian_consent_time();
  EXPECT_THAT(Update("manager", changed, {"guardian_consent_time"}), HasReason(Reason::kInvalidField));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MemberServiceTest, TheSamePhoneAndIdentityNumberAreTheSamePerson) {
  pb::Member sample = SampleMember();
  sample.set_id_number("11010519491231002X");
  ASSERT_OK(Create("manager", sample));
  MakeOrganization("other", "53320500MJ50900329", "3205/320508");
  sample.set_phone("+86 19900000001");
  const auto again = Create("other", sample);
  EXPECT_THAT(again, HasReason(Reason::kDuplicate));
  EXPECT_NE(GetErrorInfo(again.status()).message_en.find("JoinTeam"), std::string::npos);
  sample.set_phone("19900000002");
  const auto sibling = Create("other", sample);
  ASSERT_OK(sibling) << "another phone: not known to be the same";
  pb::Member moved = *sibling;
  moved.set_phone("19900000001");
  EXPECT_THAT(Update("other", moved, {"phone"}), HasReason(Reason::kDuplicate));
  EXPECT_TRUE(Violations().empty());
}

TEST_F(MemberServiceTest, ARowFromBeforeKeepsItsHashAndMissesItsConsent) {
  const auto made = Create("manager", SampleMember());
  ASSERT_OK(made);
  const std::string hash = Bytes("SELECT after_hash FROM audit WHERE object_type = 'member'");
  Member plain = *service_store().GetMember(callers_["officer"], MemberId(made->id()));
  EXPECT_EQ(HashOf(plain), hash);
  std::vector<storage::Value> first = MemberTable().Values(plain);
  first.resize(12);
  EXPECT_EQ(storage::HashValues(first), hash) << "the columns that a member had at first";
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
