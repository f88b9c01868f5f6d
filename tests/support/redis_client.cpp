#include "tests/support/redis_client.h"

#include <hiredis/hiredis.h>

#include <memory>

namespace muster::testing {
namespace {

constexpr timeval kPatience{2, 0};

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

std::string Ask(redisContext* context, const std::vector<std::string>& arguments) {
  std::vector<const char*> texts;
  std::vector<size_t> lengths;
  for (const std::string& argument : arguments) {
    texts.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  void* reply = redisCommandArgv(context, static_cast<int>(texts.size()), texts.data(), lengths.data());
  const std::string text = ToText(static_cast<redisReply*>(reply));
  if (reply != nullptr) {
    freeReplyObject(reply);
  }
  return text;
}

}  // namespace

std::string RunRedis(const events::RedisOptions& address, const std::vector<std::string>& arguments) {
  const std::unique_ptr<redisContext, void (*)(redisContext*)> context(
      address.unix_socket.empty() ? redisConnectWithTimeout(address.host.c_str(), address.port, kPatience)
                                  : redisConnectUnixWithTimeout(address.unix_socket.c_str(), kPatience),
      redisFree);
  if (context == nullptr || context->err != 0) {
    return "(not connected)";
  }
  redisSetTimeout(context.get(), kPatience);
  if (!address.password.empty() && Ask(context.get(), {"AUTH", address.password}) != "OK") {
    return "(not connected)";
  }
  return Ask(context.get(), arguments);
}

}  // namespace muster::testing
