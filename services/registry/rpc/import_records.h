#pragma once

#include <string>

#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/storage/command.h"
#include "services/registry/core/import_rules.h"
#include "services/registry/rpc/mutation.h"

namespace muster::registry {

/// Adds the rows of a batch with its one audit record, about `id`, and its one RegistryImported event.
void AppendImported(const ImportChanges& decided, const std::string& source, const Origin& origin,
                    const std::string& id, Time now, Random& random, storage::Changes& changes);

}  // namespace muster::registry
