#include "services/cli/output/advice.h"

namespace muster::cli {

Text AdviceFor(const ErrorInfo& error) {
  switch (error.reason) {
    case Reason::kAuthRequired:
    case Reason::kSessionExpired:
      return {"用 --as operator、--token-file 或环境变量 MUSTER_TOKEN 指定密钥；muster doctor 会检查各个密钥。",
              "choose a key with --as operator, --token-file or the variable MUSTER_TOKEN; muster doctor checks them."};
    case Reason::kForbidden:
      return {"换一个身份：--as operator、officer、organization、auditor 或 admin。",
              "use another identity: --as operator, officer, organization, auditor or admin."};
    case Reason::kVersionConflict:
      return {"再执行一次：命令会先读取当前版本。", "run it again: the command reads the current version first."};
    case Reason::kConfirmRequired:
      return {"确认无误后加上 --yes。", "add --yes when that is meant."};
    case Reason::kTeamOverlap:
    case Reason::kNotEligible:
      return {"muster candidates 列出可用的队伍，--explain 说明原因。",
              "muster candidates lists teams that can go; --explain says why one cannot."};
    case Reason::kDeadline:
      return {"用同一个 --request-id 重试，或用 --timeout 延长等待（最多 30 秒）。",
              "repeat it with the same --request-id, or wait longer with --timeout (at most 30 seconds)."};
    case Reason::kInvalidField:
      return error.field == "answered_via" ? Text{"说明答复是怎么得到的：--via phone、radio 或 paper。",
                                                  "say how the answer came: --via phone, radio or paper."}
                                           : Text{};
    default:
      return {};
  }
}

}  // namespace muster::cli
