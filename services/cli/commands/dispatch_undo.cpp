#include "muster/dispatch/v1/dispatch.pb.h"
#include "services/cli/app/changing.h"
#include "services/cli/app/commands.h"

namespace muster::cli {
namespace {

using dispatch::v1::WithdrawDispatchResponse;

struct UndoOptions {
  std::string dispatch;
  std::string reason;
};

void PrintUndo(Output& output, const WithdrawDispatchResponse& reply) {
  const std::string offers = std::to_string(reply.withdrawn_offers());
  const std::string assignments = std::to_string(reply.ended_assignments());
  output.Line(Text{"撤回邀请 " + offers + "，结束任务 " + assignments,
                   "offers withdrawn: " + offers + ", assignments ended: " + assignments});
}

absl::StatusOr<ExitCode> UndoDispatch(Context& context, const UndoOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  dispatch::v1::WithdrawDispatchRequest request;
  request.set_dispatch_id(options.dispatch);
  request.set_reason(options.reason);
  return Change<WithdrawDispatchResponse>(context, *session, std::move(request), PrintUndo);
}

}  // namespace

void AddDispatchUndoCommand(Commands& commands, Command dispatch) {
  const Command undo = commands.Add<UndoOptions>(
      dispatch, "undo", {"在宽限时间内整体撤回一次派遣", "take a whole dispatch back within its grace time"},
      [&](Command app, UndoOptions& options) {
        app.Option("DISPATCH", options.dispatch, commands.In({"派遣编号", "the dispatch"})).Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
      },
      UndoDispatch);
  Commands::Examples(undo, "muster dispatch undo DISPATCH --reason \"the wrong street\"");
}

}  // namespace muster::cli
