#include "muster/events/redis_bus.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "muster/base/status_macros.h"
#include "redis_connection.h"

namespace muster::events {
namespace {

constexpr std::string_view kPayload = "e";
constexpr std::string_view kSignature = "s";

std::string_view TextOf(const redisReply* reply) {
  return reply != nullptr && (reply->type == REDIS_REPLY_STRING || reply->type == REDIS_REPLY_STATUS)
             ? std::string_view(reply->str, reply->len)
             : std::string_view();
}

/// Element `index` of an array reply; null when it is not there.
const redisReply* At(const redisReply* reply, size_t index) {
  return reply != nullptr && reply->type == REDIS_REPLY_ARRAY && index < reply->elements ? reply->element[index]
                                                                                         : nullptr;
}

size_t Size(const redisReply* reply) {
  return reply != nullptr && reply->type == REDIS_REPLY_ARRAY ? reply->elements : 0;
}

/// The value of a name in a flat list of names and values.
const redisReply* Find(const redisReply* reply, std::string_view name) {
  for (size_t i = 0; i + 1 < Size(reply); i += 2) {
    if (TextOf(At(reply, i)) == name) {
      return At(reply, i + 1);
    }
  }
  return nullptr;
}

/// [id, [name, value, ...]] or [id, nil]; what is not ours has an empty payload.
BusEntry ParseEntry(const std::string& stream, const redisReply* reply) {
  const redisReply* fields = At(reply, 1);
  return {stream, std::string(TextOf(At(reply, 0))), std::string(TextOf(Find(fields, kPayload))),
          std::string(TextOf(Find(fields, kSignature))), fields != nullptr && fields->type == REDIS_REPLY_NIL};
}

void ParseEntries(const std::string& stream, const redisReply* reply, std::vector<BusEntry>& entries) {
  for (size_t i = 0; i < Size(reply); ++i) {
    if (At(reply, i)->type == REDIS_REPLY_ARRAY) {
      entries.push_back(ParseEntry(stream, At(reply, i)));
    }
  }
}

/// [[stream, [entry, ...]], ...], or nil when there was nothing.
std::vector<BusEntry> ParseStreams(const redisReply* reply) {
  std::vector<BusEntry> entries;
  for (size_t i = 0; i < Size(reply); ++i) {
    ParseEntries(std::string(TextOf(At(At(reply, i), 0))), At(At(reply, i), 1), entries);
  }
  return entries;
}

std::string Milliseconds(Duration duration) { return std::to_string(duration.count() / 1000); }

void AddStreams(Arguments& command, std::span<const ReadPosition> positions) {
  command.push_back("STREAMS");
  for (const ReadPosition& position : positions) {
    command.push_back(position.stream);
  }
  for (const ReadPosition& position : positions) {
    command.push_back(position.id);
  }
}

/// BLOCK 0 would wait for ever, so a wait below a millisecond is none.
Duration AddBlock(Arguments& command, Duration block) {
  if (block < std::chrono::milliseconds(1)) {
    return Duration::zero();
  }
  command.insert(command.end(), {"BLOCK", Milliseconds(block)});
  return block;
}

std::string EpochKey(const std::string& owner) { return "muster:" + owner + ":epoch"; }

class RedisBus final : public Bus {
 public:
  explicit RedisBus(RedisOptions options) : redis_(std::move(options)) {}

  absl::Status StartAppend(std::span<const NewEntry> entries) override {
    appended_.clear();
    for (const NewEntry& entry : entries) {
      const std::array<std::string_view, 7> command{"XADD",     entry.stream,   "*", kPayload, entry.payload,
                                                    kSignature, entry.signature};
      MUSTER_RETURN_IF_ERROR(redis_.Queue(command));
      appended_.push_back(entry.stream);
    }
    return redis_.Send();
  }

