#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "muster/base/clock.h"
#include "muster/registry/v1/registry.pb.h"

namespace muster::demo {

/// The first organization of every demo city, whatever the seed: a social-work agency in good standing with
/// kDemoTeamCount teams that are free and well qualified. The demo's organization account is bound to it.
inline constexpr std::string_view kDemoOrganizationId = "017e12ef-9c00-7000-8000-000000000001";
inline constexpr int kDemoTeamCount = 5;

/// A batch holds at most this many rows, and at most about this many bytes: a call's body may have 256 KiB.
inline constexpr int kMaxBatchRows = 1000;
inline constexpr size_t kMaxBatchBytes = 240 * 1024;

struct DemoCityOptions {
  uint64_t seed = 1;
  /// 1: the whole city; 0.02: a fiftieth of it. Taken into 0.001 to 4.
  double scale = 1.0;
  /// What certificates and windows are reckoned from, cut to the day.
  Time now{};
};

struct DemoCityCounts {
  int organizations = 0;
  int teams = 0;
  int members = 0;
};

/// Makes a city to try the system with, after the published figures of Suzhou: 24,000 organizations, 40,000 teams,
/// 245,000 members in ten districts. Everything in it is invented: credit codes have valid check characters but come
/// from a series that is not given out, phone numbers from two blocks (199 00 and 199 01) that only look real, and no
/// message is ever sent to them. Nobody has an identity number. The same options make the same city, byte for byte;
/// ids depend on the seed and the scale alone. Pure: no I/O, no clock.
class DemoCity {
 public:
  explicit DemoCity(const DemoCityOptions& options);
  ~DemoCity();
  DemoCity(const DemoCity&) = delete;
  DemoCity& operator=(const DemoCity&) = delete;

  const DemoCityCounts& counts() const;

  /// The next batch for RegistryService.ImportBatch, in an order in which each refers to earlier rows only; none at
  /// the end. Its request_id depends on the options and the batch's number, so that a load can be repeated.
  std::optional<registry::v1::ImportBatchRequest> Next();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace muster::demo
