#include <xlsxwriter.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/sheet/writer.h"

namespace muster::sheet {
namespace {

constexpr uint32_t kMaxRows = 1'048'576;  ///< of a sheet, by its format

/// A folder of its own for the files that the library needs; gone with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "muster-export-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) {
      path_ = pattern;
    }
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) {
      std::filesystem::remove_all(path_, ignored);
    }
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class XlsxWriter final : public Writer {
 public:
  XlsxWriter(const std::vector<std::string>& headings, ByteSink sink) : sink_(std::move(sink)) {
    if (folder_.path().empty()) {
      return;
    }
    // The library keeps a row in memory and the rest in files.
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = scratch_.data(), .use_zip64 = LXW_FALSE};
    workbook_ = workbook_new_opt(File().c_str(), &options);
    sheet_ = workbook_ == nullptr ? nullptr : workbook_add_worksheet(workbook_, nullptr);
    if (sheet_ != nullptr) {
      WriteRow(headings);
    }
  }
  ~XlsxWriter() override {
    if (workbook_ != nullptr) {
      workbook_close(workbook_);
    }
  }
  XlsxWriter(const XlsxWriter&) = delete;
  XlsxWriter& operator=(const XlsxWriter&) = delete;

  absl::Status Add(const std::vector<std::string>& cells, const std::optional<Point>&) override {
    if (sheet_ == nullptr) {
      return Error(Reason::kStoreFull);
    }
    if (row_ >= kMaxRows) {
      return Error(Reason::kQueryTooBroad);
    }
    WriteRow(cells);
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    if (sheet_ == nullptr || workbook_close(std::exchange(workbook_, nullptr)) != LXW_NO_ERROR) {
      return Error(Reason::kStoreFull);
    }
    std::ifstream file(File(), std::ios::binary);
    std::string piece(64UL * 1024, '\0');
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
      MUSTER_RETURN_IF_ERROR(sink_(std::string_view(piece).substr(0, static_cast<size_t>(file.gcount()))));
    }
    return absl::OkStatus();
  }

 private:
  std::string File() const { return folder_.path() + "/export.xlsx"; }

  void WriteRow(const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      // Texts, also where they look like numbers or formulas.
      worksheet_write_string(sheet_, row_, static_cast<lxw_col_t>(i), cells[i].c_str(), nullptr);
    }
    ++row_;
  }

  const ByteSink sink_;
  const ScratchFolder folder_;
  std::string scratch_ = folder_.path();
  lxw_workbook* workbook_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  uint32_t row_ = 0;
};

}  // namespace

std::unique_ptr<Writer> NewXlsxWriter(const std::vector<std::string>& headings, ByteSink sink) {
  return std::make_unique<XlsxWriter>(headings, std::move(sink));
}

}  // namespace muster::sheet
