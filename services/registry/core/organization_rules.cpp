#include "services/registry/core/organization_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/credit_code.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/field_mask.h"

namespace muster::registry {
namespace {

using Field = UpdatableField<Organization>;

constexpr int64_t kMaxHelpOffered = 50;

void CopyContact(Organization& to, const Organization& from) {
  // The person's key belongs to both fields, so the contact is always sealed as one.
  to.contact_key = from.contact_key;
  to.contact_name = from.contact_name;
  to.contact_phone = from.contact_phone;
  to.contact_index = from.contact_index;
}

constexpr auto kFields = std::to_array<Field>({
    {"name", Authority::kApplicant, [](Organization& to, const Organization& from) { to.name = from.name; }},
    {"kind", Authority::kApplicant, [](Organization& to, const Organization& from) { to.kind = from.kind; }},
    {"credit_code", Authority::kApplicant,
     [](Organization& to, const Organization& from) { to.credit_code = from.credit_code; }},
    {"filing_office", Authority::kApplicant,
     [](Organization& to, const Organization& from) { to.filing_office = from.filing_office; }},
    {"filing_number", Authority::kApplicant,
     [](Organization& to, const Organization& from) { to.filing_number = from.filing_number; }},
    {"district_path", Authority::kApplicant,
     [](Organization& to, const Organization& from) { to.district_path = from.district_path; }},
    {"registration_end_time", Authority::kApplicant,
     [](Organization& to, const Organization& from) { to.registration_end = from.registration_end; }},
    {"supervisor", Authority::kApplicant,
     [](Organization& to, const Organization& from) { to.supervisor = from.supervisor; }},
    {"fundraising_number", Authority::kApplicant,
     [](Organization& to, const Organization& from) { to.fundraising_number = from.fundraising_number; }},
    {"fundraising_valid", Authority::kApplicant,
     [](Organization& to, const Organization& from) { to.fundraising_valid = from.fundraising_valid; }},
    {"help_offered", Authority::kManager,
     [](Organization& to, const Organization& from) { to.help_offered = from.help_offered; }},
    {"party_branch", Authority::kManager,
     [](Organization& to, const Organization& from) { to.party_branch = from.party_branch; }},
    {"address", Authority::kManager, [](Organization& to, const Organization& from) { to.address = from.address; }},
    {"position", Authority::kManager, [](Organization& to, const Organization& from) { to.location = from.location; }},
    {"contact_name", Authority::kManager, CopyContact},
    {"contact_phone", Authority::kManager, CopyContact},
    {"external_refs", Authority::kManager,
     [](Organization& to, const Organization& from) { to.external_refs = from.external_refs; }},
    {"rating", Authority::kOfficer, [](Organization& to, const Organization& from) { to.rating = from.rating; }},
    {"rating_end_time", Authority::kOfficer,
     [](Organization& to, const Organization& from) { to.rating_end = from.rating_end; }},
    {"credit_code_reason", Authority::kOfficer,
     [](Organization& to, const Organization& from) { to.credit_code_reason = from.credit_code_reason; }},
    {"id", Authority::kNobody, nullptr},
    {"version", Authority::kNobody, nullptr},
    {"create_time", Authority::kNobody, nullptr},
    {"update_time", Authority::kNobody, nullptr},
    {"state", Authority::kNobody, nullptr},
    {"blacklisted_until_time", Authority::kNobody, nullptr},
    {"blacklist_reason", Authority::kNobody, nullptr},
    {"inspections", Authority::kNobody, nullptr},
    {"merged_into_id", Authority::kNobody, nullptr},
});

/// True for what a manager changes by request once an officer has checked it.
bool IsVouched(std::string_view path) {
  const auto field = std::find_if(kFields.begin(), kFields.end(), [&](const Field& row) { return row.path == path; });
  const bool of_an_applicant = field != kFields.end() && field->needed == Authority::kApplicant;
  return of_an_applicant || path == "rating" || path == "rating_end_time";
}

absl::Status CheckHelp(const std::vector<std::string>& codes, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(codes.size()), 0, kMaxHelpOffered, field));
  for (size_t i = 0; i < codes.size(); ++i) {
    if (FindCapability(codes[i]) == nullptr) {
      return Error(Reason::kInvalidField, field + "[" + std::to_string(i) + "]");
    }
  }
  return absl::OkStatus();
}

/// The qualification has a number and a term, or neither.
absl::Status CheckFundraising(const Organization& organization, const std::string& prefix) {
  if (!organization.fundraising_valid) {
    return organization.fundraising_number.empty() ? absl::OkStatus()
                                                   : Error(Reason::kInvalidField, prefix + ".fundraising_valid");
  }
  MUSTER_RETURN_IF_ERROR(CheckGiven(organization.fundraising_number, prefix + ".fundraising_number"));
  return CheckWindow(*organization.fundraising_valid, prefix + ".fundraising_valid");
}

