#include "services/registry/rpc/convert.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/security/masking.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/schedule.h"
#include "services/registry/rpc/people_convert.h"
#include "services/registry/rpc/readiness_convert.h"
#include "services/registry/rpc/wire.h"

namespace muster::registry {
namespace {

/// Fills an optional time of the core from a message's field.
absl::Status TakeTime(bool given, const google::protobuf::Timestamp& time, const std::string& field,
                      std::optional<Time>& into) {
  if (given) {
    MUSTER_ASSIGN_OR_RETURN(into, FromProto(time, field));
  }
  return absl::OkStatus();
}

absl::Status TakeLocation(bool given, const common::v1::Position& position, const std::string& field,
                          std::optional<Location>& into) {
  if (given) {
    MUSTER_ASSIGN_OR_RETURN(into, FromProto(position, field));
  }
  return absl::OkStatus();
}

geo::TravelMode TravelModeFromProto(v1::TravelMode mode) {
  switch (mode) {
    case v1::TRAVEL_MODE_WALK:
      return geo::TravelMode::kWalk;
    case v1::TRAVEL_MODE_BICYCLE:
      return geo::TravelMode::kBicycle;
    case v1::TRAVEL_MODE_VAN:
      return geo::TravelMode::kVan;
    case v1::TRAVEL_MODE_BUS:
      return geo::TravelMode::kBus;
    default:
      return geo::TravelMode::kCar;
  }
}

v1::TravelMode TravelModeToProto(geo::TravelMode mode) {
  switch (mode) {
    case geo::TravelMode::kWalk:
      return v1::TRAVEL_MODE_WALK;
    case geo::TravelMode::kBicycle:
      return v1::TRAVEL_MODE_BICYCLE;
    case geo::TravelMode::kVan:
      return v1::TRAVEL_MODE_VAN;
    case geo::TravelMode::kBus:
      return v1::TRAVEL_MODE_BUS;
    case geo::TravelMode::kCar:
      break;
  }
  return v1::TRAVEL_MODE_CAR;
}

absl::StatusOr<HeldCapability> CapabilityFromProto(const v1::TeamCapability& message, Time now,
                                                   const std::string& field) {
  HeldCapability held{message.capability(), message.level(), {now, {}}};
  if (message.has_valid_from_time()) {
    MUSTER_ASSIGN_OR_RETURN(held.valid.start, FromProto(message.valid_from_time(), field + ".valid_from_time"));
  }
  MUSTER_ASSIGN_OR_RETURN(held.valid.end, FromProto(message.valid_until_time(), field + ".valid_until_time"));
  return held;
}

void InspectionToProto(const Inspection& inspection, v1::Inspection& out) {
  out.set_year(inspection.year);
  out.set_kind(static_cast<v1::InspectionKind>(static_cast<int>(inspection.kind) + 1));
  out.set_result(static_cast<v1::InspectionResult>(static_cast<int>(inspection.result) + 1));
  ToProto(inspection.date, *out.mutable_date_time());
  out.set_note(inspection.note);
}

template <class Message, class Object>
void StampToProto(const Object& object, Message& out) {
  out.set_id(object.id.value());
  out.set_version(object.version);
  ToProto(object.create_time, *out.mutable_create_time());
  ToProto(object.update_time, *out.mutable_update_time());
}

}  // namespace

v1::OrganizationState ToProto(OrganizationState state) {
  return static_cast<v1::OrganizationState>(static_cast<int>(state) + 1);
}

v1::OrganizationKind ToProto(OrganizationKind kind) {
  return static_cast<v1::OrganizationKind>(static_cast<int>(kind) + 1);
}

OrganizationState StateFromProto(v1::OrganizationState state) {
  return static_cast<OrganizationState>(static_cast<int>(state) - 1);
}

OrganizationKind KindFromProto(v1::OrganizationKind kind) {
  return static_cast<OrganizationKind>(static_cast<int>(kind) - 1);
}

absl::StatusOr<Organization> OrganizationFromProto(const v1::Organization& message, const std::string& prefix,
                                                   bool any_kind) {
  Organization organization;
  if (message.kind() != v1::ORGANIZATION_KIND_UNSPECIFIED) {
    organization.kind = KindFromProto(message.kind());
  } else if (!any_kind) {
    return Error(Reason::kInvalidField, prefix + ".kind");
  }
  organization.id = OrganizationId(message.id());
  organization.name = message.name();
  organization.credit_code = message.credit_code();
  organization.filing_office = message.filing_office();
  organization.filing_number = message.filing_number();
  organization.district_path = message.district_path();
  organization.address = message.address();
  organization.rating = message.rating();
  organization.supervisor = message.supervisor();
  organization.help_offered.assign(message.help_offered().begin(), message.help_offered().end());
  organization.party_branch = message.party_branch();
  organization.fundraising_number = message.fundraising_number();
  organization.credit_code_reason = message.credit_code_reason();
  if (message.has_fundraising_valid()) {
    MUSTER_ASSIGN_OR_RETURN(organization.fundraising_valid,
                            FromProto(message.fundraising_valid(), prefix + ".fundraising_valid"));
  }
  organization.external_refs = ReferencesFromProto(message.external_refs());
  MUSTER_RETURN_IF_ERROR(
      TakeLocation(message.has_position(), message.position(), prefix + ".position", organization.location));
  MUSTER_RETURN_IF_ERROR(TakeTime(message.has_registration_end_time(), message.registration_end_time(),
                                  prefix + ".registration_end_time", organization.registration_end));
  MUSTER_RETURN_IF_ERROR(TakeTime(message.has_rating_end_time(), message.rating_end_time(), prefix + ".rating_end_time",
                                  organization.rating_end));
  return organization;
}

absl::StatusOr<Person> ContactFromProto(const v1::Organization& message, const std::string& prefix) {
  return NormalizeContact(
      {security::SensitiveText(message.contact_name()), security::SensitiveText(message.contact_phone()), {}}, prefix);
}

v1::Organization ToProto(const Organization& organization, const Person& contact) {
  v1::Organization out;
  StampToProto(organization, out);
  out.set_name(organization.name);
  out.set_kind(ToProto(organization.kind));
  out.set_credit_code(organization.credit_code);
  out.set_filing_office(organization.filing_office);
  out.set_filing_number(organization.filing_number);
  out.set_district_path(organization.district_path);
  out.set_address(organization.address);
  if (organization.location) {
    ToProto(*organization.location, *out.mutable_position());
  }
  out.set_state(ToProto(organization.state));
  if (organization.registration_end) {
    ToProto(*organization.registration_end, *out.mutable_registration_end_time());
  }
  out.set_rating(organization.rating);
  if (organization.rating_end) {
    ToProto(*organization.rating_end, *out.mutable_rating_end_time());
  }
  if (organization.blacklisted_until) {
    ToProto(*organization.blacklisted_until, *out.mutable_blacklisted_until_time());
  }
  out.set_contact_name(security::MaskName(contact.name.Reveal()));
  out.set_contact_phone(security::MaskPhone(contact.phone.Reveal()));
  ReferencesToProto(organization.external_refs, *out.mutable_external_refs());
  out.set_supervisor(organization.supervisor);
  out.mutable_help_offered()->Add(organization.help_offered.begin(), organization.help_offered.end());
  out.set_party_branch(organization.party_branch);
  out.set_fundraising_number(organization.fundraising_number);
  if (organization.fundraising_valid) {
    ToProto(*organization.fundraising_valid, *out.mutable_fundraising_valid());
  }
  out.set_credit_code_reason(organization.credit_code_reason);
  out.set_blacklist_reason(organization.blacklist_reason);
  for (const Inspection& inspection : organization.inspections) {
    InspectionToProto(inspection, *out.add_inspections());
  }
  out.set_merged_into_id(organization.merged_into.value());
  return out;
}

v1::OrganizationChangeState ToProto(ChangeState state) {
  return static_cast<v1::OrganizationChangeState>(static_cast<int>(state) + 1);
}

v1::OrganizationChange ToProto(const OrganizationChange& change) {
  v1::OrganizationChange out;
  StampToProto(change, out);
  out.set_organization_id(change.organization_id.value());
  out.set_state(ToProto(change.state));
  *out.mutable_organization() = ToProto(change.values, Person());
  KeepOnly(change.paths, *out.mutable_organization());
  out.mutable_update_mask()->mutable_paths()->Add(change.paths.begin(), change.paths.end());
  out.set_reason(change.reason);
  out.set_author_id(change.author.value());
  out.set_reviewer_id(change.reviewer.value());
  out.set_decision_reason(change.decision_reason);
  return out;
}

absl::StatusOr<Inspection> InspectionFromProto(const v1::Inspection& message, const std::string& prefix) {
  if (message.kind() == v1::INSPECTION_KIND_UNSPECIFIED) {
    return Error(Reason::kInvalidField, prefix + ".kind");
  }
  if (message.result() == v1::INSPECTION_RESULT_UNSPECIFIED) {
    return Error(Reason::kInvalidField, prefix + ".result");
  }
  Inspection inspection;
  inspection.year = message.year();
  inspection.kind = static_cast<InspectionKind>(static_cast<int>(message.kind()) - 1);
  inspection.result = static_cast<InspectionResult>(static_cast<int>(message.result()) - 1);
  if (!message.has_date_time()) {
    return BadTime(prefix + ".date_time", "缺少日期", "it is missing");
  }
  MUSTER_ASSIGN_OR_RETURN(inspection.date, FromProto(message.date_time(), prefix + ".date_time"));
  inspection.note = message.note();
  return inspection;
}

absl::StatusOr<Team> TeamFromProto(const v1::Team& message, Time now, const std::string& prefix) {
  Team team;
  team.id = TeamId(message.id());
  team.organization_id = OrganizationId(message.organization_id());
  team.name = message.name();
  team.leader_member_id = MemberId(message.leader_member_id());
  team.headcount = message.headcount();
  team.travel_mode = TravelModeFromProto(message.travel_mode());
  team.turnout_minutes = message.turnout_minutes();
  team.range_km = message.range_km();
  team.works_remotely = message.works_remotely();
  team.languages.assign(message.languages().begin(), message.languages().end());
  team.district_path = message.district_path();
  team.external_refs = ReferencesFromProto(message.external_refs());
  team.equipment = EquipmentFromProto(message.equipment());
  team.limits = LimitsFromProto(message.limits());
  MUSTER_RETURN_IF_ERROR(
      TakeLocation(message.has_base_position(), message.base_position(), prefix + ".base_position", team.base));
  MUSTER_RETURN_IF_ERROR(TakeLocation(message.has_current_position(), message.current_position(),
                                      prefix + ".current_position", team.current));
  if (message.has_suspended()) {
    MUSTER_ASSIGN_OR_RETURN(team.suspended, FromProto(message.suspended(), prefix + ".suspended"));
  }
  for (int i = 0; i < message.capabilities_size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(
        HeldCapability held,
        CapabilityFromProto(message.capabilities(i), now, prefix + ".capabilities[" + std::to_string(i) + "]"));
    team.capabilities.push_back(std::move(held));
  }
  return team;
}

void ToProto(const Team& team, v1::Team& out) {
  StampToProto(team, out);
  out.set_organization_id(team.organization_id.value());
  out.set_name(team.name);
  out.set_leader_member_id(team.leader_member_id.value());
  out.set_headcount(team.headcount);
  if (team.base) {
    ToProto(*team.base, *out.mutable_base_position());
  }
  if (const std::optional<Location>& seen = LastSeen(team)) {
    ToProto(*seen, *out.mutable_current_position());
  }
  out.set_travel_mode(TravelModeToProto(team.travel_mode));
  out.set_turnout_minutes(team.turnout_minutes);
  out.set_range_km(team.range_km);
  out.set_works_remotely(team.works_remotely);
  out.mutable_languages()->Add(team.languages.begin(), team.languages.end());
  for (const HeldCapability& held : team.capabilities) {
    v1::TeamCapability& added = *out.add_capabilities();
    added.set_capability(held.capability);
    added.set_level(held.level);
    ToProto(held.valid.start, *added.mutable_valid_from_time());
    ToProto(held.valid.end, *added.mutable_valid_until_time());
  }
  out.set_district_path(team.district_path);
  out.set_disbanded(team.disbanded);
  if (team.suspended) {
    ToProto(*team.suspended, *out.mutable_suspended());
  }
  ReferencesToProto(team.external_refs, *out.mutable_external_refs());
  ToProto(team.equipment, *out.mutable_equipment());
  if (!(team.limits == TeamLimits())) {
    ToProto(team.limits, *out.mutable_limits());
  }
  for (const Partner& partner : team.partners) {
    (partner.accepted ? out.add_partner_organization_ids() : out.add_invited_organization_ids())
        ->assign(partner.organization_id.value());
  }
}

absl::StatusOr<Member> MemberFromProto(const v1::Member& message, const std::string& prefix) {
  Member member;
  member.id = MemberId(message.id());
  member.organization_id = OrganizationId(message.organization_id());
  member.district_path = message.district_path();
  member.skills.assign(message.skills().begin(), message.skills().end());
  for (const std::string& id : message.team_ids()) {
    member.team_ids.emplace_back(id);
  }
  MUSTER_RETURN_IF_ERROR(TakeTime(message.has_guardian_consent_time(), message.guardian_consent_time(),
                                  prefix + ".guardian_consent_time", member.guardian_consent));
  member.insurer = message.insurance().insurer();
  if (message.insurance().has_cover()) {
    MUSTER_ASSIGN_OR_RETURN(member.cover, FromProto(message.insurance().cover(), prefix + ".insurance.cover"));
  }
  for (int i = 0; i < message.consents_size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(Consent consent,
                            ConsentFromProto(message.consents(i), prefix + ".consents[" + std::to_string(i) + "]"));
    member.consents.push_back(std::move(consent));
  }
  return member;
}

Person PersonFromProto(const v1::Member& message) {
  return {security::SensitiveText(message.name()),
          security::SensitiveText(message.phone()),
          security::SensitiveText(message.id_number()),
          security::SensitiveText(message.birth_date()),
          security::SensitiveText(message.guardian_name()),
          security::SensitiveText(message.guardian_phone()),
          security::SensitiveText(message.insurance().policy_number())};
}

v1::Member ToProto(const Member& member, const Person& person) {
  v1::Member out;
  StampToProto(member, out);
  out.set_organization_id(member.organization_id.value());
  for (const TeamId& id : member.team_ids) {
    out.add_team_ids(id.value());
  }
  out.set_name(security::MaskName(person.name.Reveal()));
  out.set_phone(security::MaskPhone(person.phone.Reveal()));
  out.set_id_number(security::MaskIdNumber(person.id_number.Reveal()));
  out.mutable_skills()->Add(member.skills.begin(), member.skills.end());
  out.set_district_path(member.district_path);
  MoreToProto(member, person, out);
  return out;
}

void ToProto(const TeamProfile& profile, v1::TeamProfile& out) {
  ToProto(profile.team, *out.mutable_team());
  out.set_organization_state(ToProto(profile.standing.state));
  if (profile.standing.registration_end) {
    ToProto(*profile.standing.registration_end, *out.mutable_registration_end_time());
  }
  if (profile.standing.blacklisted_until) {
    ToProto(*profile.standing.blacklisted_until, *out.mutable_blacklisted_until_time());
  }
  for (const Window& window : profile.available) {
    ToProto(window, *out.add_available());
  }
  out.set_organization_name(profile.standing.organization_name);
  out.set_organization_kind(ToProto(profile.standing.organization_kind));
  ToProto(profile.weekly, *out.mutable_weekly());
  for (const Window& blackout : BlackoutsOf(profile.blackout_days)) {
    ToProto(blackout, *out.add_blackouts());
  }
}

void ToProto(const Availability& availability, v1::Availability& out) {
  out.set_id(availability.id.value());
  out.set_team_id(availability.team_id.value());
  ToProto(availability.window, *out.mutable_window());
  ToProto(availability.create_time, *out.mutable_create_time());
}

void ToProto(const Capability& capability, v1::Capability& out) {
  out.set_code(std::string(capability.code));
  out.set_name_zh(std::string(capability.name_zh));
  out.set_name_en(std::string(capability.name_en));
  out.set_parent(std::string(capability.parent));
  out.set_graded(capability.graded);
  out.set_lowest_level(capability.LowestLevel());
  out.set_added(capability.added);
}

}  // namespace muster::registry
