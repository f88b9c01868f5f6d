#include "muster/sheet/sheet_error.h"

#include <algorithm>
#include <cstdlib>

namespace muster::sheet {
namespace {

std::string WhereZh(int64_t row, int column) {
  const std::string at_row = row > 0 ? "第 " + std::to_string(row) + " 行" : "文件";
  return column > 0 ? at_row + " " + ColumnLetters(column) + " 列" : at_row;
}

std::string WhereEn(int64_t row, int column) {
  const std::string at_row = row > 0 ? "row " + std::to_string(row) : "the file";
  return column > 0 ? at_row + ", column " + ColumnLetters(column) : at_row;
}

int64_t NumberOf(const absl::Status& status, const std::string& key) {
  const ErrorInfo info = GetErrorInfo(status);
  const auto found = info.metadata.find(key);
  return found == info.metadata.end() ? 0 : std::atoll(found->second.c_str());
}

}  // namespace

absl::Status SheetError(Reason reason, int64_t row, int column, std::string zh, std::string en) {
  return ErrorWithTexts(reason, "file", WhereZh(row, column) + "：" + std::move(zh),
                        "In " + WhereEn(row, column) + ": " + std::move(en),
                        {{"row", std::to_string(row)}, {"column", std::to_string(column)}});
}

int64_t RowOfError(const absl::Status& status) { return NumberOf(status, "row"); }
int ColumnOfError(const absl::Status& status) { return static_cast<int>(NumberOf(status, "column")); }

std::string ColumnLetters(int column) {
  std::string letters;
  for (; column > 0; column = (column - 1) / 26) {
    letters.push_back(static_cast<char>('A' + (column - 1) % 26));
  }
  std::reverse(letters.begin(), letters.end());
  return letters;
}

}  // namespace muster::sheet
