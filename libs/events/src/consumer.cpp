#include "muster/events/consumer.h"

#include <algorithm>
#include <utility>

#include "consumer_sink.h"
#include "consumer_stream.h"
#include "muster/base/failpoint.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/events/convert.h"
#include "muster/telemetry/log.h"
#include "trace_of_event.h"

namespace muster::events {
namespace {

constexpr Duration kAfterFailure = std::chrono::milliseconds(200);
constexpr Duration kFirstRetry = std::chrono::milliseconds(100);
constexpr Duration kHousekeeping = std::chrono::seconds(10);
constexpr int kFeedPage = 500;
constexpr int kFeedPages = 20;
/// Events that are handed to the sink together.
constexpr size_t kRun = 128;

/// Trouble of the store or of a peer, not of the event.
bool IsPassing(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsResourceExhausted(status);
}

}  // namespace

std::unique_ptr<Consumer> Consumer::Durable(ConsumerOptions options, storage::Database& database,
                                            DurableHandler& handler, Bus& bus, FeedSource& feed,
                                            const EventSigner& signer, const Clock& clock, Random& random) {
  auto sink = MakeDurableSink(options.name, database, handler, random);
  return std::unique_ptr<Consumer>(new Consumer(std::move(options), std::move(sink), true, bus, feed, signer, clock));
}

std::unique_ptr<Consumer> Consumer::InMemory(ConsumerOptions options, MemoryHandler& handler, Bus& bus,
                                             FeedSource& feed, const EventSigner& signer, const Clock& clock) {
  return std::unique_ptr<Consumer>(
      new Consumer(std::move(options), MakeMemorySink(handler), false, bus, feed, signer, clock));
}

Consumer::Consumer(ConsumerOptions options, std::unique_ptr<ConsumerSink> sink, bool in_group, Bus& bus,
                   FeedSource& feed, const EventSigner& signer, const Clock& clock)
    : options_(std::move(options)),
      sink_(std::move(sink)),
      in_group_(in_group),
      bus_(bus),
      feed_(feed),
      signer_(signer),
      clock_(clock) {
  for (const std::string& owner : options_.owners) {
    for (const Mode mode : options_.modes) {
      streams_.push_back(std::make_unique<Stream>(owner, mode));
    }
  }
}

Consumer::~Consumer() = default;

void Consumer::StartAfter(const std::string& owner, int64_t feed_seq) {
  for (const auto& stream : streams_) {
    if (stream->owner == owner) {
      stream->start_after = feed_seq;
    }
  }
}

int64_t Consumer::Position(const std::string& owner, Mode mode) const {
  for (const auto& stream : streams_) {
    if (stream->owner == owner && stream->mode == mode) {
      return stream->position;
    }
  }
  return 0;
}

bool Consumer::HasCaughtUp(const std::string& owner) const {
  return std::all_of(streams_.begin(), streams_.end(),
                     [&](const auto& stream) { return stream->owner != owner || stream->caught_up; });
}

Duration Consumer::Step(Time now) {
  now_ = now;
  Start();
  if (clock_.Steady() >= next_housekeeping_) {
    next_housekeeping_ = clock_.Steady() + kHousekeeping;
    sink_->Housekeep(now);
  }
  ReadFeeds();
  const absl::Status read = ReadBus();
  if (!read.ok()) {
    BusFailed(read);
    return std::min(kAfterFailure, UntilDue());
  }
  counters_.bus_up = true;
  const bool all_rest =
      std::all_of(streams_.begin(), streams_.end(), [this](const auto& stream) { return IsResting(*stream); });
  return all_rest ? std::min(kAfterFailure, UntilDue()) : Duration::zero();
}

/// An owner that cannot be asked where to start rests until it can; the others are followed meanwhile.
void Consumer::Start() {
  for (const auto& stream : streams_) {
    if (!stream->has_position && clock_.Steady() >= stream->handler_retry_at && !StartStream(*stream).ok()) {
      stream->needs_feed = true;
      stream->handler_retry_at = clock_.Steady() + options_.feed_interval;
    }
  }
}

absl::Status Consumer::StartStream(Stream& stream) {
  MUSTER_ASSIGN_OR_RETURN(int64_t position, sink_->Load(stream.owner, stream.mode));
  if (position == 0 && stream.start_after) {
    position = *stream.start_after;
  } else if (position == 0) {
    MUSTER_ASSIGN_OR_RETURN(position, sink_->FirstPosition(stream.owner));
    StartAfter(stream.owner, position);  // one snapshot serves all modes of an owner
  }
  stream.position = position;
  stream.has_position = true;
  return absl::OkStatus();
}

void Consumer::ReadFeeds() {
  const bool all = clock_.Steady() >= next_feed_read_;
  for (const auto& stream : streams_) {
    stream->needs_feed = stream->needs_feed || all;
    if (WantsFeed(*stream) && !ReadFeed(*stream).ok()) {
      ++counters_.feed_errors;
      stream->feed_retry_at = clock_.Steady() + kAfterFailure;
    }
  }
  if (all) {
    next_feed_read_ =
        clock_.Steady() + (counters_.bus_up ? options_.feed_interval : options_.feed_interval_without_bus);
  }
}

/// At most a few pages at a time, so that a step ends; the rest follows with the next.
absl::Status Consumer::ReadFeed(Stream& stream) {
  for (int pages = 0; pages < kFeedPages; ++pages) {
    const auto page = feed_.Read({stream.owner, stream.position, kFeedPage, {stream.mode}});
    if (HasReason(page.status(), Reason::kBadCursor)) {
      MUSTER_RETURN_IF_ERROR(Resync(stream));
      continue;
    }
    MUSTER_RETURN_IF_ERROR(page.status());
    if (page->head < stream.position) {
      WentBack(stream, page->head);
    }
    stream.needs_feed = false;
    const int64_t applied_before = counters_.applied;
    const bool all_applied = Apply(stream, InOrder(stream, page->events, true));
    counters_.from_feed += counters_.applied - applied_before;
    if (!all_applied) {
      return absl::OkStatus();
    }
    if (page->events.size() < kFeedPage) {
      stream.position = std::max<int64_t>(stream.position, page->head);
      stream.caught_up = true;
      return absl::OkStatus();
    }
    stream.needs_feed = true;
  }
  return absl::OkStatus();
}

/// The owner was restored from a backup: whatever it says now comes after its new head.
void Consumer::WentBack(Stream& stream, int64_t head) {
  telemetry::LogError("an owner's feed went back", {{"consumer", options_.name}, {"owner", stream.owner}});
  ++counters_.resyncs;
  stream.position = head;
}

absl::Status Consumer::Resync(Stream& stream) {
  telemetry::LogError("a feed no longer holds what comes next", {{"consumer", options_.name}, {"owner", stream.owner}});
  ++counters_.resyncs;
  MUSTER_ASSIGN_OR_RETURN(const int64_t snapshot, sink_->Resync(stream.owner));
  if (snapshot == 0) {
    stream.position = 0;
    return absl::OkStatus();
  }
  for (const auto& other : streams_) {
    if (other->owner == stream.owner) {
      other->position = snapshot;
    }
  }
  return absl::OkStatus();
}

absl::Status Consumer::ReadBus() {
  if (!joined_) {
    MUSTER_RETURN_IF_ERROR(JoinBus());
  }
  if (clock_.Steady() >= next_epoch_check_) {
    next_epoch_check_ = clock_.Steady() + options_.feed_interval;
    MUSTER_RETURN_IF_ERROR(CheckEpochs());
  }
  if (in_group_ && clock_.Steady() >= next_claim_) {
    next_claim_ = clock_.Steady() + options_.claim_interval;
    MUSTER_RETURN_IF_ERROR(ClaimAbandoned());
  }
  MUSTER_RETURN_IF_ERROR(ReadNew());
  if (std::any_of(streams_.begin(), streams_.end(), [this](const auto& stream) { return WantsFeed(*stream); })) {
    ReadFeeds();
  }
  return Acknowledge();
}

/// What was said before the streams are being read from here on is found in the feeds.
absl::Status Consumer::JoinBus() {
  for (const auto& stream : streams_) {
    stream->waiting.clear();
    if (in_group_) {
      MUSTER_RETURN_IF_ERROR(bus_.CreateGroup(stream->name, options_.name));
    } else {
      MUSTER_ASSIGN_OR_RETURN(stream->last_id, bus_.LastId(stream->name));
    }
  }
  joined_ = true;
  next_epoch_check_ = Duration::zero();
  for (const auto& stream : streams_) {
    stream->needs_feed = true;
  }
  ReadFeeds();
  return in_group_ ? ReadOwed() : absl::OkStatus();
}

absl::Status Consumer::CheckEpochs() {
  for (const std::string& owner : options_.owners) {
    MUSTER_ASSIGN_OR_RETURN(std::string epoch, bus_.Epoch(owner));
    std::string& known = epochs_[owner];
    if (!known.empty() && epoch != known) {
      telemetry::LogWarning("the bus has lost its memory", {{"consumer", options_.name}});
      ++counters_.bus_resets;
      joined_ = false;
    }
    known = std::move(epoch);
  }
  return joined_ ? absl::OkStatus() : JoinBus();
}

/// What this consumer was given before it ended or lost the bus.
absl::Status Consumer::ReadOwed() {
  std::map<std::string, std::string> after;
  for (;;) {
    std::vector<ReadPosition> positions;
    for (const auto& stream : streams_) {
      const auto found = after.find(stream->name);
      positions.push_back({stream->name, found == after.end() ? "0" : found->second});
    }
    MUSTER_ASSIGN_OR_RETURN(
        const std::vector<BusEntry> entries,
        bus_.ReadGroup({options_.name, options_.instance}, positions, options_.batch, Duration::zero()));
    if (entries.empty()) {
      return Acknowledge();
    }
    for (const BusEntry& entry : entries) {
      after[entry.stream] = entry.id;
    }
    Take(entries);
  }
}

absl::Status Consumer::ClaimAbandoned() {
  for (const auto& stream : streams_) {
    std::string start = "0-0";
    do {
      MUSTER_ASSIGN_OR_RETURN(const Claimed claimed, bus_.AutoClaim(stream->name, {options_.name, options_.instance},
                                                                    options_.claim_min_idle, start, options_.batch));
      if (claimed.deleted > 0) {
        counters_.lost_entries += claimed.deleted;
        stream->needs_feed = true;
      }
      Take(claimed.entries);
      start = claimed.next;
    } while (start != "0-0" && !start.empty());
  }
  return Acknowledge();
}

absl::Status Consumer::ReadNew() {
  std::vector<ReadPosition> positions;
  for (const auto& stream : streams_) {
    if (!IsResting(*stream)) {
      positions.push_back({stream->name, in_group_ ? ">" : stream->last_id});
    }
  }
  if (positions.empty()) {
    return absl::OkStatus();
  }
  const Duration block = std::min(options_.block, UntilDue());
  const auto entries = in_group_ ? bus_.ReadGroup({options_.name, options_.instance}, positions, options_.batch, block)
                                 : bus_.ReadAfter(positions, options_.batch, block);
  if (absl::IsNotFound(entries.status())) {
    ++counters_.groups_made;
    joined_ = false;
    return JoinBus();
  }
  MUSTER_RETURN_IF_ERROR(entries.status());
  Take(*entries);
  return absl::OkStatus();
}

void Consumer::BusFailed(const absl::Status& status) {
  if (joined_ || counters_.bus_up) {
    telemetry::LogWarning("the bus is down, reading the feeds",
                          {{"consumer", options_.name}, {"problem", std::string(status.message())}});
    next_feed_read_ = clock_.Steady() + options_.feed_interval_without_bus;
    for (const auto& stream : streams_) {
      stream->needs_feed = true;
    }
  }
  counters_.bus_up = false;
  joined_ = false;
}

void Consumer::Take(const std::vector<BusEntry>& entries) {
  for (const BusEntry& entry : entries) {
    if (Stream* stream = Find(entry.stream); stream != nullptr) {
      TakeEntry(*stream, entry);
    }
  }
  Failpoint("K8");
  for (const auto& stream : streams_) {
    const std::vector<FeedEvent> arrived = std::exchange(stream->arrived, {});
    if (arrived.empty()) {
      continue;
    }
    if (IsResting(*stream)) {
      stream->needs_feed = true;
    } else {
      Apply(*stream, InOrder(*stream, arrived, false));
    }
  }
}

void Consumer::TakeEntry(Stream& stream, const BusEntry& entry) {
  stream.last_id = entry.id;
  absl::StatusOr<FeedEvent> event = Believe(entry);
  if (in_group_) {
    stream.waiting.push_back({entry.id, event.ok() ? event->feed_seq : 0});
  }
  if (event.ok()) {
    stream.arrived.push_back(*std::move(event));
  } else {
    ++(entry.gone ? counters_.lost_entries : counters_.garbage);
    stream.needs_feed = true;
  }
}

absl::StatusOr<FeedEvent> Consumer::Believe(const BusEntry& entry) const {
  if (entry.payload.empty() || !signer_.Verify(entry.payload, entry.signature)) {
    return Error(Reason::kInvalidField, "signature");
  }
  MUSTER_ASSIGN_OR_RETURN(FeedEvent event, ParseEvent(entry.payload));
  if (StreamName(event.owner, event.mode) != entry.stream) {
    return Error(Reason::kInvalidField, "stream");
  }
  return event;
}

/// Lets go of the entries whose events have been applied, by whichever way they came.
absl::Status Consumer::Acknowledge() {
  for (const auto& stream : streams_) {
    std::vector<std::string> done;
    std::erase_if(stream->waiting, [&](const auto& waiting) {
      const bool is_done = waiting.feed_seq <= stream->position;
      if (is_done) {
        done.push_back(waiting.id);
      }
      return is_done;
    });
    if (!done.empty() && in_group_ && joined_) {
      Failpoint("K9");
      MUSTER_RETURN_IF_ERROR(bus_.Ack(stream->name, options_.name, done));
    }
  }
  return absl::OkStatus();
}

/// The events that come next, as far as none is missing between them.
std::vector<FeedEvent> Consumer::InOrder(Stream& stream, const std::vector<FeedEvent>& events, bool from_feed) {
  std::vector<FeedEvent> run;
  int64_t cursor = stream.position;
  for (const FeedEvent& event : events) {
    if (event.feed_seq <= cursor) {
      ++counters_.duplicates;
    } else if (!from_feed && event.previous_feed_seq > cursor) {
      stream.needs_feed = true;
      break;
    } else {
      cursor = event.feed_seq;
      run.push_back(event);
    }
  }
  return run;
}

/// False when not all could be applied.
bool Consumer::Apply(Stream& stream, const std::vector<FeedEvent>& events) {
  for (size_t begin = 0; begin < events.size(); begin += kRun) {
    const std::span run(events.data() + begin, std::min(kRun, events.size() - begin));
    const ConsumerSink::Outcome outcome = sink_->Apply(run);
    if (outcome.applied > 0) {
      const FeedEvent& last = run[outcome.applied - 1];
      stream.position = last.feed_seq;
      counters_.applied += static_cast<int64_t>(outcome.applied);
      counters_.lag_us = (now_ - last.time).count();
    }
    if (!outcome.status.ok()) {
      outcome.has_moved ? Reload(stream) : Failed(stream, run[outcome.applied], outcome.status);
      return false;
    }
  }
  return true;
}

/// Another process of this consumer was faster.
void Consumer::Reload(Stream& stream) {
  const auto position = sink_->Load(stream.owner, stream.mode);
  if (position.ok()) {
    stream.position = *position;
  }
  stream.needs_feed = true;
}

void Consumer::Failed(Stream& stream, const FeedEvent& event, const absl::Status& status) {
  stream.needs_feed = true;
  if (IsPassing(status)) {
    stream.handler_retry_at = clock_.Steady() + kAfterFailure;
    return;
  }
  if (stream.failing_event != event.id) {
    stream.failing_event = event.id;
    stream.attempts = 0;
  }
  ++counters_.failures;
  const TraceOfEvent trace(event);
  const std::string reason(RowOf(GetErrorInfo(status).reason).name);
  telemetry::LogWarning("an event could not be applied",
                        {{"consumer", options_.name}, {"event", event.id}, {"type", event.type}, {"reason", reason}});
  if (++stream.attempts <= options_.max_attempts) {
    stream.handler_retry_at = clock_.Steady() + kFirstRetry * (1 << (stream.attempts - 1));
  } else if (sink_->DeadLetter(event, reason, now_).ok()) {
    telemetry::LogError("an event was put aside",
                        {{"consumer", options_.name}, {"event", event.id}, {"type", event.type}, {"reason", reason}});
    ++counters_.dead_letters;
    stream.position = event.feed_seq;
  } else {
    stream.handler_retry_at = clock_.Steady() + kAfterFailure;
  }
}

ConsumerStream* Consumer::Find(const std::string& stream_name) {
  for (const auto& stream : streams_) {
    if (stream->name == stream_name) {
      return stream.get();
    }
  }
  return nullptr;
}

/// True while an event of the stream waits for its next attempt, as what follows it must not overtake it, and while it
/// is not known where to start.
bool Consumer::IsResting(const Stream& stream) const {
  return !stream.has_position || clock_.Steady() < stream.handler_retry_at;
}

bool Consumer::WantsFeed(const Stream& stream) const {
  return stream.needs_feed && !IsResting(stream) && clock_.Steady() >= stream.feed_retry_at;
}

/// How long nothing needs to be done but listening to the bus.
Duration Consumer::UntilDue() const {
  Duration due = next_feed_read_;
  for (const auto& stream : streams_) {
    if (stream->needs_feed) {
      due = std::min(due, std::max(stream->handler_retry_at, stream->feed_retry_at));
    }
  }
  return std::max(due - clock_.Steady(), Duration::zero());
}

}  // namespace muster::events
