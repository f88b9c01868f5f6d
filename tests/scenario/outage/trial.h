#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/scenario/kill/ledger.h"
#include "tests/scenario/outage/load.h"
#include "tests/scenario/outage/strike.h"

namespace muster::testing {

/// What is played.
struct Plan {
  Mix mix;  ///< receipts not counted
  std::chrono::seconds before{};
  std::chrono::seconds length{};  ///< given to the strike
  std::chrono::seconds after{};
  Strike strike;
  WorldSize town{};
};

/// A deployment under load, from before something is missing until all is settled after its return.
class Trial {
 public:
  /// Plays the plan. Whatever does not start fails the test.
  Trial(const Deployment& deployment, const Plan& plan);

  const Figures& figures() const { return figures_; }
  /// From the return until every offer made before it was heard of and the bus had the last; none within 30 s: empty.
  std::optional<std::chrono::duration<double>> drained() const { return drained_; }
  /// Offers made before the return that were not heard of then.
  size_t backlog() const { return backlog_; }
  /// Offers that nobody heard of, half a minute after the last.
  size_t unheard() const { return unheard_; }
  /// Acknowledged changes that are not there, or happened twice.
  const std::vector<std::string>& lost() const { return lost_; }
  const std::vector<std::string>& doubled() const { return doubled_; }
  size_t acknowledged() const { return ledger_.acknowledgements(); }
  /// The share of the machine's processors that was at work before, the load's own work and that of others included.
  double busy() const { return busy_; }
  /// Calls that failed, at any time.
  size_t failures() const;

 private:
  void Play(const Deployment& deployment, const Plan& plan, const Town& town);
  void AwaitDrained(const Deployment& deployment);

  Ledger ledger_;
  Figures figures_;
  std::optional<std::chrono::duration<double>> drained_;
  size_t backlog_ = 0;
  size_t unheard_ = 0;
  std::vector<std::string> lost_;
  std::vector<std::string> doubled_;
  double busy_ = 0;
};

}  // namespace muster::testing
