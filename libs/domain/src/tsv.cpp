#include "tsv.h"

#include <algorithm>
#include <charconv>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"

namespace muster {
namespace {

constexpr size_t kMaxText = 300;
constexpr size_t kMaxCode = 64;

std::string_view Cut(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

std::vector<std::string_view> Split(std::string_view line) {
  std::vector<std::string_view> texts{Cut(line, '\t')};
  while (!line.empty()) {
    texts.push_back(Cut(line, '\t'));
  }
  return texts;
}

}  // namespace

absl::StatusOr<bool> TsvReader::Next() {
  while (!text_.empty()) {
    ++line_;
    std::string_view line = Cut(text_, '\n');
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    if (line.empty() || line[0] == '#') {
      continue;
    }
    texts_ = Split(line);
    MUSTER_RETURN_IF_ERROR(CheckTexts());
    return true;
  }
  return false;
}

absl::Status TsvReader::CheckTexts() const {
  if (texts_.size() != columns_) {
    const std::string wanted = std::to_string(columns_);
    const std::string found = std::to_string(texts_.size());
    return Refuse(std::min(texts_.size(), columns_) - 1, "应有 " + wanted + " 列，实有 " + found + " 列",
                  wanted + " texts with tabs between are needed, " + found + " are there");
  }
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (TrimBlanks(texts_[i]).empty() || texts_[i].size() > kMaxText) {
      return Refuse(i, "长度应为 1 至 300 字节", "it must have 1 to 300 bytes");
    }
    if (!IsUtf8(texts_[i]) || HasIllegalCharacter(texts_[i])) {
      return Refuse(i, "不是有效的 UTF-8 文字", "it is not plain text in UTF-8");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> TsvReader::Code(size_t column) const {
  const std::string_view code = texts_[column];
  const bool fits = code.size() <= kMaxCode && std::all_of(code.begin(), code.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                    });
  if (!fits) {
    return Refuse(column, "代码只能由 64 个以内的小写字母、数字和下划线组成", "a code has up to 64 of a-z, 0-9 and _");
  }
  return code;
}

absl::StatusOr<int> TsvReader::Number(size_t column, int low, int high) const {
  const std::string_view text = texts_[column];
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < low || number > high) {
    const std::string range = std::to_string(low) + " - " + std::to_string(high);
    return Refuse(column, "应为 " + range + " 之间的整数", "it must be a whole number, " + range);
  }
  return number;
}

absl::Status TsvReader::Refuse(size_t column, const std::string& why_zh, const std::string& why_en) const {
  const std::string line = std::to_string(line_);
  const std::string place = std::to_string(column + 1);
  const std::string file(file_);
  return ErrorWithTexts(Reason::kInvalidField, file + ":" + line + ":" + place,
                        file + " 第 " + line + " 行第 " + place + " 列：" + why_zh + "。请改正后重新启动。",
                        file + ", line " + line + ", column " + place + ": " + why_en + ". Correct it and start again.",
                        {{"line", line}, {"column", place}});
}

}  // namespace muster
