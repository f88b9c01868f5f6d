#include "tests/support/redis_server.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace muster::testing {
namespace {

std::string ToText(const redisReply* reply) {
  if (reply == nullptr) {
    return "(no reply)";
  }
  switch (reply->type) {
    case REDIS_REPLY_INTEGER:
      return std::to_string(reply->integer);
    case REDIS_REPLY_NIL:
      return "(nil)";
    case REDIS_REPLY_ERROR:
      return "(error) " + std::string(reply->str, reply->len);
    case REDIS_REPLY_ARRAY: {
      std::string text;
      for (size_t i = 0; i < reply->elements; ++i) {
        text += ToText(reply->element[i]) + "\n";
      }
      return text;
    }
    default:
      return std::string(reply->str, reply->len);
  }
}

[[noreturn]] void BecomeRedis(const std::string& folder, const std::string& socket) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::string log = folder + "/redis.log";
  execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket.c_str(), "--dir", folder.c_str(),
         "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--logfile", log.c_str(), nullptr);
  _exit(127);
}

}  // namespace

RedisServer::RedisServer() { Start(); }
RedisServer::~RedisServer() { Kill(); }

std::string RedisServer::socket() const { return (folder_.path() / "redis.sock").string(); }

events::RedisOptions RedisServer::options() const {
  events::RedisOptions options;
  options.unix_socket = socket();
  return options;
}

void RedisServer::Start() {
  process_ = fork();
  if (process_ == 0) {
    BecomeRedis(folder_.path().string(), socket());
  }
  for (int i = 0; i < 1000; ++i) {
    if (Answers()) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::fprintf(stderr, "redis-server does not start\n");
  std::abort();
}

void RedisServer::Kill() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }
}

void RedisServer::Freeze() { kill(process_, SIGSTOP); }
void RedisServer::Thaw() { kill(process_, SIGCONT); }

bool RedisServer::Answers() const { return Run({"PING"}) == "PONG"; }

std::string RedisServer::Run(const std::vector<std::string>& arguments) const {
  const std::unique_ptr<redisContext, void (*)(redisContext*)> context(redisConnectUnix(socket().c_str()), redisFree);
  if (context == nullptr || context->err != 0) {
    return "(not connected)";
  }
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  for (const std::string& argument : arguments) {
    texts.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  void* reply = redisCommandArgv(context.get(), static_cast<int>(texts.size()), texts.data(), lengths.data());
  const std::string text = ToText(static_cast<redisReply*>(reply));
  if (reply != nullptr) {
    freeReplyObject(reply);
  }
  return text;
}

}  // namespace muster::testing
