#include "services/cli/loader/city_loader.h"

#include <future>
#include <optional>
#include <thread>

#include "muster/base/status_macros.h"
#include "muster/matching/v1/matching.pb.h"
#include "muster/registry/v1/registry.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/accounts.h"
#include "services/cli/connect/credentials.h"
#include "services/cli/demo_city/demo_city.h"
#include "services/cli/output/format.h"
#include "services/cli/output/progress.h"

namespace muster::cli {
namespace {

using identity::v1::Account;
using registry::v1::ImportBatchRequest;
using registry::v1::ImportBatchResponse;

constexpr Duration kLongestBatch = std::chrono::seconds(30);
constexpr Duration kIndexPatience = std::chrono::seconds(30);
constexpr char kIdentity[] = "organization";

int64_t RowsOf(const ImportBatchRequest& batch) {
  return int64_t{batch.organizations_size()} + batch.teams_size() + batch.members_size();
}

/// Batches of the city, each made while the one before is on its way.
class Batches {
 public:
  explicit Batches(demo::DemoCity& city) : city_(city) { MakeNext(); }

  std::optional<ImportBatchRequest> Take() {
    auto batch = next_.get();
    if (batch.has_value()) {
      MakeNext();
    }
    return batch;
  }

 private:
  void MakeNext() {
    next_ = std::async(std::launch::async, [this] { return city_.Next(); });
  }

  demo::DemoCity& city_;
  std::future<std::optional<ImportBatchRequest>> next_;
};

bool KeyWorks(Context& context, const std::string& path) {
  const auto key = ReadSecretFile(path);
  return key.ok() && context.OpenWithKey(*key).ok();
}

absl::StatusOr<Account> EnsureAccount(Session& admin) {
  auto account = FindAccount(admin, kIdentity);
  if (account.ok() || ExitCodeOf(account.status()) != ExitCode::kNotFound) {
    return account;
  }
  Account wanted;
  wanted.set_login(kIdentity);
  wanted.add_roles("organization_manager");
  wanted.set_organization_id(std::string(demo::kDemoOrganizationId));
  wanted.set_district_path("3205");
  return CreateAccount(admin, wanted);
}

absl::StatusOr<int> CountHolders(Session& duty_operator, Time now) {
  matching::v1::RankTeamsRequest request;
  auto& need = *request.mutable_need();
  need.set_capability("psychological_support");
  need.set_place(common::v1::PLACE_REMOTE);
  auto& window = *need.add_windows();
  *window.mutable_start_time() = ToTimestamp(now + std::chrono::hours(1));
  *window.mutable_end_time() = ToTimestamp(now + std::chrono::hours(9));
  request.set_limit(1);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, duty_operator.Call<matching::v1::RankTeamsResponse>(request));
  return reply.holders();
}

}  // namespace

absl::StatusOr<LoadResult> LoadCity(Context& context, Session& officer, const LoadOptions& options) {
  const Duration start = context.clock().Steady();
  demo::DemoCity city({.seed = options.seed, .scale = options.scale, .now = context.clock().Now()});
  const auto& counts = city.counts();
  Progress progress(context.output(), {"载入示范城市", "loading the demo city"}, {"行", "rows"},
                    static_cast<double>(counts.organizations) + counts.teams + counts.members);
  Batches batches(city);
  LoadResult result;
  int64_t done = 0;
  while (auto batch = batches.Take()) {
    // A new request_id: the reply to the batch's own would be the stored one of an earlier load, and tell its counts.
    batch->set_request_id(officer.NewRequestId());
    MUSTER_ASSIGN_OR_RETURN(const auto reply, officer.Call<ImportBatchResponse>(*batch, kLongestBatch));
    result.stored += reply.stored();
    result.skipped += reply.skipped();
    done += RowsOf(*batch);
    progress.Update(static_cast<double>(done));
  }
  result.seconds = std::chrono::duration<double>(context.clock().Steady() - start).count();
  return result;
}

absl::Status EnsureOrganizationKey(Context& context) {
  const std::string path = TokenPath(context.globals().data_dir, kIdentity);
  if (!context.globals().url.empty() || KeyWorks(context, path)) {
    return absl::OkStatus();
  }
  MUSTER_ASSIGN_OR_RETURN(const auto admin, context.OpenAs("admin"));
  MUSTER_ASSIGN_OR_RETURN(const Account account, EnsureAccount(*admin));
  MUSTER_ASSIGN_OR_RETURN(const auto key, CreateKey(*admin, account.id(), "muster demo load"));
  return WriteSecretFile(path, key.secret());
}

absl::StatusOr<bool> AwaitIndex(Context& context, Session& duty_operator) {
  constexpr auto kEvery = std::chrono::milliseconds(200);
  const Duration end = context.clock().Steady() + kIndexPatience;
  int before = 0;
  while (context.clock().Steady() < end) {
    MUSTER_ASSIGN_OR_RETURN(const int holders, CountHolders(duty_operator, context.clock().Now()));
    if (holders > 0 && holders == before) {
      return true;
    }
    before = holders;
    std::this_thread::sleep_for(kEvery);
  }
  return false;
}

}  // namespace muster::cli