bool NeedsReason(OrganizationState to) {
  return to == OrganizationState::kDraft || to == OrganizationState::kSuspended || to == OrganizationState::kRevoked ||
         to == OrganizationState::kWithdrawn;
}

}  // namespace

void Normalize(Organization& organization) {
  for (std::string* text :
       {&organization.name, &organization.filing_number, &organization.filing_office, &organization.supervisor,
        &organization.party_branch, &organization.fundraising_number, &organization.credit_code_reason}) {
    *text = std::string(TrimBlanks(*text));
  }
  organization.credit_code = NormalizeCreditCode(organization.credit_code);
  if (FindCreditCodeFault(organization.credit_code) == CreditCodeFault::kNone) {
    organization.credit_code_reason.clear();
  }
  if (!organization.location) {
    organization.location = CentreOf(organization.district_path);
  }
}

absl::Status CheckOrganization(const Organization& organization, bool vouched, const std::string& prefix) {
  MUSTER_RETURN_IF_ERROR(CheckGiven(organization.name, prefix + ".name"));
  MUSTER_RETURN_IF_ERROR(CheckDistrict(organization.district_path, prefix + ".district_path"));
  if (!organization.credit_code.empty() || NeedsCreditCode(organization.kind)) {
    MUSTER_RETURN_IF_ERROR(CheckCreditCode(organization.credit_code, vouched, prefix + ".credit_code"));
  }
  if (organization.kind == OrganizationKind::kFiledGroup) {
    MUSTER_RETURN_IF_ERROR(CheckGiven(organization.filing_office, prefix + ".filing_office"));
    MUSTER_RETURN_IF_ERROR(CheckGiven(organization.filing_number, prefix + ".filing_number"));
  }
  MUSTER_RETURN_IF_ERROR(CheckRange(organization.rating, 0, 5, prefix + ".rating"));
  MUSTER_RETURN_IF_ERROR(CheckHelp(organization.help_offered, prefix + ".help_offered"));
  MUSTER_RETURN_IF_ERROR(CheckFundraising(organization, prefix));
  return CheckReferences(organization.external_refs, prefix + ".external_refs");
}

std::optional<OrganizationKind> KindOfCreditCode(std::string_view credit_code) {
  static constexpr std::pair<std::string_view, OrganizationKind> kPrefixes[] = {
      {"51", OrganizationKind::kAssociation}, {"52", OrganizationKind::kServiceAgency},
      {"53", OrganizationKind::kFoundation},  {"91", OrganizationKind::kEnterprise},
      {"92", OrganizationKind::kEnterprise},  {"93", OrganizationKind::kEnterprise}};
  for (const auto& [prefix, kind] : kPrefixes) {
    if (credit_code.starts_with(prefix)) {
      return kind;
    }
  }
  return std::nullopt;
}

absl::Status CheckKind(const Organization& organization, const std::string& prefix) {
  const std::optional<OrganizationKind> kind = KindOfCreditCode(organization.credit_code);
  if (!kind || *kind == organization.kind || !NeedsCreditCode(organization.kind)) {
    return absl::OkStatus();
  }
  const std::string start = organization.credit_code.substr(0, 2);
  const std::string fitting(Name(*kind));
  return ErrorWithTexts(
      Reason::kInvalidField, prefix + ".kind",
      "信用代码以 " + start + " 开头，类型应为 " + fitting + "。请改正类型，或核对信用代码。",
      "A credit code that begins with " + start + " is of kind " + fitting + ". Correct the kind, or check the code.",
      {{"fitting", fitting}});
}

Authority AuthorityOverOrganization(const Principal& principal, const Organization& organization) {
  const Authority held = AuthorityOver(principal, organization.id, organization.district_path);
  return held == Authority::kManager && organization.state == OrganizationState::kDraft ? Authority::kApplicant : held;
}

absl::Status CheckUnique(const Organization& organization, const Facts& facts) {
  if (facts.credit_code_taken && !organization.credit_code.empty()) {
    return Error(Reason::kDuplicate, "organization.credit_code");
  }
  if (facts.filing_number_taken && !organization.filing_number.empty()) {
    return Error(Reason::kDuplicate, "organization.filing_number");
  }
  return absl::OkStatus();
}

absl::Status CheckStands(const Organization& organization, std::string_view step) {
  const bool ended =
      organization.state == OrganizationState::kRevoked || organization.state == OrganizationState::kWithdrawn;
  return ended ? IllegalMove("organization", Name(organization.state), step, "none") : absl::OkStatus();
}

