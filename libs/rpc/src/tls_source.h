#pragma once

#include <memory>
#include <string>

#include "muster/rpc/tls.h"

namespace muster::rpc {

/// A file without a name, in memory, that is read by its path within this process and changes as a whole.
class MemoryFile {
 public:
  MemoryFile();
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  void Put(std::string_view content);

 private:
  const int descriptor_;
};

/// The last good content of TlsFiles, for gRPC's own watcher of files. That takes whatever it finds, also half a file
/// or a key beside a certificate of another, and then refuses everybody; here such files are passed over, with a line
/// in the log, and those before stay.
struct TlsSource {
  MemoryFile identity;   ///< the certificate and its key
  MemoryFile authority;  ///< the authorities
};

/// The source of these files, the same for the same paths. Looks at the files now and every second, and stays until the
/// process ends, as gRPC reads it on threads of its own. Thread-safe.
const TlsSource& SourceOf(const TlsFiles& files);

}  // namespace muster::rpc
