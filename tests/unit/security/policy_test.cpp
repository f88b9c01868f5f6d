#include "muster/security/policy.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "muster/common/v1/audit.pb.h"
#include "muster/common/v1/feed.pb.h"
#include "muster/common/v1/invariant.pb.h"
#include "muster/common/v1/options.pb.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/exchange/v1/exchange.pb.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "muster/notify/v1/notify.pb.h"
#include "muster/registry/v1/registry.pb.h"

namespace muster::security {
namespace {

/// Every method of every proto file, with whether it is internal.
std::map<std::string, bool> ServedMethods() {
  const std::vector<const google::protobuf::FileDescriptor*> files{common::v1::AuditRecord::descriptor()->file(),
                                                                   common::v1::Event::descriptor()->file(),
                                                                   common::v1::VerifyRequest::descriptor()->file(),
                                                                   dispatch::v1::Incident::descriptor()->file(),
                                                                   exchange::v1::Document::descriptor()->file(),
                                                                   identity::v1::Account::descriptor()->file(),
                                                                   matching::v1::RankTeamsRequest::descriptor()->file(),
                                                                   notify::v1::Delivery::descriptor()->file(),
                                                                   registry::v1::Team::descriptor()->file()};
  std::map<std::string, bool> methods;
  for (const auto* file : files) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const auto* method = file->service(s)->method(m);
        methods[method->full_name()] =
            method->options().GetExtension(common::v1::visibility) == common::v1::VISIBILITY_INTERNAL;
      }
    }
  }
  return methods;
}

Principal With(Role role) {
  Principal principal;
  principal.account_id = AccountId("account-1");
  principal.roles = {role};
  return principal;
}

bool May(Role role, std::string_view service, std::string_view method) {
  return Authorize(With(role), "muster." + std::string(service) + "." + std::string(method)).ok();
}

TEST(PolicyTest, HasOneRowForEveryMethodAndTheLiveFeedAndNoOther) {
  std::set<std::string> rows;
  for (const PolicyRow& row : PolicyTable()) {
    EXPECT_TRUE(rows.insert(std::string(row.method)).second) << "twice: " << row.method;
    EXPECT_NE(row.roles.empty(), !row.anonymous) << row.method;
  }
  std::set<std::string> served{std::string(kFollowLiveFeed)};
  for (const auto& [name, internal] : ServedMethods()) {
    served.insert(name);
  }
  EXPECT_EQ(rows, served);
}

TEST(PolicyTest, KeepsInternalMethodsForServices) {
  for (const auto& [name, internal] : ServedMethods()) {
    for (const Role role : AllRoles()) {
      if (internal && !IsAnonymousMethod(name)) {
        // The loader of a city works as the officer, over the local socket; the gateway uploads for its caller.
        const bool uploads = name == "muster.registry.v1.RegistryService.UploadPart";
        const bool officer = role == Role::kCivilAffairsOfficer;
        const bool may = (role == Role::kService && !uploads) ||
                         (officer && name == "muster.registry.v1.RegistryService.ImportBatch") ||
                         (uploads && (officer || role == Role::kOrganizationManager));
        EXPECT_EQ(Authorize(With(role), name).ok(), may) << name << " " << Name(role);
      }
    }
  }
}

TEST(PolicyTest, NeedsNoTokenOnlyForTheMethodsThatLeadToOne) {
  std::set<std::string> anonymous;
  for (const auto& [name, internal] : ServedMethods()) {
    EXPECT_EQ(Authorize(Principal(), name).ok(), IsAnonymousMethod(name)) << name;
    if (IsAnonymousMethod(name)) {
      anonymous.insert(name);
    }
  }
  EXPECT_EQ(anonymous, (std::set<std::string>{"muster.identity.v1.IdentityService.ExchangeKey",
                                              "muster.identity.v1.IdentityService.GetKeySet",
                                              "muster.identity.v1.IdentityService.IssueServiceToken"}));
}

TEST(PolicyTest, RefusesWhatHasNoRow) {
  for (const Role role : AllRoles()) {
    EXPECT_FALSE(Authorize(With(role), "muster.dispatch.v1.DispatchService.Unknown").ok());
    EXPECT_FALSE(Authorize(With(role), "").ok());
    EXPECT_FALSE(Authorize(With(role), "Dispatch").ok());
  }
}

