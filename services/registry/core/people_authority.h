#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "muster/domain/principal.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// True for the account of the person themselves.
bool IsOwn(const Principal& principal, const Member& member);

/// Who may speak for a person: the person, the manager of their organization, an officer of their district; for a
/// volunteer of no organization the street operator too.
bool SpeaksFor(const Principal& principal, const Member& member);

/// OK, or FORBIDDEN naming the action.
absl::Status CheckSpeaksFor(const Principal& principal, const Member& member, std::string_view action);

/// Who may consent in a person's name: the person alone where they have an account, else who speaks for them.
bool ConsentsFor(const Principal& principal, const Member& member);

}  // namespace muster::registry
