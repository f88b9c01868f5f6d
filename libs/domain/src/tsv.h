#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster {

/// Reads tab-separated texts line by line. Lines that are empty or begin with '#' are passed over. Every text is
/// well-formed UTF-8 without control characters, 1 to 300 bytes long. Errors name file, line and column (which text of
/// the line, from 1).
class TsvReader {
 public:
  /// `text` outlives the reader and what it answers.
  TsvReader(std::string_view file, std::string_view text, size_t columns)
      : file_(file), text_(text), columns_(columns) {}

  /// Goes on to the next line; false at the end. Errors: another number of texts, a text that is not as above.
  absl::StatusOr<bool> Next();

  /// A text of the line, from 0.
  std::string_view Text(size_t column) const { return texts_[column]; }
  /// A code: 1 to 64 of a-z, 0-9 and '_'.
  absl::StatusOr<std::string_view> Code(size_t column) const;
  absl::StatusOr<int> Number(size_t column, int low, int high) const;

  /// The error that says what is wrong with a text of the line.
  absl::Status Refuse(size_t column, const std::string& why_zh, const std::string& why_en) const;

 private:
  absl::Status CheckTexts() const;

  const std::string_view file_;
  std::string_view text_;
  const size_t columns_;
  int64_t line_ = 0;
  std::vector<std::string_view> texts_;
};

}  // namespace muster
