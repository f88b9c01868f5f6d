#pragma once

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/security/blind_index.h"
#include "muster/security/field_cipher.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/core/people.h"

namespace muster::registry {

/// Between people in clear and the sealed form in which the store keeps them: a data key per person, wrapped; each
/// field authenticated with its table, column, row and organization. Thread-safe. Values are normalized before.
class PersonSealer {
 public:
  /// Both must outlive it.
  PersonSealer(const security::FieldCipher& cipher, const security::BlindIndex& blind_index)
      : cipher_(cipher), blind_index_(blind_index) {}

  /// Fills the sealed fields of `member`, whose id and organization are set, under a new key.
  absl::Status Seal(const Person& person, Member& member) const;
  /// Nothing, for a person who was forgotten.
  absl::StatusOr<Person> Open(const Member& member) const;

  /// Fills the sealed number of `certificate`, whose id is set; an empty number is none.
  absl::Status SealNumber(const security::SensitiveText& number, Certificate& certificate) const;
  absl::StatusOr<security::SensitiveText> OpenNumber(const Certificate& certificate) const;

  /// Fills the sealed contact of `organization`, whose id is set; a contact without name and phone is no contact.
  absl::Status SealContact(const Person& person, Organization& organization) const;
  absl::StatusOr<Person> OpenContact(const Organization& organization) const;

  /// By which organizations with this normalized contact phone are found.
  Sealed ContactIndex(std::string_view phone) const;
  /// By which members with this normalized phone are found.
  Sealed PhoneIndex(std::string_view phone) const;
  /// By which members with this normalized name or identity number are found.
  Sealed NameDigest(std::string_view name) const;
  Sealed IdNumberDigest(std::string_view id_number) const;
  /// Those of a normalized person.
  std::vector<Sealed> DigestsOf(const Person& person) const;
  /// By which the one member with this phone and identity number is found; empty without an identity number.
  Sealed PersonIndex(std::string_view phone, std::string_view id_number) const;

 private:
  const security::FieldCipher& cipher_;
  const security::BlindIndex& blind_index_;
};

}  // namespace muster::registry
