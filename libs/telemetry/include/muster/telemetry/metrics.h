#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/mutex.h"

namespace prometheus {
class Registry;
}

namespace muster::telemetry {

/// Labels of one series: few values each, never an id, a name or a path.
using Labels = std::map<std::string, std::string>;

/// The metrics of a process, in Prometheus' text format. Names carry base units (`_seconds`, `_bytes`) and `_total` for
/// counters. Asking again for the same name and labels gives the same object, which lives as long as this one: keep the
/// reference where it is used often. A name that has 256 series already gives its 257th and later ones as one series
/// whose label values are all "other". Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  prometheus::Counter& Counter(const std::string& name, const std::string& help, const Labels& labels = {});
  prometheus::Gauge& Gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `bounds`: upper bounds of the buckets, growing; the infinite one is added.
  prometheus::Histogram& Histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                                   const Labels& labels = {});

  /// All metrics as text (exposition format 0.0.4).
  std::string Text() const;

 private:
  Labels Bounded(const std::string& name, const Labels& labels);

  const std::unique_ptr<prometheus::Registry> registry_;
  Mutex mutex_;
  std::map<std::string, std::set<Labels>> series_ MUSTER_GUARDED_BY(mutex_);
};

/// Brings a counter up to what somebody else has counted.
void SetTotal(prometheus::Counter& counter, int64_t total);

/// Buckets for times of calls, 0.5 ms to 10 s, in seconds.
const std::vector<double>& CallSeconds();

/// Rate, errors and duration of the calls of one direction ("server" or "client"): rpc_<direction>_calls_total by
/// method and code, rpc_<direction>_seconds by method. Thread-safe.
class RpcMetrics {
 public:
  RpcMetrics(Metrics& metrics, std::string direction);

  /// `method`: "muster.registry.v1.RegistryService/ListTeams"; `code`: "OK", "NOT_FOUND".
  void End(const std::string& method, const std::string& code, Duration took);

 private:
  Metrics& metrics_;
  const std::string prefix_;
};

}  // namespace muster::telemetry
