#include "services/registry/core/import_columns.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/sheet/sheet_error.h"
#include "services/registry/core/half_width.h"
#include "services/registry/core/import_columns_tsv.h"

namespace muster::registry {
namespace {

constexpr std::array<std::string_view, 3> kNames{"organizations", "teams", "members"};

/// What stands before the first `separator`; `text` keeps the rest.
std::string_view Cut(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

SheetColumn ParseLine(std::string_view line) {
  SheetColumn column;
  column.what = SheetContentFromName(Cut(line, '\t')).value_or(SheetContent::kOrganizations);
  column.field = Cut(line, '\t');
  column.required = Cut(line, '\t') == "yes";
  column.heading_zh = Cut(line, '\t');
  column.heading_en = Cut(line, '\t');
  column.headings = {PlainHeading(column.heading_zh), PlainHeading(column.heading_en), PlainHeading(column.field)};
  while (!line.empty()) {
    column.headings.push_back(PlainHeading(Cut(line, '|')));
  }
  return column;
}

std::array<std::vector<SheetColumn>, 3> ParseAll(std::string_view text) {
  std::array<std::vector<SheetColumn>, 3> columns;
  while (!text.empty()) {
    const std::string_view line = Cut(text, '\n');
    if (!line.empty() && line[0] != '#') {
      SheetColumn column = ParseLine(line);
      columns[static_cast<size_t>(column.what)].push_back(std::move(column));
    }
  }
  return columns;
}

/// What a heading stands for, and how good it is at that: 0 is the best, 1 the column's own name, and so on.
struct Meaning {
  std::string field;  ///< empty: it stands for nothing
  size_t rank = 0;
};

/// What the user has chosen comes first.
Meaning MeaningOf(SheetContent what, const ColumnChoice& choice, const std::string& heading) {
  const std::string plain = PlainHeading(heading);
  if (plain.empty()) {
    return {};
  }
  for (const auto& [column, field] : choice) {
    if (PlainHeading(column) == plain) {
      return {field, 0};
    }
  }
  for (const SheetColumn& column : ColumnsOf(what)) {
    const auto found = std::find(column.headings.begin(), column.headings.end(), plain);
    if (found != column.headings.end()) {
      return {std::string(column.field), static_cast<size_t>(found - column.headings.begin()) + 1};
    }
  }
  return {};
}

void AppendName(std::string& list, std::string_view separator, std::string_view name) {
  list += (list.empty() ? "" : std::string(separator)) + std::string(name);
}

absl::Status NoSuchHeading(const std::string& heading, int64_t row) {
  return sheet::SheetError(
      Reason::kInvalidField, row, 0, "列对应（--map）中的列名“" + heading + "”不在文件的表头里。请照表头原样填写。",
      "the heading \"" + heading + "\" that is mapped (--map) is not in the file. Write it as the file has it.");
}

absl::Status Missing(const std::string& zh, const std::string& en, int64_t row) {
  return sheet::SheetError(Reason::kInvalidField, row, 0,
                           "缺少列：" + zh + "。请补上这些列，或用列对应（--map）指明哪一列是它。",
                           "columns are missing: " + en + ". Add them, or say which columns hold them (--map).");
}

}  // namespace

std::string_view Name(SheetContent what) { return kNames[static_cast<size_t>(what)]; }

std::optional<SheetContent> SheetContentFromName(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end() ? std::nullopt : std::optional(static_cast<SheetContent>(found - kNames.begin()));
}

std::span<const SheetColumn> ColumnsOf(SheetContent what) {
  static const auto columns = ParseAll(kImportColumnsTsv);
  return columns[static_cast<size_t>(what)];
}

const SheetColumn* FindColumn(SheetContent what, std::string_view field) {
  const auto columns = ColumnsOf(what);
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const SheetColumn& column) { return column.field == field; });
  return found == columns.end() ? nullptr : &*found;
}

