#pragma once

#include "absl/status/statusor.h"
#include "muster/events/verify.h"
#include "muster/storage/database.h"

namespace muster::registry {

/// Checks registry's store, besides what holds for every owner (events::StoreVerifier):
/// - I1: teams, capabilities, members, windows, requested changes, dismissed pairs, certificates and applications
/// belong
///   to something that is there;
/// - I4: every object is as audited, with the rows that belong to it (what was imported and not touched since has
///   version 1 and no record of its own);
/// - I5: no window and no certificate ends before it starts; a drive has no more people than places;
/// - I6: nobody belongs to the team of another organization without an agreement, or leads it; a merged organization
///   keeps nothing; every person is sealed and can be found, as can every organization and team by its name; of a
///   forgotten person nothing is left.
absl::StatusOr<events::VerifyResult> VerifyStore(storage::Database& database);

}  // namespace muster::registry
