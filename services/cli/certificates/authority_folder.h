#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/security/certificate.h"

namespace muster::cli {

constexpr int kMostDays = 90;     ///< that a certificate of a service is good for
constexpr int kRenewalDays = 30;  ///< before its end from which a certificate is renewed, and warned of

/// One certificate of the folder.
struct CertificateEntry {
  std::string name;  ///< of its file, "registry"; "authority"
  security::CertificateFacts facts;
  int days_left = 0;                 ///< whole days; negative when it has ended
  bool of_current_authority = true;  ///< false: signed by one that goes
};

/// A folder with a private certificate authority and what it issued: authority.pem (the certificates that are believed,
/// the one that signs first), authority.key, and NAME.pem with NAME.key for each service. Files are mode 0600 and
/// replaced as a whole. Errors are of LocalError: kRefused, kUsage.
class AuthorityFolder {
 public:
  AuthorityFolder(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}

  /// Makes the authority, for ten years. Refuses where there is one.
  absl::Status Init() const;

  /// Makes the key and the certificate of a service, for `days`; `hosts` are further names and addresses in it.
  /// Replaces what the service has.
  absl::Status Issue(const std::string& service, int days, const std::vector<std::string>& hosts) const;

  /// Makes new certificates, for the same keys and as long as before, in place of those that end within 30 days or
  /// were signed by an authority that goes. The names of the services.
  absl::StatusOr<std::vector<std::string>> Renew() const;

  enum class Rotation { kBegun, kDone };
  /// Begins with a new authority that signs from now on beside the old one, which is still believed; the next time
  /// drops the old one. Refuses to drop it while a certificate in the folder is signed by it.
  absl::StatusOr<Rotation> Rotate() const;

  /// Every certificate: the authorities, then the services by name.
  absl::StatusOr<std::vector<CertificateEntry>> List() const;

 private:
  struct Authority {
    security::CertifiedKey current;
    std::vector<std::string> others;  ///< believed besides
  };

  std::string FileOf(const std::string& name, const char* ending) const;
  absl::StatusOr<Authority> LoadAuthority() const;
  std::vector<std::string> Services() const;
  absl::StatusOr<CertificateEntry> Read(const std::string& name, const std::string& pem) const;
  absl::Status Renew(const Authority& authority, const CertificateEntry& entry) const;
  security::CertifiedKey NewAuthority() const;

  const std::string path_;
  const Clock& clock_;
};

}  // namespace muster::cli
