#include "services/cli/connect/method_of.h"

#include <algorithm>
#include <string>

namespace muster::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

const MethodDescriptor* FindIn(const FileDescriptor& file, const Descriptor* request) {
  for (int s = 0; s < file.service_count(); ++s) {
    const ServiceDescriptor* service = file.service(s);
    for (int m = 0; m < service->method_count(); ++m) {
      if (service->method(m)->input_type() == request) {
        return service->method(m);
      }
    }
  }
  return nullptr;
}

/// The file that holds the service of a package: "muster/registry/v1/registry.proto" of "muster.registry.v1".
std::string ServiceFile(const std::string& package) {
  std::string folder = package;
  std::replace(folder.begin(), folder.end(), '.', '/');
  const size_t start = package.find('.') + 1;
  return folder + "/" + package.substr(start, package.find('.', start) - start) + ".proto";
}

}  // namespace

const MethodDescriptor* MethodOf(const Descriptor* request) {
  const FileDescriptor& own = *request->file();
  const MethodDescriptor* method = FindIn(own, request);
  const FileDescriptor* beside = own.pool()->FindFileByName(ServiceFile(own.package()));
  return method == nullptr && beside != nullptr ? FindIn(*beside, request) : method;
}

}  // namespace muster::cli
