#pragma once

namespace muster::rpc {

/// Keeps gRPC's threads from the first use until the process ends. gRPC 1.51 ends the threads of its callback API with
/// the last channel or server that uses them and starts others with the next; where both meet, it waits ten seconds or
/// ends the process ("assertion failed: prior > 0" in grpc_cq_internal_unref). Called before anything of gRPC is made.
/// What gRPC has to say goes to the log. Thread-safe.
void KeepGrpcRuntime();

}  // namespace muster::rpc
