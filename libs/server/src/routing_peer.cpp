#include "routing_peer.h"

#include <utility>

namespace muster::server {
namespace {

/// "registry" of "muster.registry.v1.RegistryService.GetTeam".
std::string ServiceOf(const std::string& full_name) {
  const size_t begin = full_name.find('.') + 1;
  return full_name.substr(begin, full_name.find('.', begin) - begin);
}

}  // namespace

rpc::Peer& RoutingPeer::Of(const std::string& service) {
  const auto found = remote_.find(service);
  return found == remote_.end() ? *local_ : *found->second;
}

void RoutingPeer::Unary(const std::string& full_name, const rpc::Call& parent, const google::protobuf::Message& request,
                        google::protobuf::Message* response, std::function<void(absl::Status)> done) {
  Of(ServiceOf(full_name)).Unary(full_name, parent, request, response, std::move(done));
}

std::unique_ptr<rpc::StreamHandle> RoutingPeer::Stream(const std::string& full_name, const rpc::Call& parent,
                                                       const google::protobuf::Message& request,
                                                       std::shared_ptr<rpc::StreamConsumer> consumer) {
  return Of(ServiceOf(full_name)).Stream(full_name, parent, request, std::move(consumer));
}

}  // namespace muster::server
