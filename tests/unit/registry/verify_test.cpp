#include "services/registry/store/verify.h"

#include <gmock/gmock.h>

#include "tests/support/temp_dir.h"
#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// One thing done to the store past all rules, and what must be told.
struct Damage {
  const char* name;
  const char* sql;
  std::vector<std::string> told;
};

constexpr char kNotAsRecorded[] = "I4 the row is not what its last audit record says";

class RegistryDamageTest : public RegistryFixture, public ::testing::WithParamInterface<Damage> {
 protected:
  /// "I4 what is wrong".
  std::vector<std::string> Found() {
    const auto database = store_->Open({&clock_}, RegistryMigrations());
    EXPECT_OK(database);
    const auto result = VerifyStore(**database);
    EXPECT_OK(result);
    std::vector<std::string> found;
    for (const events::Violation& violation : result->violations) {
      found.push_back(violation.invariant + " " + violation.problem_en);
      EXPECT_FALSE(violation.problem_zh.empty());
    }
    return found;
  }

  /// A certificate of the team, a drive, and the member's place in it.
  void MakeAgreements(const pb::Team& team, const pb::Member& member) {
    pb::RecordCertificateRequest certificate;
    certificate.set_request_id(NewRequestId());
    certificate.mutable_certificate()->set_team_id(team.id());
    certificate.mutable_certificate()->set_qualification("急救");
    certificate.mutable_certificate()->set_issuer("红十字会");
    certificate.mutable_certificate()->mutable_valid_until_time()->set_seconds(4'000'000'000);
    ASSERT_OK(Invoke<pb::Certificate>("manager", "RecordCertificate", certificate));
    const auto drive = CreateRecruitment("manager", SampleRecruitment(team.organization_id()));
    ASSERT_OK(drive);
    pb::ApplyToRecruitmentRequest apply;
    apply.set_request_id(NewRequestId());
    apply.set_recruitment_id(drive->id());
    apply.set_member_id(member.id());
    const auto application = Invoke<pb::Application>("manager", "ApplyToRecruitment", apply);
    ASSERT_OK(application);
    pb::ReviewApplicationRequest review;
    review.set_request_id(NewRequestId());
    review.set_id(application->id());
    review.set_accept(true);
    review.set_expected_version(1);
    ASSERT_OK(Invoke<pb::Application>("manager", "ReviewApplication", review));
  }

  void MakeTwoOrganizationsWithTeamAndMember() {
    const pb::Organization first = MakeOrganization("manager");
    MakeOrganization("other manager", "53320500MJ50900329", "3205/320508");
    const auto team = CreateTeam("manager", SampleTeam(first.id()));
    ASSERT_OK(team);
    pb::CreateMemberRequest member;
    member.set_request_id(NewRequestId());
    member.mutable_member()->set_organization_id(first.id());
    member.mutable_member()->set_name("张三");
    member.mutable_member()->set_phone("19900000002");
    member.mutable_member()->add_team_ids(team->id());
    *member.mutable_member()->add_consents() = DispatchConsent();
    const auto made = Invoke<pb::Member>("manager", "CreateMember", member);
    ASSERT_OK(made);
    MakeAgreements(*team, *made);
    pb::DeclareAvailabilityRequest window;
    window.set_request_id(NewRequestId());
    window.set_team_id(team->id());
    const int64_t now = ToMicros(clock_.Now()) / 1'000'000;
    window.add_windows()->mutable_start_time()->set_seconds(now + 3600);
    window.mutable_windows(0)->mutable_end_time()->set_seconds(now + 7200);
    ASSERT_OK(Invoke<pb::DeclareAvailabilityResponse>("manager", "DeclareAvailability", window));
  }
};

TEST_P(RegistryDamageTest, IsFound) {
  MakeTwoOrganizationsWithTeamAndMember();
  Close();
  ASSERT_THAT(Found(), IsEmpty());
  ASSERT_OK(store_->RunPastConstraints(GetParam().sql));
  EXPECT_THAT(Found(), ::testing::UnorderedElementsAreArray(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Planted, RegistryDamageTest,
    ::testing::Values(
        Damage{"TeamWithoutOrganization",
               "UPDATE team SET organization_id = 'x'; UPDATE member SET organization_id = 'x'",
               {"I1 a team without an organization", "I1 a member of an organization that is not there", kNotAsRecorded,
                kNotAsRecorded}},
        Damage{"CapabilityWithoutTeam",
               "INSERT INTO team_capability SELECT 'x', place, capability, level, valid_from_us, valid_until_us FROM "
               "team_capability",
               {"I1 a capability without a team"}},
        Damage{"UnknownCapability",
               "UPDATE team_capability SET capability = 'sorcery'",
               {"I1 a capability that the taxonomy does not have", kNotAsRecorded}},
        Damage{"WindowWithoutTeam", "UPDATE availability SET team_id = 'x'", {"I1 a window without a team"}},
        Damage{"ChangedOrganization",
               "UPDATE organization SET rating = 5 WHERE rating = 0 AND credit_code LIKE '%26R'",
               {kNotAsRecorded}},
        Damage{"TakenCapability", "DELETE FROM team_capability", {kNotAsRecorded}},
        Damage{"ForgottenMembership", "DELETE FROM member_team", {kNotAsRecorded}},
        Damage{"CertificateThatEndsBeforeItStarts",
               "UPDATE team_capability SET valid_until_us = valid_from_us - 1",
               {"I5 a certificate that ends before it starts", kNotAsRecorded}},
        Damage{"WindowThatEndsBeforeItStarts",
               "UPDATE availability SET end_us = start_us - 1",
               {"I5 a window that ends before it starts"}},
        Damage{"MemberInATeamOfAnother",
               "UPDATE member SET organization_id = (SELECT id FROM organization WHERE credit_code LIKE '%0329')",
               {"I6 a member in a team of another organization without an agreement", kNotAsRecorded}},
        Damage{
            "AgreementWithoutPlaceInTheTeam",
            "INSERT INTO membership SELECT 'x', 1, 1, 1, t.id, m.id, t.organization_id, t.district_path, 'accepted', "
            "1, 'a', '' FROM team t, member m; DELETE FROM member_team",
            {"I6 an agreement in force with a member who is not in the team",
             "I4 it was changed without an audit record", kNotAsRecorded}},
        Damage{"CertificateWithoutHolder",
               "UPDATE certificate SET team_id = 'x'",
               {"I1 a certificate without a holder", kNotAsRecorded}},
        Damage{"ApplicationWithoutDrive",
               "UPDATE application SET recruitment_id = 'x'; UPDATE recruitment SET filled = 0",
               {"I1 an application without a drive or a person", kNotAsRecorded, kNotAsRecorded}},
        Damage{"PlaceThatNobodyHas",
               "UPDATE recruitment SET filled = 2",
               {"I5 a drive whose filled places are not the people accepted", kNotAsRecorded}},
        Damage{"ForgottenPersonOfWhomSomethingIsLeft",
               "UPDATE member SET erase_us = 1; DELETE FROM member_team",
               {"I6 a forgotten person of whom something is left", kNotAsRecorded}},
        Damage{"TeamLedByAnother",
               "UPDATE team SET leader_member_id = (SELECT id FROM member); DELETE FROM member_team; UPDATE member SET "
               "organization_id = (SELECT id FROM organization WHERE credit_code LIKE '%0329')",
               {"I6 a team led by a member of another organization", kNotAsRecorded, kNotAsRecorded}},
        Damage{"MergedOrganizationThatKeepsItsTeams",
               "UPDATE organization SET merged_into = (SELECT id FROM organization WHERE credit_code LIKE '%0329') "
               "WHERE credit_code LIKE '%26R'",
               {"I6 a merged organization that is not withdrawn or still has teams, members or an open request",
                kNotAsRecorded}},
        Damage{"OrganizationMergedIntoNone",
               "UPDATE organization SET merged_into = 'x', state = 'withdrawn' WHERE credit_code LIKE '%0329'",
               {"I1 an organization merged into one that is not there", kNotAsRecorded}},
        Damage{"ContactWithoutAFittingIndex",
               "UPDATE organization SET contact_index = substr(contact_index, 1, 5) WHERE credit_code LIKE '%26R'",
               {"I6 a contact whose phone index does not fit", kNotAsRecorded}},
        Damage{"PersonWhoIsNotSealed",
               "UPDATE member SET person_key = substr(person_key, 1, 0)",
               {"I6 a person who is not sealed or cannot be found by phone", kNotAsRecorded}}),
    [](const ::testing::TestParamInfo<Damage>& damage) { return std::string(damage.param.name); });

}  // namespace
}  // namespace muster::registry
