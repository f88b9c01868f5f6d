#include "services/cli/connect/method_of.h"

#include <algorithm>
#include <string>

namespace muster::cli {

namespace {

/// The file that holds the services of a package: "muster.registry.v1" has them in
/// "muster/registry/v1/registry.proto", also for messages of other files.
const google::protobuf::FileDescriptor* ServicesOf(const google::protobuf::FileDescriptor* file) {
  std::string path = file->package();
  std::replace(path.begin(), path.end(), '.', '/');
  const size_t version = path.rfind('/');
  const size_t name = path.rfind('/', version - 1) + 1;
  const auto* found = file->pool()->FindFileByName(path + path.substr(name - 1, version - name + 1) + ".proto");
  return found == nullptr ? file : found;
}

}  // namespace

const google::protobuf::MethodDescriptor* MethodOf(const google::protobuf::Descriptor* request) {
  const google::protobuf::FileDescriptor* file = ServicesOf(request->file());
  for (int s = 0; s < file->service_count(); ++s) {
    const google::protobuf::ServiceDescriptor* service = file->service(s);
    for (int m = 0; m < service->method_count(); ++m) {
      if (service->method(m)->input_type() == request) {
        return service->method(m);
      }
    }
  }
  return nullptr;
}

}  // namespace muster::cli
