#include "muster/common/v1/audit.pb.h"
#include "muster/common/v1/invariant.pb.h"
#include "services/cli/app/owners.h"
#include "services/cli/output/format.h"
#include "services/cli/output/progress.h"
#include "services/cli/story/answering.h"
#include "services/cli/story/stage.h"

namespace muster::cli {
namespace {

using common::v1::ListAuditRecordsResponse;
using common::v1::VerifyAuditResponse;
using common::v1::VerifyResponse;

constexpr Duration kLongest = std::chrono::seconds(30);

/// The linker chains within a second.
constexpr Duration kLinked = std::chrono::milliseconds(1500);

absl::Status ShowTrail(Stage& stage) {
  const auto& assignment = stage.assignments.front();
  common::v1::ListAuditRecordsRequest request;
  request.set_owner("dispatch");
  request.set_object_id(assignment.id());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, stage.cast.auditor().Call<ListAuditRecordsResponse>(request));
  if (reply.records().empty()) {
    return Unexpected({"审计记录是空的", "the audit trail is empty"});
  }
  Table table({"#", stage.context.language() == Language::kChinese ? "变化" : "change",
               stage.context.language() == Language::kChinese ? "备注" : "note"});
  for (const auto& record : reply.records()) {
    table.Add({std::to_string(record.seq()), record.from_state() + " > " + record.to_state(), record.note()});
  }
  stage.narrator.Tell({"“" + Named(stage, assignment.team_id()) + "”的任务留下的记录：",
                       "What the assignment of \"" + Named(stage, assignment.team_id()) + "\" left behind:"});
  stage.narrator.Show(table);
  stage.narrator.ByHand("muster audit list --object " + assignment.id());
  return absl::OkStatus();
}

absl::Status VerifyChains(Stage& stage) {
  int64_t checked = 0;
  for (const std::string& owner : EveryOwner()) {
    common::v1::VerifyAuditRequest request;
    request.set_owner(owner);
    MUSTER_ASSIGN_OR_RETURN(const auto chain, stage.cast.auditor().Call<VerifyAuditResponse>(request, kLongest));
    if (!chain.intact()) {
      return Unexpected(
          {owner + " 的审计链不完整：" + chain.problem(), "the chain of " + owner + " is broken: " + chain.problem()});
    }
    checked += chain.checked();
  }
  stage.narrator.Tell({"重算全部审计链：完整，" + Thousands(checked) + " 条记录。",
                       "All chains recomputed: intact, " + Thousands(checked) + " records."});
  stage.narrator.ByHand("muster audit verify");
  return absl::OkStatus();
}

absl::Status VerifyInvariants(Stage& stage) {
  MUSTER_ASSIGN_OR_RETURN(const auto reply,
                          stage.cast.duty_operator().Call<VerifyResponse>(common::v1::VerifyRequest(), kLongest));
  if (!reply.violations().empty()) {
    return Unexpected({"有不变式被违反：" + reply.violations(0).problem(),
                       "an invariant is violated: " + reply.violations(0).problem()});
  }
  stage.narrator.Tell({"必须始终成立的一切都成立：查了 " + Thousands(reply.checked_rows()) + " 行。",
                       "What must always hold does: " + Thousands(reply.checked_rows()) + " rows looked at."});
  stage.narrator.ByHand("muster verify");
  return absl::OkStatus();
}

}  // namespace

absl::Status TellOfTheAudit(Stage& stage) {
  stage.narrator.Chapter({"全程可查，无从篡改", "All of it is on record, and cannot be altered unseen"});
  Sleep(kLinked);
  MUSTER_RETURN_IF_ERROR(ShowTrail(stage));
  MUSTER_RETURN_IF_ERROR(VerifyChains(stage));
  return VerifyInvariants(stage);
}

}  // namespace muster::cli
