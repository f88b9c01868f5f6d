#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/security/access_token.h"

namespace muster::cli {

/// The keys of a file of `muster pass keys`: an id and 64 hexadecimal digits a line; lines that begin with '#' are
/// passed over. A usage error where there is anything else, or no key.
absl::StatusOr<std::vector<security::PublicKey>> ParsePassKeys(std::string_view text);

}  // namespace muster::cli
