#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace muster::security {

/// The one form of a phone number. Full-width digits, blanks, hyphens and parentheses are accepted on the way in.
/// Mainland numbers, with or without +86, 0086 or 86, become national digits: mobile 13812345678, with area code
/// 051258123456, service 4001234567. Others need + and 8 to 15 digits (ITU-T E.164) and keep the plus.
/// INVALID_PHONE with `field` otherwise; the value is never part of the error.
absl::StatusOr<std::string> NormalizePhone(std::string_view text, std::string field = "phone");

}  // namespace muster::security
