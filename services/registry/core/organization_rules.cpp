#include "services/registry/core/organization_rules.h"

#include <array>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/credit_code.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/field_mask.h"

namespace muster::registry {
namespace {

using Field = UpdatableField<Organization>;

void CopyContact(Organization& to, const Organization& from) {
  // The person's key belongs to both fields, so the contact is always sealed as one.
  to.contact_key = from.contact_key;
  to.contact_name = from.contact_name;
  to.contact_phone = from.contact_phone;
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
    {"address", Authority::kManager, [](Organization& to, const Organization& from) { to.address = from.address; }},
    {"position", Authority::kManager, [](Organization& to, const Organization& from) { to.location = from.location; }},
    {"contact_name", Authority::kManager, CopyContact},
    {"contact_phone", Authority::kManager, CopyContact},
    {"external_refs", Authority::kManager,
     [](Organization& to, const Organization& from) { to.external_refs = from.external_refs; }},
    {"rating", Authority::kOfficer, [](Organization& to, const Organization& from) { to.rating = from.rating; }},
    {"rating_end_time", Authority::kOfficer,
     [](Organization& to, const Organization& from) { to.rating_end = from.rating_end; }},
    {"id", Authority::kNobody, nullptr},
    {"version", Authority::kNobody, nullptr},
    {"create_time", Authority::kNobody, nullptr},
    {"update_time", Authority::kNobody, nullptr},
    {"state", Authority::kNobody, nullptr},
    {"blacklisted_until_time", Authority::kNobody, nullptr},
});

/// What the principal may say about this organization: a manager may still write everything in a draft.
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

/// The organization with its next version, and its teams where they see a difference.
RegistryChanges ChangesOf(const Organization& before, Organization after, std::string event, const Facts& facts,
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

bool NeedsReason(OrganizationState to) {
  return to == OrganizationState::kDraft || to == OrganizationState::kSuspended || to == OrganizationState::kRevoked ||
         to == OrganizationState::kWithdrawn;
}

}  // namespace

void Normalize(Organization& organization) {
  organization.name = std::string(TrimBlanks(organization.name));
  organization.credit_code = NormalizeCreditCode(organization.credit_code);
  organization.filing_number = std::string(TrimBlanks(organization.filing_number));
  organization.filing_office = std::string(TrimBlanks(organization.filing_office));
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
  return CheckReferences(organization.external_refs, prefix + ".external_refs");
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
  MUSTER_RETURN_IF_ERROR(CheckOrganization(command.values, officer, "organization"));
  if (!may) {
    return Error(Reason::kForbidden, "organization.district_path", {{"action", "CreateOrganization"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckUnique(command.values, facts));
  Organization organization = command.values;
  organization.version = 1;
  organization.create_time = context.now;
  organization.update_time = context.now;
  organization.state = officer ? OrganizationState::kApproved : OrganizationState::kDraft;
  organization.rating = officer ? organization.rating : 0;
  RegistryChanges changes;
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
  Normalize(after);
  MUSTER_RETURN_IF_ERROR(CheckOrganization(after, held == Authority::kOfficer, "organization"));
  if (Names(command.paths, "district_path") && held == Authority::kOfficer &&
      !DistrictCovers(context.principal.district_path, after.district_path)) {
    return Error(Reason::kForbidden, "organization.district_path", {{"action", "UpdateOrganization: district_path"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckUnique(after, facts));
  return ChangesOf(before, std::move(after), "OrganizationUpdated", facts, context.now);
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
  RegistryChanges changes = ChangesOf(before, std::move(after), "OrganizationReviewed", facts, context.now);
  changes.note = command.reason;
  return changes;
}

}  // namespace muster::registry
