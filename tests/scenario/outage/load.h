#pragma once

#include <deque>
#include <string>
#include <vector>

#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/registry/v1/registry.pb.h"
#include "tests/scenario/kill/ledger.h"
#include "tests/scenario/kill/world.h"
#include "tests/scenario/outage/figures.h"

namespace muster::testing {

/// A world, and as many operators as may dispatch at a rate: each may do so once a second.
struct Town {
  World world;
  std::vector<std::string> operator_keys;
};

/// Makes it, and waits until dispatch knows its teams. Whatever fails fails the test.
Town MakeTown(const Deployment& deployment, double rate, Ledger& ledger, const WorldSize& size = {});

/// An account that acts on a district; its key.
std::string MakeOperator(const Deployment& deployment, const std::string& login, const std::string& district_path);

/// How often is called, and what.
struct Mix {
  double rate = 0;         ///< calls a second
  int calls_to_four = 10;  ///< in so many calls there are four changes, one of each kind; at least 8
};

/// Calls at a fixed rate, whatever becomes of them: some open an incident, as many ask for teams, send an offer, or
/// accept an offer that its organization has heard of, and the others read, from each service. Where there is nothing
/// to go on with, a read takes the place. What is acknowledged goes into the ledger. Thread-safe.
class Load {
 public:
  Load(const Town& town, const Mix& mix, Caller& caller, Agenda& agenda, Ledger& ledger, Figures& figures);

  void Start();
  /// No further call is begun but receipts; the last that was begun may be on its way.
  void Stop();
  /// An organization's device hears something: it sends the receipt.
  void Hear(size_t organization, const notify::v1::Delivery& delivery);

 private:
  /// A request and whom to ask: of a slot (a team and an hour) of its own.
  struct Wanted {
    dispatch::v1::ResourceRequest request;
    std::string team_id;
  };
  struct Asked {
    std::string id;
    size_t organization;
  };

  static constexpr int kFirstHour = 10;  ///< those before may have been asked for while the town was made

  void Tick(int64_t number);
  void Act(int64_t number, SteadyTime intended);
  void OpenIncident(SteadyTime intended);
  bool WriteRequest(SteadyTime intended);
  bool Dispatch(SteadyTime intended);
  bool Accept(SteadyTime intended);
  void Read(int64_t number, SteadyTime intended);

  /// Makes the call and enters how it ended. `then` is called, under the lock, where the change was acknowledged.
  template <class Reply, class Request>
  void Change(size_t account, const Request& request, SteadyTime intended, std::function<void(const Reply&)> then);
  /// The same for a read.
  template <class Reply, class Request>
  void Look(size_t account, const Request& request, SteadyTime intended);
  size_t NextOperator() { return operators_[next_operator_++ % operators_.size()]; }

  Caller& caller_;
  Agenda& agenda_;
  Ledger& ledger_;
  Figures& figures_;
  const std::vector<std::string> team_ids_;
  const std::chrono::nanoseconds period_;
  const int calls_to_four_;
  std::vector<size_t> managers_;   ///< accounts, by organization
  std::vector<size_t> operators_;  ///< accounts
  SteadyTime start_{};

  Mutex mutex_;
  bool stopped_ MUSTER_GUARDED_BY(mutex_) = false;
  size_t next_operator_ = 0;  ///< the agenda's
  int slot_;                  ///< the agenda's
  std::string some_incident_ MUSTER_GUARDED_BY(mutex_);
  std::string some_request_ MUSTER_GUARDED_BY(mutex_);
  std::deque<std::string> incidents_ MUSTER_GUARDED_BY(mutex_);
  std::deque<Wanted> requests_ MUSTER_GUARDED_BY(mutex_);
  std::deque<Asked> offers_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace muster::testing
