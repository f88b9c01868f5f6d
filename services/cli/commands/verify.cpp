#include "muster/common/v1/invariant.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/owners.h"
#include "services/cli/output/progress.h"
#include "services/cli/output/verify_view.h"

namespace muster::cli {
namespace {

using common::v1::VerifyResponse;

/// Looking at every row that an owner has takes longer than an ordinary call.
constexpr Duration kLongest = std::chrono::seconds(30);

struct Options {
  std::string owner;
};

/// Asks one owner after the other, so that it can be seen how far it is.
absl::StatusOr<VerifyResponse> Ask(Session& session, Output& output, const std::vector<std::string>& owners) {
  Steps steps(output, {"正在检查", "checking"}, owners.size());
  VerifyResponse all;
  for (const std::string& owner : owners) {
    steps.Begin(owner);
    common::v1::VerifyRequest request;
    request.set_owner(owner);
    MUSTER_ASSIGN_OR_RETURN(const auto reply, session.Call<VerifyResponse>(request, kLongest));
    const int64_t rows = all.checked_rows() + reply.checked_rows();
    all.MergeFrom(reply);
    all.set_checked_rows(rows);
  }
  return all;
}

absl::StatusOr<ExitCode> Verify(Context& context, const Options& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  const std::vector<std::string> owners = options.owner.empty() ? EveryOwner() : std::vector{options.owner};
  MUSTER_ASSIGN_OR_RETURN(const auto reply, Ask(*session, context.output(), owners));
  context.output().json() ? context.output().Json(reply) : PrintVerified(context.output(), reply);
  return reply.violations().empty() ? ExitCode::kOk : ExitCode::kNegative;
}

}  // namespace

void AddVerifyCommand(Commands& commands) {
  const Command app = commands.Add<Options>(
      commands.root(), "verify",
      {"检查必须始终成立的一切（有违反时退出码 1）",
       "check what must always hold (exit code 1 when something does not)"},
      [&](Command command, Options& options) {
        command.Option("--owner", options.owner,
                       commands.In({"只查一个：registry、dispatch、notify、exchange、identity",
                                    "only one: registry, dispatch, notify, exchange, identity"}));
      },
      Verify);
  Commands::Examples(app, "muster verify\nmuster verify --owner dispatch --json");
}

}  // namespace muster::cli
