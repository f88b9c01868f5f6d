#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "muster/events/event.h"
#include "muster/events/handler.h"
#include "muster/storage/database.h"

namespace muster::events {

/// Where a consumer's events go and where its positions are kept.
class ConsumerSink {
 public:
  virtual ~ConsumerSink() = default;

  struct Outcome {
    size_t applied = 0;      ///< events of the run that are applied, from the first on
    absl::Status status;     ///< why the next one was not
    bool has_moved = false;  ///< somebody else has moved the position: load it again
  };

  /// The position that is kept; 0 for none.
  virtual absl::StatusOr<int64_t> Load(const std::string& owner, Mode mode) = 0;
  /// The position at which a consumer that has none starts.
  virtual absl::StatusOr<int64_t> FirstPosition(const std::string& owner) = 0;
  /// Applies events of one owner and mode, in order.
  virtual Outcome Apply(std::span<const FeedEvent> run) = 0;
  /// Puts an event aside and moves on.
  virtual absl::Status DeadLetter(const FeedEvent& event, const std::string& reason, Time now) = 0;
  virtual absl::StatusOr<int64_t> Resync(const std::string& owner) = 0;
  virtual void Housekeep(Time /*now*/) {}
};

std::unique_ptr<ConsumerSink> MakeDurableSink(std::string consumer, storage::Database& database,
                                              DurableHandler& handler, Random& random);
std::unique_ptr<ConsumerSink> MakeMemorySink(MemoryHandler& handler);

}  // namespace muster::events