  absl::Status FinishAppend() override {
    absl::Status first;
    for (const std::string& stream : std::exchange(appended_, {})) {
      const auto reply = redis_.Receive();
      if (absl::IsFailedPrecondition(reply.status())) {
        wrong_type_.push_back(stream);
      }
      if (!reply.ok() && first.ok()) {
        first = reply.status();
      }
    }
    return MakeRoom(std::move(first));
  }

  absl::StatusOr<std::vector<BusEntry>> ReadGroup(const GroupMember& member, std::span<const ReadPosition> positions,
                                                  int count, Duration block) override {
    Arguments command{"XREADGROUP", "GROUP", member.group, member.consumer, "COUNT", std::to_string(count)};
    const Duration extra = AddBlock(command, block);
    AddStreams(command, positions);
    return Entries(redis_.Run(command, extra), positions);
  }

  absl::StatusOr<std::vector<BusEntry>> ReadAfter(std::span<const ReadPosition> positions, int count,
                                                  Duration block) override {
    Arguments command{"XREAD", "COUNT", std::to_string(count)};
    const Duration extra = AddBlock(command, block);
    AddStreams(command, positions);
    return Entries(redis_.Run(command, extra), positions);
  }

  absl::Status Ack(const std::string& stream, const std::string& group, std::span<const std::string> ids) override {
    if (ids.empty()) {
      return absl::OkStatus();
    }
    Arguments command{"XACK", stream, group};
    command.insert(command.end(), ids.begin(), ids.end());
    return redis_.Run(command).status();
  }

  absl::StatusOr<Claimed> AutoClaim(const std::string& stream, const GroupMember& member, Duration min_idle,
                                    const std::string& start, int count) override {
    MUSTER_ASSIGN_OR_RETURN(const Reply reply,
                            redis_.Run({"XAUTOCLAIM", stream, member.group, member.consumer, Milliseconds(min_idle),
                                        start, "COUNT", std::to_string(count)}));
    Claimed claimed;
    claimed.next = TextOf(At(reply.get(), 0));
    ParseEntries(stream, At(reply.get(), 1), claimed.entries);
    claimed.deleted = static_cast<int>(Size(At(reply.get(), 2)));
    return claimed;
  }

  absl::Status CreateGroup(const std::string& stream, const std::string& group) override {
    absl::Status status = redis_.Run({"XGROUP", "CREATE", stream, group, "0", "MKSTREAM"}).status();
    if (absl::IsAlreadyExists(status)) {
      return absl::OkStatus();
    }
    if (absl::IsFailedPrecondition(status)) {
      wrong_type_.push_back(stream);
      return MakeRoom(std::move(status));
    }
    return status;
  }

  absl::Status DestroyGroup(const std::string& stream, const std::string& group) override {
    return redis_.Run({"XGROUP", "DESTROY", stream, group}).status();
  }

  absl::StatusOr<std::vector<GroupInfo>> Groups(const std::string& stream) override {
    const auto reply = redis_.Run({"XINFO", "GROUPS", stream});
    std::vector<GroupInfo> groups;
    if (absl::IsNotFound(reply.status())) {
      return groups;
    }
    MUSTER_RETURN_IF_ERROR(reply.status());
    for (size_t i = 0; i < Size(reply->get()); ++i) {
      const redisReply* row = At(reply->get(), i);
      GroupInfo group;
      group.name = TextOf(Find(row, "name"));
      group.last_delivered_id = TextOf(Find(row, "last-delivered-id"));
      MUSTER_RETURN_IF_ERROR(AddPending(stream, group));
      MUSTER_RETURN_IF_ERROR(AddIdle(stream, group));
      groups.push_back(std::move(group));
    }
    return groups;
  }

  absl::StatusOr<std::string> LastId(const std::string& stream) override {
    MUSTER_ASSIGN_OR_RETURN(const Reply reply, redis_.Run({"XREVRANGE", stream, "+", "-", "COUNT", "1"}));
    return Size(reply.get()) == 0 ? "0-0" : std::string(TextOf(At(At(reply.get(), 0), 0)));
  }

