#include "muster/common/v1/audit.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/owners.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/format.h"
#include "services/cli/output/progress.h"

namespace muster::cli {
namespace {

using common::v1::AuditRecord;
using common::v1::ListAuditRecordsResponse;
using common::v1::VerifyAuditResponse;

constexpr char kAuditor[] = "auditor";
constexpr Duration kLongest = std::chrono::seconds(30);

struct ListOptions {
  std::string owner = "dispatch";
  std::string object;
  std::string actor;
  int limit = 50;
};

struct VerifyOptions {
  std::string owner;
};

std::string Move(const AuditRecord& record) {
  return record.from_state().empty() && record.to_state().empty() ? ""
                                                                  : record.from_state() + " > " + record.to_state();
}

void Print(Output& output, const ListAuditRecordsResponse& reply) {
  Table table({output.In({"序号", "seq"}), output.In({"时间", "time"}), output.In({"做了什么", "action"}),
               output.In({"对象", "object"}), output.In({"变化", "change"}), output.In({"结果", "result"}),
               output.In({"谁", "who"}), output.In({"来自", "from"}), output.In({"备注", "note"})});
  table.AlignRight(0);
  for (const AuditRecord& record : reply.records()) {
    const size_t dot = record.action().rfind('.');
    table.Add({std::to_string(record.seq()), FormatTime(record.time()),
               dot == std::string::npos ? record.action() : record.action().substr(dot + 1),
               record.object_type() + " " + record.object_id(), Move(record), record.result(), record.actor(),
               record.source_address(), record.note()});
  }
  output.Print(table);
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kAuditor));
  common::v1::ListAuditRecordsRequest request;
  request.set_owner(options.owner);
  request.set_object_id(options.object);
  request.set_actor(options.actor);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListAuditRecordsResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : Print(context.output(), reply);
  return ExitCode::kOk;
}

absl::StatusOr<std::vector<VerifyAuditResponse>> VerifyChains(Session& session, Output& output,
                                                              const std::vector<std::string>& owners) {
  Steps steps(output, {"正在核对", "checking the chain of"}, owners.size());
  std::vector<VerifyAuditResponse> chains;
  for (const std::string& owner : owners) {
    steps.Begin(owner);
    common::v1::VerifyAuditRequest request;
    request.set_owner(owner);
    MUSTER_ASSIGN_OR_RETURN(auto chain, session.Call<VerifyAuditResponse>(request, kLongest));
    chain.set_owner(owner);
    chains.push_back(std::move(chain));
  }
  return chains;
}

void PrintChains(Output& output, const std::vector<VerifyAuditResponse>& chains) {
  Table table({output.In({"所属", "owner"}), output.In({"结果", "result"}), output.In({"已核对", "checked"}),
               output.In({"待链接", "unlinked"}), output.In({"链头", "head"}), output.In({"问题", "problem"})});
  table.AlignRight(2).AlignRight(3);
  for (const VerifyAuditResponse& chain : chains) {
    table.Add({chain.owner(), chain.intact() ? output.In({"完整", "intact"}) : output.In({"被破坏", "broken"}),
               Thousands(chain.checked()), Thousands(chain.unlinked()), chain.head_hash().substr(0, 16),
               chain.problem()});
  }
  output.Print(table);
}

absl::StatusOr<ExitCode> Verify(Context& context, const VerifyOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(kAuditor));
  const std::vector<std::string> owners = options.owner.empty() ? EveryOwner() : std::vector{options.owner};
  MUSTER_ASSIGN_OR_RETURN(const auto chains, VerifyChains(*session, context.output(), owners));
  bool intact = true;
  for (const VerifyAuditResponse& chain : chains) {
    intact = intact && chain.intact();
  }
  context.output().json() ? context.output().Json(chains) : PrintChains(context.output(), chains);
  return intact ? ExitCode::kOk : ExitCode::kNegative;
}

}  // namespace

void AddAuditCommands(Commands& commands) {
  const Command group =
      commands.Group("audit", {"审计记录（用 auditor 的密钥）", "the audit trail (with the auditor's key)"});
  const Command list = commands.Add<ListOptions>(
      group, "list", {"列出记录，旧的在前", "list records, oldest first"},
      [&](Command app, ListOptions& options) {
        app.Option("--owner", options.owner,
                   commands.In({"dispatch、registry、identity、notify、exchange",
                                "dispatch, registry, identity, notify or exchange"}))
            .ShowDefault();
        app.Option("--object", options.object, commands.In({"只列这个对象的", "only of this object"}));
        app.Option("--actor", options.actor, commands.In({"只列这个账号的", "only of this account"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      List);
  Commands::Examples(list,
                     "muster audit list --object ASSIGNMENT\nmuster audit list --owner registry --limit 500 --json");
  commands.Add<VerifyOptions>(
      group, "verify", {"核对整条链（被破坏时退出码 1）", "recompute the chains (exit code 1 when one is broken)"},
      [&](Command app, VerifyOptions& options) {
        app.Option("--owner", options.owner, commands.In({"只核对一个", "only one"}));
      },
      Verify);
}

}  // namespace muster::cli
