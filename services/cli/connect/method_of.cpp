#include "services/cli/connect/method_of.h"

namespace muster::cli {

const google::protobuf::MethodDescriptor* MethodOf(const google::protobuf::Descriptor* request) {
  const google::protobuf::FileDescriptor* file = request->file();
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
