#pragma once

#include <string>
#include <vector>

#include "tests/scenario/kill/findings.h"
#include "tests/scenario/kill/ledger.h"

namespace muster::testing {

/// What does not hold, one line for each, which names the object.
using Problems = std::vector<std::string>;

/// What was found, compared with what the clients were told.
struct Reckoning {
  /// What was acknowledged, shown or heard, and is not there, is something else, or is not in the audit trail.
  Problems lost;
  /// What happened twice: a call that was carried out, audited, answered or told of twice; a team in two places; an
  /// acceptance that booked twice.
  Problems doubled;
  /// What no rule allows: moves, gaps in the audit trail, quantities, effects of a refused call, messages of what never
  /// happened or to others, exercises that become real.
  Problems illegal;
  /// What is still under way: a team that is not home; an offer or an assignment of which its organization was not
  /// told, or of which no device of it has heard. A message that a later one overtook need not have been heard.
  Problems unreceipted;
};

Reckoning Reckon(const Findings& found, const Ledger& ledger);

/// True when an organization has a delivery: its receipt is there, and a device has it indeed.
bool IsHeard(const notify::v1::Delivery& delivery, const std::set<std::string>& heard);

}  // namespace muster::testing
