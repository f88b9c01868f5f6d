#pragma once

#include <hiredis/hiredis.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/events/breaker.h"
#include "muster/events/redis_bus.h"

namespace muster::events {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, FreeReply>;
using Arguments = std::vector<std::string>;
using ArgumentViews = std::span<const std::string_view>;

/// One connection that is made when needed and thrown away at the first error: hiredis contexts do not recover.
/// Everything answers kUnavailable at once while the breaker is open, also where the connection lives and the server
/// only refuses (OOM, LOADING): one command, or what is queued together, tries it every 2 s. Not thread-safe.
class RedisConnection {
 public:
  explicit RedisConnection(RedisOptions options);

  /// Runs one command. `extra`: how much longer than the command time-out the server may take (BLOCK). An error reply
  /// is an error here, see StatusOfErrorReply.
  absl::StatusOr<Reply> Run(const Arguments& arguments, Duration extra = Duration::zero());

  /// Queues a command without sending it.
  absl::Status Queue(ArgumentViews arguments);
  /// Sends what is queued.
  absl::Status Send();
  /// Reads the next reply of a queued command; error replies are errors, and the connection stays usable.
  absl::StatusOr<Reply> Receive();

 private:
  struct FreeContext {
    void operator()(redisContext* context) const { redisFree(context); }
  };

  absl::Status Admit();
  absl::Status Connect();
  absl::Status PrepareSocket();
  absl::Status Authenticate();
  absl::Status Put(ArgumentViews arguments);
  /// Forgets the connection and remembers the failure.
  absl::Status Lost(const char* what);
  absl::StatusOr<Reply> Receive(Duration extra);

  const RedisOptions options_;
  Breaker breaker_;
  std::unique_ptr<redisContext, FreeContext> context_;
  size_t unanswered_ = 0;           ///< commands that are queued or sent
  std::vector<const char*> texts_;  ///< of the command being queued
  std::vector<size_t> lengths_;
};

/// kNotFound for NOGROUP and a missing key, kFailedPrecondition for WRONGTYPE, kAlreadyExists for BUSYGROUP,
/// kUnavailable for a server that refuses for now (LOADING, OOM, MISCONF, READONLY, BUSY, MASTERDOWN), else kInternal.
absl::Status StatusOfErrorReply(const redisReply& reply);

}  // namespace muster::events
