#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace muster::security {

/// The one form of a resident identity number (GB 11643-1999): 17 digits and a check character 0 to 9 or X. Full-width
/// characters, blanks and a lower-case x are accepted on the way in. Checked: province, calendar date of birth from
/// 1900 on, check character (ISO 7064, MOD 11-2). INVALID_ID with `field` otherwise; the value is never part of the
/// error.
absl::StatusOr<std::string> NormalizeIdNumber(std::string_view text, std::string field = "id_number");

}  // namespace muster::security
