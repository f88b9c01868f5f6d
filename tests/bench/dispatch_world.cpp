#include "tests/bench/dispatch_world.h"

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "services/dispatch/store/migrations.h"
#include "services/dispatch/store/projection.h"

namespace muster::bench {
namespace {

namespace pb = dispatch::v1;

constexpr char kDistrict[] = "3205/320583";
constexpr char kService[] = "muster.dispatch.v1.DispatchService.";
constexpr int kTeamsInLine = 4;
constexpr int kPeopleInTeam = 10;
/// As many threads as a server has for handlers.
constexpr int kCallerThreads = 8;

Principal Someone(Role role, const std::string& account) {
  Principal principal;
  principal.account_id = AccountId(account);
  principal.roles = {role};
  principal.district_path = kDistrict;
  return principal;
}

std::string TeamName(int number) { return fmt::format("0190a0a0-0000-7000-8000-{:012}", number); }

dispatch::ProjectedTeam MakeTeam(int number, Time now) {
  dispatch::ProjectedTeam team;
  team.district_path = kDistrict;
  team.registry_version = 1;
  team.facts.team_id = TeamId(TeamName(number));
  team.facts.organization_id = Manager().organization_id;
  team.facts.organization_state = OrganizationState::kApproved;
  team.facts.headcount = kPeopleInTeam;
  const Window valid{now - std::chrono::hours(1000), now + std::chrono::hours(1000)};
  team.facts.capabilities = {{"water", 2, valid}, {"first_aid", 2, valid}};
  return team;
}

std::string NewRequestId() { return NewUuid(SystemClock().Now(), SystemRandom()); }

pb::CreateRequestRequest MakeRequest(const std::string& incident_id, int teams, Time now) {
  pb::CreateRequestRequest request;
  request.set_request_id(NewRequestId());
  request.mutable_resource_request()->set_incident_id(incident_id);
  request.mutable_resource_request()->set_requester("街道办事处");
  pb::RequestLine& line = *request.mutable_resource_request()->add_lines();
  line.set_capability("water");
  line.set_lowest_level(3);
  line.set_quantity(teams * kPeopleInTeam);
  line.mutable_wave_policy()->set_wave_size(kTeamsInLine);
  line.mutable_wave_policy()->set_answer_seconds(86'400);
  common::v1::Window& window = *line.add_windows();
  window.mutable_start_time()->set_seconds(ToMicros(now) / 1'000'000 + 36'000);
  window.mutable_end_time()->set_seconds(ToMicros(now) / 1'000'000 + 72'000);
  return request;
}

pb::DispatchRequest MakePlan(const pb::ResourceRequest& request, int first_team, int teams, pb::DispatchHow how) {
  pb::DispatchRequest plan;
  plan.set_request_id(NewRequestId());
  plan.set_resource_request_id(request.id());
  plan.set_expected_version(request.version());
  plan.set_how(how);
  pb::LineDispatch& line = *plan.add_lines();
  line.set_line_id(request.lines(0).id());
  for (int i = 0; i < teams; ++i) {
    line.add_team_ids(TeamName(first_team + i));
  }
  return plan;
}

std::string OpenIncident(Host& host) {
  pb::CreateIncidentRequest request;
  request.set_request_id(NewRequestId());
  request.mutable_incident()->set_title("老城区内涝");
  request.mutable_incident()->set_event("暴雨");
  request.mutable_incident()->set_district_path(kDistrict);
  request.mutable_incident()->mutable_position()->set_latitude(31.3);
  request.mutable_incident()->mutable_position()->set_longitude(120.9);
  return host.Call<pb::Incident>(Operator(), "CreateIncident", request).id();
}

void ProjectAll(Host& host, int count, Time now) {
  std::vector<dispatch::ProjectedTeam> teams;
  for (int i = 0; i < count; ++i) {
    teams.push_back(MakeTeam(i, now));
    if (teams.size() == 1000 || i + 1 == count) {
      (void)host.database().Run(dispatch::ProjectTeams(std::exchange(teams, {})));
    }
  }
}

/// Hands out the numbers of jobs as earlier ones end, so that a fixed number is in flight.
class Slots {
 public:
  Slots(size_t jobs, int in_flight) : jobs_(jobs), free_(in_flight) {}

  /// False when all have been handed out.
  bool Next(size_t& job) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return free_ > 0 || next_ == jobs_; });
    if (next_ == jobs_) {
      return false;
    }
    --free_;
    job = next_++;
    return true;
  }
  void Release() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++free_;
    ++done_;
    changed_.notify_one();
    if (done_ == jobs_) {
      changed_.notify_all();
    }
  }
  void WaitAll() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return done_ == jobs_; });
  }

 private:
  const size_t jobs_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;
  size_t next_ = 0;
  size_t done_ = 0;
};

