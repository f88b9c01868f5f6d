#include <algorithm>
#include <array>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/sheet/reader.h"
#include "muster/sheet/sheet_error.h"
#include "text_decoder.h"

namespace muster::sheet {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The separator that the first line of `text` with any outside quotes has most of (a title above has none); a comma
/// where no line has one.
char SeparatorOf(std::string_view text) {
  std::array<std::pair<char, int>, 3> counts{{{',', 0}, {'\t', 0}, {';', 0}}};
  bool quoted = false;
  for (const char c : text) {
    quoted = quoted != (c == '"');
    const bool any = std::any_of(counts.begin(), counts.end(), [](const auto& one) { return one.second > 0; });
    if (!quoted && any && (c == '\n' || c == '\r')) {
      break;
    }
    for (auto& [separator, count] : counts) {
      count += !quoted && c == separator ? 1 : 0;
    }
  }
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

class CsvReader final : public Reader {
 public:
  CsvReader(ByteSource source, Encoding encoding, const ReadLimits& limits)
      : source_(std::move(source)), limits_(limits), decoder_(encoding) {}

  absl::StatusOr<bool> Next(Row& row) override {
    do {
      MUSTER_ASSIGN_OR_RETURN(const bool more, ReadRow(row));
      if (!more) {
        return false;
      }
    } while (row.fault.ok() &&
             std::all_of(row.cells.begin(), row.cells.end(), [](const std::string& cell) { return cell.empty(); }));
    return true;
  }

 private:
  enum class Place { kCellStart, kPlain, kQuoted, kAfterQuote };

  static constexpr int kEnd = -1;
  /// How much of a row that is too long is read past, in rows of the greatest length.
  static constexpr size_t kMostRowsSkipped = 16;

  /// The byte at hand; kEnd after the last.
  absl::StatusOr<int> Peek() {
    while (at_ == piece_.size() && !ended_) {
      MUSTER_ASSIGN_OR_RETURN(piece_, source_());
      at_ = 0;
      ended_ = piece_.empty();
      if (!begun_ && !ended_) {
        MUSTER_RETURN_IF_ERROR(Begin());
      }
    }
    return ended_ ? kEnd : static_cast<int>(static_cast<unsigned char>(piece_[at_]));
  }

  /// Looks at the first bytes of the file.
  absl::Status Begin() {
    begun_ = true;
    while (piece_.size() < 4096) {
      MUSTER_ASSIGN_OR_RETURN(const std::string more, source_());
      if (more.empty()) {
        break;
      }
      piece_ += more;
    }
    if (piece_.starts_with("\xFF\xFE") || piece_.starts_with("\xFE\xFF")) {
      return SheetError(Reason::kInvalidField, 0, 0, "编码是 UTF-16。请另存为“CSV UTF-8”后重试。",
                        "it is encoded in UTF-16. Save it as \"CSV UTF-8\" and try again.");
    }
    if (piece_.starts_with("\xD0\xCF\x11\xE0")) {
      return SheetError(
          Reason::kInvalidField, 0, 0,
          "是旧版 Excel 文件（.xls）或加密的工作簿。请在 Excel 或 WPS 中另存为不加密的 .xlsx 或 CSV 后重试。",
          "it is a workbook of Excel 97-2003 (.xls), or an encrypted one. Save it as .xlsx or CSV, without "
          "a password, and try again.");
    }
    at_ = piece_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    decoder_.LookAt(std::string_view(piece_).substr(at_));
    separator_ = SeparatorOf(std::string_view(piece_).substr(at_));
    return absl::OkStatus();
  }

  absl::StatusOr<bool> ReadRow(Row& row) {
    row.cells.clear();
    row.fault = absl::OkStatus();
    row.number = ++rows_;
    row_bytes_ = 0;
    place_ = Place::kCellStart;
    MUSTER_ASSIGN_OR_RETURN(int c, Peek());
    if (c == kEnd) {
      return false;
    }
    if (rows_ > limits_.rows) {
      return SheetError(Reason::kTooLong, rows_, 0, "行数超过 " + std::to_string(limits_.rows) + "。请分成几个文件。",
                        "more than " + std::to_string(limits_.rows) + " rows. Split the file.");
    }
    for (;;) {
      MUSTER_ASSIGN_OR_RETURN(c, Peek());
      const bool line_end = c == '\n' || c == '\r';
      if (c == kEnd || (line_end && place_ != Place::kQuoted)) {
        MUSTER_RETURN_IF_ERROR(EndOfRow(row, c));
        return true;
      }
      ++at_;
      MUSTER_RETURN_IF_ERROR(Take(row, static_cast<char>(c)));
    }
  }

  absl::Status EndOfRow(Row& row, int c) {
    if (place_ == Place::kQuoted) {
      return Fault(row, "引号没有结束。请补上右引号。", "a quote is never closed. Close it.");
    }
    MUSTER_RETURN_IF_ERROR(EndCell(row));
    at_ += c == kEnd ? 0 : 1;
    if (c == '\r') {
      MUSTER_ASSIGN_OR_RETURN(const int next, Peek());
      at_ += next == '\n' ? 1 : 0;
    }
    return absl::OkStatus();
  }

  absl::Status Take(Row& row, char c) {
    if (c == '\0') {
      return Fault(row, "含有空字符（NUL），不是文本文件。请另存为 CSV。",
                   "it holds a NUL byte and is no text. Save it as CSV.");
    }
    if (place_ == Place::kQuoted) {
      place_ = c == '"' ? Place::kAfterQuote : Place::kQuoted;
      return c == '"' ? absl::OkStatus() : Append(row, c);
    }
    if (c == separator_) {
      place_ = Place::kCellStart;
      return EndCell(row);
    }
    if (c == '"' && place_ == Place::kCellStart) {
      place_ = Place::kQuoted;
      return absl::OkStatus();
    }
    if (c == '"' && place_ == Place::kAfterQuote) {
      place_ = Place::kQuoted;
      return Append(row, c);
    }
    if (place_ == Place::kAfterQuote) {
      row.fault.Update(
          Fault(row, "引号的位置不对。含引号的内容要用双引号括起来，其中的引号写两次。",
                "a quote stands in the wrong place. Put the cell in quotes and write each quote in it twice."));
    }
    place_ = Place::kPlain;
    return Append(row, c);
  }

  /// A cell that is too long spoils its row; one that does not seem to end, the file.
  absl::Status Append(Row& row, char c) {
    ++row_bytes_;
    if (cell_.size() < limits_.cell_bytes && row_bytes_ <= limits_.row_bytes) {
      cell_.push_back(c);
      return absl::OkStatus();
    }
    if (!row.fault.ok() && row_bytes_ <= kMostRowsSkipped * limits_.row_bytes) {
      return absl::OkStatus();
    }
    const std::string limit = std::to_string(limits_.cell_bytes);
    const absl::Status fault =
        Fault(row, "内容太长（最多 " + limit + " 字节）。可能有引号没有结束。",
              "the cell is longer than " + limit + " bytes. Perhaps a quote is not closed.", Reason::kTooLong);
    row.fault.Update(fault);
    return row_bytes_ <= kMostRowsSkipped * limits_.row_bytes ? absl::OkStatus() : fault;
  }

  absl::Status EndCell(Row& row) {
    if (row.cells.size() >= static_cast<size_t>(limits_.columns)) {
      const std::string limit = std::to_string(limits_.columns);
      return SheetError(Reason::kTooLong, row.number, limits_.columns + 1, "列数超过 " + limit + "。请删去多余的列。",
                        "more than " + limit + " columns. Remove those that are not needed.");
    }
    if (!row.fault.ok()) {
      cell_.clear();  // it may end in the middle of a character
      row.cells.emplace_back();
      return absl::OkStatus();
    }
    std::optional<std::string> text = decoder_.Decode(std::exchange(cell_, std::string()));
    if (!text) {
      const bool utf8 = decoder_.encoding() == Encoding::kUtf8;
      return Fault(row,
                   std::string("不是有效的 ") + (utf8 ? "UTF-8" : "GB18030") +
                       " 文字，文件可能混用了编码。请统一编码后重新保存。",
                   std::string("the text is not ") + (utf8 ? "UTF-8" : "GB18030") +
                       "; perhaps the file mixes encodings. Save it in one encoding.",
                   Reason::kIllegalChar);
    }
    row.cells.push_back(*std::move(text));
    return absl::OkStatus();
  }

  static absl::Status Fault(const Row& row, std::string zh, std::string en, Reason reason = Reason::kInvalidField) {
    return SheetError(reason, row.number, static_cast<int>(row.cells.size()) + 1, std::move(zh), std::move(en));
  }

  const ByteSource source_;
  const ReadLimits limits_;
  TextDecoder decoder_;
  std::string piece_;
  size_t at_ = 0;
  bool begun_ = false;
  bool ended_ = false;
  char separator_ = ',';
  int64_t rows_ = 0;
  size_t row_bytes_ = 0;
  Place place_ = Place::kCellStart;
  std::string cell_;
};

}  // namespace

std::unique_ptr<Reader> NewCsvReader(ByteSource source, Encoding encoding, const ReadLimits& limits) {
  return std::make_unique<CsvReader>(std::move(source), encoding, limits);
}

}  // namespace muster::sheet
