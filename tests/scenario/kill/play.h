#pragma once

#include "tests/scenario/kill/killer.h"
#include "tests/scenario/kill/reckoning.h"
#include "tests/scenario/kill/world.h"

namespace muster::testing {

/// Lets operators and the organizations' devices play side by side while a killer strikes, and afterwards until all is
/// at rest, half a minute at most. How many mobilizations were played.
int PlayUnder(const Deployment& deployment, const World& world, Ledger& ledger, int rounds, unsigned seed,
              const Killer::Strike& strike);

/// Fails the test unless nearly every offer was heard: those that were overtaken before are the exception.
void ExpectOffersHeard(const Findings& found, const Ledger& ledger);
/// Fails the test unless the story was told in all its ways: else a reckoning says little.
void ExpectAllWasPlayed(const Findings& found, const Ledger& ledger);

/// Fails the test unless within half a minute every gateway answers /readyz and nobody misses Redis: events travel by
/// it again, and not a second later by the feeds.
void ExpectRedisInUse(const Deployment& deployment);

/// Fails the test unless the invariants hold and the audit trail is whole, as `muster verify` and `muster audit verify`
/// say.
void ExpectVerified(const Deployment& deployment);

}  // namespace muster::testing
