#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace muster::config {

/// One value of a settings file.
struct FileEntry {
  enum class Type { kText, kInteger, kBoolean, kOther };
  std::string name = {};  ///< path of keys, "gateway.listen"
  Type type = Type::kOther;
  std::string value = {};   ///< as an environment variable would write it
  std::string origin = {};  ///< "musterd.toml:3"
};

/// The values of a TOML file, in the order of their names. The error is one line with file and line.
absl::StatusOr<std::vector<FileEntry>> ReadTomlFile(const std::string& path);

/// `text` as a TOML basic string, in quotes.
std::string QuoteToml(const std::string& text);

}  // namespace muster::config
