#include "muster/server/owner.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/events/migrations.h"
#include "muster/storage/common_migrations.h"
#include "muster/telemetry/log.h"

namespace muster::server {
namespace {

constexpr Duration kLinkInterval = std::chrono::milliseconds(500);
constexpr int kFullLink = 256;
/// How soon another process takes over from a leader that has gone.
constexpr Duration kLeaderWait = std::chrono::milliseconds(500);

}  // namespace

absl::StatusOr<std::unique_ptr<Owner>> Owner::Open(Options options) {
  const auto shared = storage::Concatenate(storage::common::Migrations(), events::Migrations());
  MUSTER_ASSIGN_OR_RETURN(auto database, options.open(storage::Concatenate(shared, options.migrations)));
  return std::unique_ptr<Owner>(new Owner(std::move(options), std::move(database)));
}

Owner::Owner(Options options, std::unique_ptr<storage::Database> database)
    : options_(std::move(options)),
      database_(std::move(database)),
      relay_bus_(options_.make_bus()),
      janitor_bus_(options_.make_bus()),
      feed_(options_.name, *database_),
      relay_(events::RelayOptions{options_.name}, *database_, *relay_bus_, *options_.signer, *options_.clock,
             *options_.random),
      linker_(*database_),
      janitor_(events::JanitorOptions{options_.name, options_.groups}, *database_, *janitor_bus_, *options_.clock,
               *options_.random),
      reply_sweeper_({}, *database_, *options_.clock) {
  database_->OnCommit([this] {
    MutexLock lock(wake_mutex_);
    if (relay_driver_ != nullptr) {
      relay_driver_->Wake();
    }
  });
}

Owner::~Owner() { Stop(); }

void Owner::Start() {
  auto relay_driver =
      std::make_unique<events::StepDriver>("relay-" + options_.name.substr(0, 8), *options_.clock,
                                           [this](Time now) { return Leads() ? relay_.Step(now) : kLeaderWait; });
  {
    MutexLock lock(wake_mutex_);
    relay_driver_ = std::move(relay_driver);
  }
  upkeep_driver_ = std::make_unique<events::StepDriver>("upkeep-" + options_.name.substr(0, 7), *options_.clock,
                                                        [this](Time now) { return KeepUp(now); });
}

bool Owner::Leads() {
  leads_ = database_->IsLeader();
  return leads_;
}

/// Answers how long to sleep before the next step. The audit trail comes first: it must be linked within a second.
Duration Owner::KeepUp(Time now) {
  if (!Leads()) {
    return kLeaderWait;
  }
  const absl::StatusOr<int> linked = linker_.Step(now);
  if (linked.ok() && *linked >= kFullLink) {
    return Duration(0);
  }
  return std::min({kLinkInterval, janitor_.Step(now), reply_sweeper_.Step(now)});
}

void Owner::Stop() {
  upkeep_driver_.reset();
  std::unique_ptr<events::StepDriver> relay_driver;
  {
    MutexLock lock(wake_mutex_);
    relay_driver = std::move(relay_driver_);
  }
}

}  // namespace muster::server
