#include "muster/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::telemetry {
namespace {

using testing::HasSubstr;

TEST(MetricsTest, WritesCountersGaugesAndHistogramsAsText) {
  Metrics metrics;
  metrics.Counter("offers_total", "Offers made", {{"mode", "drill"}}).Increment(3);
  metrics.Gauge("outbox_events", "Events that wait").Set(7);
  metrics.Histogram("commit_seconds", "Commit", {0.1, 1}).Observe(0.5);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("# TYPE offers_total counter"));
  EXPECT_THAT(text, HasSubstr("offers_total{mode=\"drill\"} 3"));
  EXPECT_THAT(text, HasSubstr("outbox_events 7"));
  EXPECT_THAT(text, HasSubstr("commit_seconds_bucket{le=\"0.1\"} 0"));
  EXPECT_THAT(text, HasSubstr("commit_seconds_bucket{le=\"1\"} 1"));
}

TEST(MetricsTest, GivesTheSameObjectForTheSameNameAndLabels) {
  Metrics metrics;
  auto& first = metrics.Counter("offers_total", "Offers made", {{"mode", "real"}});
  EXPECT_EQ(&first, &metrics.Counter("offers_total", "Offers made", {{"mode", "real"}}));
  EXPECT_NE(&first, &metrics.Counter("offers_total", "Offers made", {{"mode", "drill"}}));
}

TEST(MetricsTest, GathersSeriesBeyondTheLimitInOne) {
  Metrics metrics;
  for (int i = 0; i < 300; ++i) metrics.Counter("calls_total", "Calls", {{"method", std::to_string(i)}}).Increment();
  EXPECT_THAT(metrics.Text(), HasSubstr("calls_total{method=\"other\"} 44"));
  EXPECT_THAT(metrics.Text(), HasSubstr("calls_total{method=\"255\"} 1"));
  EXPECT_THAT(metrics.Text(), testing::Not(HasSubstr("method=\"256\"")));
}

TEST(MetricsTest, CountsCallsByMethodAndCodeWithTheirTimes) {
  Metrics metrics;
  RpcMetrics calls(metrics, "server");
  calls.End("a.B/C", "NOT_FOUND", std::chrono::milliseconds(3));
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("rpc_server_calls_total{code=\"NOT_FOUND\",method=\"a.B/C\"} 1"));
  EXPECT_THAT(text, HasSubstr("rpc_server_seconds_bucket{method=\"a.B/C\",le=\"0.0025\"} 0"));
  EXPECT_THAT(text, HasSubstr("rpc_server_seconds_bucket{method=\"a.B/C\",le=\"0.005\"} 1"));
}

}  // namespace
}  // namespace muster::telemetry
