#include "installation.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "muster/domain/reason.h"

namespace muster::server {
namespace {

namespace fs = std::filesystem;

fs::path OrBelow(const std::string& setting, const fs::path& data, const char* name) {
  return setting.empty() ? data / name : fs::path(setting);
}

}  // namespace

FileGuard::FileGuard(const fs::path& file) : descriptor_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  while (descriptor_ >= 0 && flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
  }
}

FileGuard::~FileGuard() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

absl::Status FolderLock::Take(const fs::path& file) {
  descriptor_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0) {
    return absl::FailedPreconditionError("cannot open " + file.string());
  }
  return flock(descriptor_, LOCK_EX | LOCK_NB) == 0
             ? absl::OkStatus()
             : Error(Reason::kAlreadyRunning, {}, {{"what", file.parent_path().string()}});
}

Installation::Installation(const config::ServerSettings& settings)
    : data_(settings.data_dir),
      keys_(OrBelow(settings.keys_dir, data_, "keys")),
      tokens_(OrBelow(settings.tokens_dir, data_, "tokens")) {}

absl::Status Installation::Prepare() const {
  std::error_code failed;
  for (const fs::path& folder : {data_, data_ / "run", data_ / "db", data_ / "log", keys_, tokens_}) {
    fs::create_directories(folder, failed);
    if (failed) {
      return absl::FailedPreconditionError("cannot make the folder " + folder.string());
    }
  }
  return absl::OkStatus();
}

FileGuard Installation::Guard() const { return FileGuard(keys_ / ".lock"); }

absl::Status Installation::MakeKeysIfNew(Random& random) const {
  const FileGuard guard = Guard();
  return fs::is_empty(data_ / "db") ? security::LoadOrCreateInstallationKeys(keys_.string(), random).status()
                                    : security::LoadInstallationKeys(keys_.string()).status();
}

absl::StatusOr<security::KeyRing> Installation::Key(std::string_view file) const {
  return security::LoadKeyRing((keys_ / file).string());
}

absl::StatusOr<security::KeyRing> Installation::NewKey(std::string_view file, Random& random) const {
  const FileGuard guard = Guard();
  return security::LoadOrCreateKeyRing((keys_ / file).string(), random);
}

}  // namespace muster::server
