#include <array>
#include <utility>

#include "muster/sheet/writer.h"

namespace muster::sheet {
namespace {

constexpr auto kFormulaStarts = std::to_array<std::string_view>({
    "=", "+", "-", "@", "\t", "\r", std::string_view("\0", 1), "\n", "＝", "＋", "－",
    "＠",  // full-width: spreadsheet programs set for East Asia read them as the narrow ones
});

std::string Quoted(const std::string& cell) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) {
    return cell;
  }
  std::string quoted = "\"";
  for (const char c : cell) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + '"';
}

class CsvWriter final : public Writer {
 public:
  CsvWriter(std::vector<std::string> headings, ByteSink sink)
      : headings_(std::move(headings)), sink_(std::move(sink)) {}

  absl::Status Add(const std::vector<std::string>& cells, const std::optional<Point>&) override {
    return sink_(Begin() + Line(cells));
  }
  absl::Status Finish() override { return sink_(Begin()); }

 private:
  std::string Begin() { return std::exchange(begun_, true) ? "" : "\xEF\xBB\xBF" + Line(headings_); }

  static std::string Line(const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      line += (i == 0 ? "" : ",") + Quoted(FormulaSafe(cells[i]));
    }
    return line + "\r\n";
  }

  const std::vector<std::string> headings_;
  const ByteSink sink_;
  bool begun_ = false;
};

}  // namespace

std::string FormulaSafe(std::string_view cell) {
  std::string_view text = cell;
  while (text.starts_with(' ') || text.starts_with("　")) {
    text.remove_prefix(text[0] == ' ' ? 1 : std::string_view("　").size());
  }
  for (const std::string_view start : kFormulaStarts) {
    if (text.starts_with(start)) {
      return "'" + std::string(cell);
    }
  }
  return std::string(cell);
}

std::unique_ptr<Writer> NewCsvWriter(const std::vector<std::string>& headings, ByteSink sink) {
  return std::make_unique<CsvWriter>(headings, std::move(sink));
}

}  // namespace muster::sheet
