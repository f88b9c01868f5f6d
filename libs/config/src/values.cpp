#include "values.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace muster::config {
namespace {

struct Unit {
  const char* name;
  int64_t in_ms;
};
constexpr std::array<Unit, 4> kUnits = {{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};

}  // namespace

std::optional<int64_t> ParseDurationMs(const std::string& text) {
  const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  int64_t number = 0;
  if (!absl::SimpleAtoi(text.substr(0, end), &number)) return {};
  for (const Unit& unit : kUnits) {
    if (text.substr(end) != unit.name) continue;
    if (number > std::numeric_limits<int64_t>::max() / unit.in_ms) return {};
    return number * unit.in_ms;
  }
  return {};
}

std::string FormatDurationMs(int64_t value) {
  const Unit* best = &kUnits.front();
  for (const Unit& unit : kUnits) {
    if (value != 0 && value % unit.in_ms == 0) best = &unit;
  }
  return absl::StrCat(value / best->in_ms, best->name);
}

std::optional<std::string> CheckSecretFile(const std::string& path) {
  struct stat info {};
  if (path.empty()) return {};
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode) || access(path.c_str(), R_OK) != 0) {
    return absl::StrCat("the file \"", path, "\" cannot be read");
  }
  if ((info.st_mode & S_IRWXO) != 0) {
    return absl::StrCat("the secret file \"", path, "\" is open to every user (chmod o-rwx)");
  }
  return {};
}

std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; }, ' ');
  return text;
}

size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace muster::config
