#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/cli/app/globals.h"
#include "services/cli/app/language.h"

namespace muster::cli {

/// A secret read from a file: its first line without blanks. Errors: an unreadable or empty file.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

/// The file in which the key of an identity is kept.
std::string TokenPath(const std::string& data_dir, const std::string& identity);

/// The API key to call with, from the first of: --token-file, --as, the variable MUSTER_TOKEN, the command's own
/// choice `default_identity`. A key is never taken from a flag, where other users of the host could read it.
absl::StatusOr<std::string> FindApiKey(const Globals& globals, const std::string& default_identity,
                                       Environment environment = ProcessEnvironment);

/// Writes a secret to a new file of mode 0600, replacing an old one as a whole.
absl::Status WriteSecretFile(const std::string& path, const std::string& secret);

}  // namespace muster::cli
