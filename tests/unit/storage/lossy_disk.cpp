#include "tests/unit/storage/lossy_disk.h"

#include <algorithm>
#include <utility>

namespace muster::storage {
namespace {

constexpr size_t kSector = 512;

LossyDisk* disk = nullptr;
sqlite3_vfs* real_vfs = nullptr;

/// A file of the VFS; the system's file lies behind it in the same block of memory.
struct LossyFile {
  sqlite3_file base;
  const char* path;   ///< null: not of interest (a temporary file). SQLite keeps the name as long as the file is open.
  bool syncs_folder;  ///< at its next sync, as the system's VFS does for a log or journal that it may have made
};
sqlite3_file* Real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<LossyFile*>(file) + 1);
}
const char* PathOf(sqlite3_file* file) { return reinterpret_cast<LossyFile*>(file)->path; }

int Close(sqlite3_file* file) { return Real(file)->pMethods->xClose(Real(file)); }
int ReadAt(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
  return Real(file)->pMethods->xRead(Real(file), into, size, offset);
}
int WriteAt(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  if (PathOf(file) != nullptr) {
    disk->Wrote(PathOf(file), offset, std::string(static_cast<const char*>(from), static_cast<size_t>(size)));
  }
  return Real(file)->pMethods->xWrite(Real(file), from, size, offset);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (PathOf(file) != nullptr) {
    disk->Truncated(PathOf(file), size);
  }
  return Real(file)->pMethods->xTruncate(Real(file), size);
}
int Sync(sqlite3_file* file, int) {
  if (PathOf(file) != nullptr) {
    disk->Synced(PathOf(file), std::exchange(reinterpret_cast<LossyFile*>(file)->syncs_folder, false));
  }
  return SQLITE_OK;
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) { return Real(file)->pMethods->xFileSize(Real(file), size); }
int Lock(sqlite3_file* file, int level) { return Real(file)->pMethods->xLock(Real(file), level); }
int Unlock(sqlite3_file* file, int level) { return Real(file)->pMethods->xUnlock(Real(file), level); }
int CheckReserved(sqlite3_file* file, int* out) { return Real(file)->pMethods->xCheckReservedLock(Real(file), out); }
int Control(sqlite3_file* file, int op, void* arg) { return Real(file)->pMethods->xFileControl(Real(file), op, arg); }
int SectorSize(sqlite3_file* file) { return Real(file)->pMethods->xSectorSize(Real(file)); }
int Characteristics(sqlite3_file* file) { return Real(file)->pMethods->xDeviceCharacteristics(Real(file)); }
int ShmMap(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return Real(file)->pMethods->xShmMap(Real(file), page, size, extend, out);
}
int ShmLock(sqlite3_file* file, int offset, int n, int flags) {
  return Real(file)->pMethods->xShmLock(Real(file), offset, n, flags);
}
void ShmBarrier(sqlite3_file* file) { Real(file)->pMethods->xShmBarrier(Real(file)); }
int ShmUnmap(sqlite3_file* file, int del) { return Real(file)->pMethods->xShmUnmap(Real(file), del); }

/// Version 2: without memory mapping, whose writes nobody would see.
constexpr sqlite3_io_methods kMethods = {
    2,       Close,      ReadAt,          WriteAt, Truncate, Sync,       FileSize, Lock,    Unlock, CheckReserved,
    Control, SectorSize, Characteristics, ShmMap,  ShmLock,  ShmBarrier, ShmUnmap, nullptr, nullptr};

std::string BytesOf(sqlite3_file* file) {
  sqlite3_int64 size = 0;
  FileSize(file, &size);
  std::string bytes(static_cast<size_t>(size), '\0');
  ReadAt(file, bytes.data(), static_cast<int>(size), 0);
  return bytes;
}

int Open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  auto* lossy = reinterpret_cast<LossyFile*>(file);
  lossy->base.pMethods = nullptr;
  const int opened = real_vfs->xOpen(real_vfs, path, Real(file), flags, out_flags);
  if (opened != SQLITE_OK) {
    return opened;
  }
  lossy->base.pMethods = &kMethods;
  lossy->path = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0 ? path : nullptr;
  lossy->syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & SQLITE_OPEN_MAIN_DB) == 0;
  if (lossy->path != nullptr) {
    disk->Opened(path, BytesOf(file));
  }
  return SQLITE_OK;
}
int Delete(sqlite3_vfs*, const char* path, int) {  // SQLite never asks for the folder to be synced with it
  disk->Deleted(path);
  return real_vfs->xDelete(real_vfs, path, 0);
}

