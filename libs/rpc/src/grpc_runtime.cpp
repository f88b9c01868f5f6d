#include "grpc_runtime.h"

#include <grpc/support/log.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <string>
#include <string_view>

#include "muster/telemetry/log.h"
#include "rarely.h"

namespace muster::rpc {
namespace {

/// What gRPC says of a connection that a server refused. It tells it to those who debug only.
constexpr std::string_view kRefused = "Handshaking failed: UNKNOWN:";

/// The sentence of an error of gRPC, without its attributes: "Tls handshake failed: ... {file: ...}".
std::string Sentence(std::string_view error) { return std::string(error.substr(0, error.find(" {"))); }

/// Brings gRPC's own words into the log: refused connections and errors. Of errors of TLS both ends speak already.
void Log(gpr_log_func_args* said) {
  static Rarely* const rarely = new Rarely;  // stays: gRPC's threads may outlive main
  const std::string_view message = said->message;
  if (message.starts_with(kRefused)) {
    const std::string reason = Sentence(message.substr(kRefused.size()));
    if (rarely->Passes(reason)) {
      telemetry::LogWarning("a connection was refused", {{"reason", reason}});
    }
    return;
  }
  const bool of_tls = std::string_view(said->file).ends_with("ssl_transport_security.cc");
  if (said->severity == GPR_LOG_SEVERITY_ERROR && !of_tls && rarely->Passes(Sentence(message))) {
    telemetry::LogWarning("gRPC reports an error", {{"reason", Sentence(message)}});
  }
}

/// A channel to nowhere that has made one call by the callback API, and so holds its threads.
struct Kept {
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub{
      grpc::CreateChannel("unix:/nowhere", grpc::InsecureChannelCredentials())};
  grpc::ClientContext context;
  grpc::Slice nothing;
  grpc::ByteBuffer request{&nothing, 1};
  grpc::ByteBuffer response;

  Kept() {
    stub.UnaryCall(&context, "/muster.Nothing/Nothing", {}, &request, &response, [](const grpc::Status&) {});
  }
};

const Kept* MakeKept() {
  gpr_set_log_function(Log);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_DEBUG);  // refused connections are told at this level, and little else
  return new Kept;
}

}  // namespace

void KeepGrpcRuntime() {
  static const Kept* const kept = MakeKept();  // stays: nothing may run at the process's end
  (void)kept;
}

}  // namespace muster::rpc
