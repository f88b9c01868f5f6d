#include "services/cli/connect/credentials.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "muster/base/text.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

absl::Status CannotWrite(const std::string& path) {
  return LocalError(ExitCode::kInternal, {"无法写入 " + path + "。请检查目录权限和磁盘空间。",
                                          "Cannot write " + path + ". Check the folder's permissions and the disk."});
}

bool WriteAll(int file, const std::string& text) {
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(file, text.data() + written, text.size() - written);
    if (count <= 0) {
      return false;
    }
    written += static_cast<size_t>(count);
  }
  return fsync(file) == 0;
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::string secret(TrimBlanks(line));
  if (secret.empty()) {
    return LocalError(
        ExitCode::kNotAllowed,
        {"读不到密钥文件 " + path + "。请用 --as 或 --token-file 指定，或先启动 musterd 生成密钥。",
         "No key in " + path + ". Name one with --as or --token-file, or start musterd, which makes them."});
  }
  return secret;
}

std::string TokenPath(const std::string& data_dir, const std::string& identity) {
  return data_dir + "/tokens/" + identity;
}

absl::StatusOr<std::string> FindApiKey(const Globals& globals, const std::string& default_identity,
                                       Environment environment) {
  if (!globals.token_file.empty()) {
    return ReadSecretFile(globals.token_file);
  }
  if (!globals.identity.empty()) {
    return ReadSecretFile(TokenPath(globals.data_dir, globals.identity));
  }
  if (const std::string_view token = environment("MUSTER_TOKEN"); !token.empty()) {
    return std::string(TrimBlanks(token));
  }
  return ReadSecretFile(TokenPath(globals.data_dir, default_identity));
}

absl::Status WriteSecretFile(const std::string& path, const std::string& secret) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  const std::string fresh = path + ".new";
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    return CannotWrite(path);
  }
  const bool written = fchmod(file, 0600) == 0 && WriteAll(file, secret + "\n");
  close(file);
  std::filesystem::rename(fresh, path, error);
  return written && !error ? absl::OkStatus() : CannotWrite(path);
}

}  // namespace muster::cli
