#pragma once

#include <google/protobuf/descriptor.h>

namespace muster::cli {

/// The method that takes this request. In this API every method has a request message of its own, so a call needs no
/// name beside its request. Null for a message that no method takes.
const google::protobuf::MethodDescriptor* MethodOf(const google::protobuf::Descriptor* request);

}  // namespace muster::cli
