#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "muster/base/mutex.h"
#include "tests/scenario/outage/caller.h"

namespace muster::testing {

/// When something was missing.
struct Absence {
  std::string process;  ///< "dispatch-2"
  SteadyTime from;
  SteadyTime to;  ///< it answers again
};

/// Latencies in milliseconds; 0 without any.
struct Latencies {
  size_t count = 0;
  double p50 = 0;
  double p99 = 0;
  double longest = 0;
};

enum class Phase { kBefore, kDuring, kAfter };
inline constexpr std::array kPhases{Phase::kBefore, Phase::kDuring, Phase::kAfter};

/// What a load measures. A call or a push that an absence fell into belongs to it, whenever it began. Thread-safe.
class Figures {
 public:
  /// From now on it counts.
  void Open();
  /// Something begins to be missing, and is all back.
  void Struck();
  void Mended();
  void Enter(const Absence& absence);

  /// A call has ended.
  void Enter(const std::string& method, const CallEnd& end);
  /// An offer is committed, as its dispatcher knows from the answer.
  void Committed(const std::string& offer_id, SteadyTime when);
  /// The organization has heard of it.
  void Heard(const std::string& offer_id, SteadyTime when);

  Latencies Calls(Phase phase) const;
  /// Of those methods alone, by the names of their requests: "AnswerOfferRequest".
  Latencies Calls(Phase phase, const std::function<bool(const std::string& method)>& counts) const;
  Latencies Pushes(Phase phase) const;
  size_t Failures(Phase phase) const;
  size_t Repeats(Phase phase) const;
  /// Calls that had to be sent again though their door was not the process that was missing.
  size_t RepeatsElsewhere() const;
  /// Offers that are committed and not heard of. `before`: committed by then.
  size_t Unheard(SteadyTime before) const;
  /// The offer that was committed last, by then; empty without one.
  std::string LastCommitted(SteadyTime before) const;

  /// A table of the phases, a row for each absence, and why calls failed or were sent again.
  std::string Table() const;

 private:
  struct Sample {
    std::string method;
    CallEnd end;
  };

  Phase PhaseOf(SteadyTime from, SteadyTime to) const MUSTER_REQUIRES(mutex_);
  std::string AbsenceRow(const Absence& absence) const MUSTER_REQUIRES(mutex_);
  std::string Reasons() const MUSTER_REQUIRES(mutex_);
  size_t RepeatsAt(const Absence& absence, bool at_its_door) const MUSTER_REQUIRES(mutex_);
  Latencies CallsLocked(Phase phase, const std::function<bool(const std::string& method)>& counts) const
      MUSTER_REQUIRES(mutex_);
  Latencies PushesLocked(Phase phase) const MUSTER_REQUIRES(mutex_);

  mutable Mutex mutex_;
  SteadyTime opened_ MUSTER_GUARDED_BY(mutex_) = SteadyTime::max();
  SteadyTime struck_ MUSTER_GUARDED_BY(mutex_) = SteadyTime::max();
  SteadyTime mended_ MUSTER_GUARDED_BY(mutex_) = SteadyTime::max();
  std::vector<Absence> absences_ MUSTER_GUARDED_BY(mutex_);
  std::vector<Sample> samples_ MUSTER_GUARDED_BY(mutex_);
  std::map<std::string, SteadyTime> committed_ MUSTER_GUARDED_BY(mutex_);
  std::map<std::string, SteadyTime> heard_ MUSTER_GUARDED_BY(mutex_);
};

}  // namespace muster::testing
