#include <utility>

#include "muster/base/status_macros.h"
#include "muster/sheet/reader.h"
#include "xlsx_parts.h"
#include "xlsx_rows.h"
#include "zip_archive.h"

namespace muster::sheet {
namespace {

class XlsxReader final : public Reader {
 public:
  XlsxReader(std::unique_ptr<ZipArchive> archive, WorkbookParts parts, const ReadLimits& limits)
      : archive_(std::move(archive)), parts_(std::move(parts)), limits_(limits), rows_(parts_, limits_) {}

  absl::Status Open() {
    MUSTER_ASSIGN_OR_RETURN(entry_, archive_->OpenEntry(parts_.sheet));
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
  const std::unique_ptr<ZipArchive> archive_;
  const WorkbookParts parts_;
  const ReadLimits limits_;
  XlsxRows rows_;
  std::unique_ptr<ZipArchive::Entry> entry_;
  bool ended_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Reader>> OpenXlsx(std::string content, const ReadLimits& limits) {
  MUSTER_ASSIGN_OR_RETURN(auto archive, ZipArchive::Open(std::move(content), limits));
  MUSTER_ASSIGN_OR_RETURN(WorkbookParts parts, ReadParts(*archive, limits));
  auto reader = std::make_unique<XlsxReader>(std::move(archive), std::move(parts), limits);
  MUSTER_RETURN_IF_ERROR(reader->Open());
  return reader;
}

bool LooksLikeXlsx(std::string_view first_bytes) { return first_bytes.starts_with("PK\x03\x04"); }

}  // namespace muster::sheet