TEST(PolicyTest, LetsFollowTheLiveFeedOnlyWhoMayReadWhatItTells) {
  for (const Role role : AllRoles()) {
    const bool may = Authorize(With(role), kFollowLiveFeed).ok();
    EXPECT_EQ(may, May(role, "dispatch.v1.DispatchService", "ListOffers")) << Name(role);
    for (const char* method : {"ListAssignments", "ListIncidents", "ListRequests", "ListSituationReports"}) {
      EXPECT_TRUE(!may || May(role, "dispatch.v1.DispatchService", method)) << Name(role) << " " << method;
    }
  }
}

TEST(PolicyTest, NamesTheActionAndNothingOfThePolicy) {
  const absl::Status status = Authorize(With(Role::kTeamLeader), "muster.dispatch.v1.DispatchService.Dispatch");
  ASSERT_TRUE(HasReason(status, Reason::kForbidden));
  EXPECT_EQ(GetErrorInfo(status).metadata, (std::map<std::string, std::string>{{"action", "Dispatch"}}));
  EXPECT_EQ(GetErrorInfo(status).message_en.find("city_operator"), std::string::npos);
}

TEST(PolicyTest, ReadsTheGrpcFormOfANameToo) {
  EXPECT_TRUE(Authorize(With(Role::kCityOperator), "/muster.dispatch.v1.DispatchService/Dispatch").ok());
  EXPECT_FALSE(Authorize(With(Role::kMember), "/muster.dispatch.v1.DispatchService/Dispatch").ok());
}

TEST(PolicyTest, SeparatesTheThreeAdministrators) {
  constexpr std::string_view kIdentity = "identity.v1.IdentityService";
  EXPECT_TRUE(May(Role::kSecurityAdmin, kIdentity, "CreateAccount"));
  EXPECT_FALSE(May(Role::kSystemAdmin, kIdentity, "CreateAccount"));
  EXPECT_FALSE(May(Role::kAuditor, kIdentity, "CreateAccount"));
  EXPECT_TRUE(May(Role::kAuditor, "common.v1.AuditService", "ListAuditRecords"));
  EXPECT_FALSE(May(Role::kSecurityAdmin, "common.v1.AuditService", "ListAuditRecords"));
  EXPECT_FALSE(May(Role::kSystemAdmin, "common.v1.AuditService", "ListAuditRecords"));
  for (const Role role : {Role::kSecurityAdmin, Role::kSystemAdmin, Role::kAuditor}) {
    EXPECT_FALSE(May(role, "dispatch.v1.DispatchService", "Dispatch"));
    EXPECT_FALSE(May(role, "registry.v1.RegistryService", "UpdateMember"));
  }
}

TEST(PolicyTest, TheFieldAndItsDesksSayWhatIsThereAndOrganizationsWhoTakesPart) {
  constexpr std::string_view kRegistry = "registry.v1.RegistryService";
  for (const char* method : {"ReportPosition", "DeclareReadiness", "DeclareCapacity", "WithdrawCapacity"}) {
    for (const Role role : {Role::kOrganizationManager, Role::kTeamLeader, Role::kDistrictOperator}) {
      EXPECT_TRUE(May(role, kRegistry, method)) << method;
    }
    for (const Role role : {Role::kMember, Role::kRequester, Role::kAuditor, Role::kIntegration}) {
      EXPECT_FALSE(May(role, kRegistry, method)) << method;
    }
  }
  for (const char* method : {"InvitePartner", "AnswerPartner"}) {
    EXPECT_TRUE(May(Role::kOrganizationManager, kRegistry, method));
    EXPECT_FALSE(May(Role::kTeamLeader, kRegistry, method));
    EXPECT_FALSE(May(Role::kCityOperator, kRegistry, method));
  }
  for (const char* method : {"ListReadiness", "ListCapacity", "ListReminders"}) {
    EXPECT_TRUE(May(Role::kCivilAffairsOfficer, kRegistry, method));
    EXPECT_TRUE(May(Role::kTeamLeader, kRegistry, method));
    EXPECT_FALSE(May(Role::kMember, kRegistry, method));
  }
  EXPECT_TRUE(May(Role::kMember, kRegistry, "GetRequirementSheet"));
}

