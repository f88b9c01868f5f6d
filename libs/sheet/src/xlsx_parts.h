#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "zip_archive.h"

namespace muster::sheet {

/// What the rows of a workbook's sheet need to be understood.
struct WorkbookParts {
  std::string sheet;               ///< the entry of the first visible sheet
  bool from_1904 = false;          ///< days count from 1904 and not from 1900
  std::vector<std::string> texts;  ///< the shared strings
  std::vector<bool> is_date;       ///< by style: numbers of it are dates
};

absl::StatusOr<WorkbookParts> ReadParts(const ZipArchive& archive, const ReadLimits& limits);

}  // namespace muster::sheet
