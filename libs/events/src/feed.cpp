#include "muster/events/feed.h"

#include <algorithm>
#include <array>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "outbox_rows.h"

namespace muster::events {
namespace {

constexpr int kModes = 3;

/// A set of modes as bits, by the enum's values.
unsigned MaskOf(const std::vector<Mode>& modes) {
  unsigned mask = 0;
  for (const Mode mode : modes) {
    mask |= 1U << static_cast<unsigned>(mode);
  }
  return mask == 0 ? kAllModes : mask;
}

constexpr std::array<std::string_view, kModes> kPredecessorSql{
    "SELECT feed_seq FROM outbox WHERE feed_seq <= $1 AND mode = 'real' ORDER BY feed_seq DESC LIMIT 1",
    "SELECT feed_seq FROM outbox WHERE feed_seq <= $1 AND mode = 'drill' ORDER BY feed_seq DESC LIMIT 1",
    "SELECT feed_seq FROM outbox WHERE feed_seq <= $1 AND mode = 'test' ORDER BY feed_seq DESC LIMIT 1"};

/// Everything one page needs, read on one snapshot.
struct PageFacts {
  std::array<int64_t, kModes> pruned{};    ///< the newest number that is gone, per mode
  std::array<int64_t, kModes> previous{};  ///< the last number at or before the page's start, per mode
  FeedPage page;
};

storage::Read ReadPruned(PageFacts& facts) {
  return {"SELECT name, value FROM bus_state WHERE name IN ('pruned:real', 'pruned:drill', 'pruned:test')",
          {},
          [&facts](const storage::Row& row) {
            const std::string name(row.Text(0));
            const auto mode = ModeFromName(std::string_view(name).substr(name.find(':') + 1));
            facts.pruned[static_cast<size_t>(mode.value_or(Mode::kTest))] =
                std::strtoll(std::string(row.Text(1)).c_str(), nullptr, 10);
          }};
}

storage::Read ReadHead(int64_t& head) {
  return {"SELECT max(feed_seq) FROM outbox", {}, [&head](const storage::Row& row) { head = row.Int(0); }};
}

std::vector<storage::Read> PredecessorReads(const FeedQuery& query, unsigned mask, PageFacts& facts) {
  std::vector<storage::Read> reads{ReadPruned(facts)};
  for (size_t mode = 0; mode < kModes; ++mode) {
    if (query.after > 0 && (mask & (1U << mode)) != 0) {
      reads.push_back({kPredecessorSql[mode], {query.after}, [&facts, mode](const storage::Row& row) {
                         facts.previous[mode] = row.Int(0);
                       }});
    }
  }
  return reads;
}

std::vector<storage::Read> PageReads(const FeedQuery& query, unsigned mask, const std::string& owner,
                                     PageFacts& facts) {
  std::vector<storage::Read> reads = PredecessorReads(query, mask, facts);
  reads.push_back(ReadHead(facts.page.head));
  reads.push_back(ReadOutbox(owner, query.after, query.limit, mask, facts.page.events));
  return reads;
}

absl::Status CheckKept(const FeedQuery& query, unsigned mask, const PageFacts& facts) {
  for (size_t mode = 0; mode < kModes; ++mode) {
    if (query.after > 0 && (mask & (1U << mode)) != 0 && query.after < facts.pruned[mode]) {
      return Error(Reason::kBadCursor, "after", {{"oldest", std::to_string(facts.pruned[mode])}});
    }
  }
  return absl::OkStatus();
}

void LinkToPredecessors(PageFacts& facts) {
  for (size_t mode = 0; mode < kModes; ++mode) {
    facts.previous[mode] = std::max(facts.previous[mode], facts.pruned[mode]);
  }
  for (FeedEvent& event : facts.page.events) {
    int64_t& previous = facts.previous[static_cast<size_t>(event.mode)];
    event.previous_feed_seq = previous;
    previous = event.feed_seq;
  }
}

}  // namespace

absl::StatusOr<FeedPage> FeedReader::Read(const FeedQuery& query) {
  if (query.limit < 1 || query.limit > 1000) {
    return Error(Reason::kOutOfRange, "limit", {{"min", "1"}, {"max", "1000"}});
  }
  if (query.after < 0) {
    return Error(Reason::kBadCursor, "after");
  }
  const unsigned mask = MaskOf(query.modes);
  PageFacts facts;
  MUSTER_RETURN_IF_ERROR(database_.Query(PageReads(query, mask, owner_, facts)));
  MUSTER_RETURN_IF_ERROR(CheckKept(query, mask, facts));
  LinkToPredecessors(facts);
  return std::move(facts.page);
}

absl::StatusOr<std::map<Mode, int64_t>> FeedReader::Predecessors(int64_t feed_seq) {
  PageFacts facts;
  const FeedQuery query{owner_, feed_seq, 1, {}};
  MUSTER_RETURN_IF_ERROR(database_.Query(PredecessorReads(query, kAllModes, facts)));
  std::map<Mode, int64_t> predecessors;
  for (size_t mode = 0; mode < kModes; ++mode) {
    predecessors[static_cast<Mode>(mode)] = std::max(facts.previous[mode], facts.pruned[mode]);
  }
  return predecessors;
}

absl::StatusOr<int64_t> FeedReader::Head() {
  int64_t head = 0;
  MUSTER_RETURN_IF_ERROR(database_.Query(ReadHead(head)));
  return head;
}

absl::StatusOr<FeedPage> FeedRouter::Read(const FeedQuery& query) {
  const auto found = sources_.find(query.owner);
  if (found == sources_.end()) {
    return Error(Reason::kInvalidField, "owner");
  }
  return found->second->Read(query);
}

}  // namespace muster::events
