#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"
#include "zip_archive.h"

namespace muster::sheet {

/// What the rows of a workbook's sheets need to be understood.
struct WorkbookParts {
  std::vector<std::string> sheets;      ///< the entries of the visible sheets; at least one
  bool from_1904 = false;               ///< days count from 1904 and not from 1900
  std::vector<std::string> texts;       ///< the shared strings
  std::unordered_set<size_t> too_long;  ///< those of `texts` that are longer than a cell may be, and cut off
  std::vector<bool> is_date;            ///< by style: numbers of it are dates
};

absl::StatusOr<WorkbookParts> ReadParts(const ZipArchive& archive, const ReadLimits& limits);

}  // namespace muster::sheet
