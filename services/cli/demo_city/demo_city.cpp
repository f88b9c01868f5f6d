#include "services/cli/demo_city/demo_city.h"

#include <algorithm>
#include <utility>

#include "services/cli/demo_city/city_plan.h"
#include "services/cli/demo_city/rows.h"

namespace muster::demo {
namespace {

constexpr double kSmallest = 0.001;
constexpr double kLargest = 4.0;
/// The most that one step adds: a team and its windows, each with a few bytes around it.
constexpr int kMostRowsOfStep = 5;
constexpr size_t kMostBytesOfStep = 4096;
constexpr size_t kBytesAroundRow = 4;

/// How much a step has added to a batch.
struct Added {
  int rows = 0;
  size_t bytes = 0;
};

std::string SourceOf(const DemoCityOptions& options) {
  return "demo city, seed " + std::to_string(options.seed) + ", scale " + std::to_string(options.scale);
}

/// Another one wherever the rows differ: the day is part of it.
std::string RequestId(const DemoCityOptions& options, uint64_t batch) {
  const auto day = static_cast<uint64_t>(ToMicros(options.now) / 86'400'000'000);
  const auto scale = static_cast<uint64_t>(options.scale * 1e6);
  return MakeId(IdKind::kRequest, options.seed * 1'000'003 + day * 7'919 + scale, batch);
}

}  // namespace

struct DemoCity::State {
  State(const DemoCityOptions& asked, double scale)
      : options{asked.seed, scale, asked.now},
        plan(MakePlan(asked.seed, scale)),
        rows(plan, asked.seed, asked.now),
        counts{static_cast<int>(plan.organizations.size()), static_cast<int>(plan.teams.size()), plan.member_count} {}

  /// Adds the next row to `batch`, a team with its windows; nothing at the end.
  Added AddNext(registry::v1::ImportBatchRequest& batch) {
    if (next_organization < counts.organizations) {
      registry::v1::Organization& row = *batch.add_organizations();
      row = rows.Organization(next_organization++);
      return {1, row.ByteSizeLong()};
    }
    if (next_team < counts.teams) {
      return AddTeam(next_team++, batch);
    }
    if (next_member < counts.members) {
      return AddMember(next_member++, batch);
    }
    return {};
  }

  Added AddTeam(int number, registry::v1::ImportBatchRequest& batch) const {
    registry::v1::Team& row = *batch.add_teams();
    row = rows.Team(number);
    Added added{1, row.ByteSizeLong()};
    for (const registry::v1::Availability& window : rows.Windows(number)) {
      *batch.add_availabilities() = window;
      added.rows += 1;
      added.bytes += window.ByteSizeLong();
    }
    return added;
  }

  Added AddMember(int number, registry::v1::ImportBatchRequest& batch) {
    const auto end_of = [this](int team) {
      const PlannedTeam& planned = plan.teams[static_cast<size_t>(team)];
      return planned.first_member + planned.member_count;
    };
    while (number >= end_of(member_team)) {
      ++member_team;
    }
    registry::v1::Member& row = *batch.add_members();
    row = rows.Member(number, member_team);
    return {1, row.ByteSizeLong()};
  }

  const DemoCityOptions options;
  const CityPlan plan;
  const RowMaker rows;
  const DemoCityCounts counts;
  int next_organization = 0;
  int next_team = 0;
  int next_member = 0;
  int member_team = 0;
  uint64_t next_batch = 0;
};

DemoCity::DemoCity(const DemoCityOptions& options)
    : state_(std::make_unique<State>(options, std::clamp(options.scale, kSmallest, kLargest))) {}

DemoCity::~DemoCity() = default;

const DemoCityCounts& DemoCity::counts() const { return state_->counts; }

std::optional<registry::v1::ImportBatchRequest> DemoCity::Next() {
  registry::v1::ImportBatchRequest batch;
  int rows = 0;
  size_t bytes = 0;
  while (rows + kMostRowsOfStep <= kMaxBatchRows && bytes + kMostBytesOfStep <= kMaxBatchBytes) {
    const Added added = state_->AddNext(batch);
    if (added.rows == 0) {
      break;
    }
    rows += added.rows;
    bytes += added.bytes + kBytesAroundRow * static_cast<size_t>(added.rows);
  }
  if (rows == 0) {
    return std::nullopt;
  }
  batch.set_request_id(RequestId(state_->options, state_->next_batch++));
  batch.set_source(SourceOf(state_->options));
  return batch;
}

}  // namespace muster::demo
