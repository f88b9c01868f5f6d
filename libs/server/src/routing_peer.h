#pragma once

#include <map>
#include <memory>
#include <string>

#include "muster/rpc/peer.h"

namespace muster::server {

/// Calls each service where it is: those of this process over its own pipeline, the others over the network. Filled
/// while starting, read-only from then on.
class RoutingPeer final : public rpc::Peer {
 public:
  /// `local` serves what is not routed elsewhere, among that what every owner of data offers ("muster.common.v1").
  explicit RoutingPeer(std::unique_ptr<rpc::Peer> local) : local_(std::move(local)) {}

  /// Routes "muster.<service>.v1.*".
  void Add(const std::string& service, std::unique_ptr<rpc::Peer> peer) { remote_[service] = std::move(peer); }

  /// Where a service is; for the methods that every owner of data offers.
  rpc::Peer& Of(const std::string& service);

  void Unary(const std::string& full_name, const rpc::Call& parent, const google::protobuf::Message& request,
             google::protobuf::Message* response, std::function<void(absl::Status)> done) override;
  std::unique_ptr<rpc::StreamHandle> Stream(const std::string& full_name, const rpc::Call& parent,
                                            const google::protobuf::Message& request,
                                            std::shared_ptr<rpc::StreamConsumer> consumer) override;

 private:
  const std::unique_ptr<rpc::Peer> local_;
  std::map<std::string, std::unique_ptr<rpc::Peer>> remote_;
};

}  // namespace muster::server
