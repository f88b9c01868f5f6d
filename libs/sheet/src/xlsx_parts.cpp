#include "xlsx_parts.h"

#include <cstdlib>
#include <map>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/sheet/sheet_error.h"
#include "xml_stream.h"

namespace muster::sheet {
namespace {

const char* const kWorkbook = "xl/workbook.xml";
const char* const kRelations = "xl/_rels/workbook.xml.rels";
const char* const kStyles = "xl/styles.xml";
const char* const kSharedStrings = "xl/sharedStrings.xml";

absl::Status Nothing(std::string_view) { return absl::OkStatus(); }

absl::Status ReadEntry(const ZipArchive& archive, const std::string& name, XmlStream::Handlers handlers) {
  MUSTER_ASSIGN_OR_RETURN(const auto entry, archive.OpenEntry(name));
  XmlStream stream(std::move(handlers));
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const std::string_view bytes, entry->Read());
    MUSTER_RETURN_IF_ERROR(stream.Feed(bytes, bytes.empty()));
    if (bytes.empty()) {
      return absl::OkStatus();
    }
  }
}

constexpr size_t kMaxSheets = 100;

/// The relation ids of the visible sheets.
absl::StatusOr<std::vector<std::string>> ReadWorkbook(const ZipArchive& archive, WorkbookParts& parts) {
  std::vector<std::string> sheets;
  const auto start = [&](std::string_view name, const XmlAttributes& attributes) {
    if (name == "workbookPr") {
      const std::string_view value = attributes.Get("date1904");
      parts.from_1904 = value == "1" || value == "true";
    } else if (name == "sheet" && sheets.size() < kMaxSheets && !attributes.Get("state").ends_with("idden")) {
      sheets.emplace_back(attributes.Get("id"));
    }
    return absl::OkStatus();
  };
  MUSTER_RETURN_IF_ERROR(ReadEntry(archive, kWorkbook, {start, Nothing, Nothing}));
  if (sheets.empty()) {
    return SheetError(Reason::kInvalidField, 0, 0, "工作簿没有可见的工作表。", "the workbook has no visible sheet.");
  }
  return sheets;
}

absl::Status FindSheets(const ZipArchive& archive, const std::vector<std::string>& relations, WorkbookParts& parts) {
  std::map<std::string, std::string> entries;
  const auto start = [&](std::string_view name, const XmlAttributes& attributes) {
    if (name == "Relationship" && attributes.Get("TargetMode") != "External") {
      const std::string target(attributes.Get("Target"));
      entries[std::string(attributes.Get("Id"))] = target.starts_with('/') ? target.substr(1) : "xl/" + target;
    }
    return absl::OkStatus();
  };
  MUSTER_RETURN_IF_ERROR(ReadEntry(archive, kRelations, {start, Nothing, Nothing}));
  for (const std::string& relation : relations) {
    if (archive.Has(entries[relation])) {
      parts.sheets.push_back(entries[relation]);
    }
  }
  return parts.sheets.empty() ? DamagedWorkbook() : absl::OkStatus();
}

/// Whether a number format shows a date: it has a letter of one outside quotes and brackets.
bool ShowsDate(std::string_view format) {
  bool quoted = false;
  bool bracket = false;
  for (size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '[' || c == ']') {
      bracket = c == '[';
    } else if (!quoted && !bracket && std::string_view("yYdDmMhH").find(c) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

/// The formats that every workbook has without naming them (ECMA-376, part 1, 18.8.30), with those of China.
bool IsBuiltInDate(int id) {
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

absl::Status ReadStyles(const ZipArchive& archive, WorkbookParts& parts) {
  constexpr size_t kMaxStyles = 65'536;
  std::map<int, bool> own;
  bool in_cell_styles = false;
  const auto start = [&](std::string_view name, const XmlAttributes& attributes) {
    const int id = std::atoi(std::string(attributes.Get("numFmtId")).c_str());
    if (name == "numFmt" && own.size() < kMaxStyles) {
      own[id] = ShowsDate(attributes.Get("formatCode"));
    } else if (name == "cellXfs") {
      in_cell_styles = true;
    } else if (name == "xf" && in_cell_styles && parts.is_date.size() < kMaxStyles) {
      const auto found = own.find(id);
      parts.is_date.push_back(found == own.end() ? IsBuiltInDate(id) : found->second);
    }
    return absl::OkStatus();
  };
  const auto end = [&](std::string_view name) {
    in_cell_styles = in_cell_styles && name != "cellXfs";
    return absl::OkStatus();
  };
  return ReadEntry(archive, kStyles, {start, end, Nothing});
}

absl::Status TooManyTexts() {
  return SheetError(Reason::kTooLong, 0, 0, "文字太多。请分成几个文件，或另存为 CSV。",
                    "its texts are too many. Split the file, or save it as CSV.");
}

absl::Status ReadTexts(const ZipArchive& archive, const ReadLimits& limits, WorkbookParts& parts) {
  size_t bytes = 0;
  bool in_text = false;
  bool in_reading = false;  // how characters are pronounced
  const auto start = [&](std::string_view name, const XmlAttributes&) {
    if (name == "si") {
      parts.texts.emplace_back();
      bytes += sizeof(std::string);
      if (bytes > limits.shared_bytes) {
        return TooManyTexts();
      }
    }
    in_reading = in_reading || name == "rPh";
    in_text = name == "t" && !in_reading && !parts.texts.empty();
    return absl::OkStatus();
  };
  const auto end = [&](std::string_view name) {
    in_reading = in_reading && name != "rPh";
    in_text = false;
    return absl::OkStatus();
  };
  const auto text = [&](std::string_view piece) {
    if (!in_text) {
      return absl::OkStatus();
    }
    bytes += piece.size();
    if (bytes > limits.shared_bytes) {
      return TooManyTexts();
    }
    if (parts.texts.back().size() + piece.size() > limits.cell_bytes) {
      parts.too_long.insert(parts.texts.size() - 1);
      return absl::OkStatus();
    }
    parts.texts.back() += piece;
    return absl::OkStatus();
  };
  return ReadEntry(archive, kSharedStrings, {start, end, text});
}

}  // namespace

absl::StatusOr<WorkbookParts> ReadParts(const ZipArchive& archive, const ReadLimits& limits) {
  if (!archive.Has(kWorkbook) || !archive.Has(kRelations)) {
    return DamagedWorkbook();
  }
  if (archive.HasUnder("xl/externalLinks/")) {
    return SheetError(Reason::kUrlNotAllowed, 0, 0, "工作簿引用了其他文件。请把公式粘贴为数值后另存。",
                      "the workbook refers to other files. Paste its formulas as values and save it.");
  }
  WorkbookParts parts;
  MUSTER_ASSIGN_OR_RETURN(const std::vector<std::string> relations, ReadWorkbook(archive, parts));
  MUSTER_RETURN_IF_ERROR(FindSheets(archive, relations, parts));
  if (archive.Has(kStyles)) {
    MUSTER_RETURN_IF_ERROR(ReadStyles(archive, parts));
  }
  if (archive.Has(kSharedStrings)) {
    MUSTER_RETURN_IF_ERROR(ReadTexts(archive, limits, parts));
  }
  return parts;
}

}  // namespace muster::sheet