TEST(PolicyTest, GivesEachSideItsOwnPart) {
  constexpr std::string_view kDispatch = "dispatch.v1.DispatchService";
  constexpr std::string_view kRegistry = "registry.v1.RegistryService";
  for (const Role role : {Role::kCityOperator, Role::kDistrictOperator, Role::kStreetOperator}) {
    EXPECT_TRUE(May(role, kDispatch, "Dispatch"));
    EXPECT_TRUE(May(role, kDispatch, "AnswerOffer")) << "by phone, for an organization";
    EXPECT_FALSE(May(role, kRegistry, "ReviewOrganization"));
  }
  EXPECT_TRUE(May(Role::kCivilAffairsOfficer, kRegistry, "ReviewOrganization"));
  EXPECT_FALSE(May(Role::kCivilAffairsOfficer, kDispatch, "Dispatch"));
  for (const Role role : {Role::kOrganizationManager, Role::kTeamLeader}) {
    EXPECT_TRUE(May(role, kDispatch, "AnswerOffer"));
    EXPECT_TRUE(May(role, kDispatch, "CheckIn"));
    EXPECT_FALSE(May(role, kDispatch, "WithdrawOffer"));
    EXPECT_FALSE(May(role, kRegistry, "ReviewOrganization"));
  }
  EXPECT_TRUE(May(Role::kRequester, kDispatch, "CreateRequest"));
  EXPECT_FALSE(May(Role::kRequester, kDispatch, "Dispatch"));
  EXPECT_TRUE(May(Role::kIntegration, "exchange.v1.ExchangeService", "SubmitDocument"));
  EXPECT_FALSE(May(Role::kMember, kRegistry, "ListMembers"));
}

TEST(PolicyTest, AnOrganizationHandsInAndAsksAndAnOfficerDecides) {
  constexpr std::string_view kRegistry = "registry.v1.RegistryService";
  for (const char* method : {"SubmitOrganization", "RequestOrganizationChange", "WithdrawOrganizationChange"}) {
    EXPECT_TRUE(May(Role::kOrganizationManager, kRegistry, method)) << method;
    for (const Role role : {Role::kCivilAffairsOfficer, Role::kTeamLeader, Role::kMember, Role::kCityOperator}) {
      EXPECT_FALSE(May(role, kRegistry, method)) << method;
    }
  }
  for (const char* method : {"ReviewOrganizationChange", "BlacklistOrganization", "RecordInspection", "ListDuplicates",
                             "DismissDuplicate", "MergeOrganizations"}) {
    EXPECT_TRUE(May(Role::kCivilAffairsOfficer, kRegistry, method)) << method;
    for (const Role role : {Role::kOrganizationManager, Role::kTeamLeader, Role::kCityOperator, Role::kAuditor}) {
      EXPECT_FALSE(May(role, kRegistry, method)) << method;
    }
  }
  for (const char* method : {"GetOrganizationHistory", "ListOrganizationChanges"}) {
    for (const Role role : {Role::kCivilAffairsOfficer, Role::kOrganizationManager, Role::kDistrictOperator}) {
      EXPECT_TRUE(May(role, kRegistry, method)) << method;
    }
    EXPECT_FALSE(May(Role::kMember, kRegistry, method)) << method;
  }
}

TEST(PolicyTest, LetsPeopleSpeakForThemselvesAndShowsThemInClearToThoseWhoWorkWithThem) {
  constexpr std::string_view kRegistry = "registry.v1.RegistryService";
  for (const char* method : {"RegisterVolunteer", "RecordConsent", "WithdrawConsent", "JoinTeam", "AnswerMembership",
                             "ApplyToRecruitment", "WithdrawApplication", "EraseMember", "UpdateMember"}) {
    EXPECT_TRUE(May(Role::kMember, kRegistry, method)) << method;
    EXPECT_FALSE(May(Role::kAuditor, kRegistry, method)) << method;
    EXPECT_FALSE(May(Role::kSystemAdmin, kRegistry, method)) << method;
    EXPECT_FALSE(May(Role::kTeamLeader, kRegistry, method)) << method;
  }
  for (const char* method : {"VerifyCertificate", "CreateRecruitment", "ReviewApplication"}) {
    EXPECT_FALSE(May(Role::kMember, kRegistry, method)) << method;
    EXPECT_TRUE(May(Role::kCivilAffairsOfficer, kRegistry, method)) << method;
  }
  EXPECT_FALSE(May(Role::kOrganizationManager, kRegistry, "VerifyCertificate"));
  EXPECT_FALSE(May(Role::kOrganizationManager, kRegistry, "EraseMember"));
  for (const Role role : AllRoles()) {
    const bool may = role == Role::kCityOperator || role == Role::kDistrictOperator || role == Role::kStreetOperator ||
                     role == Role::kCivilAffairsOfficer || role == Role::kOrganizationManager || role == Role::kMember;
    EXPECT_EQ(May(role, kRegistry, "UnmaskMember"), may) << Name(role);
  }
}

}  // namespace
}  // namespace muster::security
