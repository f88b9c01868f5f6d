#include "services/gateway/connect/service_directory.h"

#include <cstdio>
#include <cstdlib>
#include <set>

namespace muster::gateway {

using google::protobuf::DescriptorPool;
using google::protobuf::MessageFactory;

void ServiceDirectory::AddService(const std::string& full_name, rpc::Peer& peer) {
  const auto* service = DescriptorPool::generated_pool()->FindServiceByName(full_name);
  if (service == nullptr) {
    std::fprintf(stderr, "gateway: the service %s is not linked in\n", full_name.c_str());
    std::abort();
  }
  for (int i = 0; i < service->method_count(); ++i) {
    const auto* descriptor = service->method(i);
    if (rpc::IsInternal(*descriptor) || descriptor->client_streaming()) {
      continue;
    }
    PublicMethod method;
    method.full_name = descriptor->full_name();
    method.descriptor = descriptor;
    method.request_prototype = MessageFactory::generated_factory()->GetPrototype(descriptor->input_type());
    method.response_prototype = MessageFactory::generated_factory()->GetPrototype(descriptor->output_type());
    method.peer = &peer;
    method.is_read = rpc::IsRead(*descriptor);
    method.is_stream = descriptor->server_streaming();
    methods_["/" + full_name + "/" + descriptor->name()] = method;
  }
}

void ServiceDirectory::AddTable(const rpc::MethodTable& table, rpc::Peer& peer) {
  std::set<std::string> services;
  for (const auto& [name, method] : table.methods()) {
    services.insert(method.descriptor->service()->full_name());
  }
  for (const std::string& service : services) {
    AddService(service, peer);
  }
}

const PublicMethod* ServiceDirectory::Find(const std::string& path) const {
  const auto found = methods_.find(path);
  return found == methods_.end() ? nullptr : &found->second;
}

}  // namespace muster::gateway
