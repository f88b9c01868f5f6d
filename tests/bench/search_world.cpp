#include "tests/bench/search_world.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <span>
#include <utility>

#include "muster/base/id.h"
#include "muster/security/access_token.h"
#include "services/cli/demo_city/demo_city.h"
#include "services/registry/store/search_filler.h"
#include "services/registry/store/tables.h"

namespace muster::bench {
namespace {

namespace pb = registry::v1;
using SteadyClock = std::chrono::steady_clock;

constexpr int kKeptMembers = 5000;

/// In order of id, every so many of them: enough to draw from.
void KeepSome(const pb::ImportBatchRequest& batch, std::vector<pb::Member>& members) {
  for (const pb::Member& member : batch.members()) {
    if (members.size() < kKeptMembers && member.id().back() % 5 == 0) {
      members.push_back(member);
    }
  }
}

/// A command without its writes to the tables of searches.
class PlainCommand final : public storage::Command {
 public:
  explicit PlainCommand(std::unique_ptr<storage::Command> command) : command_(std::move(command)) {}
  std::vector<storage::Read> Reads() override { return command_->Reads(); }
  absl::Status Decide(Time now, storage::Changes& changes) override {
    const absl::Status decided = command_->Decide(now, changes);
    std::erase_if(changes.writes, [](const storage::Write& write) {
      return write.sql.find("_search (") != std::string_view::npos ||
             write.sql.find("_bigram (") != std::string_view::npos ||
             write.sql.find("_digest (") != std::string_view::npos;
    });
    return decided;
  }
  std::optional<storage::RepeatKey> repeat_key() const override { return command_->repeat_key(); }
  std::optional<Duration> steady_deadline() const override { return command_->steady_deadline(); }

 private:
  const std::unique_ptr<storage::Command> command_;
};

class PlainDatabase final : public storage::Database {
 public:
  explicit PlainDatabase(std::unique_ptr<storage::Database> database) : database_(std::move(database)) {}
  void Submit(std::unique_ptr<storage::Command> command, storage::CommandDone done) override {
    database_->Submit(std::make_unique<PlainCommand>(std::move(command)), std::move(done));
  }
  using storage::Database::Query;
  absl::Status Query(std::span<const storage::Read> reads) override { return database_->Query(reads); }
  void OnCommit(std::function<void()> listener) override { database_->OnCommit(std::move(listener)); }

 private:
  const std::unique_ptr<storage::Database> database_;
};

std::unique_ptr<storage::Database> Open(BenchStore& store, SearchRows rows) {
  auto database = store.Open(storage::Concatenate(EventMigrations(), registry::Migrations()));
  if (rows == SearchRows::kLeftOut) {
    database = std::make_unique<PlainDatabase>(std::move(database));
  }
  return database;
}

}  // namespace

SearchWorld::SearchWorld(BenchStore& store, SearchRows rows) : database_(Open(store, rows)) {
  service_ = std::make_unique<registry::RegistryService>(
      registry::RegistryService::Dependencies{*database_, SystemClock(), SystemRandom(), cipher_, blind_index_});
  service_->Register(table_);
  pipeline_ = std::make_unique<rpc::CallPipeline>(table_, Checks(), rpc::PipelineOptions{}, SystemClock());
  peer_ = rpc::MakeLocalPeer(*pipeline_);
  callers_["city"] = {AccountId("city"), {Role::kCivilAffairsOfficer}, "3205", {}, {}};
  callers_["district"] = {AccountId("district"), {Role::kDistrictOperator}, "3205/320583", {}, {}};
  callers_["manager"] = {AccountId("manager"),
                         {Role::kOrganizationManager},
                         "",
                         OrganizationId(std::string(demo::kDemoOrganizationId)),
                         {}};
  callers_["service"] = security::ServicePrincipal("registry", "3205");
}

SearchWorld::~SearchWorld() {
  pipeline_->WaitIdle(std::chrono::seconds(10));
  peer_.reset();
  pipeline_.reset();
  service_.reset();
}

double SearchWorld::Load(double scale) {
  demo::DemoCity city({1, scale, SystemClock().Now()});
  double seconds = 0;
  while (auto batch = city.Next()) {
    batch->set_request_id(NewUuid(SystemClock().Now(), SystemRandom()));
    const auto start = SteadyClock::now();
    (void)Call<pb::ImportBatchResponse>("service", "ImportBatch", *batch);
    seconds += std::chrono::duration<double>(SteadyClock::now() - start).count();
    organizations_.insert(organizations_.end(), batch->organizations().begin(), batch->organizations().end());
    teams_.insert(teams_.end(), batch->teams().begin(), batch->teams().end());
    KeepSome(*batch, members_);
  }
  return seconds;
}

double SearchWorld::FillAgain() {
  const auto forget = [](Time, storage::Changes& changes) {
    for (const std::string_view sql :
         {"DELETE FROM organization_search", "DELETE FROM organization_bigram", "DELETE FROM team_search",
          "DELETE FROM team_bigram", "DELETE FROM member_digest", "DELETE FROM search_gap",
          "INSERT INTO search_gap (kind, after_id) VALUES ('organization', ''), ('team', ''), ('member', '')"}) {
      changes.writes.push_back({sql, {}, -1, {}});
    }
    return absl::OkStatus();
  };
  if (const auto done = database_->Run(storage::MakeCommand({}, forget)); !done.ok()) {
    End("forget", done.status());
  }
  const auto start = SteadyClock::now();
  const absl::Status filled = registry::FillSearch(*database_, registry::PersonSealer(cipher_, blind_index_));
  if (!filled.ok()) {
    End("fill", filled);
  }
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

size_t SearchWorld::ReadSnapshot() {
  size_t teams = 0;
  rpc::StatusWaiter waiter;
  const auto handle = rpc::CallStream<pb::StreamTeamsResponse>(
      *peer_, "muster.registry.v1.RegistryService.StreamTeams", CallOf("service"), pb::StreamTeamsRequest(),
      [&teams](const pb::StreamTeamsResponse& part) {
        teams += static_cast<size_t>(part.teams_size());
        return true;
      },
      [&waiter](absl::Status status) { waiter.Set(std::move(status)); });
  if (const absl::Status status = waiter.Wait(); !status.ok()) {
    End("StreamTeams", status);
  }
  return teams;
}

rpc::Call SearchWorld::CallOf(const std::string& caller) {
  rpc::Call call;
  call.access_token = caller;
  call.trace_id = rpc::NewTraceId();
  call.source_address = rpc::kUnixSource;
  call.steady_deadline = SystemClock().Steady() + std::chrono::seconds(20);
  return call;
}

rpc::Checks SearchWorld::Checks() {
  rpc::Checks checks;
  checks.authenticate = [this](const std::string& token) -> absl::StatusOr<Principal> { return callers_.at(token); };
  checks.is_anonymous = [](const std::string&) { return false; };
  checks.authorize = [](const Principal&, const std::string&) { return absl::OkStatus(); };
  return checks;
}

void SearchWorld::End(const std::string& what, const absl::Status& status) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), std::string(status.message()).c_str());
  std::exit(2);
}

}  // namespace muster::bench
