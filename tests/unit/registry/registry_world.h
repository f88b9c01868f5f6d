#pragma once

#include <memory>
#include <string>
#include <vector>

#include "services/registry/core/credit_code.h"
#include "tests/support/bad_input_run.h"
#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {

/// Two organizations of two districts with a team and a member each, and for every method a request with every field
/// filled in that is accepted: its caller is of the first. Test bodies make as many worlds as they need.
class RegistryWorld : public RegistryFixture {
 public:
  RegistryWorld() {
    callers_["gusu officer"] = {AccountId("gusu officer"), {Role::kCivilAffairsOfficer}, "3205/320508", {}, {}};
    callers_["newcomer"] = {AccountId("newcomer"), {Role::kOrganizationManager}, "", {}, {}};
    organization_id_ = MakeOrganization("manager", NextCreditCode()).id();
    member_id_ = MakeMember("manager", organization_id_);
    team_id_ = MakeTeam("manager", organization_id_);
    drive_id_ = NewDrive();
    const std::string other = MakeOrganization("other manager", NextCreditCode(), "3205/320508").id();
    foreign_ids_ = {other, MakeTeam("other manager", other), MakeMember("other manager", other)};
  }
  void TestBody() override {}

  absl::Status Send(const std::string& method, const std::string& caller, const google::protobuf::Message& request,
                    std::string* reply) {
    const std::string name = "muster.registry.v1.RegistryService." + method;
    const std::unique_ptr<google::protobuf::Message> response(table_.Find(name)->response_prototype->New());
    rpc::StatusWaiter waiter;
    peer_->Unary(name, CallOf(caller), request, response.get(),
                 [&waiter](absl::Status status) { waiter.Set(std::move(status)); });
    absl::Status status = waiter.Wait();
    *reply = status.ok() ? response->SerializeAsString() : "";
    return status;
  }

  /// A request for every unary method.
  std::vector<muster::testing::GoodCall> GoodCalls();

  storage::Database& database() { return *database_; }
  const Principal& PrincipalOf(const std::string& caller) { return callers_.at(caller); }
  const std::vector<std::string>& foreign_ids() const { return foreign_ids_; }
  using RegistryFixture::Violations;

 private:
  std::string NextCreditCode() {
    std::string number = std::to_string(++numbers_);
    const std::string unit = "MJ" + std::string(6 - number.size(), '0') + number;
    const std::string code = "52320583" + unit + OrganizationCodeCheck(unit);
    return code + CreditCodeCheck(code);
  }
  /// One that nobody had.
  std::string NextPhone() {
    std::string number = std::to_string(++numbers_);
    return "1990100" + std::string(4 - number.size(), '0') + number;
  }
  std::string MakeMember(const std::string& manager, const std::string& organization_id);
  std::string MakeTeam(const std::string& manager, const std::string& organization_id);

  google::protobuf::Timestamp In(int hours);
  common::v1::Window WindowIn(int from_hours, int until_hours);
  pb::Organization FullOrganization();
  pb::Team FullTeam();
  pb::Member FullMember();
  /// A draft that lacks nothing, of the caller "drafter".
  pb::Organization Draft();
  /// Asks for a change, as "manager", in place of one that may be open.
  pb::OrganizationChange OpenChange();
  void RefuseOpenChange();
  std::string MakeAnother();
  int64_t VersionOf(const std::string& table, const std::string& id);

  pb::UpdateOrganizationRequest OrganizationUpdate();
  pb::UpdateTeamRequest TeamUpdate();
  pb::UpdateMemberRequest MemberUpdate();
  pb::ReviewOrganizationRequest Review();
  pb::SubmitOrganizationRequest Submission();
  pb::BlacklistOrganizationRequest Blacklisting();
  pb::RecordInspectionRequest Inspecting();
  pb::RequestOrganizationChangeRequest ChangeRequest();
  pb::ReviewOrganizationChangeRequest ChangeReview();
  pb::WithdrawOrganizationChangeRequest ChangeWithdrawal();
  pb::DismissDuplicateRequest Dismissing();
  pb::MergeOrganizationsRequest Merging();
  pb::DisbandTeamRequest Disbanding();
  pb::DeclareAvailabilityRequest Declaration();
  pb::CheckEligibilityRequest Question();
  pb::ImportBatchRequest Batch();
  pb::ReportPositionRequest PositionReport();
  pb::InvitePartnerRequest Invitation();
  pb::AnswerPartnerRequest Answer();
  pb::DeclareReadinessRequest ReadinessDeclaration();
  pb::DeclareCapacityRequest CapacityDeclaration();
  pb::WithdrawCapacityRequest CapacityWithdrawal();
  std::vector<muster::testing::GoodCall> ReadinessCalls();

  std::string NewMember(const std::string& team_id = {});
  std::string NewCertificate();
  std::string NewDrive();
  std::string NewApplication();
  pb::Certificate FullCertificate();
  pb::RegisterVolunteerRequest Volunteer();
  pb::EraseMemberRequest Erasing();
  pb::UnmaskMemberRequest Unmasking();
  pb::RecordConsentRequest Consenting();
  pb::WithdrawConsentRequest Withdrawing();
  pb::RecordCertificateRequest Certifying();
  pb::VerifyCertificateRequest Vouching();
  pb::RevokeCertificateRequest Revoking();
  pb::JoinTeamRequest Joining();
  pb::AnswerMembershipRequest Answering();
  pb::LeaveTeamRequest Leaving();
  pb::CreateRecruitmentRequest Recruiting();
  pb::UpdateRecruitmentRequest RecruitmentUpdate();
  pb::CloseRecruitmentRequest Closing();
  pb::ApplyToRecruitmentRequest Applying();
  pb::ReviewApplicationRequest Reviewing();
  pb::WithdrawApplicationRequest TakingBack();
  void AddPeopleCalls(std::vector<muster::testing::GoodCall>& calls);
  /// A file of which the first part is there; all of it where `complete`.
  std::string NewUpload(bool complete);
  pb::UploadPartRequest LastPart();
  pb::StartImportRequest ImportStart();
  std::string NewImport();
  pb::CancelImportRequest Cancelling();

  int numbers_ = 0;
  std::string organization_id_;
  std::string team_id_;
  std::string member_id_;
  std::string drive_id_;
  std::vector<std::string> foreign_ids_;
};

}  // namespace muster::registry