[[noreturn]] void Refused(const std::string& method, const absl::Status& status) {
  std::fprintf(stderr, "%s: %s\n", method.c_str(), std::string(status.message()).c_str());
  std::exit(2);
}

}  // namespace

Principal Manager() {
  Principal principal = Someone(Role::kOrganizationManager, "0190a0a0-0000-7000-8000-00000000000a");
  principal.organization_id = OrganizationId("0190a0a0-0000-7000-8000-00000000000b");
  return principal;
}

Principal Operator() { return Someone(Role::kCityOperator, "0190a0a0-0000-7000-8000-00000000000c"); }

Principal CallerOf(const Job& job) { return job.method == "AnswerOffer" ? Manager() : Operator(); }

Host::Host(BenchStore& store, const std::function<std::unique_ptr<storage::Database>(storage::Database&)>& wrap) {
  database_ = store.Open(storage::Concatenate(EventMigrations(), dispatch::Migrations()), SystemClock(), &replies_);
  wrapped_ = wrap ? wrap(*database_) : nullptr;
  storage::Database& used = wrapped_ == nullptr ? *database_ : *wrapped_;
  feed_ = std::make_unique<events::FeedReader>("dispatch", used);
  service_ = std::make_unique<dispatch::DispatchService>(
      dispatch::DispatchService::Dependencies{used, SystemClock(), SystemRandom(), confirm_tokens_, *feed_});
  service_->Register(table_);
}

void Host::Start(const Job& job, std::function<void(absl::Status)> done) {
  rpc::Call call;
  call.principal = CallerOf(job);
  call.method = kService + job.method;
  call.trace_id = rpc::NewTraceId();
  call.source_address = "127.0.0.1";
  table_.Find(call.method)
      ->unary(call, *job.request,
              [done = std::move(done)](absl::Status status, google::protobuf::Message*) { done(std::move(status)); });
}

void Host::RunAll(const std::vector<Job>& jobs, int in_flight) {
  Slots slots(jobs.size(), in_flight);
  std::vector<std::thread> callers;
  for (int i = 0; i < std::min(kCallerThreads, in_flight); ++i) {
    callers.emplace_back([&] {
      for (size_t number = 0; slots.Next(number);) {
        const Job& job = jobs[number];
        Start(job, [&slots, &job](const absl::Status& status) {
          if (!status.ok()) {
            Refused(job.method, status);
          }
          slots.Release();
        });
      }
    });
  }
  for (std::thread& caller : callers) {
    caller.join();
  }
  slots.WaitAll();
}

template <class Response>
Response Host::Call(const Principal& by, const std::string& method, const google::protobuf::Message& request) {
  rpc::Call call;
  call.principal = by;
  call.method = kService + method;
  call.trace_id = rpc::NewTraceId();
  call.source_address = "127.0.0.1";
  std::promise<Response> answer;
  table_.Find(call.method)->unary(call, request, [&](absl::Status status, google::protobuf::Message* response) {
    if (!status.ok()) {
      Refused(method, status);
    }
    answer.set_value(static_cast<Response&>(*response));
  });
  return answer.get_future().get();
}

Jobs MakeWorld(BenchStore& store, int count) {
  Host host(store);
  const Time now = SystemClock().Now();
  ProjectAll(host, 2 * count, now);
  Jobs jobs;
  std::string incident;
  for (int team = 0; team < 2 * count;) {
    if (team % 200 == 0) {
      incident = OpenIncident(host);
    }
    const bool by_invitation = team < count;
    const int teams = by_invitation ? kTeamsInLine : 1;
    const auto request = host.Call<pb::ResourceRequest>(Operator(), "CreateRequest", MakeRequest(incident, teams, now));
    const auto plan = MakePlan(request, team, teams, by_invitation ? pb::DISPATCH_HOW_INVITE : pb::DISPATCH_HOW_DIRECT);
    if (by_invitation) {
      const auto dispatched = host.Call<pb::DispatchResponse>(Operator(), "Dispatch", plan);
      for (const pb::Offer& offer : dispatched.offers()) {
        auto answer = std::make_shared<pb::AnswerOfferRequest>();
        answer->set_request_id(NewRequestId());
        answer->set_id(offer.id());
        answer->set_answer(pb::OFFER_ANSWER_ACCEPT);
        answer->set_count_offered(kPeopleInTeam);
        answer->mutable_cover()->set_insurer("PICC");
        answer->mutable_cover()->set_policy_number("P2026000001");
        jobs.acceptances.push_back({"AnswerOffer", std::move(answer)});
      }
    } else {
      jobs.dispatches.push_back({"Dispatch", std::make_shared<pb::DispatchRequest>(plan)});
    }
    team += teams;
  }
  return jobs;
}

}  // namespace muster::bench
