#pragma once

#include <string>

#include "muster/base/clock.h"
#include "muster/events/consumer.h"
#include "muster/events/janitor.h"
#include "muster/events/relay.h"
#include "muster/telemetry/metrics.h"

namespace muster::server {

// Bring the metrics up to what the objects that move events have counted; called for each scrape.

void ShowRelay(telemetry::Metrics& metrics, const std::string& owner, const events::RelayCounters& counters, Time now);
void ShowJanitor(telemetry::Metrics& metrics, const std::string& owner, const events::JanitorCounters& counters);
void ShowConsumer(telemetry::Metrics& metrics, const std::string& consumer, const events::ConsumerCounters& counters);

}  // namespace muster::server
