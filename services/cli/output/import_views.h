#pragma once

#include "muster/registry/v1/import.pb.h"
#include "services/cli/output/output.h"

namespace muster::cli {

/// How far an import is, and what is wrong with its rows.
void PrintImport(Output& output, const registry::v1::Import& import);
void PrintImports(Output& output, const registry::v1::ListImportsResponse& reply);

}  // namespace muster::cli
