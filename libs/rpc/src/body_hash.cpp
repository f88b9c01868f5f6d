#include "muster/rpc/body_hash.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <memory>

#include "muster/security/hmac.h"

namespace muster::rpc {

std::string BodyHash(const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> body(request.New());
  body->CopyFrom(request);
  for (const char* name : {"request_id", "confirm_token"}) {
    if (const auto* field = body->GetDescriptor()->FindFieldByName(name)) {
      body->GetReflection()->ClearField(body.get(), field);
    }
  }
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    body->SerializeToCodedStream(&out);
  }
  return security::Sha256(bytes);
}

}  // namespace muster::rpc
