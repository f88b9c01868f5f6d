#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/events/event.h"
#include "muster/storage/database.h"

namespace muster::events {

/// What to read of an owner's feed.
struct FeedQuery {
  std::string owner;
  int64_t after = 0;        ///< events with a larger feed_seq; 0: from the oldest kept
  int limit = 500;          ///< 1 to 1,000
  std::vector<Mode> modes;  ///< empty: all
};

struct FeedPage {
  std::vector<FeedEvent> events;  ///< in order of feed_seq
  /// The newest feed_seq of the owner, over all modes, at the moment of reading: a page that is not full holds
  /// everything up to it.
  int64_t head = 0;
};

/// Where feeds are read: the truth behind the streams. Thread-safe.
class FeedSource {
 public:
  virtual ~FeedSource() = default;
  /// Errors: BAD_CURSOR when something after `after` is no longer kept; OUT_OF_RANGE (limit, after); those of the
  /// store or of the way to the owner.
  virtual absl::StatusOr<FeedPage> Read(const FeedQuery& query) = 0;
};

/// The feed of the owner whose database is at hand.
class FeedReader final : public FeedSource {
 public:
  /// The database must outlive it.
  FeedReader(std::string owner, storage::Database& database) : owner_(std::move(owner)), database_(database) {}
  absl::StatusOr<FeedPage> Read(const FeedQuery& query) override;

  /// The newest feed_seq: what a snapshot taken from now on already contains. Read it before the snapshot.
  absl::StatusOr<int64_t> Head();

  /// The last feed_seq of each mode that is not after `feed_seq`.
  absl::StatusOr<std::map<Mode, int64_t>> Predecessors(int64_t feed_seq);

 private:
  const std::string owner_;
  storage::Database& database_;
};

/// Several owners' feeds behind one. Filled while starting, read-only from then on.
class FeedRouter final : public FeedSource {
 public:
  /// `source` must outlive it.
  void Add(const std::string& owner, FeedSource& source) { sources_[owner] = &source; }
  /// As FeedSource; an unknown owner is INVALID_FIELD.
  absl::StatusOr<FeedPage> Read(const FeedQuery& query) override;

 private:
  std::map<std::string, FeedSource*> sources_;
};

}  // namespace muster::events
