#pragma once

#include <string>

#include "absl/status/status.h"

namespace muster::rpc {

/// Who a process is to its peers, and whom it believes: paths of PEM files. The certificate names its service in its
/// subject alternative names ("muster-registry") and serves both ends of a connection. Files that change are taken for
/// new connections within seconds; connections that stand go on.
struct TlsFiles {
  std::string certificate;  ///< the own certificate
  std::string key;          ///< its private key, mode 0600 or stricter
  std::string authority;    ///< the certificates of the authorities that are believed: one, or two while they change

  bool operator==(const TlsFiles&) const = default;
};

/// OK when the files can be used now; for a clear error at the start. FAILED_PRECONDITION with the path when one cannot
/// be read or is not what it should be, the key belongs to another certificate, no believed authority signed the
/// certificate, or the certificate has ended.
absl::Status CheckTlsFiles(const TlsFiles& files);

}  // namespace muster::rpc
