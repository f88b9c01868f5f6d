#include <gmock/gmock.h>

#include "services/registry/core/merge_rules.h"
#include "tests/unit/registry/life_fixture.h"
#include "tests/unit/registry/rules_fixture.h"

namespace muster::registry {
namespace {

using muster::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OrganizationMergeTest : public LifeFixture {
 protected:
  OrganizationMergeTest() {
    survivor_ = MakeOrganization();
    merged_ = MakeOrganization("other manager", "53320500MJ50900329");
  }

  absl::StatusOr<pb::Organization> Merge(const std::string& token = "kunshan officer",
                                         const std::string& request_id = NewRequestId()) {
    pb::MergeOrganizationsRequest request;
    request.set_request_id(request_id);
    request.set_survivor_id(survivor_.id());
    request.set_expected_version(survivor_.version());
    request.set_merged_id(merged_.id());
    request.set_merged_expected_version(merged_.version());
    request.set_reason("重复登记");
    return Invoke<pb::Organization>(token, "MergeOrganizations", request);
  }
  absl::StatusOr<pb::ListDuplicatesResponse> Duplicates(const std::string& token = "kunshan officer",
                                                        int page_size = 50, const std::string& page = "") {
    pb::ListDuplicatesRequest request;
    request.set_page_size(page_size);
    request.set_page_token(page);
    return Invoke<pb::ListDuplicatesResponse>(token, "ListDuplicates", request);
  }
  absl::StatusOr<pb::DismissDuplicateResponse> Dismiss(const std::string& first, const std::string& second,
                                                       const std::string& token = "kunshan officer",
                                                       const std::string& request_id = NewRequestId()) {
    pb::DismissDuplicateRequest request;
    request.set_request_id(request_id);
    request.set_first_id(first);
    request.set_second_id(second);
    request.set_reason("两家不同的机构");
    return Invoke<pb::DismissDuplicateResponse>(token, "DismissDuplicate", request);
  }
  absl::StatusOr<pb::Member> MakeMember(const std::string& token, const pb::Organization& of,
                                        const std::string& team_id = "") {
    pb::CreateMemberRequest request;
    request.set_request_id(NewRequestId());
    request.mutable_member()->set_organization_id(of.id());
    request.mutable_member()->set_name("李小龙");
    request.mutable_member()->set_phone("19900000002");
    if (!team_id.empty()) {
      request.mutable_member()->add_team_ids(team_id);
      *request.mutable_member()->add_consents() = DispatchConsent();
    }
    return Invoke<pb::Member>(token, "CreateMember", request);
  }
  absl::StatusOr<pb::Member> GetMember(const std::string& token, const std::string& id) {
    pb::GetMemberRequest request;
    request.set_id(id);
    return Invoke<pb::Member>(token, "GetMember", request);
  }

  pb::Organization survivor_;
  pb::Organization merged_;
};

TEST_F(OrganizationMergeTest, TeamsPeopleAndInspectionsGoToTheSurvivor) {
  const auto team = CreateTeam("other manager", SampleTeam(merged_.id()));
  ASSERT_OK(team);
  const auto member = MakeMember("other manager", merged_, team->id());
  ASSERT_OK(member);
  merged_ = *Inspect(merged_, 2025, pb::INSPECTION_KIND_ANNUAL, pb::INSPECTION_RESULT_PASSED);
  merged_ = *Blacklist(merged_, 1000);

  const auto joined = Merge();
  ASSERT_OK(joined);
  EXPECT_EQ(joined->id(), survivor_.id());
  EXPECT_EQ(joined->version(), survivor_.version() + 1);
  EXPECT_EQ(joined->inspections_size(), 1);
  EXPECT_TRUE(joined->has_blacklisted_until_time()) << "a merge does not wash clean";
  const auto gone = Get("officer", merged_.id());
  EXPECT_EQ(gone->state(), pb::ORGANIZATION_STATE_WITHDRAWN);
  EXPECT_EQ(gone->merged_into_id(), survivor_.id());

  const auto moved = GetTeam("manager", team->id());
  ASSERT_OK(moved) << "the survivor's manager sees it";
  EXPECT_EQ(moved->organization_id(), survivor_.id());
  EXPECT_GT(moved->version(), team->version());
  EXPECT_THAT(GetTeam("other manager", team->id()), HasReason(Reason::kNotFound));
  const auto person = GetMember("manager", member->id());
  ASSERT_OK(person) << "sealed anew, it opens";
  EXPECT_EQ(person->name(), "李**");
  EXPECT_EQ(person->phone(), "199****0002");
  EXPECT_THAT(person->team_ids(), ElementsAre(team->id()));
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(OrganizationMergeTest, DrivesAndWhatTeamsDeclareGoOverAndItsOwnDeclarationsEnd) {
  const auto team = CreateTeam("other manager", SampleTeam(merged_.id()));
  ASSERT_OK(team);
  pb::CreateRecruitmentRequest open;
  open.set_request_id(NewRequestId());
  *open.mutable_recruitment() = SampleRecruitment(merged_.id());
  const auto drive = Invoke<pb::Recruitment>("other manager", "CreateRecruitment", open);
  ASSERT_OK(drive);
  pb::DeclareReadinessRequest ready;
  ready.set_people(pb::READINESS_LEVEL_READY);
  ready.set_equipment(pb::READINESS_LEVEL_READY);
  ready.set_funds(pb::READINESS_LEVEL_READY);
  for (const auto& [kind, id] :
       {std::pair(pb::SUBJECT_KIND_TEAM, team->id()), std::pair(pb::SUBJECT_KIND_ORGANIZATION, merged_.id())}) {
    ready.set_request_id(NewRequestId());
    ready.set_subject_kind(kind);
    ready.set_subject_id(id);
    ASSERT_OK(Invoke<pb::Readiness>("other manager", "DeclareReadiness", ready));
  }

  clock_.Advance(std::chrono::seconds(1));
  ASSERT_OK(Merge());
  const auto declared = Invoke<pb::ListReadinessResponse>("manager", "ListReadiness", pb::ListReadinessRequest());
  ASSERT_OK(declared);
  ASSERT_EQ(declared->readiness_size(), 1) << "the merged organization's own has ended";
  EXPECT_EQ(declared->readiness(0).subject_id(), team->id());
  pb::CloseRecruitmentRequest close;
  close.set_request_id(NewRequestId());
  close.set_id(drive->id());
  close.set_reason("人已招满");
  close.set_expected_version(drive->version() + 1);
  EXPECT_OK(Invoke<pb::Recruitment>("manager", "CloseRecruitment", close)) << "the survivor's manager has it now";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(OrganizationMergeTest, ItsEventsTellWhatBecameOfThem) {
  ASSERT_OK(CreateTeam("other manager", SampleTeam(merged_.id())));
  const size_t before = Events().size();
  ASSERT_OK(Merge());
  const auto events = Events();
  ASSERT_EQ(events.size(), before + 3);
  EXPECT_EQ(events[before].type(), "muster.registry.v1.OrganizationUpdated");
  EXPECT_EQ(events[before + 1].type(), "muster.registry.v1.OrganizationMerged");
  pb::OrganizationEvent merged;
  ASSERT_TRUE(merged.ParseFromString(events[before + 1].data()));
  EXPECT_EQ(merged.merged_into_id(), survivor_.id());
  EXPECT_EQ(events[before + 2].type(), "muster.registry.v1.TeamUpdated");
  pb::TeamEvent team;
  ASSERT_TRUE(team.ParseFromString(events[before + 2].data()));
  EXPECT_EQ(team.team().team().organization_id(), survivor_.id());
  EXPECT_EQ(History("officer", merged_.id())->steps(1).reason(), "重复登记");
}

TEST_F(OrganizationMergeTest, AnOfficerMergesInTheOwnDistrictOnly) {
  EXPECT_THAT(Merge("manager"), HasReason(Reason::kForbidden));
  EXPECT_THAT(Merge("gusu officer"), HasReason(Reason::kNotFound));
  merged_ = MakeOrganization("gusu manager", "51320500500000277Y", "3205/320508");
  EXPECT_THAT(Merge(), HasReason(Reason::kNotFound)) << "one of them is another district's";
  EXPECT_THAT(Dismiss(survivor_.id(), merged_.id()), HasReason(Reason::kNotFound));
  EXPECT_OK(Merge("officer")) << "the city's officer covers both";
}

TEST_F(OrganizationMergeTest, TheTeamsOfASuspendedOneAreNotSetFree) {
  merged_ = *Review(merged_, pb::ORGANIZATION_STATE_SUSPENDED);
  EXPECT_THAT(Merge(), HasReason(Reason::kIllegalTransition));
  survivor_ = *Review(survivor_, pb::ORGANIZATION_STATE_SUSPENDED);
  EXPECT_OK(Merge());
}

TEST_F(OrganizationMergeTest, StaleVersionsEndedAndTheSameOneAreRefused) {
  survivor_.set_version(2);
  EXPECT_EQ(GetErrorInfo(Merge().status()).field, "expected_version");
  survivor_.set_version(1);
  merged_.set_version(2);
  EXPECT_EQ(GetErrorInfo(Merge().status()).field, "merged_expected_version");
  merged_ = survivor_;
  EXPECT_EQ(GetErrorInfo(Merge().status()).field, "merged_id");
  merged_ = MakeOrganization("third", "51320500500000277Y");
  merged_ = *Review(merged_, pb::ORGANIZATION_STATE_REVOKED);
  EXPECT_THAT(Merge(), HasReason(Reason::kIllegalTransition));
  std::swap(survivor_, merged_);
  EXPECT_THAT(Merge(), HasReason(Reason::kIllegalTransition));
}

TEST_F(OrganizationMergeTest, ARepeatAnswersAsTheFirstTime) {
  ASSERT_OK(MakeMember("other manager", merged_));
  const std::string id = NewRequestId();
  const auto first = Merge("kunshan officer", id);
  ASSERT_OK(first);
  const auto again = Merge("kunshan officer", id);
  ASSERT_OK(again);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
}

TEST_F(OrganizationMergeTest, AnOpenRequestOfTheMergedOneIsWithdrawn) {
  pb::RequestOrganizationChangeRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_organization() = merged_;
  request.mutable_organization()->set_name("另一个名称");
  request.mutable_update_mask()->add_paths("name");
  request.set_reason("换发证书");
  request.set_expected_version(merged_.version());
  const auto change = Invoke<pb::OrganizationChange>("other manager", "RequestOrganizationChange", request);
  ASSERT_OK(change);
  ASSERT_OK(Merge());
  EXPECT_EQ(Bytes("SELECT state FROM organization_change"), "withdrawn");
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(OrganizationMergeTest, NoMoreTeamsThanOneOrganizationMayHave) {
  Facts facts;
  facts.organization = testing::SampleOrganization();
  facts.other_organization = testing::SampleOrganization();
  facts.other_organization->id = testing::kOtherOrganization;
  facts.teams.assign(600, testing::SampleTeam());
  facts.other_teams.assign(401, testing::SampleTeam());
  MergeOrganizations command{testing::kOrganization, 3, testing::kOtherOrganization, 3, "one", {}};
  const auto refused = Decide(command, facts, testing::ContextOf(testing::Officer()));
  EXPECT_THAT(refused, HasReason(Reason::kOutOfRange));
  facts.other_teams.back().team.disbanded = true;
  const auto changes = Decide(command, facts, testing::ContextOf(testing::Officer()));
  ASSERT_OK(changes);
  EXPECT_EQ(changes->teams.size(), 401U) << "the disbanded go too";
  Member member;
  member.id = MemberId("m");
  member.version = 2;
  facts.other_members = {member};
  EXPECT_THAT(Decide(command, facts, testing::ContextOf(testing::Officer())), HasReason(Reason::kVersionConflict))
      << "somebody has come since";
}

TEST_F(OrganizationMergeTest, DuplicatesStandSideBySideUntilTheyAreDealtWith) {
  MakeOrganization("gusu manager", "51320500500000277Y", "3205/320508");
  const auto listed = Duplicates();
  ASSERT_OK(listed);
  ASSERT_EQ(listed->pairs_size(), 1) << "the third is another district's";
  EXPECT_THAT(listed->pairs(0).reasons(), ElementsAre(pb::DUPLICATE_REASON_NAME, pb::DUPLICATE_REASON_PHONE));
  EXPECT_EQ(listed->pairs(0).first().id(), std::min(survivor_.id(), merged_.id()));
  EXPECT_EQ(listed->pairs(0).second().contact_phone(), "199****0001") << "masked";
  EXPECT_EQ(Duplicates("officer")->pairs_size(), 3);
  const auto first = Duplicates("officer", 2);
  EXPECT_EQ(first->pairs_size(), 2);
  const auto rest = Duplicates("officer", 2, first->next_page_token());
  EXPECT_EQ(rest->pairs_size(), 1);
  EXPECT_EQ(rest->next_page_token(), "");
  EXPECT_THAT(Duplicates("officer", 2, "eHl6"), HasReason(Reason::kBadCursor));

  ASSERT_OK(Dismiss(merged_.id(), survivor_.id()));
  EXPECT_EQ(Duplicates()->pairs_size(), 0);
  EXPECT_THAT(Dismiss(survivor_.id(), merged_.id()), HasReason(Reason::kDuplicate)) << "it is noted already";
  EXPECT_THAT(Violations(), IsEmpty());
}

TEST_F(OrganizationMergeTest, ARepeatedDismissalHasOneEffectAndAMergedOneIsNoDuplicate) {
  const std::string id = NewRequestId();
  ASSERT_OK(Dismiss(survivor_.id(), merged_.id(), "kunshan officer", id));
  ASSERT_OK(Dismiss(survivor_.id(), merged_.id(), "kunshan officer", id));
  EXPECT_EQ(Count("SELECT COUNT(*) FROM duplicate_dismissal"), 1);
  ASSERT_OK(Merge());
  EXPECT_EQ(Duplicates("officer")->pairs_size(), 0);
}

TEST_F(OrganizationMergeTest, AContactIsFoundByItsNewPhoneOnly) {
  pb::Organization changed = merged_;
  changed.set_contact_phone("0512-65123456");
  changed.set_name("暮色中心");
  ASSERT_OK(Update("officer", changed, {"contact_phone", "name"}));
  EXPECT_EQ(Duplicates()->pairs_size(), 0);
  EXPECT_THAT(Violations(), IsEmpty());
}

}  // namespace
}  // namespace muster::registry
