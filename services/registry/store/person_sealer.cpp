#include "services/registry/store/person_sealer.h"

#include <string>
#include <utility>

#include "muster/base/status_macros.h"

namespace muster::registry {
namespace {

using security::FieldCipher;
using security::PersonKey;
using security::SensitiveText;

/// The rows of one person: where their fields stand.
struct SealedRow {
  std::string_view table;
  std::string_view id;
  std::string_view organization_id;
};

absl::StatusOr<Sealed> SealField(const FieldCipher& cipher, const PersonKey& key, const SealedRow& row,
                                 std::string_view column, const SensitiveText& plain) {
  if (plain.Reveal().empty()) {
    return Sealed{};
  }
  MUSTER_ASSIGN_OR_RETURN(std::string bytes,
                          cipher.Encrypt(key, {row.table, column, row.id, row.organization_id}, plain.Reveal()));
  return Sealed{std::move(bytes)};
}

absl::StatusOr<SensitiveText> OpenField(const FieldCipher& cipher, const PersonKey& key, const SealedRow& row,
                                        std::string_view column, const Sealed& sealed) {
  if (sealed.empty()) {
    return SensitiveText();
  }
  return cipher.Decrypt(key, {row.table, column, row.id, row.organization_id}, sealed.bytes);
}

}  // namespace

absl::Status PersonSealer::Seal(const Person& person, Member& member) const {
  const SealedRow row{"member", member.id.value(), member.organization_id.value()};
  MUSTER_ASSIGN_OR_RETURN(security::NewPersonKey key, cipher_.CreatePersonKey(row.id));
  member.person_key = Sealed{std::move(key.wrapped)};
  MUSTER_ASSIGN_OR_RETURN(member.name, SealField(cipher_, key.key, row, "name", person.name));
  MUSTER_ASSIGN_OR_RETURN(member.phone, SealField(cipher_, key.key, row, "phone", person.phone));
  MUSTER_ASSIGN_OR_RETURN(member.id_number, SealField(cipher_, key.key, row, "id_number", person.id_number));
  MUSTER_ASSIGN_OR_RETURN(member.birth_date, SealField(cipher_, key.key, row, "birth_date", person.birth_date));
  MUSTER_ASSIGN_OR_RETURN(member.guardian_name,
                          SealField(cipher_, key.key, row, "guardian_name", person.guardian_name));
  MUSTER_ASSIGN_OR_RETURN(member.guardian_phone,
                          SealField(cipher_, key.key, row, "guardian_phone", person.guardian_phone));
  MUSTER_ASSIGN_OR_RETURN(member.policy_number,
                          SealField(cipher_, key.key, row, "policy_number", person.policy_number));
  member.phone_index = PhoneIndex(person.phone.Reveal());
  member.digests = DigestsOf(person);
  member.person_index = PersonIndex(person.phone.Reveal(), person.id_number.Reveal());
  return absl::OkStatus();
}

absl::StatusOr<Person> PersonSealer::Open(const Member& member) const {
  if (member.erase_time) {
    return Person{};
  }
  const SealedRow row{"member", member.id.value(), member.organization_id.value()};
  MUSTER_ASSIGN_OR_RETURN(const PersonKey key, cipher_.UnwrapPersonKey(row.id, member.person_key.bytes));
  Person person;
  MUSTER_ASSIGN_OR_RETURN(person.name, OpenField(cipher_, key, row, "name", member.name));
  MUSTER_ASSIGN_OR_RETURN(person.phone, OpenField(cipher_, key, row, "phone", member.phone));
  MUSTER_ASSIGN_OR_RETURN(person.id_number, OpenField(cipher_, key, row, "id_number", member.id_number));
  MUSTER_ASSIGN_OR_RETURN(person.birth_date, OpenField(cipher_, key, row, "birth_date", member.birth_date));
  MUSTER_ASSIGN_OR_RETURN(person.guardian_name, OpenField(cipher_, key, row, "guardian_name", member.guardian_name));
  MUSTER_ASSIGN_OR_RETURN(person.guardian_phone, OpenField(cipher_, key, row, "guardian_phone", member.guardian_phone));
  MUSTER_ASSIGN_OR_RETURN(person.policy_number, OpenField(cipher_, key, row, "policy_number", member.policy_number));
  return person;
}

absl::Status PersonSealer::SealContact(const Person& person, Organization& organization) const {
  organization.contact_key = {};
  organization.contact_name = {};
  organization.contact_phone = {};
  organization.contact_index = {};
  if (person.name.Reveal().empty() && person.phone.Reveal().empty()) {
    return absl::OkStatus();
  }
  const SealedRow row{"organization", organization.id.value(), organization.id.value()};
  MUSTER_ASSIGN_OR_RETURN(security::NewPersonKey key, cipher_.CreatePersonKey(row.id));
  organization.contact_key = Sealed{std::move(key.wrapped)};
  MUSTER_ASSIGN_OR_RETURN(organization.contact_name, SealField(cipher_, key.key, row, "contact_name", person.name));
  MUSTER_ASSIGN_OR_RETURN(organization.contact_phone, SealField(cipher_, key.key, row, "contact_phone", person.phone));
  organization.contact_index = person.phone.Reveal().empty() ? Sealed() : ContactIndex(person.phone.Reveal());
  return absl::OkStatus();
}

absl::StatusOr<Person> PersonSealer::OpenContact(const Organization& organization) const {
  Person person;
  if (organization.contact_key.empty()) {
    return person;
  }
  const SealedRow row{"organization", organization.id.value(), organization.id.value()};
  MUSTER_ASSIGN_OR_RETURN(const PersonKey key, cipher_.UnwrapPersonKey(row.id, organization.contact_key.bytes));
  MUSTER_ASSIGN_OR_RETURN(person.name, OpenField(cipher_, key, row, "contact_name", organization.contact_name));
  MUSTER_ASSIGN_OR_RETURN(person.phone, OpenField(cipher_, key, row, "contact_phone", organization.contact_phone));
  return person;
}

Sealed PersonSealer::ContactIndex(std::string_view phone) const {
  return Sealed{blind_index_.Of("organization.contact_phone", phone)};
}

absl::Status PersonSealer::SealNumber(const SensitiveText& number, Certificate& certificate) const {
  if (number.Reveal().empty()) {
    return absl::OkStatus();
  }
  const SealedRow row{"certificate", certificate.id.value(), ""};
  MUSTER_ASSIGN_OR_RETURN(security::NewPersonKey key, cipher_.CreatePersonKey(row.id));
  certificate.number_key = Sealed{std::move(key.wrapped)};
  MUSTER_ASSIGN_OR_RETURN(certificate.number, SealField(cipher_, key.key, row, "number", number));
  return absl::OkStatus();
}

absl::StatusOr<SensitiveText> PersonSealer::OpenNumber(const Certificate& certificate) const {
  if (certificate.number_key.empty()) {
    return SensitiveText();
  }
  const SealedRow row{"certificate", certificate.id.value(), ""};
  MUSTER_ASSIGN_OR_RETURN(const PersonKey key, cipher_.UnwrapPersonKey(row.id, certificate.number_key.bytes));
  return OpenField(cipher_, key, row, "number", certificate.number);
}

Sealed PersonSealer::PersonIndex(std::string_view phone, std::string_view id_number) const {
  return id_number.empty()
             ? Sealed{}
             : Sealed{blind_index_.Of("member.person", std::string(phone) + "/" + std::string(id_number))};
}

Sealed PersonSealer::PhoneIndex(std::string_view phone) const { return Sealed{blind_index_.Of("member.phone", phone)}; }
Sealed PersonSealer::NameDigest(std::string_view name) const { return Sealed{blind_index_.Of("member.name", name)}; }
Sealed PersonSealer::IdNumberDigest(std::string_view id_number) const {
  return Sealed{blind_index_.Of("member.id_number", id_number)};
}

std::vector<Sealed> PersonSealer::DigestsOf(const Person& person) const {
  std::vector<Sealed> digests{NameDigest(person.name.Reveal())};
  if (!person.id_number.Reveal().empty()) {
    digests.push_back(IdNumberDigest(person.id_number.Reveal()));
  }
  return digests;
}

}  // namespace muster::registry
