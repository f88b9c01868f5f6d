#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "muster/domain/reason.h"

namespace muster::sheet {

/// What is wrong with a file, where, and what to do about it; never a value of the file. Row and column count from 1;
/// 0: the whole file, the whole row. They are the error's metadata "row" and "column".
absl::Status SheetError(Reason reason, int64_t row, int column, std::string zh, std::string en);

/// Where an error made by SheetError is; 0 for others.
int64_t RowOfError(const absl::Status& status);
int ColumnOfError(const absl::Status& status);

/// The letters of a column: 1 is "A", 27 "AA".
std::string ColumnLetters(int column);

}  // namespace muster::sheet
