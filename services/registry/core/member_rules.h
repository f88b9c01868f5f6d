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
  security::SensitiveText id_number;         ///< empty: not given
  security::SensitiveText birth_date{};      ///< "1990-05-17"; empty: not known
  security::SensitiveText guardian_name{};   ///< empty: none told
  security::SensitiveText guardian_phone{};  ///< the same
  security::SensitiveText policy_number{};   ///< of the insurance; empty: not given
};

/// Trims and normalizes; `prefix` names the message ("member"). Errors: INVALID_FIELD (a name that is missing or
/// masked; a date of birth that is none), INVALID_PHONE, INVALID_ID. Values are never part of the error.
absl::StatusOr<Person> NormalizePerson(const Person& person, const std::string& prefix);

/// A name of a person alone. INVALID_FIELD as above.
absl::StatusOr<std::string> NormalizeName(const std::string& name, const std::string& field);

/// The contact of an organization: both parts may be missing. `prefix` is "organization".
absl::StatusOr<Person> NormalizeContact(const Person& person, const std::string& prefix);

/// Makes a member. Reads organization (unless it is empty), member_teams, people.person_taken. Errors: NOT_FOUND
/// (member.organization_id), FORBIDDEN, those of CheckMember and of CheckConsents, NOT_ELIGIBLE (teams without
/// consent), DUPLICATE.
struct CreateMember {
  Member values;  ///< sealed; version and times are set here
};

/// Changes the fields named in `paths`. Teams of other organizations stay as they are: they come and go by JoinTeam and
/// LeaveTeam. Reads member, member_teams, people.memberships, people.person_taken. Errors: NOT_FOUND, VERSION_CONFLICT,
/// FORBIDDEN, UNKNOWN_FIELD, READ_ONLY_FIELD, those of CheckMember, NOT_ELIGIBLE (a new team without consent),
/// ILLEGAL_TRANSITION (forgotten), DUPLICATE.
struct UpdateMember {
  MemberId id;
  int64_t expected_version = 0;
  Member values;
  std::vector<std::string> paths;
  /// The version whose personal fields `values` was sealed from; 0 when none of them is in `paths`.
  int64_t person_version = 0;
};

/// Makes a member of no organization: by the person, whose account it then is, or by an officer or operator of the
/// district. Reads people.person_taken, people.member_of_account. Errors: FORBIDDEN, those of CheckMember and of
/// CheckConsents, DUPLICATE (the same person, or the same account).
struct RegisterVolunteer {
  Member values;  ///< sealed, without organization and teams; with account_id when the person registers
};

absl::StatusOr<RegistryChanges> Decide(const CreateMember& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const RegisterVolunteer& command, const Facts& facts, const Context& context);
absl::StatusOr<RegistryChanges> Decide(const UpdateMember& command, const Facts& facts, const Context& context);

/// What holds for every member, with the fields named below `prefix`. Errors: INVALID_FIELD, OUT_OF_RANGE.
absl::Status CheckMember(const Member& member, const std::string& prefix);
/// ILLEGAL_TRANSITION for a person who was forgotten.
absl::Status CheckNotErased(const Member& member);
/// DUPLICATE for a person who is registered already, saying what to do.
absl::Status SamePersonExists(const std::string& field);
/// The next version of a member, made from `before` by whoever called.
Changed<Member> NextVersion(const Member& before, Member after, Time now);
/// Puts the teams in order, each once, as they are stored.
void SortTeams(Member& member);

}  // namespace muster::registry
