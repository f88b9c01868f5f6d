#include "services/registry/rpc/people_convert.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/security/masking.h"
#include "services/registry/core/consent_rules.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/rpc/convert.h"
#include "services/registry/rpc/wire.h"

namespace muster::registry {
namespace {

/// The last two characters of a number of eight or more; of a shorter one nothing.
std::string MaskNumber(const std::string& number) {
  if (number.empty()) {
    return "";
  }
  return number.size() < 8 ? "****" : "****" + number.substr(number.size() - 2);
}

/// The year alone: "1990-**-**".
std::string MaskBirthDate(const std::string& date) { return date.empty() ? "" : date.substr(0, 4) + "-**-**"; }

template <class Message, class Object>
void HeadToProto(const Object& object, Message& out) {
  out.set_id(object.id.value());
  out.set_version(object.version);
  ToProto(object.create_time, *out.mutable_create_time());
  ToProto(object.update_time, *out.mutable_update_time());
}

void ConsentToProto(const Consent& consent, v1::Consent& out) {
  out.set_purpose(consent.purpose);
  out.set_text_version(consent.text_version);
  ToProto(consent.given, *out.mutable_given_time());
  if (consent.withdrawn) {
    ToProto(*consent.withdrawn, *out.mutable_withdrawn_time());
  }
}

void InsuranceToProto(const Member& member, const Person& person, v1::Insurance& out) {
  out.set_insurer(member.insurer);
  out.set_policy_number(MaskNumber(person.policy_number.Reveal()));
  if (member.cover) {
    ToProto(*member.cover, *out.mutable_cover());
  }
}

}  // namespace

absl::StatusOr<v1::Member> Masked(const Tools& tools, const Member& member) {
  MUSTER_ASSIGN_OR_RETURN(const Person person, tools.sealer.Open(member));
  return ToProto(member, person);
}

std::function<absl::StatusOr<std::string>(const RegistryChanges&)> AnswerMember(const Tools& tools) {
  return [&tools](const RegistryChanges& changes) -> absl::StatusOr<std::string> {
    MUSTER_ASSIGN_OR_RETURN(const v1::Member reply, Masked(tools, changes.members.front().after));
    return reply.SerializeAsString();
  };
}

absl::StatusOr<Consent> ConsentFromProto(const v1::Consent& message, const std::string& field) {
  if (!message.has_given_time()) {
    return BadTime(field + ".given_time", "缺少同意时间", "the time of the consent is missing");
  }
  Consent consent{message.purpose(), message.text_version(), {}, std::nullopt};
  MUSTER_ASSIGN_OR_RETURN(consent.given, FromProto(message.given_time(), field + ".given_time"));
  return consent;
}

void MoreToProto(const Member& member, const Person& person, v1::Member& out) {
  out.set_birth_date(MaskBirthDate(person.birth_date.Reveal()));
  out.set_guardian_name(security::MaskName(person.guardian_name.Reveal()));
  out.set_guardian_phone(security::MaskPhone(person.guardian_phone.Reveal()));
  if (member.guardian_consent) {
    ToProto(*member.guardian_consent, *out.mutable_guardian_consent_time());
  }
  if (!member.insurer.empty() || member.cover || !person.policy_number.Reveal().empty()) {
    InsuranceToProto(member, person, *out.mutable_insurance());
  }
  for (const Consent& consent : member.consents) {
    ConsentToProto(consent, *out.add_consents());
  }
  out.set_dispatch_consent_missing(!Consents(member, kDispatchPurpose));
  out.set_account_id(member.account_id.value());
  if (member.erase_time) {
    ToProto(*member.erase_time, *out.mutable_erase_time());
  }
}

absl::StatusOr<Certificate> CertificateFromProto(const v1::Certificate& message, Time now, const std::string& prefix) {
  if (!message.has_valid_until_time()) {
    return BadTime(prefix + ".valid_until_time", "缺少有效期终止", "the end of its validity is missing");
  }
  Certificate certificate;
  certificate.member_id = MemberId(message.member_id());
  certificate.team_id = TeamId(message.team_id());
  certificate.capability = message.capability();
  certificate.level = message.level();
  certificate.qualification = message.qualification();
  certificate.issuer = message.issuer();
  certificate.scan_upload_id = message.scan_upload_id();
  certificate.valid_from = now;
  if (message.has_valid_from_time()) {
    MUSTER_ASSIGN_OR_RETURN(certificate.valid_from, FromProto(message.valid_from_time(), prefix + ".valid_from_time"));
  }
  MUSTER_ASSIGN_OR_RETURN(certificate.valid_until, FromProto(message.valid_until_time(), prefix + ".valid_until_time"));
  return certificate;
}

absl::StatusOr<v1::Certificate> Masked(const Tools& tools, const Certificate& certificate) {
  MUSTER_ASSIGN_OR_RETURN(const security::SensitiveText number, tools.sealer.OpenNumber(certificate));
  v1::Certificate out;
  HeadToProto(certificate, out);
  out.set_member_id(certificate.member_id.value());
  out.set_team_id(certificate.team_id.value());
  out.set_capability(certificate.capability);
  out.set_level(certificate.level);
  out.set_qualification(certificate.qualification);
  out.set_issuer(certificate.issuer);
  out.set_number(MaskNumber(number.Reveal()));
  out.set_scan_upload_id(certificate.scan_upload_id);
  ToProto(certificate.valid_from, *out.mutable_valid_from_time());
  ToProto(certificate.valid_until, *out.mutable_valid_until_time());
  out.set_state(static_cast<v1::CertificateState>(static_cast<int>(certificate.state) + 1));
  out.set_revoke_reason(certificate.revoke_reason);
  return out;
}

void ToProto(const Membership& membership, v1::Membership& out) {
  HeadToProto(membership, out);
  out.set_team_id(membership.team_id.value());
  out.set_member_id(membership.member_id.value());
  out.set_organization_id(membership.organization_id.value());
  out.set_state(static_cast<v1::MembershipState>(static_cast<int>(membership.state) + 1));
  out.set_asked_by_team(membership.asked_by_team);
  out.set_reason(membership.reason);
}

void ToProto(const Application& application, v1::Application& out) {
  HeadToProto(application, out);
  out.set_recruitment_id(application.recruitment_id.value());
  out.set_member_id(application.member_id.value());
  out.set_state(static_cast<v1::ApplicationState>(static_cast<int>(application.state) + 1));
  out.set_reason(application.reason);
}

absl::StatusOr<Recruitment> RecruitmentFromProto(const v1::Recruitment& message, const std::string& prefix) {
  Recruitment recruitment;
  recruitment.organization_id = OrganizationId(message.organization_id());
  recruitment.title_zh = message.title().zh();
  recruitment.title_en = message.title().en();
  recruitment.capability = message.capability();
  recruitment.district_path = message.district_path();
  recruitment.places = message.places();
  if (message.has_window()) {
    MUSTER_ASSIGN_OR_RETURN(recruitment.needed, FromProto(message.window(), prefix + ".window"));
  }
  recruitment.screening = message.screening();
  return recruitment;
}

void ToProto(const Recruitment& recruitment, v1::Recruitment& out) {
  HeadToProto(recruitment, out);
  out.set_organization_id(recruitment.organization_id.value());
  out.mutable_title()->set_zh(recruitment.title_zh);
  out.mutable_title()->set_en(recruitment.title_en);
  out.set_capability(recruitment.capability);
  out.set_district_path(recruitment.district_path);
  out.set_places(recruitment.places);
  out.set_filled(recruitment.filled);
  ToProto(recruitment.needed, *out.mutable_window());
  out.set_screening(recruitment.screening);
  out.set_state(static_cast<v1::RecruitmentState>(static_cast<int>(recruitment.state) + 1));
}

}  // namespace muster::registry
