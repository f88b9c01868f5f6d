#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "muster/base/clock.h"
#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/matching/v1/matching.pb.h"
#include "muster/rpc/method_table.h"
#include "muster/rpc/peer.h"
#include "services/matching/core/plan.h"
#include "services/matching/core/team_index.h"
#include "services/matching/rpc/index_feeder.h"

namespace muster::matching {

/// The matching service: ranks, explains and plans from an index in memory. It owns nothing durable. The program that
/// wires it calls Register and drives Step by a thread. Thread-safe but for Step.
class MatchingService {
 public:
  /// All must outlive the service.
  using Dependencies = IndexFeeder::Dependencies;
  explicit MatchingService(Dependencies dependencies);

  /// Serves muster.matching.v1.MatchingService in `table`; the service must outlive the table's use.
  void Register(rpc::MethodTable& table);

  /// Keeps the index up to date: see IndexFeeder::Step.
  Duration Step(Time now) { return feeder_.Step(now); }

  const IndexFeeder& feeder() const { return feeder_; }
  const TeamIndex& index() const { return index_; }

 private:
  void RankTeams(const rpc::Call& call, const v1::RankTeamsRequest& request, rpc::Reply<v1::RankTeamsResponse> reply);
  void ExplainTeam(const rpc::Call& call, const v1::ExplainTeamRequest& request,
                   rpc::Reply<v1::ExplainTeamResponse> reply);
  void PlanRequest(const rpc::Call& call, const v1::PlanRequestRequest& request,
                   rpc::Reply<v1::PlanRequestResponse> reply);

  using QueryReply = std::function<void(absl::StatusOr<RankQuery>)>;
  /// The query of a request that has either a need or a line_id; the latter is asked of dispatch as the caller.
  template <class Request>
  void WithQuery(const rpc::Call& call, const Request& request, QueryReply next);
  void WithLine(const rpc::Call& call, const std::string& line_id, QueryReply next);

  absl::StatusOr<v1::RankTeamsResponse> Rank(const RankQuery& query) const;
  absl::StatusOr<v1::ExplainTeamResponse> ExplainOne(const RankQuery& query, const TeamId& team_id) const;
  absl::StatusOr<v1::PlanRequestResponse> MakePlan(const rpc::Call& call, const v1::PlanRequestRequest& request) const;

  absl::Status CheckReady() const;

  const Dependencies dependencies_;
  TeamIndex index_;
  IndexFeeder feeder_;
  CoverPlanner planner_;
};

}  // namespace muster::matching