std::string PlainHeading(std::string_view heading) {
  std::string plain;
  int brackets = 0;
  for (const char c : HalfWidth(heading)) {
    brackets += c == '(' ? 1 : 0;
    if (brackets == 0 && std::string_view(" \t\r\n*:_-").find(c) == std::string_view::npos) {
      plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    brackets -= c == ')' && brackets > 0 ? 1 : 0;
  }
  return plain;
}

/// A heading as errors, lists and terminals may show it: a cell may hold anything.
std::string ShownHeading(std::string_view cell) {
  constexpr size_t kMostCharacters = 60;
  std::string shown;
  size_t characters = 0;
  for (const char c : cell) {
    const auto byte = static_cast<unsigned char>(c);
    const bool begins = (byte & 0xc0) != 0x80;
    if (begins && ++characters > kMostCharacters) {
      break;
    }
    shown += byte < 0x20 ? ' ' : c;
  }
  return HasIllegalCharacter(shown) ? std::string() : std::string(TrimBlanks(shown));
}

std::string SheetHeader::NameOf(int column) const {
  if (column <= 0) {
    return {};
  }
  const auto at = static_cast<size_t>(column) - 1;
  return sheet::ColumnLetters(column) + (at < headings.size() && !headings[at].empty() ? " " + headings[at] : "");
}

std::optional<SheetHeader> RecognizeHeader(SheetContent what, const ColumnChoice& choice,
                                           const std::vector<std::string>& cells) {
  constexpr size_t kMostUnknown = 50;
  SheetHeader header;
  std::transform(cells.begin(), cells.end(), std::back_inserter(header.headings), ShownHeading);
  std::map<std::string, std::vector<std::pair<size_t, int>>> ranked;
  for (size_t i = 0; i < cells.size(); ++i) {
    const Meaning meaning = MeaningOf(what, choice, cells[i]);
    if (!meaning.field.empty()) {
      ranked[meaning.field].emplace_back(meaning.rank, static_cast<int>(i) + 1);
    } else if (!PlainHeading(cells[i]).empty() && header.unknown.size() < kMostUnknown) {
      header.unknown.push_back(header.headings[i].empty() ? header.NameOf(static_cast<int>(i) + 1)
                                                          : header.headings[i]);
    }
  }
  for (auto& [field, columns] : ranked) {
    std::sort(columns.begin(), columns.end());
    header.columns.emplace(field, columns.front().second);
    for (size_t i = 1; i < columns.size(); ++i) {
      header.others[field].push_back(columns[i].second);
    }
  }
  return header.columns.size() >= 2 ? std::optional(std::move(header)) : std::nullopt;
}

absl::Status CheckHeader(SheetContent what, const ColumnChoice& choice, const SheetHeader& header) {
  for (const auto& [heading, field] : choice) {
    const bool there =
        std::any_of(header.headings.begin(), header.headings.end(),
                    [&, &wanted = heading](const auto& h) { return PlainHeading(h) == PlainHeading(wanted); });
    if (!there) {
      return NoSuchHeading(heading, header.row);
    }
  }
  std::string zh;
  std::string en;
  for (const SheetColumn& column : ColumnsOf(what)) {
    if (column.required && !header.columns.contains(std::string(column.field))) {
      AppendName(zh, "、", column.heading_zh);
      AppendName(en, ", ", column.heading_en);
    }
  }
  return zh.empty() ? absl::OkStatus() : Missing(zh, en, header.row);
}

absl::Status NoHeader(SheetContent what) {
  SheetHeader none;
  return CheckHeader(what, {}, none);
}

absl::Status NoSuchField(SheetContent what, const std::string& path) {
  std::string zh;
  std::string en;
  for (const SheetColumn& column : ColumnsOf(what)) {
    AppendName(zh, "、", std::string(column.field) + "（" + std::string(column.heading_zh) + "）");
    AppendName(en, ", ", std::string(column.field));
  }
  return ErrorWithTexts(
      Reason::kUnknownField, path, "列对应（--map）等号后面要写字段名。可用的字段：" + zh + "。",
      "A column is mapped (--map) to the name of a field, behind the equals sign. The fields are: " + en + ".");
}

}  // namespace muster::registry
