// P9: one incident of 20 lines, from the call until its offers are at a consumer of the Redis stream, in a world of ten
// cities (240,000 organizations, 400,000 teams), incidents arriving at a fixed rate whatever became of those before
// them. An incident is the public API's calls one after the other: CreateIncident, CreateRequest with 20 lines of ten
// people each, PlanRequest (ranks the teams for each line and chooses), Dispatch (invites). Every incident has a time
// of its own, so that none wants another's teams. Time counts from the moment at which the incident was due. The
// reference is the limit itself. Prints one JSON object a line.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/domain/reason.h"
#include "muster/matching/v1/matching.pb.h"
#include "tests/bench/incident_world.h"
#include "tests/bench/matching_world.h"
#include "tests/bench/report.h"

namespace muster::bench {
namespace {

namespace pb = dispatch::v1;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr size_t kCities = 10;
constexpr int kLines = 20;
constexpr int kPeople = 10;          ///< in a line: one team or two, and not so many in all that a person must confirm
constexpr int kWave = 100;           ///< all teams of the plan are asked at once
constexpr double kWantedRate = 200;  ///< incidents a second
constexpr double kWantedMillis = 20;
constexpr auto kMeasured = 30s;
constexpr auto kTried = 8s;  ///< for a rate that is looked for
constexpr int kTries = 5;
constexpr auto kShift = 10min;
constexpr auto kTimeout = 5s;
constexpr size_t kQueries = 20'000;

double MillisBetween(SteadyClock::time_point start, SteadyClock::time_point end) {
  return std::chrono::duration<double, std::milli>(end - start).count();
}

/// The steps of an incident, by when they ended.
enum Step { kIncident, kRequest, kPlan, kDispatch, kOffers, kSteps };
constexpr const char* kStepNames[kSteps] = {"CreateIncident", "CreateRequest", "PlanRequest", "Dispatch", "offers"};

struct Incident {
  int number = 0;
  SteadyClock::time_point due;
  SteadyClock::time_point ended[kSteps];
  int offers_missing = 0;
  bool failed = false;
  pb::ResourceRequest request;
};

/// Incidents on their way, and how long those took that are over.
class Round final : public events::MemoryHandler {
 public:
  Round(IncidentWorld& world, const std::vector<matching::RankQuery>& queries) : world_(world), queries_(queries) {
    world_.Follow(*this);
  }

  struct Result {
    double p50 = 0;
    double p99 = 0;
    int failed = 0;
  };

  Result Run(double rate, SteadyClock::duration length) {
    world_.AwaitQuiet();
    const int count = static_cast<int>(rate * std::chrono::duration<double>(length).count());
    {
      const std::lock_guard lock(mutex_);
      over_.clear();
      running_ = count;
    }
    const auto start = SteadyClock::now();
    for (int i = 0; i < count; ++i) {
      const auto due =
          start + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(i / rate));
      std::this_thread::sleep_until(due);
      Start(due);
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 2 * kTimeout, [this] { return running_ == 0; });
    return Judge(count);
  }

