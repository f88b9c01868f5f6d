#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster::registry {

/// What is wrong with a unified social credit code (GB 32100-2015).
enum class CreditCodeFault {
  kNone,
  kForm,               ///< not 18 characters of the code's alphabet, or the division (places 3 to 8) is not digits
  kOrganizationCheck,  ///< place 17, the check of the organization code (GB 11714)
  kCheck,              ///< place 18, the check of the whole
};

/// Upper case, blanks taken off; nothing is checked.
std::string NormalizeCreditCode(std::string_view text);

/// The worst fault of a normalized code.
CreditCodeFault FindCreditCodeFault(std::string_view code);

/// The rule of this project: a malformed code is refused for everyone. A code whose check characters do not fit is
/// refused too, unless `vouched`: codes with a wrong check exist on real certificates, so an officer who has the
/// certificate in hand overrides the check with a reason, and a register that is imported does. INVALID_FIELD for
/// `field`.
absl::Status CheckCreditCode(std::string_view code, bool vouched, const std::string& field);

/// The check character of 17 characters of the alphabet (GB 32100-2015): weights 3^(i-1) mod 31.
char CreditCodeCheck(std::string_view first_seventeen);

/// The check character of the 8 characters of an organization code (GB 11714).
char OrganizationCodeCheck(std::string_view first_eight);

}  // namespace muster::registry
