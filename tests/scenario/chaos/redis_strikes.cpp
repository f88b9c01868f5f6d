// Redis forgets, goes back to an older state, is full, is slow, and holds what nobody of us has put there.

#include <csignal>
#include <sstream>
#include <thread>

#include "tests/scenario/chaos/strike.h"
#include "tests/scenario/kill/until.h"
#include "tests/support/redis_client.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// Redis may be on its way back from the strike before.
constexpr std::chrono::seconds kReturns{20};

bool IsAnswer(const std::string& reply) {
  return !reply.starts_with("(no") && !reply.starts_with("(error) LOADING") && !reply.starts_with("(error) BUSY");
}

/// The answer of Redis, asked until there is one.
std::string Ask(const Victim& victim, const Words& command) {
  std::string reply;
  Until([&] { return IsAnswer(reply = RunRedis(victim.redis(), command)); }, kReturns);
  return reply;
}

bool Succeeds(const Victim& victim, const Words& command) { return Ask(victim, command) == "OK"; }

Words LinesOf(const std::string& text) {
  Words lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// Our streams that are there now.
Words Streams(const Victim& victim) {
  return LinesOf(Ask(victim, {"EVAL",
                              "local streams = {} "
                              "for _, key in ipairs(redis.call('KEYS', 'muster:*')) do "
                              "if redis.call('TYPE', key).ok == 'stream' then table.insert(streams, key) end end "
                              "table.sort(streams) return streams",
                              "0"}));
}

bool Flush(Victim& victim, Chance&) {
  Tell("FLUSHALL");
  return Succeeds(victim, {"FLUSHALL"});
}

/// As after a failover to a replica that lagged, or when an old copy was put back.
bool RollBack(Victim& victim, Chance& chance) {
  const fs::path data = victim.redis_folder() / "appendonlydir";
  const fs::path copy = victim.deployment().file("older-redis");
  if (!Until([&] { return fs::exists(data); }, kReturns)) {
    return false;
  }
  fs::remove_all(copy);
  fs::copy(data, copy, fs::copy_options::recursive);
  const auto age = chance.Milliseconds(300, 4000);
  Tell("Redis goes back by " + std::to_string(age.count()) + " ms");
  std::this_thread::sleep_for(age);
  const bool ran = victim.Signal("redis", SIGKILL);
  fs::remove_all(data);
  fs::copy(copy, data, fs::copy_options::recursive);
  return victim.Start("redis") && victim.Await("redis") && ran;
}

bool Fill(Victim& victim, Chance& chance) {
  const auto length = chance.Milliseconds(500, 4000);
  Tell("Redis is full for " + std::to_string(length.count()) + " ms");
  const bool filled = Succeeds(victim, {"CONFIG", "SET", "maxmemory", "1"});
  std::this_thread::sleep_for(length);
  return Succeeds(victim, {"CONFIG", "SET", "maxmemory", "0"}) && filled;
}

bool Pause(Victim& victim, Chance& chance) {
  const auto length = chance.Milliseconds(500, 5000);
  Tell("Redis answers nobody for " + std::to_string(length.count()) + " ms");
  const bool paused = Succeeds(victim, {"CLIENT", "PAUSE", std::to_string(length.count()), "ALL"});
  std::this_thread::sleep_for(length);
  return paused;
}

/// What no relay of ours would add: others' fields, nothing, too much, a true event under a false signature, and the
/// newest events once more in the wrong order.
bool AddGarbage(Victim& victim, Chance& chance) {
  const Words streams = Streams(victim);
  if (streams.empty()) {
    Tell("garbage: there is no stream");
    return true;
  }
  const std::string stream = chance.OneOf(streams);
  Tell("garbage in " + stream);
  const std::string much(size_t{5} * 1024 * 1024, 'x');
  const char* forge =
      "local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', '20') "
      "for _, entry in ipairs(newest) do "
      "redis.call('XADD', KEYS[1], '*', 'e', entry[2][2] or '', 's', string.rep('x', 32)) "
      "redis.call('XADD', KEYS[1], '*', unpack(entry[2])) end return 'OK'";
  bool added = true;
  for (const Words& command : std::vector<Words>{{"XADD", stream, "*", "who", "knows", "what", "this is"},
                                                 {"XADD", stream, "*", "e", "", "s", ""},
                                                 {"XADD", stream, "*", "e", much, "s", std::string(32, 'x')},
                                                 {"XADD", stream, "*", "e", std::string("\xff\x00\x01", 3), "s", "x"},
                                                 {"EVAL", forge, "1", stream}}) {
    const std::string reply = Ask(victim, command);
    added = added && IsAnswer(reply) && !reply.starts_with("(error)");
  }
  return added;
}

/// What should be a stream, or an epoch, is a list.
bool ChangeType(Victim& victim, Chance& chance) {
  Words keys = LinesOf(Ask(victim, {"KEYS", "muster:*"}));
  if (keys.empty()) {
    keys = {"muster:dispatch:real"};
  }
  const std::string key = chance.OneOf(keys);
  Tell("another type: " + key);
  return Ask(victim, {"EVAL", "redis.call('DEL', KEYS[1]) return redis.call('LPUSH', KEYS[1], 'x')", "1", key}) == "1";
}

bool DestroyGroups(Victim& victim, Chance& chance) {
  const Words streams = Streams(victim);
  const std::string stream = streams.empty() ? "muster:dispatch:real" : chance.OneOf(streams);
  Tell("no group any more: " + stream);
  const std::string reply = Ask(victim, {"EVAL",
                                         "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end "
                                         "local groups = redis.call('XINFO', 'GROUPS', KEYS[1]) "
                                         "for _, group in ipairs(groups) do "
                                         "redis.call('XGROUP', 'DESTROY', KEYS[1], group[2]) end return #groups",
                                         "1", stream});
  return IsAnswer(reply) && !reply.starts_with("(error)");
}

}  // namespace

std::vector<Strike> RedisStrikes() {
  return {{"redis-flush", Flush},         {"redis-back", RollBack},      {"redis-full", Fill},
          {"redis-pause", Pause},         {"redis-garbage", AddGarbage}, {"redis-type", ChangeType},
          {"redis-groups", DestroyGroups}};
}

}  // namespace muster::testing
