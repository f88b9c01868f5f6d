#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace muster::sheet {

/// A place on the earth, WGS-84 degrees.
struct Point {
  double latitude = 0;
  double longitude = 0;
};

/// Writes a file row by row. No row holds more memory than itself, but that a workbook is packed when it is finished.
class Writer {
 public:
  virtual ~Writer() = default;
  /// One cell for each heading. `point` is where the object is; only GeoJSON shows it.
  virtual absl::Status Add(const std::vector<std::string>& cells, const std::optional<Point>& point) = 0;
  /// The end of the file. Call it once.
  virtual absl::Status Finish() = 0;
};

/// Takes the next bytes of the file; an error ends the writing.
using ByteSink = std::function<absl::Status(std::string_view bytes)>;

/// CSV (RFC 4180) in UTF-8 with a byte-order mark, so that spreadsheet programs read it as UTF-8. A cell that such a
/// program would run as a formula gets an apostrophe in front.
std::unique_ptr<Writer> NewCsvWriter(const std::vector<std::string>& headings, ByteSink sink);

/// A workbook of one sheet. Every cell is a text, which no program runs.
std::unique_ptr<Writer> NewXlsxWriter(const std::vector<std::string>& headings, ByteSink sink);

/// A GeoJSON FeatureCollection (RFC 7946): one feature a row, its cells under the `names`; without a point its geometry
/// is null.
std::unique_ptr<Writer> NewGeoJsonWriter(const std::vector<std::string>& names, ByteSink sink);

/// `cell` so that no spreadsheet program takes it for a formula: an apostrophe in front where it begins with = + - @
/// (also full-width), TAB, CR or NUL, where blanks may stand before them.
std::string FormulaSafe(std::string_view cell);

}  // namespace muster::sheet
