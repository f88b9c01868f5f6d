#include "muster/security/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/security/bytes.h"
#include "muster/security/hmac.h"

namespace muster::security {
namespace {

constexpr size_t kMaxKeyFileSize = 4096;

absl::Status FileError(const std::string& path, const std::string& what) {
  return absl::FailedPreconditionError(path + ": " + what);
}

absl::Status SystemError(const std::string& path, const std::string& what) {
  return FileError(path, what + ": " + std::strerror(errno));
}

/// A file descriptor that closes itself.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() { Close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }
  bool IsOpen() const { return descriptor_ >= 0; }
  bool Close() {
    const int descriptor = std::exchange(descriptor_, -1);
    return descriptor < 0 || close(descriptor) == 0;
  }

 private:
  int descriptor_;
};

absl::Status CheckOwnerAndMode(const std::string& path, int descriptor) {
  struct stat about {};
  if (fstat(descriptor, &about) != 0) {
    return SystemError(path, "cannot be examined");
  }
  if (!S_ISREG(about.st_mode)) {
    return FileError(path, "is not a regular file");
  }
  if (about.st_uid != geteuid()) {
    return FileError(path, "belongs to another user");
  }
  if ((about.st_mode & 0177) != 0) {
    return FileError(path, "may be used by others; set its mode to 0600");
  }
  return absl::OkStatus();
}

absl::StatusOr<SensitiveText> ReadAll(const std::string& path, int descriptor) {
  std::string content(kMaxKeyFileSize + 1, '\0');
  size_t used = 0;
  while (used < content.size()) {
    const ssize_t count = read(descriptor, content.data() + used, content.size() - used);
    if (count < 0 && errno != EINTR) {
      return SystemError(path, "cannot be read");
    }
    if (count == 0) {
      break;
    }
    used += count > 0 ? static_cast<size_t>(count) : 0;
  }
  if (used > kMaxKeyFileSize) {
    return FileError(path, "is too large for a key file");
  }
  content.resize(used);
  return SensitiveText(std::move(content));
}

absl::StatusOr<KeyRing> ParseKeys(const std::string& path, std::string_view content) {
  std::vector<SensitiveText> keys;
  while (!content.empty()) {
    const size_t end = std::min(content.find('\n'), content.size());
    const std::string_view line = TrimBlanks(content.substr(0, end));
    content.remove_prefix(std::min(end + 1, content.size()));
    if (line.empty()) {
      continue;
    }
    std::optional<std::string> key = FromHex(line);
    if (!key.has_value() || key->size() != kSecretKeySize) {
      return FileError(path, "holds a line that is not a key of 64 hexadecimal digits");
    }
    keys.emplace_back(*std::move(key));
  }
  if (keys.empty()) {
    return FileError(path, "holds no key");
  }
  return KeyRing(std::move(keys));
}

absl::Status WriteAll(const std::string& path, int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = write(descriptor, content.data(), content.size());
    if (count < 0 && errno != EINTR) {
      return SystemError(path, "cannot be written");
    }
    content.remove_prefix(count > 0 ? static_cast<size_t>(count) : 0);
  }
  return absl::OkStatus();
}

std::string DirectoryOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

absl::Status SyncDirectory(const std::string& directory) {
  File file(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.IsOpen() || fsync(file.get()) != 0) {
    return SystemError(directory, "cannot be brought to disk");
  }
  return absl::OkStatus();
}

absl::Status MakeDirectory(const std::string& directory) {
  std::error_code error;
  if (std::filesystem::is_directory(directory, error)) {
    return absl::OkStatus();
  }
  std::filesystem::create_directories(std::filesystem::path(directory).parent_path(), error);
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return SystemError(directory, "cannot be made");
  }
  return SyncDirectory(DirectoryOf(directory));
}

/// Leaves the complete new content in `beside`, on disk.
absl::Status WriteBeside(const std::string& beside, std::string_view content) {
  unlink(beside.c_str());  // what a killed process may have left
  File file(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.IsOpen()) {
    return SystemError(beside, "cannot be made");
  }
  MUSTER_RETURN_IF_ERROR(WriteAll(beside, file.get(), content));
  if (fsync(file.get()) != 0 || !file.Close()) {
    return SystemError(beside, "cannot be brought to disk");
  }
  return absl::OkStatus();
}

