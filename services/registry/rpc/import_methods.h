#pragma once

#include "muster/rpc/method_table.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/store/import_store.h"

namespace muster::registry {

/// What the methods for data in and out work with; thread-safe, owned by the service.
struct ImportTools {
  const Tools& tools;
  const ImportStore& store;
  const PartSealer& parts;
};

/// Serve each group of methods. `tools` must outlive the table's use.
void ServeUploads(rpc::MethodTable& table, const ImportTools& tools);
void ServeImports(rpc::MethodTable& table, const ImportTools& tools);
void ServeExport(rpc::MethodTable& table, const Tools& tools);

}  // namespace muster::registry
