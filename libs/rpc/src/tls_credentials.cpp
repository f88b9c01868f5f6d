#include "tls_credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <string_view>
#include <vector>

#include "muster/security/certificate.h"
#include "tls_source.h"

namespace muster::rpc {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;
using security::kServiceNamePrefix;

constexpr unsigned kRefreshSeconds = 1;

std::shared_ptr<FileWatcherCertificateProvider> MakeProvider(const TlsFiles& files) {
  const TlsSource& source = SourceOf(files);
  return std::make_shared<FileWatcherCertificateProvider>(source.identity.path(), source.identity.path(),
                                                          source.authority.path(), kRefreshSeconds);
}

}  // namespace

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
