#include "services/cli/connect/session.h"

#include <utility>

#include "muster/base/id.h"
#include "muster/base/status_macros.h"
#include "muster/identity/v1/identity.pb.h"
#include "muster/rpc/grpc_peer.h"
#include "services/cli/app/exit_code.h"
#include "services/cli/connect/http_peer.h"
#include "services/cli/connect/unix_socket.h"

namespace muster::cli {
namespace {

/// A token is exchanged again this long before it runs out.
constexpr Duration kTokenReserve = std::chrono::seconds(60);

absl::Status NobodyListens(const std::string& path) {
  return LocalError(
      ExitCode::kUnreachable,
      {"本机没有运行中的 musterd（" + path + "）。请用 deploy/up.sh 启动，或用 --data-dir、--url 指明位置。",
       "No musterd answers on this host (" + path +
           "). Start it with deploy/up.sh, or say where it is with --data-dir or --url."});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Open(SessionOptions options, const Clock& clock) {
  std::unique_ptr<rpc::Peer> peer;
  if (options.url.empty()) {
    if (!SocketAnswers(options.socket_path)) {
      return NobodyListens(options.socket_path);
    }
    peer = rpc::MakeGrpcPeer({.target = "unix:" + options.socket_path}, clock);
  } else {
    peer = MakeHttpPeer(options.url, clock);
  }
  auto session = std::unique_ptr<Session>(new Session(std::move(options), clock, std::move(peer)));
  if (!session->is_remote() && !session->options_.api_key.empty()) {
    MUSTER_RETURN_IF_ERROR(session->Exchange());
  }
  return session;
}

Session::Session(SessionOptions options, const Clock& clock, std::unique_ptr<rpc::Peer> peer)
    : options_(std::move(options)), clock_(clock), peer_(std::move(peer)) {
  if (is_remote()) {
    access_token_ = options_.api_key;
    token_expires_ = Time::max();
  }
}

absl::Status Session::CheckReply(const google::protobuf::MethodDescriptor* method,
                                 const google::protobuf::Descriptor* reply) {
  return method != nullptr && method->output_type() == reply
             ? absl::OkStatus()
             : absl::InternalError("no method takes this request and answers " + reply->full_name());
}

absl::Status Session::Exchange() {
  identity::v1::ExchangeKeyRequest request;
  request.set_api_key(options_.api_key);
  const rpc::Call call = rpc::BackgroundCall(clock_, "", options_.timeout);
  MUSTER_ASSIGN_OR_RETURN(auto reply, rpc::CallUnaryBlocking<identity::v1::ExchangeKeyResponse>(
                                          *peer_, MethodOf(request.GetDescriptor())->full_name(), call, request));
  access_token_ = reply.access_token();
  token_expires_ = Time(std::chrono::seconds(reply.expire_time().seconds()));
  return absl::OkStatus();
}

absl::StatusOr<rpc::Call> Session::NewCall(Duration timeout) {
  if (!options_.api_key.empty() && clock_.Now() + kTokenReserve >= token_expires_) {
    MUSTER_RETURN_IF_ERROR(Exchange());
  }
  return rpc::BackgroundCall(clock_, access_token_, timeout);
}

void Session::ForgetToken() {
  if (!is_remote()) {
    token_expires_ = Time{};
  }
}

std::string Session::NewRequestId() {
  if (!options_.request_id.empty()) {
    return std::exchange(options_.request_id, std::string());
  }
  return NewUuid(clock_.Now(), SystemRandom());
}

}  // namespace muster::cli
