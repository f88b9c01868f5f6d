#include "tests/scenario/outage/figures.h"

#include <fmt/format.h>

#include <algorithm>

#include "muster/domain/reason.h"
#include "tests/bench/report.h"

namespace muster::testing {
namespace {

constexpr const char* kNames[] = {"before", "during", "after"};

double Milliseconds(SteadyTime from, SteadyTime to) {
  return std::max(0.0, std::chrono::duration<double, std::milli>(to - from).count());
}

Latencies Summed(const std::vector<double>& values) {
  if (values.empty()) {
    return {};
  }
  return {values.size(), bench::Quantile(values, 0.5), bench::Quantile(values, 0.99),
          *std::max_element(values.begin(), values.end())};
}

/// "gateway-2" is the second door; other processes are none.
bool IsDoor(const std::string& process, size_t door) { return process == "gateway-" + std::to_string(door + 1); }

}  // namespace

void Figures::Open() {
  MutexLock lock(mutex_);
  opened_ = std::chrono::steady_clock::now();
}

void Figures::Struck() {
  MutexLock lock(mutex_);
  struck_ = std::chrono::steady_clock::now();
}

void Figures::Mended() {
  MutexLock lock(mutex_);
  mended_ = std::chrono::steady_clock::now();
}

void Figures::Enter(const Absence& absence) {
  MutexLock lock(mutex_);
  absences_.push_back(absence);
}

void Figures::Enter(const std::string& method, const CallEnd& end) {
  MutexLock lock(mutex_);
  if (end.intended >= opened_) {
    samples_.push_back({method, end});
  }
}

void Figures::Committed(const std::string& offer_id, SteadyTime when) {
  MutexLock lock(mutex_);
  committed_[offer_id] = when;
}

void Figures::Heard(const std::string& offer_id, SteadyTime when) {
  MutexLock lock(mutex_);
  heard_.emplace(offer_id, when);
}

Phase Figures::PhaseOf(SteadyTime from, SteadyTime to) const {
  if (to < struck_) {
    return Phase::kBefore;
  }
  return from < mended_ ? Phase::kDuring : Phase::kAfter;
}

Latencies Figures::CallsLocked(Phase phase, const std::function<bool(const std::string&)>& counts) const {
  std::vector<double> values;
  for (const Sample& sample : samples_) {
    if (counts(sample.method) && PhaseOf(sample.end.intended, sample.end.ended) == phase) {
      values.push_back(Milliseconds(sample.end.intended, sample.end.ended));
    }
  }
  return Summed(values);
}

Latencies Figures::PushesLocked(Phase phase) const {
  std::vector<double> values;
  for (const auto& [offer, committed] : committed_) {
    const auto heard = heard_.find(offer);
    if (heard != heard_.end() && committed >= opened_ && PhaseOf(committed, heard->second) == phase) {
      values.push_back(Milliseconds(committed, heard->second));
    }
  }
  return Summed(values);
}

Latencies Figures::Calls(Phase phase) const {
  return Calls(phase, [](const std::string&) { return true; });
}

Latencies Figures::Calls(Phase phase, const std::function<bool(const std::string&)>& counts) const {
  MutexLock lock(mutex_);
  return CallsLocked(phase, counts);
}

Latencies Figures::Pushes(Phase phase) const {
  MutexLock lock(mutex_);
  return PushesLocked(phase);
}

size_t Figures::Failures(Phase phase) const {
  MutexLock lock(mutex_);
  return static_cast<size_t>(std::count_if(samples_.begin(), samples_.end(), [&](const Sample& sample) {
    return !sample.end.status.ok() && PhaseOf(sample.end.intended, sample.end.ended) == phase;
  }));
}

size_t Figures::Repeats(Phase phase) const {
  MutexLock lock(mutex_);
  return static_cast<size_t>(std::count_if(samples_.begin(), samples_.end(), [&](const Sample& sample) {
    return !sample.end.repeated.empty() && PhaseOf(sample.end.intended, sample.end.ended) == phase;
  }));
}

size_t Figures::RepeatsAt(const Absence& absence, bool at_its_door) const {
  return static_cast<size_t>(std::count_if(samples_.begin(), samples_.end(), [&](const Sample& sample) {
    return !sample.end.repeated.empty() && sample.end.ended >= absence.from && sample.end.intended < absence.to &&
           IsDoor(absence.process, sample.end.door) == at_its_door;
  }));
}

size_t Figures::RepeatsElsewhere() const {
  MutexLock lock(mutex_);
  return static_cast<size_t>(std::count_if(samples_.begin(), samples_.end(), [&](const Sample& sample) {
    return !sample.end.repeated.empty() &&
           std::none_of(absences_.begin(), absences_.end(), [&](const Absence& absence) {
             return IsDoor(absence.process, sample.end.door) && sample.end.ended >= absence.from &&
                    sample.end.intended < absence.to;
           });
  }));
}

size_t Figures::Unheard(SteadyTime before) const {
  MutexLock lock(mutex_);
  return static_cast<size_t>(std::count_if(committed_.begin(), committed_.end(), [&](const auto& offer) {
    return offer.second <= before && !heard_.contains(offer.first);
  }));
}

std::string Figures::LastCommitted(SteadyTime before) const {
  MutexLock lock(mutex_);
  std::string last;
  SteadyTime when{};
  for (const auto& [offer, committed] : committed_) {
    if (committed <= before && committed >= when) {
      last = offer;
      when = committed;
    }
  }
  return last;
}

std::string Figures::Table() const {
  std::string text =
      fmt::format("{:8}{:>8}{:>8}{:>10}{:>9}{:>9}{:>10}{:>9}{:>9}{:>9}{:>10}\n", "phase", "calls", "failed", "repeated",
                  "p50 ms", "p99 ms", "max ms", "pushes", "p50 ms", "p99 ms", "max ms");
  for (const Phase phase : kPhases) {
    const Latencies calls = Calls(phase);
    const Latencies pushes = Pushes(phase);
    text += fmt::format("{:8}{:>8}{:>8}{:>10}{:>9.1f}{:>9.1f}{:>10.1f}{:>9}{:>9.1f}{:>9.1f}{:>10.1f}\n",
                        kNames[static_cast<int>(phase)], calls.count, Failures(phase), Repeats(phase), calls.p50,
                        calls.p99, calls.longest, pushes.count, pushes.p50, pushes.p99, pushes.longest);
  }
  MutexLock lock(mutex_);
  for (const Absence& absence : absences_) {
    text += AbsenceRow(absence);
  }
  return text + Reasons();
}

std::string Figures::AbsenceRow(const Absence& absence) const {
  std::string row = fmt::format("{} away {:.1f} s: repeated {}", absence.process,
                                Milliseconds(absence.from, absence.to) / 1000, RepeatsAt(absence, false));
  if (absence.process.starts_with("gateway-")) {
    row += fmt::format(" at the other door, {} at its own", RepeatsAt(absence, true));
  }
  return row + "\n";
}

std::string Figures::Reasons() const {
  std::map<std::string, int> reasons;
  for (const Sample& sample : samples_) {
    for (const std::string& reason : sample.end.repeated) {
      ++reasons["repeated: " + sample.method + " " + reason];
    }
    if (!sample.end.status.ok()) {
      ++reasons["failed: " + sample.method + " " + std::string(RowOf(GetErrorInfo(sample.end.status).reason).name)];
    }
  }
  std::string text;
  for (const auto& [reason, times] : reasons) {
    text += fmt::format("{}: {} times\n", reason, times);
  }
  return text;
}

}  // namespace muster::testing
