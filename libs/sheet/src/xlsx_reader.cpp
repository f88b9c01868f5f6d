#include <utility>

#include "muster/base/status_macros.h"
#include "muster/sheet/reader.h"
#include "xlsx_parts.h"
#include "xlsx_rows.h"
#include "zip_archive.h"

namespace muster::sheet {
namespace {

/// What the readers of all sheets share.
struct Content {
  std::unique_ptr<ZipArchive> archive;
  WorkbookParts parts;
  ReadLimits limits;
};

class XlsxReader final : public Reader {
 public:
  explicit XlsxReader(std::shared_ptr<const Content> content)
      : content_(std::move(content)), rows_(content_->parts, content_->limits) {}

  absl::Status Open(int index) {
    MUSTER_ASSIGN_OR_RETURN(entry_, content_->archive->OpenEntry(content_->parts.sheets[static_cast<size_t>(index)]));
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(Row& row) override {
    while (rows_.rows().empty() && !ended_) {
      MUSTER_ASSIGN_OR_RETURN(const std::string_view bytes, entry_->Read());
      ended_ = bytes.empty();
      MUSTER_RETURN_IF_ERROR(rows_.Feed(bytes, ended_));
    }
    if (rows_.rows().empty()) {
      return false;
    }
    row = std::move(rows_.rows().front());
    rows_.rows().pop_front();
    return true;
  }

 private:
  const std::shared_ptr<const Content> content_;
  XlsxRows rows_;
  std::unique_ptr<ZipArchive::Entry> entry_;
  bool ended_ = false;
};

class XlsxWorkbook final : public Workbook {
 public:
  explicit XlsxWorkbook(std::shared_ptr<const Content> content) : content_(std::move(content)) {}

  int sheet_count() const override { return static_cast<int>(content_->parts.sheets.size()); }

  absl::StatusOr<std::unique_ptr<Reader>> OpenSheet(int index) override {
    auto reader = std::make_unique<XlsxReader>(content_);
    MUSTER_RETURN_IF_ERROR(reader->Open(index));
    return reader;
  }

 private:
  const std::shared_ptr<const Content> content_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Workbook>> OpenWorkbook(std::string content, const ReadLimits& limits) {
  auto shared = std::make_shared<Content>();
  shared->limits = limits;
  MUSTER_ASSIGN_OR_RETURN(shared->archive, ZipArchive::Open(std::move(content), limits));
  MUSTER_ASSIGN_OR_RETURN(shared->parts, ReadParts(*shared->archive, limits));
  return std::make_unique<XlsxWorkbook>(std::move(shared));
}

absl::StatusOr<std::unique_ptr<Reader>> OpenXlsx(std::string content, const ReadLimits& limits) {
  MUSTER_ASSIGN_OR_RETURN(const auto workbook, OpenWorkbook(std::move(content), limits));
  return workbook->OpenSheet(0);
}

bool LooksLikeXlsx(std::string_view first_bytes) { return first_bytes.starts_with("PK\x03\x04"); }

}  // namespace muster::sheet
