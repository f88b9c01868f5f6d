#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace muster::registry {

/// What the rows of a sheet are.
enum class SheetContent { kOrganizations, kTeams, kMembers };
/// "organizations".
std::string_view Name(SheetContent what);
std::optional<SheetContent> SheetContentFromName(std::string_view name);

/// A column that sheets of this kind may have; from import_columns.tsv.
struct SheetColumn {
  SheetContent what = SheetContent::kOrganizations;
  std::string_view field;  ///< "credit_code"
  bool required = false;
  std::string_view heading_zh;
  std::string_view heading_en;
  std::vector<std::string> headings;  ///< all that it is recognized by, as PlainHeading gives them
};

/// The columns of one kind of sheet, in the order in which they are written.
std::span<const SheetColumn> ColumnsOf(SheetContent what);
/// Null when sheets of this kind have no such field.
const SheetColumn* FindColumn(SheetContent what, std::string_view field);

/// A heading as it is compared: without blanks, line ends, stars and what stands in brackets, in lower case.
std::string PlainHeading(std::string_view heading);

/// Headings of a file for fields, where they are not known by themselves: heading, field.
using ColumnChoice = std::vector<std::pair<std::string, std::string>>;

/// Which column of a sheet holds what.
struct SheetHeader {
  int64_t row = 0;                     ///< of the headings
  std::map<std::string, int> columns;  ///< of each field that is there, from 1: the one with the best heading
  std::map<std::string, std::vector<int>> others;  ///< further columns of a field, the better heading first
  std::vector<std::string> headings;               ///< as they stand in the file
  std::vector<std::string> unknown;                ///< headings that stand for nothing

  /// "C 统一社会信用代码"; empty for 0.
  std::string NameOf(int column) const;
};

/// The header that `cells` are; none where fewer than two of its cells are headings of this kind of sheet, as in the
/// title rows above it.
std::optional<SheetHeader> RecognizeHeader(SheetContent what, const ColumnChoice& choice,
                                           const std::vector<std::string>& cells);

/// INVALID_FIELD with all that is missing: required columns, and columns of the choice that the file has not.
absl::Status CheckHeader(SheetContent what, const ColumnChoice& choice, const SheetHeader& header);

/// INVALID_FIELD that names the columns which must be there, for a file without a header.
absl::Status NoHeader(SheetContent what);

/// UNKNOWN_FIELD at `path` of a request, with the fields that a column may be mapped to.
absl::Status NoSuchField(SheetContent what, const std::string& path);

}  // namespace muster::registry
