#include "grpc_runtime.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

namespace muster::rpc {
namespace {

/// A channel to nowhere that has made one call by the callback API, and so holds its threads.
struct Kept {
  grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub{
      grpc::CreateChannel("unix:/nowhere", grpc::InsecureChannelCredentials())};
  grpc::ClientContext context;
  grpc::Slice nothing;
  grpc::ByteBuffer request{&nothing, 1};
  grpc::ByteBuffer response;

  Kept() {
    stub.UnaryCall(&context, "/muster.Nothing/Nothing", {}, &request, &response, [](const grpc::Status&) {});
  }
};

}  // namespace

void KeepGrpcRuntime() {
  static const Kept* const kept = new Kept;  // stays: nothing may run at the process's end
  (void)kept;
}

}  // namespace muster::rpc