  absl::Status Apply(const events::FeedEvent& event) override {
    if (event.type == "muster.dispatch.v1.OfferInvited") {
      pb::OfferEvent offer;
      offer.ParseFromString(event.data);
      OfferSeen(offer.offer().incident_id());
    }
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> Resync(const std::string&) override { return 0; }

 private:
  using IncidentPtr = std::shared_ptr<Incident>;

  template <class Response, class Request, class Then>
  void Call(const IncidentPtr& incident, Step step, const std::string& method, const Request& request,
            const Then& then) {
    rpc::CallUnary<Response>(world_.peer(), method, world_.NewCall(kTimeout), request,
                             [this, incident, step, then](absl::StatusOr<Response> response) {
                               incident->ended[step] = SteadyClock::now();
                               if (!response.ok()) {
                                 return Failed(incident, kStepNames[step], response.status());
                               }
                               then(*std::move(response));
                             });
  }

  void Start(SteadyClock::time_point due) {
    auto incident = std::make_shared<Incident>();
    incident->number = next_++;
    incident->due = due;
    const geo::Position place = *QueryOf(*incident, 0).need.position;
    pb::CreateIncidentRequest create;
    create.set_request_id(NewId());
    create.mutable_incident()->set_title("老城区内涝");
    create.mutable_incident()->set_event("暴雨");
    create.mutable_incident()->set_district_path("3205/320506");
    create.mutable_incident()->mutable_position()->set_latitude(place.latitude);
    create.mutable_incident()->mutable_position()->set_longitude(place.longitude);
    Call<pb::Incident>(incident, kIncident, "muster.dispatch.v1.DispatchService.CreateIncident", create,
                       [this, incident](const pb::Incident& made) { Ask(incident, made.id()); });
  }

  void Ask(const IncidentPtr& incident, const std::string& id) {
    {
      const std::lock_guard lock(mutex_);
      by_id_[id] = incident;
    }
    pb::CreateRequestRequest create;
    create.set_request_id(NewId());
    create.mutable_resource_request()->set_incident_id(id);
    create.mutable_resource_request()->set_requester("街道办事处");
    const Time start = kNow + 2h + incident->number * kShift;
    for (int i = 0; i < kLines; ++i) {
      const matching::TeamNeed& need = QueryOf(*incident, i).need;
      pb::RequestLine& line = *create.mutable_resource_request()->add_lines();
      line.set_capability(need.capability);
      line.set_lowest_level(need.lowest_level);
      line.set_quantity(kPeople);
      line.mutable_wave_policy()->set_wave_size(kWave);
      common::v1::Window& window = *line.add_windows();
      window.mutable_start_time()->set_seconds(ToMicros(start) / 1'000'000);
      window.mutable_end_time()->set_seconds(ToMicros(start + kShift) / 1'000'000);
    }
    Call<pb::ResourceRequest>(incident, kRequest, "muster.dispatch.v1.DispatchService.CreateRequest", create,
                              [this, incident](pb::ResourceRequest made) {
                                incident->request = std::move(made);
                                Plan(incident);
                              });
  }

  void Plan(const IncidentPtr& incident) {
    matching::v1::PlanRequestRequest plan;
    plan.set_resource_request_id(incident->request.id());
    plan.set_reserves(1);
    Call<matching::v1::PlanRequestResponse>(
        incident, kPlan, "muster.matching.v1.MatchingService.PlanRequest", plan,
        [this, incident](const matching::v1::PlanRequestResponse& made) { Dispatch(incident, made); });
  }

  void Dispatch(const IncidentPtr& incident, const matching::v1::PlanRequestResponse& plan) {
    pb::DispatchRequest invite;
    invite.set_request_id(NewId());
    invite.set_resource_request_id(plan.resource_request_id());
    invite.set_expected_version(plan.version());
    invite.set_how(pb::DISPATCH_HOW_INVITE);
    for (const matching::v1::PlannedLine& planned : plan.lines()) {
      pb::LineDispatch& line = *invite.add_lines();
      line.set_line_id(planned.line_id());
      for (const matching::v1::RankedTeam& team : planned.teams()) {
        line.add_team_ids(team.team_id());
      }
      incident->offers_missing += planned.teams_size();
    }
    Send(incident, std::move(invite));
  }

  /// One that would mobilize more than 500 people is refused first, and sent again as if a person had confirmed it.
  void Send(const IncidentPtr& incident, pb::DispatchRequest invite) {
    rpc::CallUnary<pb::DispatchResponse>(
        world_.peer(), "muster.dispatch.v1.DispatchService.Dispatch", world_.NewCall(kTimeout), invite,
        [this, incident, invite](const absl::StatusOr<pb::DispatchResponse>& response) mutable {
          if (HasReason(response.status(), Reason::kConfirmRequired)) {
            invite.set_confirm_token(GetErrorInfo(response.status()).metadata.at("confirm_token"));
            return Send(incident, std::move(invite));
          }
          incident->ended[kDispatch] = SteadyClock::now();
          response.ok() ? Ended(incident) : Failed(incident, kStepNames[kDispatch], response.status());
        });
  }

  void OfferSeen(const std::string& incident_id) {
    const std::lock_guard lock(mutex_);
    const auto found = by_id_.find(incident_id);
    if (found != by_id_.end() && --found->second->offers_missing == 0) {
      found->second->ended[kOffers] = SteadyClock::now();
      EndIfDone(found->second);
      by_id_.erase(found);
    }
  }
  void Ended(const IncidentPtr& incident) {
    const std::lock_guard lock(mutex_);
    EndIfDone(incident);
  }
  /// The bus may be faster than the answer.
  void EndIfDone(const IncidentPtr& incident) {
    const bool is_answered = incident->ended[kDispatch] != SteadyClock::time_point();
    if (is_answered && incident->offers_missing == 0) {
      over_.push_back(incident);
      --running_;
      changed_.notify_all();
    }
  }
  void Failed(const IncidentPtr& incident, const char* step, const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    if (failures_++ == 0) {
      fmt::print(stderr, "{}: {}\n", step, std::string(status.message()));
    }
    incident->failed = true;
    --running_;
    changed_.notify_all();
  }

  /// Those that failed or never ended count as the time-out.
  Result Judge(int count) {
    std::vector<double> millis;
    std::string steps;
    for (int step = 0; step < kSteps; ++step) {
      std::vector<double> taken;
      for (const IncidentPtr& incident : over_) {
        const auto before = step == 0 ? incident->due : incident->ended[step - 1];
        taken.push_back(MillisBetween(before, incident->ended[step]));
      }
      if (!taken.empty()) {
        steps += fmt::format(" {} {:.1f}/{:.1f}", kStepNames[step], Quantile(taken, 0.5), Quantile(taken, 0.99));
      }
    }
    for (const IncidentPtr& incident : over_) {
      millis.push_back(MillisBetween(incident->due, incident->ended[kOffers]));
    }
    Result result;
    result.failed = count - static_cast<int>(millis.size());
    millis.resize(static_cast<size_t>(count), MillisBetween({}, SteadyClock::time_point() + kTimeout));
    result.p50 = Quantile(millis, 0.5);
    result.p99 = Quantile(millis, 0.99);
    by_id_.clear();
    fmt::print(stderr,
               "for information: {} incidents, p50 {:.1f} ms, p99 {:.1f} ms, failed {}; p50/p99 of the steps:{}\n",
               count, result.p50, result.p99, result.failed, steps);
    return result;
  }

  const matching::RankQuery& QueryOf(const Incident& incident, int line) const {
    return queries_[static_cast<size_t>(incident.number * kLines + line) % queries_.size()];
  }
  std::string NewId() const { return NewUuid(world_.clock().Now(), SystemRandom()); }

  IncidentWorld& world_;
  const std::vector<matching::RankQuery>& queries_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, IncidentPtr> by_id_;
  std::vector<IncidentPtr> over_;
  int running_ = 0;
  int failures_ = 0;
  int next_ = 0;
};

/// The highest rate found below the wanted one that keeps the limit.
double FindRate(Round& round) {
  double low = 0;
  double high = kWantedRate;
  for (int i = 0; i < kTries; ++i) {
    const double rate = (low + high) / 2;
    const Round::Result result = round.Run(rate, kTried);
    (result.p99 <= kWantedMillis ? low : high) = rate;
  }
  return low;
}

void Measure(BenchStore& store, const testing::RedisServer& redis, size_t cities, double rate) {
  const std::vector<matching::RankQuery> queries = MakeQueries(cities, kQueries, 2);
  IncidentWorld world(store, redis, cities);
  Round round(world, queries);
  (void)round.Run(20, 2s);  // statements are prepared, memory is taken
  if (rate > 0) {
    (void)round.Run(rate, kMeasured);
    return;
  }
  const Round::Result result = round.Run(kWantedRate, kMeasured);
  const bool is_held = result.p99 <= kWantedMillis;
  Report("P9 incident of 20 lines to offers at 200/s, " + store.kind() + ", p99", result.p99, kWantedMillis, "ms",
         Wanted::kAtMost, 1);
  Report("P9 incidents with p99 of 20 ms, " + store.kind(), is_held ? kWantedRate : FindRate(round), kWantedRate, "1/s",
         Wanted::kAtLeast, 1);
}

}  // namespace
}  // namespace muster::bench

/// Arguments: the number of cities, 10 by default; the kind of store, both by default; a rate, to look at that alone.
int main(int argc, char** argv) {
  using namespace muster::bench;
  const size_t cities = argc > 1 ? static_cast<size_t>(std::max(1, std::atoi(argv[1]))) : kCities;
  for (const auto& store : NewStores()) {
    if (argc < 3 || store->kind() == argv[2]) {
      const muster::testing::RedisServer redis;
      Measure(*store, redis, cities, argc > 3 ? std::atof(argv[3]) : 0);
    }
  }
  return 0;
}