  absl::Status TrimBefore(const std::string& stream, const std::string& id) override {
    // "~" lets Redis drop whole blocks of entries and bounds how long the others wait.
    return redis_.Run({"XTRIM", stream, "MINID", "~", id, "LIMIT", "10000"}).status();
  }

  absl::StatusOr<std::string> Epoch(const std::string& owner) override {
    const auto reply = redis_.Run({"GET", EpochKey(owner)});
    if (absl::IsFailedPrecondition(reply.status())) {
      return std::string();  // something that is no text lies there: the epoch is lost, SetEpoch puts a new one
    }
    MUSTER_RETURN_IF_ERROR(reply.status());
    return std::string(TextOf(reply->get()));
  }

  absl::Status SetEpoch(const std::string& owner, const std::string& epoch) override {
    return redis_.Run({"SET", EpochKey(owner), epoch}).status();
  }

  absl::Status Ping() override { return redis_.Run({"PING"}).status(); }

 private:
  absl::StatusOr<std::vector<BusEntry>> Entries(absl::StatusOr<Reply> reply, std::span<const ReadPosition> positions) {
    if (absl::IsFailedPrecondition(reply.status())) {
      for (const ReadPosition& position : positions) {
        wrong_type_.push_back(position.stream);
      }
      return MakeRoom(reply.status());
    }
    MUSTER_RETURN_IF_ERROR(reply.status());
    return ParseStreams(reply->get());
  }

  /// The stream names are ours: whatever else lies under one is removed, and the caller comes again as after a
  /// failure of the bus.
  absl::Status MakeRoom(absl::Status status) {
    for (const std::string& stream : std::exchange(wrong_type_, {})) {
      const auto type = redis_.Run({"TYPE", stream});
      if (type.ok() && TextOf(type->get()) != "stream") {
        (void)redis_.Run({"DEL", stream});
      }
    }
    return absl::IsFailedPrecondition(status) ? absl::UnavailableError(std::string(status.message())) : status;
  }

  absl::Status AddPending(const std::string& stream, GroupInfo& group) {
    MUSTER_ASSIGN_OR_RETURN(const Reply reply, redis_.Run({"XPENDING", stream, group.name}));
    group.oldest_pending_id = TextOf(At(reply.get(), 1));
    return absl::OkStatus();
  }

  absl::Status AddIdle(const std::string& stream, GroupInfo& group) {
    MUSTER_ASSIGN_OR_RETURN(const Reply reply, redis_.Run({"XINFO", "CONSUMERS", stream, group.name}));
    int64_t idle_ms = std::numeric_limits<int64_t>::max() / 1000;
    for (size_t i = 0; i < Size(reply.get()); ++i) {
      const redisReply* idle = Find(At(reply.get(), i), "idle");
      if (idle != nullptr && idle->type == REDIS_REPLY_INTEGER) {
        idle_ms = std::min<int64_t>(idle_ms, idle->integer);
        group.has_consumers = true;
      }
    }
    group.idle = group.has_consumers ? Duration(idle_ms * 1000) : Duration::zero();
    return absl::OkStatus();
  }

  RedisConnection redis_;
  std::vector<std::string> appended_;    ///< streams of the entries whose answers are awaited
  std::vector<std::string> wrong_type_;  ///< keys that may hold something else than a stream
};

struct EntryId {
  uint64_t milliseconds = 0;
  uint64_t sequence = 0;
  auto operator<=>(const EntryId&) const = default;
};

EntryId ParseEntryId(const std::string& text) {
  const size_t dash = text.find('-');
  return {std::strtoull(text.c_str(), nullptr, 10),
          dash == std::string::npos ? 0 : std::strtoull(text.c_str() + dash + 1, nullptr, 10)};
}

}  // namespace

bool EntryIdLess(const std::string& left, const std::string& right) { return ParseEntryId(left) < ParseEntryId(right); }

std::unique_ptr<Bus> MakeRedisBus(RedisOptions options) { return std::make_unique<RedisBus>(std::move(options)); }

}  // namespace muster::events
