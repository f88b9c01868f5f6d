#pragma once

#include <optional>

#include "absl/status/status.h"
#include "services/cli/app/language.h"

namespace muster::cli {

/// What the process ends with; documented in docs/cli.md, so numbers never change.
enum class ExitCode : int {
  kOk = 0,
  kNegative = 1,     ///< the answer is no: a violation was found, a chain is broken, something is wrong
  kUsage = 2,        ///< the command line is not right
  kUnreachable = 3,  ///< no server answers
  kRefused = 4,      ///< the server refused with a reason; nothing was changed
  kNotFound = 5,     ///< no such object, or not visible
  kNotAllowed = 6,   ///< no key, a wrong key, or a role that may not
  kTryAgain = 7,     ///< busy, too many calls or out of time: repeat it later
  kInternal = 70,    ///< a defect of the server or of this program
  kInterrupted = 130,
};

/// An error of this program itself (usage, no connection) with its exit code and texts that say what to do.
absl::Status LocalError(ExitCode code, Text text);
absl::Status UsageError(Text text);

/// The texts of an error made by LocalError; none for the server's errors.
std::optional<Text> LocalTextOf(const absl::Status& status);

/// The exit code of an error, whoever made it.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace muster::cli