absl::Status ApplyVouched(const std::vector<std::string>& paths, const Organization& values, Organization& into) {
  MUSTER_RETURN_IF_ERROR(
      ApplyMask<Organization>(kFields, paths, Authority::kOfficer, "RequestOrganizationChange", values, into));
  for (const std::string& path : paths) {
    if (!IsVouched(path)) {
      return ErrorWithTexts(Reason::kReadOnlyField, path,
                            "字段 " + path + " 不经申请：请用 UpdateOrganization 直接修改。",
                            "Field " + path + " needs no request: change it directly by UpdateOrganization.");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckNext(const Organization& before, const Organization& after, bool vouched, const Facts& facts) {
  const bool same_code = before.credit_code == after.credit_code;
  const bool accepted = same_code && before.credit_code_reason == after.credit_code_reason;
  MUSTER_RETURN_IF_ERROR(CheckOrganization(after, accepted || vouched, "organization"));
  if (!same_code || before.kind != after.kind) {
    MUSTER_RETURN_IF_ERROR(CheckKind(after, "organization"));
  }
  return CheckUnique(after, facts);
}

RegistryChanges NextVersion(const Organization& before, Organization after, std::string event, const Facts& facts,
                            Time now) {
  after.version = before.version + 1;
  after.update_time = now;
  RegistryChanges changes;
  if (StandingOf(before) != StandingOf(after)) {
    for (const TeamProfile& team : facts.teams) {
      if (!team.team.disbanded) {
        changes.teams.push_back(Follow(team, after, now));
      }
    }
  }
  changes.organizations.push_back({before, std::move(after), std::move(event)});
  return changes;
}

Changed<TeamProfile> Follow(const TeamProfile& before, const Organization& organization, Time now) {
  TeamProfile after = before;
  after.standing = StandingOf(organization);
  after.team.version += 1;
  after.team.update_time = now;
  return {before, std::move(after), "TeamUpdated"};
}

absl::StatusOr<RegistryChanges> Decide(const CreateOrganization& command, const Facts& facts, const Context& context) {
  const bool officer = context.principal.Has(Role::kCivilAffairsOfficer);
  const bool may = officer ? DistrictCovers(context.principal.district_path, command.values.district_path)
                           : context.principal.organization_id.empty();
  const bool vouched = officer && !command.values.credit_code_reason.empty();
  MUSTER_RETURN_IF_ERROR(CheckOrganization(command.values, vouched, "organization"));
  MUSTER_RETURN_IF_ERROR(CheckKind(command.values, "organization"));
  if (!may) {
    return Error(Reason::kForbidden, "organization.district_path", {{"action", "CreateOrganization"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckUnique(command.values, facts));
  Organization organization = command.values;
  organization.version = 1;
  organization.create_time = context.now;
  organization.update_time = context.now;
  organization.state = officer && !command.draft ? OrganizationState::kApproved : OrganizationState::kDraft;
  organization.rating = officer ? organization.rating : 0;
  organization.credit_code_reason = officer ? organization.credit_code_reason : "";
  RegistryChanges changes;
  changes.note = organization.credit_code_reason;
  changes.organizations.push_back({std::nullopt, std::move(organization), "OrganizationCreated"});
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const UpdateOrganization& command, const Facts& facts, const Context& context) {
  if (!facts.organization) {
    return Error(Reason::kNotFound);
  }
  const Organization& before = *facts.organization;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  if (command.contact_version != 0) {
    MUSTER_RETURN_IF_ERROR(CheckVersion(command.contact_version, before.version));
  }
  const Authority held = AuthorityOverOrganization(context.principal, before);
  Organization after = before;
  MUSTER_RETURN_IF_ERROR(
      ApplyMask<Organization>(kFields, command.paths, held, "UpdateOrganization", command.values, after));
  if (before.credit_code != after.credit_code && !Names(command.paths, "credit_code_reason")) {
    after.credit_code_reason.clear();  // it was given for the earlier code
  }
  Normalize(after);
  MUSTER_RETURN_IF_ERROR(CheckNext(before, after, !after.credit_code_reason.empty(), facts));
  if (Names(command.paths, "district_path") && held == Authority::kOfficer &&
      !DistrictCovers(context.principal.district_path, after.district_path)) {
    return Error(Reason::kForbidden, "organization.district_path", {{"action", "UpdateOrganization: district_path"}});
  }
  const std::string note = after.credit_code_reason == before.credit_code_reason ? "" : after.credit_code_reason;
  RegistryChanges changes = NextVersion(before, std::move(after), "OrganizationUpdated", facts, context.now);
  changes.note = note;
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const ReviewOrganization& command, const Facts& facts, const Context& context) {
  if (!facts.organization) {
    return Error(Reason::kNotFound);
  }
  const Organization& before = *facts.organization;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  MUSTER_RETURN_IF_ERROR(
      Require(Authority::kOfficer, AuthorityOverOrganization(context.principal, before), "ReviewOrganization"));
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, command.state));
  if (NeedsReason(command.state)) {
    MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  }
  Organization after = before;
  after.state = command.state;
  RegistryChanges changes = NextVersion(before, std::move(after), "OrganizationReviewed", facts, context.now);
  changes.note = command.reason;
  return changes;
}

}  // namespace muster::registry
