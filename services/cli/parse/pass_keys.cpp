#include "services/cli/parse/pass_keys.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "muster/base/text.h"
#include "muster/security/bytes.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {

absl::StatusOr<std::vector<security::PublicKey>> ParsePassKeys(std::string_view text) {
  constexpr size_t kKeyBytes = 32;
  std::vector<security::PublicKey> keys;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = TrimBlanks(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') {
      continue;
    }
    const size_t blank = line.find(' ');
    std::optional<std::string> bytes =
        blank == line.npos ? std::nullopt : security::FromHex(TrimBlanks(line.substr(blank + 1)));
    if (!bytes || bytes->size() != kKeyBytes) {
      keys.clear();
      break;
    }
    keys.push_back({std::string(line.substr(0, blank)), *std::move(bytes)});
  }
  if (keys.empty()) {
    return UsageError({"这不是 muster pass keys 写出的文件。", "This is not a file that muster pass keys wrote."});
  }
  return keys;
}

}  // namespace muster::cli
