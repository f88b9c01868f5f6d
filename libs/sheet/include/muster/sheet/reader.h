#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace muster::sheet {

/// What a sheet may hold. Whatever is beyond is an error with its row and column; memory stays within
/// what these allow.
struct ReadLimits {
  int columns = 200;
  int64_t rows = 1'000'000;       ///< with title rows and empty ones
  size_t cell_bytes = 32 * 1024;  ///< of one cell, as UTF-8
  size_t row_bytes = 256 * 1024;  ///< of all cells of a row
  int zip_entries = 1000;
  uint64_t zip_bytes = 512ULL << 20;  ///< of all entries, unpacked
  uint64_t zip_ratio = 200;           ///< unpacked to packed, of an entry above 1 MiB
  size_t shared_bytes = 96UL << 20;   ///< of all shared strings of a workbook
};

/// One row. Cells are UTF-8, blanks kept; columns that the row lacks are not there.
struct Row {
  int64_t number = 0;  ///< as the sheet counts it, from 1
  std::vector<std::string> cells;
  /// Made by SheetError where this row alone cannot be read: a cell that is too long, a quote in the wrong place. The
  /// cells mean nothing then; the rows behind it can be read.
  absl::Status fault;
};

/// Reads a sheet row by row, empty rows left out. Errors are made by SheetError (sheet_error.h) and end the reading.
class Reader {
 public:
  virtual ~Reader() = default;
  /// False at the end.
  virtual absl::StatusOr<bool> Next(Row& row) = 0;
};

/// The next bytes of a file, in pieces of any size; empty at its end.
using ByteSource = std::function<absl::StatusOr<std::string>()>;

enum class Encoding {
  kDetect,   ///< UTF-8 where the first bytes beyond ASCII are, else GB18030
  kUtf8,     ///< with or without a byte-order mark
  kGb18030,  ///< holds GBK and GB2312
};

/// CSV (RFC 4180), separated by commas, semicolons or tabs, whichever the first line that has any has most of. Lines
/// end with LF, CR LF or CR. A quote inside a cell that does not begin with one stands for itself. Holds one piece of
/// `source` and one row.
std::unique_ptr<Reader> NewCsvReader(ByteSource source, Encoding encoding, const ReadLimits& limits = {});

/// The visible sheets of a workbook, in their order.
class Workbook {
 public:
  virtual ~Workbook() = default;
  virtual int sheet_count() const = 0;
  /// From 0. The reader may outlive the workbook.
  virtual absl::StatusOr<std::unique_ptr<Reader>> OpenSheet(int index) = 0;
};

/// An Office Open XML workbook, whose bytes are `content`. Rows are unpacked as they are read; the packed file and the
/// shared strings are held. Numbers come as people see them, dates as "2026-01-31" or "2026-01-31T08:30:00", formulas
/// as the value that was last computed. Refused: encrypted and damaged files, those of Excel 97-2003, links to other
/// files, document types, what is beyond the limits.
absl::StatusOr<std::unique_ptr<Workbook>> OpenWorkbook(std::string content, const ReadLimits& limits = {});

/// The first visible sheet of such a workbook.
absl::StatusOr<std::unique_ptr<Reader>> OpenXlsx(std::string content, const ReadLimits& limits = {});

/// True when the first bytes of a file are those of a zip archive, as every workbook is.
bool LooksLikeXlsx(std::string_view first_bytes);

}  // namespace muster::sheet
