#pragma once

#include <string>
#include <vector>

namespace muster::cli {

/// Rows under a heading, in columns as wide as their widest cell. Text that holds line feeds is shown on one line.
class Table {
 public:
  enum class Align { kLeft, kRight };

  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)), aligns_(headings_.size()) {}

  /// Numbers read best when aligned at the right.
  Table& AlignRight(size_t column) {
    aligns_[column] = Align::kRight;
    return *this;
  }
  /// Adds a row; a missing cell at its end is empty.
  void Add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  size_t size() const { return rows_.size(); }

  /// The lines of the table. `max_width` columns at most, by cutting the last column; 0: as wide as needed.
  std::vector<std::string> Lines(size_t max_width) const;

 private:
  std::vector<size_t> Widths() const;
  std::string Line(const std::vector<std::string>& cells, const std::vector<size_t>& widths, size_t max_width) const;

  std::vector<std::string> headings_;
  std::vector<Align> aligns_;
  std::vector<std::vector<std::string>> rows_;
};

/// One object: a label and a value in each line.
class Card {
 public:
  /// Leaves the line out when the value is empty.
  Card& Add(std::string label, std::string value);
  std::vector<std::string> Lines() const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace muster::cli
