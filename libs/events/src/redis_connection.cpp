#include "redis_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <csignal>
#include <mutex>
#include <string_view>
#include <utility>

#include "muster/base/status_macros.h"

namespace muster::events {
namespace {

constexpr unsigned kTcpUserTimeoutMs = 3000;

timeval ToTimeval(Duration duration) {
  return {static_cast<time_t>(duration.count() / 1'000'000), static_cast<suseconds_t>(duration.count() % 1'000'000)};
}

/// hiredis writes to sockets whose peer may be gone.
void IgnoreBrokenPipes() {
  static std::once_flag once;
  std::call_once(once, [] { std::signal(SIGPIPE, SIG_IGN); });
}

}  // namespace

absl::Status StatusOfErrorReply(const redisReply& reply) {
  const std::string_view text(reply.str, reply.len);
  const std::string_view kind = text.substr(0, text.find(' '));
  const std::string message = "redis: " + std::string(kind);
  if (kind == "NOGROUP" || text == "ERR no such key") {
    return absl::NotFoundError(message);
  }
  if (kind == "WRONGTYPE") {
    return absl::FailedPreconditionError(message);
  }
  if (kind == "BUSYGROUP") {
    return absl::AlreadyExistsError(message);
  }
  for (const std::string_view refusing :
       {"LOADING", "OOM", "MISCONF", "READONLY", "BUSY", "MASTERDOWN", "CLUSTERDOWN"}) {
    if (kind == refusing) {
      return absl::UnavailableError(message);
    }
  }
  return absl::InternalError(message);
}

RedisConnection::RedisConnection(RedisOptions options) : options_(std::move(options)) { IgnoreBrokenPipes(); }

absl::Status RedisConnection::Lost(const char* what) {
  context_.reset();
  unanswered_ = 0;
  breaker_.Failed(options_.clock->Steady());
  return absl::UnavailableError(what);
}

/// What is queued together goes together: the breaker is asked at its first command.
absl::Status RedisConnection::Admit() {
  if (unanswered_ == 0 && !breaker_.Allow(options_.clock->Steady())) {
    return absl::UnavailableError("redis: down");
  }
  return context_ == nullptr ? Connect() : absl::OkStatus();
}

absl::Status RedisConnection::Connect() {
  const timeval timeout = ToTimeval(options_.connect_timeout);
  context_.reset(options_.unix_socket.empty() ? redisConnectWithTimeout(options_.host.c_str(), options_.port, timeout)
                                              : redisConnectUnixWithTimeout(options_.unix_socket.c_str(), timeout));
  if (context_ == nullptr || context_->err != 0) {
    return Lost("redis: cannot connect");
  }
  MUSTER_RETURN_IF_ERROR(PrepareSocket());
  return Authenticate();
}

/// Socket options belong to one socket: they are set after every connect.
absl::Status RedisConnection::PrepareSocket() {
  if (redisSetTimeout(context_.get(), ToTimeval(options_.command_timeout)) != REDIS_OK) {
    return Lost("redis: cannot set the time-out");
  }
  if (options_.unix_socket.empty()) {
    redisEnableKeepAlive(context_.get());
    setsockopt(context_->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kTcpUserTimeoutMs, sizeof(kTcpUserTimeoutMs));
  }
  return absl::OkStatus();
}

absl::Status RedisConnection::Authenticate() {
  if (options_.password.empty()) {
    return absl::OkStatus();
  }
  Arguments command{"AUTH"};
  if (!options_.user.empty()) {
    command.push_back(options_.user);
  }
  command.push_back(options_.password);
  const std::vector<std::string_view> views(command.begin(), command.end());
  MUSTER_RETURN_IF_ERROR(Put(views));  // as a part of connecting, which has been admitted
  MUSTER_RETURN_IF_ERROR(Send());
  const auto answer = Receive();
  return answer.ok() ? absl::OkStatus() : Lost("redis: not let in");
}

absl::Status RedisConnection::Queue(ArgumentViews arguments) {
  MUSTER_RETURN_IF_ERROR(Admit());
  return Put(arguments);
}

absl::Status RedisConnection::Put(ArgumentViews arguments) {
  texts_.clear();
  lengths_.clear();
  for (const std::string_view argument : arguments) {
    texts_.push_back(argument.data());
    lengths_.push_back(argument.size());
  }
  if (redisAppendCommandArgv(context_.get(), static_cast<int>(texts_.size()), texts_.data(), lengths_.data()) !=
      REDIS_OK) {
    return Lost("redis: cannot queue");
  }
  ++unanswered_;
  return absl::OkStatus();
}

absl::Status RedisConnection::Send() {
  if (context_ == nullptr) {
    return absl::UnavailableError("redis: not connected");
  }
  for (int done = 0; done == 0;) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) {
      return Lost("redis: cannot send");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Reply> RedisConnection::Receive() {
  if (context_ == nullptr) {
    return absl::UnavailableError("redis: not connected");
  }
  void* raw = nullptr;
  if (redisGetReply(context_.get(), &raw) != REDIS_OK || raw == nullptr) {
    return Lost("redis: no answer");
  }
  --unanswered_;
  Reply reply(static_cast<redisReply*>(raw));
  absl::Status status = reply->type == REDIS_REPLY_ERROR ? StatusOfErrorReply(*reply) : absl::OkStatus();
  if (absl::IsUnavailable(status)) {
    breaker_.Failed(options_.clock->Steady());
  } else {
    breaker_.Succeeded();  // "there is such a group" is an answer, too
  }
  MUSTER_RETURN_IF_ERROR(status);
  return reply;
}

absl::StatusOr<Reply> RedisConnection::Receive(Duration extra) {
  if (extra == Duration::zero()) {
    return Receive();
  }
  (void)redisSetTimeout(context_.get(), ToTimeval(options_.command_timeout + extra));
  absl::StatusOr<Reply> reply = Receive();
  if (context_ != nullptr) {
    (void)redisSetTimeout(context_.get(), ToTimeval(options_.command_timeout));
  }
  return reply;
}

absl::StatusOr<Reply> RedisConnection::Run(const Arguments& arguments, Duration extra) {
  const std::vector<std::string_view> views(arguments.begin(), arguments.end());
  MUSTER_RETURN_IF_ERROR(Queue(views));
  MUSTER_RETURN_IF_ERROR(Send());
  return Receive(extra);
}

}  // namespace muster::events
