#include "muster/telemetry/metrics.h"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>

namespace muster::telemetry {
namespace {

constexpr size_t kMostSeries = 256;

}  // namespace

Metrics::Metrics() : registry_(std::make_unique<prometheus::Registry>()) {}
Metrics::~Metrics() = default;

Labels Metrics::Bounded(const std::string& name, const Labels& labels) {
  MutexLock lock(mutex_);
  auto& known = series_[name];
  if (known.contains(labels)) return labels;
  if (known.size() < kMostSeries) {
    known.insert(labels);
    return labels;
  }
  Labels other;
  for (const auto& label : labels) other[label.first] = "other";
  return other;
}

prometheus::Counter& Metrics::Counter(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(Bounded(name, labels));
}

prometheus::Gauge& Metrics::Gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(Bounded(name, labels));
}

prometheus::Histogram& Metrics::Histogram(const std::string& name, const std::string& help,
                                          const std::vector<double>& bounds, const Labels& labels) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(Bounded(name, labels), bounds);
}

std::string Metrics::Text() const { return prometheus::TextSerializer().Serialize(registry_->Collect()); }

void SetTotal(prometheus::Counter& counter, int64_t total) {
  counter.Increment(static_cast<double>(total) - counter.Value());
}

const std::vector<double>& CallSeconds() {
  static const std::vector<double> bounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                             0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  return bounds;
}

RpcMetrics::RpcMetrics(Metrics& metrics, std::string direction)
    : metrics_(metrics), prefix_("rpc_" + std::move(direction) + "_") {}

void RpcMetrics::End(const std::string& method, const std::string& code, Duration took) {
  metrics_.Counter(prefix_ + "calls_total", "Calls that have ended", {{"method", method}, {"code", code}}).Increment();
  metrics_.Histogram(prefix_ + "seconds", "How long calls took", CallSeconds(), {{"method", method}})
      .Observe(std::chrono::duration<double>(took).count());
}

}  // namespace muster::telemetry
