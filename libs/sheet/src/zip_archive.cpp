#include "zip_archive.h"

#include <zip.h>

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/sheet/sheet_error.h"

namespace muster::sheet {
namespace {

constexpr uint64_t kSmallEntry = 1 << 20;

zip_t* Zip(void* zip) { return static_cast<zip_t*>(zip); }

absl::Status TooLarge() {
  return SheetError(Reason::kTooLong, 0, 0, "解压后太大，可能是恶意文件。请另存为新的工作簿或 CSV。",
                    "it unpacks to too much. Save the data as a new workbook or as CSV.");
}

}  // namespace

absl::Status DamagedWorkbook() {
  return SheetError(Reason::kInvalidField, 0, 0, "不是完整的 XLSX 工作簿。请用表格软件重新另存为 .xlsx 或 CSV。",
                    "it is not a complete XLSX workbook. Save it again as .xlsx or as CSV.");
}

absl::StatusOr<std::unique_ptr<ZipArchive>> ZipArchive::Open(std::string content, const ReadLimits& limits) {
  std::unique_ptr<ZipArchive> archive(new ZipArchive(std::move(content)));
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source =
      zip_source_buffer_create(archive->content_.data(), archive->content_.size(), /*freep=*/0, &error);
  if (source != nullptr) {
    archive->zip_ = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (archive->zip_ == nullptr) {
      zip_source_free(source);
    }
  }
  zip_error_fini(&error);
  if (archive->zip_ == nullptr) {
    return DamagedWorkbook();
  }
  MUSTER_RETURN_IF_ERROR(archive->Index(limits));
  return archive;
}

ZipArchive::~ZipArchive() {
  if (zip_ != nullptr) {
    zip_discard(Zip(zip_));
  }
}

absl::Status ZipArchive::Index(const ReadLimits& limits) {
  const zip_int64_t entries = zip_get_num_entries(Zip(zip_), 0);
  if (entries > limits.zip_entries) {
    return TooLarge();
  }
  uint64_t total = 0;
  for (zip_int64_t i = 0; i < entries; ++i) {
    zip_stat_t stat;
    const auto index = static_cast<zip_uint64_t>(i);
    constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(Zip(zip_), index, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) {
      return DamagedWorkbook();
    }
    if (stat.encryption_method != ZIP_EM_NONE) {
      return SheetError(Reason::kInvalidField, 0, 0, "工作簿已加密。请去掉密码后另存。",
                        "the workbook is encrypted. Save it without a password.");
    }
    if (stat.size > limits.zip_bytes || (total += stat.size) > limits.zip_bytes ||
        (stat.size > kSmallEntry && stat.size / limits.zip_ratio > stat.comp_size)) {
      return TooLarge();
    }
    sizes_[stat.name] = stat.size;
  }
  return absl::OkStatus();
}

bool ZipArchive::HasUnder(const std::string& prefix) const {
  const auto found = sizes_.lower_bound(prefix);
  return found != sizes_.end() && found->first.starts_with(prefix);
}

absl::StatusOr<std::unique_ptr<ZipArchive::Entry>> ZipArchive::OpenEntry(const std::string& name) const {
  const auto found = sizes_.find(name);
  void* file = found == sizes_.end() ? nullptr : zip_fopen(Zip(zip_), name.c_str(), 0);
  if (file == nullptr) {
    return DamagedWorkbook();
  }
  return std::unique_ptr<Entry>(new Entry(file, found->second));
}

ZipArchive::Entry::~Entry() { zip_fclose(static_cast<zip_file_t*>(file_)); }

absl::StatusOr<std::string_view> ZipArchive::Entry::Read() {
  const zip_int64_t got = zip_fread(static_cast<zip_file_t*>(file_), buffer_.data(), buffer_.size());
  if (got < 0 || static_cast<uint64_t>(got) > left_) {
    return DamagedWorkbook();  // also where it unpacks to more than it announced
  }
  left_ -= static_cast<uint64_t>(got);
  return std::string_view(buffer_).substr(0, static_cast<size_t>(got));
}

}  // namespace muster::sheet
