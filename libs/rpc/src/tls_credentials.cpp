#include "tls_credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/security/certificate.h"
#include "muster/security/key_file.h"

namespace muster::rpc {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;
using security::kServiceNamePrefix;

constexpr unsigned kRefreshSeconds = 1;

std::shared_ptr<FileWatcherCertificateProvider> MakeProvider(const TlsFiles& files) {
  return std::make_shared<FileWatcherCertificateProvider>(files.key, files.certificate, files.authority,
                                                          kRefreshSeconds);
}

absl::Status FileError(const std::string& path, const std::string& what) {
  return absl::FailedPreconditionError(path + ": " + what);
}

/// The certificates in a file, and what the first one says.
struct CertificateFile {
  std::string text;
  security::CertificateFacts facts;
};

absl::StatusOr<CertificateFile> ReadCertificateFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!(text << file.rdbuf())) {
    return FileError(path, "cannot be read, or is empty");
  }
  auto facts = security::ReadCertificate(text.str());
  return facts.ok() ? absl::StatusOr<CertificateFile>({text.str(), *std::move(facts)})
                    : FileError(path, "holds no certificate in PEM form");
}

}  // namespace

absl::Status CheckTlsFiles(const TlsFiles& files) {
  MUSTER_ASSIGN_OR_RETURN(const CertificateFile authority, ReadCertificateFile(files.authority));
  MUSTER_ASSIGN_OR_RETURN(const CertificateFile own, ReadCertificateFile(files.certificate));
  MUSTER_ASSIGN_OR_RETURN(const security::SensitiveText key, security::ReadSecretFile(files.key));
  if (!security::IsKeyPair(own.text, key)) {
    return FileError(files.key, "is not the private key of " + files.certificate);
  }
  if (!security::IsSignedBy(own.text, authority.text)) {
    return FileError(files.certificate, "is not signed by an authority of " + files.authority);
  }
  if (own.facts.end <= SystemClock().Now()) {
    return FileError(files.certificate, "ended at " + FormatMicros(ToMicros(own.facts.end)));
  }
  return absl::OkStatus();
}

std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsFiles& files) {
  grpc::experimental::TlsServerCredentialsOptions options(MakeProvider(files));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> MakeChannelCredentials(const TlsFiles& files) {
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(MakeProvider(files));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

std::string ServerName(const std::string& service) { return std::string(kServiceNamePrefix) + service; }

std::string PeerService(const grpc::AuthContext& context) {
  std::vector<std::string> services;
  if (context.IsPeerAuthenticated()) {
    for (const grpc::string_ref& value : context.FindPropertyValues(GRPC_PEER_DNS_PROPERTY_NAME)) {
      const std::string_view name(value.data(), value.size());
      if (name.starts_with(kServiceNamePrefix)) {
        services.emplace_back(name.substr(kServiceNamePrefix.size()));
      }
    }
  }
  return services.size() == 1 ? services.front() : std::string();
}

}  // namespace muster::rpc
