#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace muster::rpc {

/// Metadata of a call that a service passes on: where it began.
inline constexpr char kSourceHeader[] = "muster-source";

/// Parses the message inside a buffer; false when it is not one.
bool ParseBuffer(const grpc::ByteBuffer& buffer, google::protobuf::Message* message);

/// The bytes of a message as a buffer.
grpc::ByteBuffer ToBuffer(const google::protobuf::Message& message);
grpc::ByteBuffer ToBuffer(const std::string& bytes);

/// Our error as gRPC sends it, with its details, and back.
grpc::Status ToGrpc(const absl::Status& status);
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace muster::rpc
