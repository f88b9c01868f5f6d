#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "services/registry/core/member_rules.h"

namespace muster::registry {

/// Of age (Civil Code of the PRC, article 17).
inline constexpr int kAdultAge = 18;
/// Nobody below may be taken on (Law on the Protection of Minors, article 61; Labour Law, article 15).
inline constexpr int kLowestAge = 16;

/// "1990-05-17" from an identity number in its one form.
std::string BirthDateOf(std::string_view id_number);

/// Full years that somebody born on a normalized date has lived at `now`, by the calendar of China (UTC+8).
int AgeAt(std::string_view birth_date, Time now);

/// The date of birth in its one form, taken from the identity number where it is not given; empty when neither is.
/// INVALID_FIELD: no date of the calendar from 1900 on, masked, or not that of the identity number.
absl::StatusOr<std::string> NormalizeBirthDate(std::string_view birth_date, std::string_view id_number,
                                               const std::string& prefix);

/// The age gate, for a normalized person; who is of unknown age passes. Errors: OUT_OF_RANGE (below 16, or not born
/// yet), INVALID_FIELD (16 or 17 without guardian, the guardian's phone or the time of the guardian's consent),
/// BAD_TIME (a consent in the future).
absl::Status CheckAge(const Person& person, std::optional<Time> guardian_consent, Time now, const std::string& prefix);

}  // namespace muster::registry
