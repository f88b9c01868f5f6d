#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/config/server_settings.h"
#include "muster/events/bus.h"
#include "muster/events/consumer.h"
#include "muster/events/driver.h"
#include "muster/events/feed.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/owner_router.h"
#include "muster/rpc/peer.h"
#include "muster/rpc/pipeline.h"
#include "muster/security/access_token.h"
#include "muster/security/key_file.h"
#include "muster/server/owner.h"
#include "muster/telemetry/metrics.h"

namespace muster::server {

class Process;

/// A service that a process holds.
struct Module {
  std::string service;  ///< "dispatch"
  /// Builds the service from what the process has and adds it to it.
  std::function<absl::Status(Process&)> add_to;
};

/// A step that a thread of the process repeats. Woken early by Wake. Thread-safe.
class Task {
 public:
  explicit Task(std::string name, events::StepDriver::Step step) : name_(std::move(name)), step_(std::move(step)) {}
  /// Before the start and after the end it does nothing.
  void Wake() {
    if (events::StepDriver* driver = driver_; driver != nullptr) {
      driver->Wake();
    }
  }

 private:
  friend class Process;
  const std::string name_;
  const events::StepDriver::Step step_;
  std::atomic<events::StepDriver*> driver_ = nullptr;
  std::unique_ptr<events::StepDriver> owned_;
};

/// One server process: what its services are built from (settings, keys, databases, the bus, the way to the other
/// services), and what it does for them (doors, threads, metrics, readiness, an orderly end). musterd holds all
/// services, muster-<name> one of them; they find out no difference.
class Process {
 public:
  /// What main does for it.
  struct Host {
    /// Called when the data can no longer be trusted.
    std::function<void(const absl::Status&)> on_fatal;
    /// True when the process is to end while it still waits for what it needs to start.
    std::function<bool()> stop_requested;
  };

  /// Builds and starts everything. `name`: "musterd", "muster-dispatch".
  /// Errors: ALREADY_RUNNING when another process has the data folder; those of opening stores, keys and ports.
  static absl::StatusOr<std::unique_ptr<Process>> Start(std::string name, const config::ServerSettings& settings,
                                                        const std::vector<Module>& modules, Host host);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Refuses new calls, finishes those that run (at most ten seconds), then stops everything.
  void Shutdown();

  // What services are built from. All of it outlives them.
  const config::ServerSettings& settings() const;
  const Clock& clock() const;
  Random& random() const;
  /// The area of the whole city, as a district path.
  const std::string& city_path() const;
  std::filesystem::path tokens_dir() const;
  /// Reads one of the key files of muster/security/key_file.h; a process needs only those that its services ask for.
  absl::StatusOr<security::KeyRing> Key(std::string_view file) const;
  /// The same of one on which nothing that is stored depends: it is made where it is missing.
  absl::StatusOr<security::KeyRing> NewKey(std::string_view file) const;
  const events::EventSigner& event_signer() const;
  /// The feeds of all owners, wherever they are.
  events::FeedRouter& feeds();
  /// Every service, wherever it is.
  rpc::Peer& peer();
  /// One owner of data, for the methods that every owner offers.
  rpc::Peer& peer_of(const std::string& owner);
  /// The access token of a service of this process, fresh.
  std::function<std::string()> TokenOf(const std::string& service);
  /// Who an access token speaks for.
  absl::StatusOr<security::AccessClaims> VerifyToken(const std::string& access_token);
  std::unique_ptr<events::Bus> MakeBus() const;
  bool Holds(const std::string& service) const;

  // What services add.
  rpc::MethodTable& table();
  rpc::OwnerRouter& router();
  /// Opens the database of a service that owns data. `groups`: the consumers that read its streams in a group.
  absl::StatusOr<Owner*> OpenOwner(const std::string& service, std::span<const storage::Migration> migrations,
                                   std::set<std::string> groups);
  /// The signer of access tokens, for identity alone: from now on its keys are believed here.
  absl::StatusOr<const security::TokenSigner*> SignTokens();
  /// Keeps an object until the process ends; it goes before what was there before it.
  template <class T>
  T& Keep(std::unique_ptr<T> object) {
    T& kept = *object;
    KeepErased(std::shared_ptr<void>(std::move(object)));
    return kept;
  }
  /// Repeats a step from the start to the end of the process. `name`: at most 15 characters.
  Task& Drive(const std::string& name, events::StepDriver::Step step);
  /// The same, on the leader of an owner's database only, and woken by its commits.
  Task& DriveAsLeader(const std::string& name, Owner& owner, events::StepDriver::Step step);
  /// Follows other owners' events and writes what they mean into `owner`'s database; on its leader only.
  events::Consumer& Follow(const std::string& name, const std::vector<std::string>& owners, Owner& owner,
                           events::DurableHandler& handler);
  /// Follows other owners' events in memory.
  events::Consumer& Follow(const std::string& name, const std::vector<std::string>& owners,
                           events::MemoryHandler& handler);
  /// What keeps the process from doing all its work; nothing when it does. Asked for each /readyz.
  void AddReadiness(std::function<std::vector<std::string>()> reasons);
  /// Brings metrics up to date; called for each scrape.
  void AddMetrics(std::function<void(telemetry::Metrics&)> show);
  /// Of several processes that hold this service, only the leader of `owner`'s database is to be called: the others
  /// stand by (health NOT_SERVING), and a leader that was followed by another ends its streams.
  void ServeAsLeader(Owner& owner);
  /// The doors open when `is_open` says so, asked from time to time after the threads have started.
  void AddGate(std::string what, std::function<bool()> is_open);
  /// Runs when all services are there, before threads and doors.
  void AtStart(std::function<absl::Status()> action);
  /// Runs at the end in the order of adding: first that new work is refused, then that all ends within `grace`.
  void AtEnd(std::function<void()> refuse, std::function<void(Duration grace)> stop);
  /// Called, from any thread and without blocking, when something about accounts or keys has changed.
  void OnAccountsChanged(std::function<void()> listener);
  /// To be called by identity when it is here.
  void AccountsChanged();

  // What the gateway shows.
  std::vector<std::string> Readiness() const;
  std::string MetricsText();

 private:
  class Impl;
  explicit Process(std::unique_ptr<Impl> impl);
  void KeepErased(std::shared_ptr<void> object);

  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::server
