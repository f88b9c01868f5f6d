#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <map>
#include <string>
#include <vector>

#include "muster/rpc/method_table.h"
#include "muster/rpc/peer.h"

namespace muster::gateway {

/// A method that the gateway serves.
struct PublicMethod {
  std::string full_name;
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  const google::protobuf::Message* request_prototype = nullptr;
  const google::protobuf::Message* response_prototype = nullptr;
  rpc::Peer* peer = nullptr;
  bool is_read = false;
  bool is_stream = false;
};

/// The public methods by their path, and who answers them. Internal methods (proto option `visibility`) are left out,
/// as if they did not exist. Filled while starting.
class ServiceDirectory {
 public:
  /// Adds every public method of a service; ends the process when the service is not linked in.
  void AddService(const std::string& full_name, rpc::Peer& peer);
  /// Adds every service of a table.
  void AddTable(const rpc::MethodTable& table, rpc::Peer& peer);

  /// The method of a path ("/a.b.Service/Method"); null when there is none.
  const PublicMethod* Find(const std::string& path) const;
  const std::map<std::string, PublicMethod>& methods() const { return methods_; }

 private:
  std::map<std::string, PublicMethod> methods_;
};

}  // namespace muster::gateway
