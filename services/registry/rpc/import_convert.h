#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/registry/v1/import.pb.h"
#include "services/registry/core/data_import.h"

namespace muster::registry {

v1::Import ToProto(const DataImport& import, const std::vector<ImportProblem>& problems);

/// INVALID_FIELD `what` where it is not given.
absl::StatusOr<SheetContent> SheetContentFromProto(v1::SheetContent what);

/// What a request asks for; who asks and which file stay empty. Errors: INVALID_FIELD, UNKNOWN_FIELD, OUT_OF_RANGE.
absl::StatusOr<DataImport> ImportFromProto(const v1::StartImportRequest& request);

}  // namespace muster::registry
