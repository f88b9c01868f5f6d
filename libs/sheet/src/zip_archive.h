#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "muster/sheet/reader.h"

namespace muster::sheet {

/// A zip archive in memory, within the limits of a workbook: a bomb is refused by what its entries announce, and again
/// by what they unpack to.
class ZipArchive {
 public:
  static absl::StatusOr<std::unique_ptr<ZipArchive>> Open(std::string content, const ReadLimits& limits);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  bool Has(const std::string& name) const { return sizes_.contains(name); }
  /// True when an entry's name begins so.
  bool HasUnder(const std::string& prefix) const;

  /// An entry that is being unpacked; the archive must outlive it.
  class Entry {
   public:
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    /// The next bytes, valid until the next call; empty at the end.
    absl::StatusOr<std::string_view> Read();

   private:
    friend class ZipArchive;
    Entry(void* file, uint64_t size) : file_(file), left_(size), buffer_(64 * 1024, '\0') {}
    void* file_;
    uint64_t left_;
    std::string buffer_;
  };
  absl::StatusOr<std::unique_ptr<Entry>> OpenEntry(const std::string& name) const;

 private:
  explicit ZipArchive(std::string content) : content_(std::move(content)) {}
  absl::Status Index(const ReadLimits& limits);

  const std::string content_;
  void* zip_ = nullptr;  ///< zip_t
  std::map<std::string, uint64_t> sizes_;
};

/// "The file is damaged", in the form of SheetError.
absl::Status DamagedWorkbook();

}  // namespace muster::sheet
