#pragma once

#include "muster/domain/reason.h"
#include "services/cli/app/language.h"

namespace muster::cli {

/// What to type next after an error, where this program knows more than the error says; empty texts otherwise.
Text AdviceFor(const ErrorInfo& error);

}  // namespace muster::cli
