#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/security/sensitive.h"

namespace muster::security {

/// The DNS name in the certificate of a service: kServiceNamePrefix + "registry".
inline constexpr std::string_view kServiceNamePrefix = "muster-";

/// A certificate (X.509) and the private key that belongs to it (EC P-256), both as PEM text.
struct CertifiedKey {
  std::string certificate;
  SensitiveText key;
};

/// What a certificate is made for.
struct CertificateOrder {
  std::string common_name;         ///< its subject
  std::vector<std::string> names;  ///< DNS names and IP addresses: the subject alternative names
  Time begin;
  Time end;
};

/// What a certificate says.
struct CertificateFacts {
  std::string subject;             ///< the common name
  std::string issuer;              ///< the common name of who signed it
  std::vector<std::string> names;  ///< DNS names, then IP addresses
  Time begin;
  Time end;
  bool is_authority = false;
};

/// A new private key, as PEM text (PKCS #8).
SensitiveText MakePrivateKey();

/// A certificate authority: a new key and a certificate that it signed itself; may sign certificates of services and
/// no further authorities. `order.names` is not used.
CertifiedKey MakeAuthority(const CertificateOrder& order);

/// A certificate for `key`, signed by the authority, for both ends of a connection (server and client). The serial
/// number is random. Errors: INVALID_ARGUMENT when a PEM text or a name is not one.
absl::StatusOr<std::string> IssueCertificate(const CertifiedKey& authority, const SensitiveText& key,
                                             const CertificateOrder& order);

/// The PEM text of each certificate of a text, in its order. INVALID_ARGUMENT when it holds none or a broken one.
absl::StatusOr<std::vector<std::string>> SplitCertificates(std::string_view pem);

/// What the first certificate of a PEM text says. INVALID_ARGUMENT when there is none.
absl::StatusOr<CertificateFacts> ReadCertificate(std::string_view pem);

/// True when `key` is the private key of the first certificate of `certificate`; false for anything that is no pair.
bool IsKeyPair(std::string_view certificate, const SensitiveText& key);

/// True when one of the authorities of `authorities` signed the first certificate of `certificate`.
bool IsSignedBy(std::string_view certificate, std::string_view authorities);

}  // namespace muster::security