sqlite3_vfs MakeVfs() {
  real_vfs = sqlite3_vfs_find(nullptr);
  sqlite3_vfs vfs = *real_vfs;  // all else is the system's, which takes nothing from the pointer it is called with
  vfs.szOsFile += static_cast<int>(sizeof(LossyFile));
  vfs.zName = LossyDisk::kVfs;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  return vfs;
}

}  // namespace

LossyDisk::LossyDisk(uint64_t seed, int steps) : random_(seed), steps_(steps) {
  static sqlite3_vfs vfs = MakeVfs();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  (void)registered;
  disk = this;
}

LossyDisk::~LossyDisk() { disk = nullptr; }

bool LossyDisk::is_cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}

void LossyDisk::Cut() {
  const std::lock_guard lock(mutex_);
  TakePower();
}

void LossyDisk::Opened(const std::string& path, std::string bytes) {
  const std::lock_guard lock(mutex_);
  // Another connection's file is known already; one that was deleted begins anew.
  const auto [found, added] = files_.try_emplace(path);
  if (added || found->second.deleted) {
    found->second = File{std::move(bytes), {}, false};
  }
}

void LossyDisk::Wrote(const std::string& path, sqlite3_int64 offset, std::string bytes) {
  const std::lock_guard lock(mutex_);
  files_[path].unsynced.push_back({static_cast<size_t>(offset), std::move(bytes), false});
  Step();
}

void LossyDisk::Truncated(const std::string& path, sqlite3_int64 size) {
  const std::lock_guard lock(mutex_);
  files_[path].unsynced.push_back({static_cast<size_t>(size), {}, true});
  Step();
}

void LossyDisk::Synced(const std::string& path, bool with_folder) {
  const std::lock_guard lock(mutex_);
  Step();
  File& file = files_[path];
  for (const Change& change : file.unsynced) {
    Apply(change, file.safe);
  }
  file.unsynced.clear();
  if (with_folder) {
    std::erase_if(files_, [](const auto& entry) { return entry.second.deleted; });
  }
}

void LossyDisk::Deleted(const std::string& path) {
  const std::lock_guard lock(mutex_);
  Step();
  if (const auto found = files_.find(path); found != files_.end()) {
    found->second.deleted = true;
  }
}

void LossyDisk::Apply(const Change& change, std::string& bytes) {
  if (change.truncates) {
    bytes.resize(change.offset);
    return;
  }
  bytes.resize(std::max(bytes.size(), change.offset + change.bytes.size()));
  bytes.replace(change.offset, change.bytes.size(), change.bytes);
}

void LossyDisk::Step() {
  if (--steps_ == 0) {
    TakePower();
  }
}

void LossyDisk::TakePower() {
  if (std::exchange(cut_, true)) {
    return;
  }
  for (const auto& [path, file] : files_) {
    if (!file.deleted || Below(2) == 0) {
      left_[path] = Remains(file);
    }
  }
}

/// What was not synced is there wholly, not at all, or in part; in its order, or in any.
std::string LossyDisk::Remains(const File& file) {
  std::string bytes = file.safe;
  std::vector<Change> changes = file.unsynced;
  if (Below(2) == 0) {
    for (size_t i = changes.size(); i > 1; --i) {
      std::swap(changes[i - 1], changes[static_cast<size_t>(Below(static_cast<int>(i)))]);
    }
  }
  const int percent = 25 * Below(5);
  for (const Change& change : changes) {
    ApplyTorn(change, percent, bytes);
  }
  return bytes;
}

/// Each sector of a write reaches the disk by itself, this many of a hundred.
void LossyDisk::ApplyTorn(const Change& change, int percent, std::string& bytes) {
  if (change.truncates) {
    if (Below(100) < percent) {
      Apply(change, bytes);
    }
    return;
  }
  for (size_t at = 0; at < change.bytes.size();) {
    const size_t length = std::min(kSector - (change.offset + at) % kSector, change.bytes.size() - at);
    if (Below(100) < percent) {
      Apply({change.offset + at, change.bytes.substr(at, length), false}, bytes);
    }
    at += length;
  }
}

}  // namespace muster::storage
