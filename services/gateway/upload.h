#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "muster/registry/v1/import.pb.h"
#include "muster/rpc/peer.h"
#include "services/gateway/http/http_types.h"

namespace muster::gateway {

/// Hands a file on to the registry, part by part, each with a deadline of its own, and answers what the last part
/// answered. `registry` and `clock` must outlive it. What is broken off leaves parts that the registry drops.
class UploadCall : public std::enable_shared_from_this<UploadCall> {
 public:
  using Done = std::function<void(absl::StatusOr<registry::v1::UploadPartResponse>)>;

  /// `call` carries the access token. `done` runs once, on the thread of `exchange`.
  UploadCall(rpc::Peer& registry, rpc::Call call, std::string content, std::shared_ptr<HttpExchange> exchange,
             const Clock& clock, Done done);

  void Start() { SendNext(); }

 private:
  void SendNext();
  void OnReply(absl::StatusOr<registry::v1::UploadPartResponse> reply);

  rpc::Peer& registry_;
  rpc::Call call_;
  const std::string content_;
  const std::shared_ptr<HttpExchange> exchange_;
  const Clock& clock_;
  const Done done_;
  size_t sent_ = 0;
  int number_ = 0;
  std::string upload_id_;
};

}  // namespace muster::gateway
