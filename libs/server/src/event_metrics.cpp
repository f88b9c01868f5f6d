#include "event_metrics.h"

namespace muster::server {
namespace {

using telemetry::Labels;
using telemetry::Metrics;
using telemetry::SetTotal;

double Seconds(int64_t micros) { return static_cast<double>(micros) / 1e6; }

}  // namespace

void ShowRelay(Metrics& metrics, const std::string& owner, const events::RelayCounters& counters, Time now) {
  const Labels labels{{"service", owner}};
  const int64_t oldest = counters.oldest_waiting_us;
  metrics.Gauge("outbox_age_seconds", "Age of the oldest event that is not on the bus.", labels)
      .Set(oldest == 0 ? 0.0 : Seconds(ToMicros(now) - oldest));
  metrics.Gauge("outbox_published_seq", "The newest feed_seq on the bus.", labels)
      .Set(static_cast<double>(counters.published_seq));
  metrics.Gauge("relay_bus_up", "1 while the relay reaches the bus.", labels).Set(counters.bus_up ? 1 : 0);
  SetTotal(metrics.Counter("relay_published_total", "Entries added to the bus.", labels), counters.published);
  SetTotal(metrics.Counter("relay_failures_total", "Attempts to publish that failed.", labels), counters.failures);
  SetTotal(metrics.Counter("relay_bus_resets_total", "How often the bus had lost its memory.", labels),
           counters.bus_resets);
  SetTotal(metrics.Counter("outbox_pruned_total", "Outbox rows dropped after their time.", labels), counters.pruned);
}

void ShowJanitor(Metrics& metrics, const std::string& owner, const events::JanitorCounters& counters) {
  const Labels labels{{"service", owner}};
  SetTotal(metrics.Counter("stream_trims_total", "How often a stream was trimmed.", labels), counters.trims);
  SetTotal(metrics.Counter("stream_groups_destroyed_total", "Dead consumer groups that were destroyed.", labels),
           counters.destroyed_groups);
}

void ShowConsumer(Metrics& metrics, const std::string& consumer, const events::ConsumerCounters& counters) {
  const Labels labels{{"consumer", consumer}};
  metrics.Gauge("consumer_bus_up", "1 while the consumer reaches the bus.", labels).Set(counters.bus_up ? 1 : 0);
  metrics.Gauge("consumer_lag_seconds", "Age of the event applied last, when it was applied.", labels)
      .Set(Seconds(counters.lag_us));
  const auto total = [&](const char* name, const char* help, int64_t value) {
    SetTotal(metrics.Counter(name, help, labels), value);
  };
  total("consumer_applied_total", "Events applied.", counters.applied);
  total("consumer_duplicates_total", "Events seen again and left alone.", counters.duplicates);
  total("consumer_from_feed_total", "Events that the feed brought before the bus.", counters.from_feed);
  total("consumer_garbage_total", "Bus entries that are not to be believed.", counters.garbage);
  total("bus_lost_entries_total", "Bus entries that were gone before they were read.", counters.lost_entries);
  total("consumer_failures_total", "Attempts to apply an event that failed.", counters.failures);
  total("consumer_dead_letters_total", "Events that were put aside.", counters.dead_letters);
  total("consumer_resyncs_total", "How often a snapshot was taken again.", counters.resyncs);
  total("consumer_feed_errors_total", "Reads of a feed that failed.", counters.feed_errors);
}

}  // namespace muster::server
