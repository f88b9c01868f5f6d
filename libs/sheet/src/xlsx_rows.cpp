#include "xlsx_rows.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/sheet/sheet_error.h"
#include "zip_archive.h"

namespace muster::sheet {
namespace {

template <class Number>
bool ReadNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// The column of a cell's name: "AB12" is 28; 0 for none.
int ColumnOf(std::string_view reference) {
  int column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z' || column > 100'000) {
      break;
    }
    column = column * 26 + (c - 'A' + 1);
  }
  return column;
}

/// As people see it: 13800000000 and not 1.38E+10.
std::string PlainNumber(const std::string& text) {
  double number = 0;
  if (!ReadNumber(text, number) || std::abs(number) >= 1e15 || number != std::floor(number)) {
    return text;
  }
  return std::to_string(static_cast<int64_t>(number));
}

}  // namespace

std::string DateOfSerial(double serial, bool from_1904) {
  constexpr double kLastSerial = 2'958'466;  // the year 10000
  if (!(serial >= 1) || serial >= kLastSerial) {
    return {};
  }
  using namespace std::chrono;
  auto whole = static_cast<int64_t>(serial);
  int64_t second = std::llround((serial - static_cast<double>(whole)) * 86'400);
  whole += second / 86'400;
  second %= 86'400;
  // Day 60 of the older count is 29 February 1900, which never was: from then on it is a day ahead.
  const sys_days begin = from_1904 ? sys_days(1904y / 1 / 1) : sys_days(1899y / 12 / 31);
  const year_month_day day(begin + days(whole - (!from_1904 && whole > 59 ? 1 : 0)));
  const std::string date = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                                       static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return second == 0 ? date : date + fmt::format("T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
}

XlsxRows::XlsxRows(const WorkbookParts& parts, const ReadLimits& limits)
    : parts_(parts),
      limits_(limits),
      stream_({[this](std::string_view name, const XmlAttributes& attributes) { return OnStart(name, attributes); },
               [this](std::string_view name) { return OnEnd(name); },
               [this](std::string_view text) { return OnText(text); }}) {}

absl::Status XlsxRows::Fault(std::string zh, std::string en, Reason reason) const {
  return SheetError(reason, row_.number, column_, std::move(zh), std::move(en));
}

absl::Status XlsxRows::OnStart(std::string_view name, const XmlAttributes& attributes) {
  if (name == "sheetData") {
    in_data_ = true;
  } else if (in_data_ && name == "row" && !in_row_) {
    return BeginRow(attributes.Get("r"));
  } else if (in_row_ && name == "c" && !in_cell_) {
    return BeginCell(attributes);
  } else if (in_cell_) {
    in_value_ = name == "v" || name == "t";
  }
  return absl::OkStatus();
}

absl::Status XlsxRows::BeginRow(std::string_view number) {
  int64_t at = row_.number + 1;
  column_ = 0;
  if ((!number.empty() && !ReadNumber(number, at)) || at <= row_.number) {
    return Fault("行号不是递增的。请重新另存工作簿。", "the row numbers do not grow. Save the workbook again.");
  }
  row_.number = at;
  if (at > limits_.rows) {
    const std::string limit = std::to_string(limits_.rows);
    return Fault("行数超过 " + limit + "。请分成几个文件。", "more than " + limit + " rows. Split the file.",
                 Reason::kTooLong);
  }
  row_.cells.clear();
  row_.fault = absl::OkStatus();
  row_bytes_ = 0;
  in_row_ = true;
  return absl::OkStatus();
}

absl::Status XlsxRows::BeginCell(const XmlAttributes& attributes) {
  const std::string_view reference = attributes.Get("r");
  const int before = column_;
  column_ = reference.empty() ? before + 1 : ColumnOf(reference);
  if (column_ <= before) {
    return Fault("单元格的顺序不对。请重新另存工作簿。", "the cells are out of order. Save the workbook again.");
  }
  in_cell_ = true;
  type_ = attributes.Get("t");
  style_ = 0;
  ReadNumber(attributes.Get("s"), style_);
  text_.clear();
  return absl::OkStatus();
}

absl::Status XlsxRows::OnText(std::string_view text) {
  if (!in_value_) {
    return absl::OkStatus();
  }
  row_bytes_ += text.size();
  if (text_.size() + text.size() > limits_.cell_bytes || row_bytes_ > limits_.row_bytes) {
    TooLong();
    return absl::OkStatus();
  }
  text_ += text;
  return absl::OkStatus();
}

void XlsxRows::TooLong() {
  const std::string limit = std::to_string(limits_.cell_bytes);
  row_.fault.Update(Fault("内容太长（最多 " + limit + " 字节）。请缩短。",
                          "the cell is longer than " + limit + " bytes. Shorten it.", Reason::kTooLong));
}

absl::Status XlsxRows::OnEnd(std::string_view name) {
  in_value_ = false;
  if (in_cell_ && name == "c") {
    in_cell_ = false;
    return EndCell();
  }
  if (in_row_ && name == "row") {
    in_row_ = false;
    if (!row_.cells.empty() || !row_.fault.ok()) {
      rows_.push_back(row_);
    }
  }
  in_data_ = in_data_ && name != "sheetData";
  return absl::OkStatus();
}

absl::Status XlsxRows::EndCell() {
  MUSTER_ASSIGN_OR_RETURN(std::string value, ValueOfCell());
  if (value.empty()) {
    return absl::OkStatus();  // formatted cells without content may stand far outside
  }
  if (column_ > limits_.columns) {
    const std::string limit = std::to_string(limits_.columns);
    return Fault("列数超过 " + limit + "。请删去多余的列。",
                 "more than " + limit + " columns. Remove those not needed.", Reason::kTooLong);
  }
  if (row_bytes_ > limits_.row_bytes) {
    return Fault("这一行太长（最多 " + std::to_string(limits_.row_bytes) + " 字节）。请缩短。",
                 "the row is longer than " + std::to_string(limits_.row_bytes) + " bytes. Shorten it.",
                 Reason::kTooLong);
  }
  row_.cells.resize(static_cast<size_t>(column_));
  row_.cells.back() = std::move(value);
  return absl::OkStatus();
}

absl::StatusOr<std::string> XlsxRows::ValueOfCell() {
  if (type_ == "s") {
    size_t index = 0;
    if (!ReadNumber(text_, index) || index >= parts_.texts.size()) {
      return DamagedWorkbook();
    }
    if (parts_.too_long.contains(index)) {
      TooLong();
    }
    row_bytes_ += parts_.texts[index].size();
    return parts_.texts[index];
  }
  if (type_ == "b") {
    return std::string(text_ == "1" ? "TRUE" : text_.empty() ? "" : "FALSE");
  }
  if (!type_.empty() && type_ != "n") {
    return text_;  // str, inlineStr, e, d
  }
  double number = 0;
  if (style_ < parts_.is_date.size() && parts_.is_date[style_] && ReadNumber(text_, number)) {
    if (std::string date = DateOfSerial(number, parts_.from_1904); !date.empty()) {
      return date;
    }
  }
  return PlainNumber(text_);
}

}  // namespace muster::sheet
