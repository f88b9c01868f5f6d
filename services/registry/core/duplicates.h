#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

/// By what an organization may be found to be another.
struct DuplicateKeys {
  OrganizationId id;
  std::string name;
  std::string credit_code;
  std::string contact_index;  ///< blind index of the contact's phone; empty: none
};

enum class DuplicateReason { kCreditCode, kName, kPhone };

/// Two organizations that may be one.
struct DuplicatePair {
  OrganizationId first;  ///< the smaller id
  OrganizationId second;
  std::vector<DuplicateReason> reasons;  ///< in order, each once
};

/// A name without what writers leave to taste: full-width letters, digits and brackets become ASCII, capitals small,
/// blanks, brackets, dots and hyphens go; so do the province ("江苏省", "江苏") and the city ("苏州市", "苏州") at the
/// beginning, and the last character of a district's name there ("昆山市" as "昆山", "姑苏区" as "姑苏"). What is left
/// empty stays as it was.
std::string NameKey(std::string_view name);

/// Every pair with the same organization code (places 9 to 17 of the credit code), name key or contact phone, in order
/// of the ids. Of more than 20 with the same key only the first 20 are paired: the others come up when those are dealt
/// with.
std::vector<DuplicatePair> FindDuplicates(const std::vector<DuplicateKeys>& organizations);

/// Notes that two organizations are two. Reads organization, other_organization, dismissed. Errors: NOT_FOUND (also
/// outside the officer's district), INVALID_FIELD, FORBIDDEN; DUPLICATE comes of the store.
struct DismissDuplicate {
  DismissalId id;
  OrganizationId first_id;
  OrganizationId second_id;
  std::string reason;
};

absl::StatusOr<RegistryChanges> Decide(const DismissDuplicate& command, const Facts& facts, const Context& context);

}  // namespace muster::registry
