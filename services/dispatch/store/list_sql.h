#pragma once

#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/domain/principal.h"
#include "muster/storage/value.h"

// The parts that the statements of lists are made of.

namespace muster::dispatch {

/// True when the list in `parameter`, written ",a,b,", holds what the column says. Not LIKE: that has wildcards and
/// takes small letters for capital ones.
std::string IsListed(const std::string& parameter, const std::string& column);

/// The tenant predicate of every list: $1 the caller's district or empty, $2 its organization or empty, $3 the
/// incidents granted to it as ",id,id,". The same text for every caller, so that it is prepared once.
std::string VisibleTo(const std::string& incident_column, const std::string& organization_predicate);

/// $1 to $3 of VisibleTo.
std::vector<storage::Value> CallerParameters(const Principal& principal, Time now);

}  // namespace muster::dispatch
