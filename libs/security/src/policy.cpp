#include "muster/security/policy.h"

#include <algorithm>
#include <array>
#include <string>

#include "muster/domain/reason.h"

namespace muster::security {
namespace {

using enum Role;

constexpr RoleSet kOperators{kCityOperator, kDistrictOperator, kStreetOperator};
constexpr RoleSet kServiceOnly{kService};
/// The side that is mobilized, acting for its own organization.
constexpr RoleSet kOrganizationSide{kOrganizationManager, kTeamLeader};
/// Who follows a mobilization from the authority's side.
constexpr RoleSet kObservers = kOperators | RoleSet{kCivilAffairsOfficer, kFinanceOfficer, kAuditor, kService};
/// Who may see objects of the registry and of dispatch that concern them; the store shows each only its own.
constexpr RoleSet kReaders = kObservers | kOrganizationSide;
constexpr RoleSet kEveryone = kReaders | RoleSet{kSystemAdmin, kSecurityAdmin, kRequester, kMember, kIntegration};
/// Who runs a mobilization.
constexpr RoleSet kDispatchers = kOperators | kServiceOnly;
/// Who opens and changes incidents: operators, and city systems whose documents do it.
constexpr RoleSet kAlerters = kDispatchers | RoleSet{kIntegration};
/// Facts from the field: the team itself, or an operator on its behalf (by phone, radio or paper).
constexpr RoleSet kField = kOperators | kOrganizationSide;
/// Who keeps an organization's data: itself and the officer who approves it.
constexpr RoleSet kRegistrars{kOrganizationManager, kCivilAffairsOfficer};
/// Who speaks for people: themselves, their organization, the officer, the street for volunteers of no organization.
constexpr RoleSet kForPeople{kOrganizationManager, kCivilAffairsOfficer, kStreetOperator, kMember};
constexpr RoleSet kAccountAdmins{kSecurityAdmin};
constexpr RoleSet kAccountReaders{kSecurityAdmin, kAuditor};
constexpr RoleSet kRequests = kDispatchers | RoleSet{kRequester};
constexpr RoleSet kRecipients = kReaders | RoleSet{kMember, kIntegration, kRequester};

constexpr auto kTable = std::to_array<PolicyRow>({
    {"muster.common.v1.AuditService.ListAuditRecords", {kAuditor, kService}},
    {"muster.common.v1.AuditService.VerifyAudit", {kAuditor, kService}},
    {"muster.common.v1.EventFeedService.ReadEvents", kServiceOnly},
    {"muster.common.v1.InvariantService.Verify", {kAuditor, kSystemAdmin, kCityOperator, kService}},

    {"muster.dispatch.v1.DispatchService.AdvanceAssignment", kField},
    {"muster.dispatch.v1.DispatchService.AmendRequest", kRequests},
    {"muster.dispatch.v1.DispatchService.AnswerHelp", kField},
    {"muster.dispatch.v1.DispatchService.AnswerOffer", kField},
    {"muster.dispatch.v1.DispatchService.CancelRequest", kRequests},
    {"muster.dispatch.v1.DispatchService.CheckIn", kField},
    {"muster.dispatch.v1.DispatchService.CheckOut", kField},
    {"muster.dispatch.v1.DispatchService.CloseIncident", kDispatchers},
    {"muster.dispatch.v1.DispatchService.ConfirmOffer", kField},
    {"muster.dispatch.v1.DispatchService.ConfirmWork", kOperators | RoleSet{kRequester}},
    {"muster.dispatch.v1.DispatchService.CreateIncident", kAlerters},
    {"muster.dispatch.v1.DispatchService.CreateRequest", kRequests},
    {"muster.dispatch.v1.DispatchService.Dispatch", kDispatchers},
    {"muster.dispatch.v1.DispatchService.ExtendAssignment", kDispatchers},
    {"muster.dispatch.v1.DispatchService.GetAssignment", kReaders | RoleSet{kRequester, kMember}},
    {"muster.dispatch.v1.DispatchService.GetDesk", kObservers},
    {"muster.dispatch.v1.DispatchService.GetIncident", kReaders | RoleSet{kRequester, kMember, kIntegration}},
    {"muster.dispatch.v1.DispatchService.GetPass", kField},
    {"muster.dispatch.v1.DispatchService.GetPassKeys", kEveryone},
    {"muster.dispatch.v1.DispatchService.GetRequest", kReaders | RoleSet{kRequester}},
    {"muster.dispatch.v1.DispatchService.GetResponsePlan", kObservers},
    {"muster.dispatch.v1.DispatchService.GetServiceRecord", kReaders},
    {"muster.dispatch.v1.DispatchService.GetWavePlan", kObservers},
    {"muster.dispatch.v1.DispatchService.IssueCallUp", kOperators},
    {"muster.dispatch.v1.DispatchService.ListAssignments", kReaders | RoleSet{kRequester, kMember}},
    {"muster.dispatch.v1.DispatchService.ListBookings", kServiceOnly},
    {"muster.dispatch.v1.DispatchService.ListHelp", kReaders},
    {"muster.dispatch.v1.DispatchService.ListIncidentCategories", kEveryone},
    {"muster.dispatch.v1.DispatchService.ListIncidents", kReaders | RoleSet{kRequester, kMember, kIntegration}},
    {"muster.dispatch.v1.DispatchService.ListOffers", kReaders},
    {"muster.dispatch.v1.DispatchService.ListRequests", kReaders | RoleSet{kRequester}},
    {"muster.dispatch.v1.DispatchService.ListSituationReports", kReaders | RoleSet{kRequester}},
    {"muster.dispatch.v1.DispatchService.OfferHelp", kField},
    {"muster.dispatch.v1.DispatchService.RecallAssignment", kDispatchers},
    {"muster.dispatch.v1.DispatchService.RedeployAssignment", kDispatchers},
    {"muster.dispatch.v1.DispatchService.ReleaseAssignment", kDispatchers},
    {"muster.dispatch.v1.DispatchService.RelieveAssignment", kDispatchers},
    {"muster.dispatch.v1.DispatchService.ReportSituation", kField},
    {"muster.dispatch.v1.DispatchService.SetWavePolicy", kDispatchers},
    {"muster.dispatch.v1.DispatchService.TakeOverIncident", kOperators},
    {"muster.dispatch.v1.DispatchService.TriageRequest", kOperators},
    {"muster.dispatch.v1.DispatchService.UpdateIncident", kAlerters},
    {"muster.dispatch.v1.DispatchService.WithdrawDispatch", kDispatchers},
    {"muster.dispatch.v1.DispatchService.WithdrawOffer", kDispatchers},

    {"muster.exchange.v1.ExchangeService.GetDocument", kObservers | RoleSet{kIntegration}},
    {"muster.exchange.v1.ExchangeService.ListDocuments", kObservers | RoleSet{kIntegration}},
    {"muster.exchange.v1.ExchangeService.SubmitDocument", kAlerters},

    {kFollowLiveFeed, kReaders},

    {"muster.identity.v1.IdentityService.CreateAccount", kAccountAdmins},
    {"muster.identity.v1.IdentityService.CreateApiKey", kAccountAdmins},
    {"muster.identity.v1.IdentityService.DisableAccount", kAccountAdmins},
    {"muster.identity.v1.IdentityService.ExchangeKey", {}, true},
    {"muster.identity.v1.IdentityService.GetAccount", kAccountReaders},
    {"muster.identity.v1.IdentityService.GetKeySet", {}, true},
    {"muster.identity.v1.IdentityService.IssueServiceToken", {}, true},
    {"muster.identity.v1.IdentityService.ListAccounts", kAccountReaders},
    {"muster.identity.v1.IdentityService.ListApiKeys", kAccountReaders},
    {"muster.identity.v1.IdentityService.RevokeApiKey", kAccountAdmins},
    {"muster.identity.v1.IdentityService.WhoAmI", kEveryone},

    {"muster.matching.v1.MatchingService.ExplainTeam", kDispatchers | RoleSet{kAuditor}},
    {"muster.matching.v1.MatchingService.PlanRequest", kDispatchers},
    {"muster.matching.v1.MatchingService.RankTeams", kDispatchers},

    {"muster.notify.v1.NotifyService.AcknowledgeDelivery", kRecipients},
    {"muster.notify.v1.NotifyService.ListDeliveries", kRecipients},
    {"muster.notify.v1.NotifyService.Subscribe", kRecipients},

    {"muster.registry.v1.RegistryService.AnswerMembership", kForPeople},
    {"muster.registry.v1.RegistryService.AnswerPartner", kRegistrars},
    {"muster.registry.v1.RegistryService.ApplyToRecruitment", kForPeople},
    {"muster.registry.v1.RegistryService.BlacklistOrganization", {kCivilAffairsOfficer}},
    {"muster.registry.v1.RegistryService.CancelImport", kRegistrars},
    {"muster.registry.v1.RegistryService.CheckEligibility", kReaders},
    {"muster.registry.v1.RegistryService.CloseRecruitment", kRegistrars},
    {"muster.registry.v1.RegistryService.CreateMember", kRegistrars},
    {"muster.registry.v1.RegistryService.CreateOrganization", kRegistrars},
    {"muster.registry.v1.RegistryService.CreateRecruitment", kRegistrars},
    {"muster.registry.v1.RegistryService.CreateTeam", kRegistrars},
    {"muster.registry.v1.RegistryService.DeclareAvailability", kField},
    {"muster.registry.v1.RegistryService.DeclareCapacity", kField},
    {"muster.registry.v1.RegistryService.DeclareReadiness", kField},
    {"muster.registry.v1.RegistryService.DisbandTeam", kRegistrars},
    {"muster.registry.v1.RegistryService.DismissDuplicate", {kCivilAffairsOfficer}},
    {"muster.registry.v1.RegistryService.EraseMember", {kCivilAffairsOfficer, kMember}},
    {"muster.registry.v1.RegistryService.ExportRegistry", kReaders},
    {"muster.registry.v1.RegistryService.GetImport", kRegistrars},
    {"muster.registry.v1.RegistryService.GetMember", kReaders | RoleSet{kMember}},
    {"muster.registry.v1.RegistryService.GetOrganization", kReaders | RoleSet{kRequester, kMember}},
    {"muster.registry.v1.RegistryService.GetOrganizationHistory", kReaders},
    {"muster.registry.v1.RegistryService.GetRecruitment", kEveryone},
    {"muster.registry.v1.RegistryService.GetRequirementSheet", kEveryone},
    {"muster.registry.v1.RegistryService.GetTeam", kReaders | RoleSet{kRequester, kMember}},
    {"muster.registry.v1.RegistryService.ImportBatch", {kCivilAffairsOfficer, kService}},
    {"muster.registry.v1.RegistryService.InvitePartner", kRegistrars},
    {"muster.registry.v1.RegistryService.JoinTeam", kForPeople},
    {"muster.registry.v1.RegistryService.LeaveTeam", kForPeople},
    {"muster.registry.v1.RegistryService.ListApplications", kReaders | RoleSet{kMember}},
    {"muster.registry.v1.RegistryService.ListAvailability", kReaders},
    {"muster.registry.v1.RegistryService.ListCapabilities", kEveryone},
    {"muster.registry.v1.RegistryService.ListCapacity", kReaders},
    {"muster.registry.v1.RegistryService.ListCertificates", kReaders | RoleSet{kMember}},
    {"muster.registry.v1.RegistryService.ListDuplicates", {kCivilAffairsOfficer}},
    {"muster.registry.v1.RegistryService.ListImports", kRegistrars},
    {"muster.registry.v1.RegistryService.ListMembers", kReaders},
    {"muster.registry.v1.RegistryService.ListMemberships", kReaders | RoleSet{kMember}},
    {"muster.registry.v1.RegistryService.ListOrganizationChanges", kReaders},
    {"muster.registry.v1.RegistryService.ListOrganizations", kReaders},
    {"muster.registry.v1.RegistryService.ListReadiness", kReaders},
    {"muster.registry.v1.RegistryService.ListRecruitments", kEveryone},
    {"muster.registry.v1.RegistryService.ListReminders", kReaders},
    {"muster.registry.v1.RegistryService.ListTeams", kReaders},
    {"muster.registry.v1.RegistryService.MergeOrganizations", {kCivilAffairsOfficer}},
    {"muster.registry.v1.RegistryService.RecordCertificate", kForPeople},
    {"muster.registry.v1.RegistryService.RecordConsent", kForPeople},
    {"muster.registry.v1.RegistryService.RecordInspection", {kCivilAffairsOfficer}},
    {"muster.registry.v1.RegistryService.RegisterVolunteer", {kCivilAffairsOfficer, kStreetOperator, kMember}},
    {"muster.registry.v1.RegistryService.ReportPosition", kField},
    {"muster.registry.v1.RegistryService.RequestOrganizationChange", {kOrganizationManager}},
    {"muster.registry.v1.RegistryService.ReviewApplication", kRegistrars},
    {"muster.registry.v1.RegistryService.ReviewOrganization", {kCivilAffairsOfficer}},
    {"muster.registry.v1.RegistryService.ReviewOrganizationChange", {kCivilAffairsOfficer}},
    {"muster.registry.v1.RegistryService.RevokeCertificate", kForPeople},
    {"muster.registry.v1.RegistryService.StartImport", kRegistrars},
    {"muster.registry.v1.RegistryService.StreamTeams", kServiceOnly},
    {"muster.registry.v1.RegistryService.SubmitOrganization", {kOrganizationManager}},
    {"muster.registry.v1.RegistryService.UnmaskMember",
     kOperators | RoleSet{kCivilAffairsOfficer, kOrganizationManager, kMember}},
    {"muster.registry.v1.RegistryService.UpdateMember", kForPeople},
    {"muster.registry.v1.RegistryService.UpdateOrganization", kRegistrars},
    {"muster.registry.v1.RegistryService.UpdateRecruitment", kRegistrars},
    {"muster.registry.v1.RegistryService.UpdateTeam", kRegistrars | RoleSet{kTeamLeader}},
    {"muster.registry.v1.RegistryService.UploadPart", kRegistrars},
    {"muster.registry.v1.RegistryService.VerifyCertificate", {kCivilAffairsOfficer}},
    {"muster.registry.v1.RegistryService.WithdrawApplication", kForPeople},
    {"muster.registry.v1.RegistryService.WithdrawCapacity", kField},
    {"muster.registry.v1.RegistryService.WithdrawConsent", kForPeople},
    {"muster.registry.v1.RegistryService.WithdrawOrganizationChange", {kOrganizationManager}},
});

static_assert(std::is_sorted(kTable.begin(), kTable.end(),
                             [](const PolicyRow& a, const PolicyRow& b) { return a.method < b.method; }),
              "FindPolicy searches by halves");

/// "/package.Service/Method" as "package.Service.Method".
std::string FullName(std::string_view method) {
  std::string name(method);
  if (name.starts_with('/')) {
    name.erase(0, 1);
    std::replace(name.begin(), name.end(), '/', '.');
  }
  return name;
}

}  // namespace

std::span<const PolicyRow> PolicyTable() { return kTable; }

const PolicyRow* FindPolicy(std::string_view method) {
  const std::string name = FullName(method);
  const auto found = std::lower_bound(kTable.begin(), kTable.end(), name,
                                      [](const PolicyRow& row, const std::string& key) { return row.method < key; });
  return found != kTable.end() && found->method == name ? &*found : nullptr;
}

bool IsAnonymousMethod(std::string_view method) {
  const PolicyRow* row = FindPolicy(method);
  return row != nullptr && row->anonymous;
}

absl::Status Authorize(const Principal& principal, std::string_view method) {
  const PolicyRow* row = FindPolicy(method);
  if (row != nullptr && (row->anonymous || std::any_of(principal.roles.begin(), principal.roles.end(),
                                                       [&](Role role) { return row->roles.Has(role); }))) {
    return absl::OkStatus();
  }
  return Error(Reason::kForbidden, "", {{"action", std::string(method.substr(method.find_last_of("./") + 1))}});
}

}  // namespace muster::security
