#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/security/sensitive.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// The personal fields in clear, on their way to or from the sealed form.
struct Person {
  security::SensitiveText name;
  security::SensitiveText phone;
  security::SensitiveText id_number;  ///< empty: not given
};

/// Trims and normalizes; `prefix` names the message ("member"). Errors: INVALID_FIELD (a name that is missing or
/// masked), INVALID_PHONE, INVALID_ID. Values are never part of the error.
absl::StatusOr<Person> NormalizePerson(const Person& person, const std::string& prefix);

/// A name of a person alone. INVALID_FIELD as above.
absl::StatusOr<std::string> NormalizeName(const std::string& name, const std::string& field);

/// The contact of an organization: both parts may be missing. `prefix` is "organization".
absl::StatusOr<Person> NormalizeContact(const Person& person, const std::string& prefix);

/// Makes a member. Reads organization (unless it is empty), member_teams. Errors: NOT_FOUND (member.organization_id),
/// FORBIDDEN, those of CheckMember.
struct CreateMember {
  Member values;  ///< sealed; version and times are set here
};

/// Changes the fields named in `paths`. Reads member, member_teams. Errors: NOT_FOUND, VERSION_CONFLICT, FORBIDDEN,
/// UNKNOWN_FIELD, READ_ONLY_FIELD, those of CheckMember.
struct UpdateMember {
  MemberId id;
  int64_t expected_version = 0;
  Member values;
  std::vector<std::string> paths;
  /// The version whose personal fields `values` was sealed from; 0 when none of them is in `paths`.
  int64_t person_version = 0;
};

absl::StatusOr<RegistryChanges> Decide(const CreateMember& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const UpdateMember& command, const Facts& facts, const Context& context);

/// What holds for every member, with the fields named below `prefix`. Errors: INVALID_FIELD, OUT_OF_RANGE.
absl::Status CheckMember(const Member& member, const std::string& prefix);
/// Puts the teams in order, each once, as they are stored.
void SortTeams(Member& member);

}  // namespace muster::registry