template <class LoadRing>
absl::StatusOr<InstallationKeys> LoadAll(const std::string& directory, const LoadRing& load_ring) {
  const auto load = [&](std::string_view name) {
    return load_ring((std::filesystem::path(directory) / name).string());
  };
  MUSTER_ASSIGN_OR_RETURN(KeyRing token_signing, load(kTokenSigningKeyFile));
  MUSTER_ASSIGN_OR_RETURN(KeyRing field_wrapping, load(kFieldWrappingKeyFile));
  MUSTER_ASSIGN_OR_RETURN(KeyRing blind_index, load(kBlindIndexKeyFile));
  MUSTER_ASSIGN_OR_RETURN(KeyRing bus, load(kBusKeyFile));
  MUSTER_ASSIGN_OR_RETURN(KeyRing confirm, load(kConfirmKeyFile));
  MUSTER_ASSIGN_OR_RETURN(KeyRing stored_reply, load(kStoredReplyKeyFile));
  return InstallationKeys{std::move(token_signing), std::move(field_wrapping), std::move(blind_index),
                          std::move(bus),           std::move(confirm),        std::move(stored_reply)};
}

}  // namespace

std::string SecretKeyId(std::string_view key) {
  return ToHex(Sha256("muster key id:" + std::string(key)).substr(0, 4));
}

KeyRing::KeyRing(std::vector<SensitiveText> keys) {
  keys_.reserve(keys.size());
  for (SensitiveText& key : keys) {
    std::string id = SecretKeyId(key.Reveal());
    keys_.push_back({std::move(id), std::move(key)});
  }
}

KeyRing KeyRing::Generate(Random& random) {
  std::vector<SensitiveText> keys;
  keys.emplace_back(RandomBytes(random, kSecretKeySize));
  return KeyRing(std::move(keys));
}

const SecretKey* KeyRing::Find(std::string_view id) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const SecretKey& key) { return key.id == id; });
  return found == keys_.end() ? nullptr : &*found;
}

absl::Status WriteSecretFile(const std::string& path, std::string_view content) {
  const std::string directory = DirectoryOf(path);
  MUSTER_RETURN_IF_ERROR(MakeDirectory(directory));
  const std::string beside = path + ".new";
  MUSTER_RETURN_IF_ERROR(WriteBeside(beside, content));
  if (rename(beside.c_str(), path.c_str()) != 0) {
    return SystemError(path, "cannot be put in place");
  }
  return SyncDirectory(directory);
}

absl::StatusOr<SensitiveText> ReadSecretFile(const std::string& path) {
  File file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.IsOpen()) {
    return errno == ELOOP    ? FileError(path, "is a symbolic link")
           : errno == ENOENT ? FileError(path, "is missing; put it back from the backup of the keys")
                             : SystemError(path, "cannot be opened");
  }
  MUSTER_RETURN_IF_ERROR(CheckOwnerAndMode(path, file.get()));
  return ReadAll(path, file.get());
}

absl::StatusOr<KeyRing> LoadKeyRing(const std::string& path) {
  MUSTER_ASSIGN_OR_RETURN(const SensitiveText content, ReadSecretFile(path));
  return ParseKeys(path, content.Reveal());
}

absl::StatusOr<KeyRing> LoadOrCreateKeyRing(const std::string& path, Random& random) {
  struct stat about {};
  if (lstat(path.c_str(), &about) == 0 || errno != ENOENT) {
    return LoadKeyRing(path);
  }
  KeyRing made = KeyRing::Generate(random);
  const SensitiveText line(ToHex(made.Current().bytes.Reveal()) + "\n");
  MUSTER_RETURN_IF_ERROR(WriteSecretFile(path, line.Reveal()));
  return made;
}

absl::StatusOr<InstallationKeys> LoadInstallationKeys(const std::string& directory) {
  return LoadAll(directory, LoadKeyRing);
}

absl::StatusOr<InstallationKeys> LoadOrCreateInstallationKeys(const std::string& directory, Random& random) {
  return LoadAll(directory, [&](const std::string& path) { return LoadOrCreateKeyRing(path, random); });
}

}  // namespace muster::security
