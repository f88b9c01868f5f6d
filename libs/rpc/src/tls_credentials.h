#pragma once

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "muster/rpc/tls.h"

namespace muster::rpc {

/// Refuses, in the handshake, whoever has no certificate of a believed authority.
std::shared_ptr<grpc::ServerCredentials> MakeServerCredentials(const TlsFiles& files);

/// Shows the own certificate and demands one of a believed authority. The name in it is checked by the channel: see
/// ServerName.
std::shared_ptr<grpc::ChannelCredentials> MakeChannelCredentials(const TlsFiles& files);

/// The name that the certificate of a service carries: "muster-registry".
std::string ServerName(const std::string& service);

/// The service that the peer's verified certificate names; empty when there is none, or more than one.
std::string PeerService(const grpc::AuthContext& context);

}  // namespace muster::rpc
