#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>

#include "services/cli/connect/credentials.h"
#include "services/cli/doctor/check.h"
#include "services/cli/output/progress.h"

namespace muster::cli {
namespace {

constexpr uint64_t kFewBytes = 1ULL << 30U;
constexpr uint64_t kTooFewBytes = 128ULL << 20U;
constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

Finding CheckFolder(const std::string& path) {
  Finding finding{.what = {"数据目录", "data folder"}, .found = {path, path}};
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    finding.health = Health::kBad;
    finding.found = {path + " 不存在", path + " does not exist"};
    finding.remedy = {"用 --data-dir 指明，或用 deploy/up.sh 启动",
                      "name it with --data-dir, or start with deploy/up.sh"};
  }
  return finding;
}

Finding CheckDisk(const std::string& path) {
  Finding finding{.what = {"磁盘", "disk"}, .found = {}};
  struct statvfs info {};
  if (statvfs(path.c_str(), &info) != 0) {
    finding.health = Health::kWarning;
    finding.found = {"无法读取", "cannot be read"};
    return finding;
  }
  const uint64_t free_bytes = static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
  const std::string size = Thousands(static_cast<int64_t>(free_bytes >> 20U)) + " MiB";
  finding.found = {"剩余 " + size, size + " free"};
  if (free_bytes < kFewBytes) {
    finding.health = free_bytes < kTooFewBytes ? Health::kBad : Health::kWarning;
    finding.remedy = {"清理磁盘：写满后不能再保存", "make room: nothing can be saved on a full disk"};
  }
  return finding;
}

Finding CheckKeyFile(const std::filesystem::path& file) {
  const std::string name = file.filename();
  Finding finding{.what = {"密钥 " + name, "key " + name}, .found = {"0600", "0600"}};
  struct stat info {};
  if (stat(file.c_str(), &info) != 0 || (info.st_mode & kOthers) != 0) {
    finding.health = Health::kBad;
    finding.found = {"其他用户可读", "other users may read it"};
    finding.remedy = {"chmod 600 " + file.string(), "chmod 600 " + file.string()};
  }
  return finding;
}

std::vector<Finding> CheckKeyFiles(const std::string& data_dir) {
  std::vector<Finding> findings;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(data_dir + "/tokens", error)) {
    findings.push_back(CheckKeyFile(entry.path()));
  }
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) { return a.what.en < b.what.en; });
  if (findings.empty()) {
    findings.push_back({.health = Health::kBad,
                        .what = {"密钥", "keys"},
                        .found = {data_dir + "/tokens 中没有密钥", "none in " + data_dir + "/tokens"},
                        .remedy = {"启动 musterd，它会生成密钥", "start musterd, which makes them"}});
  }
  return findings;
}

}  // namespace

std::vector<Finding> CheckHost(const Globals& globals) {
  std::vector<Finding> findings{CheckFolder(globals.data_dir)};
  if (findings.front().health != Health::kGood) {
    return findings;
  }
  findings.push_back(CheckDisk(globals.data_dir));
  for (Finding& finding : CheckKeyFiles(globals.data_dir)) {
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace muster::cli
