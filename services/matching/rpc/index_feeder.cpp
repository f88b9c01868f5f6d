#include "services/matching/rpc/index_feeder.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/telemetry/log.h"
#include "muster/wire/timestamp.h"
#include "services/matching/rpc/convert.h"

namespace muster::matching {
namespace {

constexpr char kRegistry[] = "registry";
constexpr char kDispatch[] = "dispatch";
/// A snapshot that says nothing for so long has failed.
constexpr Duration kSilence = std::chrono::seconds(10);
/// An import comes in many batches: the snapshot is taken when they have stopped, or after a while anyway.
constexpr Duration kImportQuiet = std::chrono::seconds(1);
constexpr Duration kImportWait = std::chrono::seconds(10);
constexpr Duration kAging = std::chrono::hours(1);
constexpr int kHistoryPage = 1000;
constexpr int kHistoryPages = 10;

/// Reads a snapshot to its end, part by part. OVERLOADED when it falls silent.
template <class Part, class Request, class Take>
absl::Status ReadSnapshot(rpc::Peer& peer, const std::string& method, const rpc::Call& call, const Request& request,
                          const Take& take) {
  auto reader = rpc::StreamReader<Part>::Start(peer, method, call, request);
  using Next = typename rpc::StreamReader<Part>::Next;
  for (;;) {
    Part part;
    switch (reader->Read(&part, kSilence)) {
      case Next::kTimeout:
        return Error(Reason::kOverloaded);
      case Next::kEnd:
        return reader->status();
      case Next::kItem:
        take(part);
    }
  }
}

template <class Message>
bool IsA(const events::FeedEvent& event) {
  return event.data_type == Message::descriptor()->full_name();
}

template <class Message>
absl::StatusOr<Message> Parse(const events::FeedEvent& event) {
  Message message;
  if (!message.ParseFromString(event.data)) {
    return Error(Reason::kInvalidField, "data");
  }
  return message;
}

events::ConsumerOptions Options() {
  events::ConsumerOptions options;
  options.name = "matching";
  options.owners = {kRegistry, kDispatch};
  return options;
}

}  // namespace

IndexFeeder::IndexFeeder(Dependencies dependencies, TeamIndex& index)
    : dependencies_(std::move(dependencies)),
      roster_(index),
      consumer_(events::Consumer::InMemory(Options(), *this, dependencies_.bus, dependencies_.feed,
                                           dependencies_.signer, dependencies_.clock)) {}

Duration IndexFeeder::Step(Time now) {
  const Duration sleep = consumer_->Step(now);
  if (!IsReady()) {
    return sleep;
  }
  if (history_wanted_) {
    ReadHistory();
  }
  ReloadAfterImport(now);
  if (dependencies_.clock.Steady() >= next_aging_) {
    next_aging_ = dependencies_.clock.Steady() + kAging;
    roster_.Age(now);
  }
  return sleep;
}

absl::StatusOr<int64_t> IndexFeeder::Resync(const std::string& owner) {
  return owner == kRegistry ? LoadTeams() : LoadBookings();
}

absl::StatusOr<int64_t> IndexFeeder::LoadTeams() {
  const rpc::Call call = rpc::BackgroundCall(dependencies_.clock, dependencies_.token(), rpc::kNoDeadline);
  std::vector<TeamRecord> teams;
  int64_t feed_seq = 0;
  MUSTER_RETURN_IF_ERROR(ReadSnapshot<registry::v1::StreamTeamsResponse>(
      dependencies_.registry, "muster.registry.v1.RegistryService.StreamTeams", call,
      registry::v1::StreamTeamsRequest(), [&](const registry::v1::StreamTeamsResponse& part) {
        feed_seq = part.feed_seq();
        for (const registry::v1::TeamProfile& profile : part.teams()) {
          teams.push_back(ToRecord(profile));
        }
      }));
  telemetry::LogInfo("teams loaded", {{"teams", teams.size()}});
  roster_.LoadTeams(std::move(teams));
  teams_seq_ = feed_seq;
  has_teams_ = true;
  return feed_seq;
}

absl::StatusOr<int64_t> IndexFeeder::LoadBookings() {
  const rpc::Call call = rpc::BackgroundCall(dependencies_.clock, dependencies_.token(), rpc::kNoDeadline);
  dispatch::v1::ListBookingsRequest request;
  *request.mutable_ends_after_time() = ToTimestamp(FromMicros(0));  // a team that is late still holds its booking
  std::vector<Duty> duties;
  int64_t feed_seq = 0;
  MUSTER_RETURN_IF_ERROR(ReadSnapshot<dispatch::v1::ListBookingsResponse>(
      dependencies_.dispatch, "muster.dispatch.v1.DispatchService.ListBookings", call, request,
      [&](const dispatch::v1::ListBookingsResponse& part) {
        feed_seq = part.feed_seq();
        for (const dispatch::v1::Booking& booking : part.bookings()) {
          if (booking.active()) {
            duties.push_back(ToDuty(booking));
          }
        }
      }));
  roster_.LoadDuties(std::move(duties));
  bookings_seq_ = feed_seq;
  history_seq_ = 0;
  history_wanted_ = true;
  has_bookings_ = true;
  return feed_seq;
}

/// Reads what dispatch has said up to the snapshot of bookings, a few pages at a time.
void IndexFeeder::ReadHistory() {
  for (int pages = 0; pages < kHistoryPages; ++pages) {
    if (history_seq_ >= bookings_seq_) {
      roster_.FinishHistory();
      history_known_ = true;
      history_wanted_ = false;
      return;
    }
    const auto page = dependencies_.feed.Read({kDispatch, history_seq_, kHistoryPage, {Mode::kReal, Mode::kDrill}});
    if (!page.ok()) {
      // The next step tries again; until then rest and fairness are not scored.
      history_seq_ = HasReason(page.status(), Reason::kBadCursor) ? 0 : history_seq_;
      return;
    }
    for (const events::FeedEvent& event : page->events) {
      history_seq_ = event.feed_seq;
      if (event.feed_seq <= bookings_seq_ && IsA<dispatch::v1::AssignmentEvent>(event)) {
        if (const auto message = Parse<dispatch::v1::AssignmentEvent>(event); message.ok()) {
          roster_.AddHistory(ToDuty(*message));
        }
      }
    }
    if (page->events.size() < kHistoryPage) {
      history_seq_ = std::max(history_seq_, bookings_seq_);
    }
  }
}

void IndexFeeder::ReloadAfterImport(Time now) {
  const Duration steady = dependencies_.clock.Steady();
  if (!import_seen_ || (steady - last_import_ < kImportQuiet && steady - *import_seen_ < kImportWait)) {
    return;
  }
  if (const auto loaded = LoadTeams(); loaded.ok()) {
    import_seen_.reset();
    roster_.Age(now);
  } else {
    last_import_ = steady;  // tried again after a pause
  }
}

absl::Status IndexFeeder::Apply(const events::FeedEvent& event) {
  return event.owner == kRegistry ? ApplyRegistry(event) : ApplyDispatch(event);
}

absl::Status IndexFeeder::ApplyRegistry(const events::FeedEvent& event) {
  if (event.feed_seq <= teams_seq_) {
    return absl::OkStatus();  // the snapshot holds it, and perhaps what came later
  }
  if (IsA<registry::v1::TeamEvent>(event)) {
    MUSTER_ASSIGN_OR_RETURN(const auto message, Parse<registry::v1::TeamEvent>(event));
    roster_.PutTeam(ToRecord(message.team()));
  } else if (IsA<registry::v1::RegistryImportedEvent>(event)) {
    MUSTER_ASSIGN_OR_RETURN(const auto message, Parse<registry::v1::RegistryImportedEvent>(event));
    if (message.teams() > 0) {
      last_import_ = dependencies_.clock.Steady();
      import_seen_ = import_seen_.value_or(last_import_);
    }
  }
  return absl::OkStatus();
}

absl::Status IndexFeeder::ApplyDispatch(const events::FeedEvent& event) {
  if (event.feed_seq > bookings_seq_ && IsA<dispatch::v1::AssignmentEvent>(event)) {
    MUSTER_ASSIGN_OR_RETURN(const auto message, Parse<dispatch::v1::AssignmentEvent>(event));
    roster_.PutDuty(ToDuty(message));
  }
  return absl::OkStatus();
}

}  // namespace muster::matching
