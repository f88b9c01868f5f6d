#include "services/cli/watch/watch.h"

#include "muster/identity/v1/identity.pb.h"
#include "services/cli/app/commands.h"

namespace muster::cli {
namespace {

absl::StatusOr<ExitCode> Watch(Context& context, const WatchOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto who, session->Call<identity::v1::WhoAmIResponse>(identity::v1::WhoAmIRequest()));
  CatchInterrupt();
  context.output().Note({"实时动态（Ctrl-C 结束）", "live feed (Ctrl-C ends it)"});
  if (!who.account().organization_id().empty()) {
    return WatchDeliveries(context, *session, options);
  }
  return session->is_remote() ? WatchGateway(context, options) : WatchLists(context, *session, options);
}

}  // namespace

void AddWatchCommand(Commands& commands) {
  const Command app = commands.Add<WatchOptions>(
      commands.root(), "watch",
      {"实时动态：组织收到的通知，或值班员看到的变化",
       "live feed: an organization's messages, or what changes for an operator"},
      [&](Command command, WatchOptions& options) {
        command.Option("--incident", options.incident, commands.In({"只看这个事件", "only this incident"}));
        command.Option("--cursor", options.cursor,
                       commands.In({"从这里接着看（--url 时），如 dispatch:12,notify:3",
                                    "with --url, go on from here: dispatch:12,notify:3"}));
        command.Flag(
            "--receipts", options.receipts,
            commands.In({"组织：对每条通知回执“已送达”", "an organization: acknowledge each message as delivered"}));
        command.Option("--for", options.seconds, commands.In({"几秒后结束", "end after so many seconds"})).AtLeastOne();
      },
      Watch);
  Commands::Examples(
      app, "muster watch\nmuster watch --as organization --receipts\nmuster watch --url http://desk:8080 --json");
}

}  // namespace muster::cli
