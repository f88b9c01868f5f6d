#include <utility>

#include "consumer_sink.h"
#include "trace_of_event.h"

namespace muster::events {
namespace {

class MemorySink final : public ConsumerSink {
 public:
  explicit MemorySink(MemoryHandler& handler) : handler_(handler) {}

  absl::StatusOr<int64_t> Load(const std::string&, Mode) override { return 0; }
  absl::StatusOr<int64_t> FirstPosition(const std::string& owner) override { return handler_.Resync(owner); }

  Outcome Apply(std::span<const FeedEvent> run) override {
    Outcome outcome;
    for (const FeedEvent& event : run) {
      const TraceOfEvent trace(event);
      outcome.status = handler_.Apply(event);
      if (!outcome.status.ok()) {
        break;
      }
      ++outcome.applied;
    }
    return outcome;
  }

  absl::Status DeadLetter(const FeedEvent&, const std::string&, Time) override { return absl::OkStatus(); }
  absl::StatusOr<int64_t> Resync(const std::string& owner) override { return handler_.Resync(owner); }

 private:
  MemoryHandler& handler_;
};

}  // namespace

std::unique_ptr<ConsumerSink> MakeMemorySink(MemoryHandler& handler) { return std::make_unique<MemorySink>(handler); }

}  // namespace muster::events
