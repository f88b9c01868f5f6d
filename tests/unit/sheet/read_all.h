#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/sheet/reader.h"

namespace muster::sheet {

using Rows = std::vector<std::vector<std::string>>;

/// `text` in pieces of `size` bytes.
inline ByteSource Pieces(std::string text, size_t size = 7) {
  return [text = std::move(text), size, at = size_t{0}]() mutable -> absl::StatusOr<std::string> {
    std::string piece = text.substr(std::min(at, text.size()), size);
    at += piece.size();
    return piece;
  };
}

/// Every row, or the first error, be it of one row or of the file.
inline absl::StatusOr<Rows> ReadAll(Reader& reader, std::vector<int64_t>* numbers = nullptr) {
  Rows rows;
  Row row;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(row);
    if (!more.ok()) {
      return more.status();
    }
    if (!*more) {
      return rows;
    }
    if (!row.fault.ok()) {
      return row.fault;
    }
    rows.push_back(row.cells);
    if (numbers != nullptr) {
      numbers->push_back(row.number);
    }
  }
}

inline absl::StatusOr<Rows> ReadCsv(std::string text, Encoding encoding = Encoding::kDetect, ReadLimits limits = {}) {
  return ReadAll(*NewCsvReader(Pieces(std::move(text)), encoding, limits));
}

}  // namespace muster::sheet
