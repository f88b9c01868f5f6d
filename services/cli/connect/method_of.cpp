#include "services/cli/connect/method_of.h"

#include <cctype>
#include <string>

namespace muster::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

const MethodDescriptor* MethodIn(const ServiceDescriptor* service, const Descriptor* request) {
  for (int m = 0; service != nullptr && m < service->method_count(); ++m) {
    if (service->method(m)->input_type() == request) {
      return service->method(m);
    }
  }
  return nullptr;
}

/// The service that a package is named after, in whichever of its files: muster.registry.v1.RegistryService.
const ServiceDescriptor* ServiceOf(const FileDescriptor& file) {
  const std::string& package = file.package();
  const size_t begin = package.find('.') + 1;
  std::string name = package.substr(begin, package.find('.', begin) - begin);
  name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return file.pool()->FindServiceByName(package + "." + name + "Service");
}

}  // namespace

const MethodDescriptor* MethodOf(const Descriptor* request) {
  const FileDescriptor* file = request->file();
  for (int s = 0; s < file->service_count(); ++s) {
    if (const MethodDescriptor* method = MethodIn(file->service(s), request)) {
      return method;
    }
  }
  return MethodIn(ServiceOf(*file), request);
}

}  // namespace muster::cli
