#include "services/cli/output/table.h"

#include <algorithm>
#include <utility>

#include "services/cli/output/width.h"

namespace muster::cli {
namespace {

constexpr char kGap[] = "  ";

std::string OnOneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

}  // namespace

void Table::Add(std::vector<std::string> cells) {
  cells.resize(headings_.size());
  std::transform(cells.begin(), cells.end(), cells.begin(), OnOneLine);
  rows_.push_back(std::move(cells));
}

std::vector<size_t> Table::Widths() const {
  std::vector<size_t> widths;
  for (size_t column = 0; column < headings_.size(); ++column) {
    size_t width = DisplayWidth(headings_[column]);
    for (const auto& row : rows_) {
      width = std::max(width, DisplayWidth(row[column]));
    }
    widths.push_back(width);
  }
  return widths;
}

std::string Table::Line(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
                        size_t max_width) const {
  std::string line;
  for (size_t column = 0; column < cells.size(); ++column) {
    const bool last = column + 1 == cells.size();
    line += column == 0 ? "" : kGap;
    if (aligns_[column] == Align::kRight) {
      line += PadLeft(cells[column], widths[column]);
    } else {
      line += last ? cells[column] : PadRight(cells[column], widths[column]);
    }
  }
  return max_width == 0 ? line : Ellipsize(line, max_width);
}

std::vector<std::string> Table::Lines(size_t max_width) const {
  const std::vector<size_t> widths = Widths();
  std::vector<std::string> lines{Line(headings_, widths, max_width)};
  for (const auto& row : rows_) {
    lines.push_back(Line(row, widths, max_width));
  }
  return lines;
}

Card& Card::Add(std::string label, std::string value) {
  if (!value.empty()) {
    lines_.emplace_back(std::move(label), std::move(value));
  }
  return *this;
}

std::vector<std::string> Card::Lines() const {
  size_t width = 0;
  for (const auto& [label, value] : lines_) {
    width = std::max(width, DisplayWidth(label));
  }
  std::vector<std::string> lines;
  for (const auto& [label, value] : lines_) {
    lines.push_back(PadRight(label, width) + kGap + value);
  }
  return lines;
}

}  // namespace muster::cli
