#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/registry/core/position_rules.h"
#include "services/registry/rpc/handlers.h"
#include "services/registry/rpc/wire.h"
#include "services/registry/store/codecs.h"
#include "services/registry/store/reads.h"

namespace muster::registry {
namespace {

/// Keeps a reported position. It writes one row and nothing else: no event, no audit record, no version. A repeat is as
/// old as what is kept and so changes nothing, so that no reply has to be kept for it either. The statement compares
/// the times once more: of two reports at once the later one stays.
class ReportCommand final : public storage::Command {
 public:
  ReportCommand(ReportPosition command, rpc::Call call) : command_(std::move(command)), call_(std::move(call)) {}

  std::vector<storage::Read> Reads() override {
    facts_ = Facts();
    std::vector<storage::Read> reads;
    ReadTeam(call_.principal, command_.id, facts_.teams, reads);
    return reads;
  }

  absl::Status Decide(Time now, storage::Changes& changes) override {
    MUSTER_ASSIGN_OR_RETURN(const ReportedPosition reported,
                            registry::Decide(command_, facts_, Context{now, call_.principal, nullptr}));
    v1::ReportPositionResponse reply;
    ToProto(*reported.latest, *reply.mutable_position());
    reply.set_taken(reported.taken);
    changes.reply = reply.SerializeAsString();
    if (reported.taken) {
      changes.writes.push_back(
          {"INSERT INTO team_position (team_id, location, measured_us) VALUES ($1, $2, $3) ON CONFLICT (team_id) DO "
           "UPDATE SET location = excluded.location, measured_us = excluded.measured_us WHERE excluded.measured_us > "
           "team_position.measured_us",
           {command_.id.value(), LocationToText(*reported.latest), ToMicros(*reported.latest->time)},
           -1,
           {}});
    }
    return absl::OkStatus();
  }

  std::optional<Duration> steady_deadline() const override { return call_.steady_deadline; }

 private:
  const ReportPosition command_;
  const rpc::Call call_;
  Facts facts_;
};

absl::StatusOr<ReportPosition> ReportFromProto(const v1::ReportPositionRequest& request) {
  if (!request.has_position()) {
    return Error(Reason::kInvalidField, "position");
  }
  ReportPosition command{TeamId(request.team_id()), request.expected_version(), {}};
  MUSTER_ASSIGN_OR_RETURN(command.location, FromProto(request.position(), "position"));
  return command;
}

}  // namespace

void ServePositions(rpc::MethodTable& table, const Tools& tools) {
  table.Unary<v1::ReportPositionRequest, v1::ReportPositionResponse>(
      "muster.registry.v1.RegistryService.ReportPosition",
      [&tools](const rpc::Call& call, const v1::ReportPositionRequest& request,
               rpc::Reply<v1::ReportPositionResponse> reply) {
        absl::StatusOr<ReportPosition> command = ReportFromProto(request);
        if (!command.ok()) {
          return reply(command.status());
        }
        tools.database.Submit(std::make_unique<ReportCommand>(*std::move(command), call),
                              ReplyStored<v1::ReportPositionResponse>(std::move(reply)));
      });
}

}  // namespace muster::registry
