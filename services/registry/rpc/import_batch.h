#pragma once

#include <memory>

#include "muster/base/random.h"
#include "muster/storage/command.h"
#include "services/registry/core/data_import.h"
#include "services/registry/rpc/import_session.h"

namespace muster::registry {

/// Stores a batch, or only counts it, and moves the import on, in one transaction. Rows that have come to be there
/// since they were read are counted as already there. VERSION_CONFLICT when the import was moved by another. `random`
/// must outlive it.
std::unique_ptr<storage::Command> NewBatchCommand(DataImport import, PreparedBatch batch, Random& random);

/// Changes the import and nothing else. VERSION_CONFLICT as above.
std::unique_ptr<storage::Command> NewMoveCommand(const DataImport& import, DataImport after, Random& random);

}  // namespace muster::registry
