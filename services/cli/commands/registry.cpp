#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "muster/registry/v1/registry.pb.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/listing.h"
#include "services/cli/app/search_options.h"
#include "services/cli/output/names.h"
#include "services/cli/output/readiness_views.h"
#include "services/cli/output/registry_views.h"
#include "services/cli/parse/input_file.h"

namespace muster::cli {
namespace {

using registry::v1::ListCapabilitiesResponse;
using registry::v1::ListMembersResponse;
using registry::v1::ListTeamsResponse;
using registry::v1::Member;
using registry::v1::Team;

struct ListOptions {
  SearchOptions search;
  std::string organization;
  std::string team;
  std::string kind;
  bool usable = false;
  bool remote = false;
  int limit = 50;
};

/// Who is looked for: each "-" for what stands on standard input.
struct FindOptions {
  std::string name;
  std::string phone;
  std::string id_number;
  int limit = 50;
};

struct ShowOptions {
  std::string id;
};

struct NoOptions {};

absl::StatusOr<ExitCode> ListTeams(Context& context, const ListOptions& options) {
  registry::v1::ListTeamsRequest request;
  MUSTER_RETURN_IF_ERROR(SetSearch(options.search, request));
  request.set_organization_id(options.organization);
  request.set_usable(options.usable);
  request.set_works_remotely(options.remote);
  if (!options.kind.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto kind, ParseEnum<registry::v1::OrganizationKind>(options.kind));
    request.set_organization_kind(kind);
  }
  return PrintList<ListTeamsResponse>(context, request, options.limit, PrintTeams);
}

absl::StatusOr<ExitCode> ListMembers(Context& context, const ListOptions& options) {
  registry::v1::ListMembersRequest request;
  request.set_organization_id(options.organization);
  request.set_team_id(options.team);
  return PrintList<ListMembersResponse>(context, request, options.limit, PrintMembers);
}

/// `given`, or the first line of standard input for "-".
absl::StatusOr<std::string> ValueOf(const std::string& given) {
  constexpr size_t kMostBytes = 1024;
  if (given != "-") {
    return given;
  }
  MUSTER_ASSIGN_OR_RETURN(const std::string input, ReadInput("-", kMostBytes));
  return input.substr(0, input.find_first_of("\r\n"));
}

absl::Status CheckFindOptions(const FindOptions& options) {
  const std::vector<std::string> values{options.name, options.phone, options.id_number};
  if (std::all_of(values.begin(), values.end(), [](const std::string& value) { return value.empty(); })) {
    return UsageError({"请给出 --name、--phone 或 --id-number；值写作 - 时从标准输入读取。",
                       "Give --name, --phone or --id-number; the value - reads it from standard input."});
  }
  if (std::count(values.begin(), values.end(), "-") > 1) {
    return UsageError({"只能有一项从标准输入读取。", "Only one of them can be read from standard input."});
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> FindMembers(Context& context, const FindOptions& options) {
  MUSTER_RETURN_IF_ERROR(CheckFindOptions(options));
  registry::v1::ListMembersRequest request;
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_name(), ValueOf(options.name));
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_phone(), ValueOf(options.phone));
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_id_number(), ValueOf(options.id_number));
  return PrintList<ListMembersResponse>(context, request, options.limit, PrintMembers);
}

template <class Object, class Request, class Print>
absl::StatusOr<ExitCode> Show(Context& context, const ShowOptions& options, Print print) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  Request request;
  request.set_id(options.id);
  MUSTER_ASSIGN_OR_RETURN(const Object object, session->Call<Object>(request));
  context.output().json() ? context.output().Json(object) : print(context.output(), object);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> ShowTeam(Context& context, const ShowOptions& options) {
  return Show<Team, registry::v1::GetTeamRequest>(context, options, PrintTeam);
}
absl::StatusOr<ExitCode> ShowMember(Context& context, const ShowOptions& options) {
  return Show<Member, registry::v1::GetMemberRequest>(context, options, PrintMember);
}

absl::StatusOr<ExitCode> ListCapabilities(Context& context, const NoOptions&) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply,
                          session->Call<ListCapabilitiesResponse>(registry::v1::ListCapabilitiesRequest()));
  context.output().json() ? context.output().Json(reply) : PrintCapabilities(context.output(), reply);
  return ExitCode::kOk;
}

struct SheetOptions {
  std::string code;
  int level = 0;
};

/// The capability with one sheet for each level, or for the one that is asked for.
absl::StatusOr<ExitCode> ShowCapability(Context& context, const SheetOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto all,
                          session->Call<ListCapabilitiesResponse>(registry::v1::ListCapabilitiesRequest()));
  registry::v1::Capability capability;
  for (const auto& known : all.capabilities()) {
    capability = known.code() == options.code ? known : capability;
  }
  registry::v1::GetRequirementSheetRequest request;
  request.set_capability(options.code);
  const int first = options.level == 0 ? 1 : options.level;
  const int last = options.level == 0 ? std::max(1, capability.lowest_level()) : options.level;
  std::vector<registry::v1::RequirementSheet> sheets;
  for (int level = first; level <= last; ++level) {
    request.set_level(level);
    MUSTER_ASSIGN_OR_RETURN(auto sheet, session->Call<registry::v1::RequirementSheet>(request));
    sheets.push_back(std::move(sheet));
  }
  if (!context.output().json()) {
    PrintCapability(context.output(), capability, sheets);
    return ExitCode::kOk;
  }
  for (const auto& sheet : sheets) {
    context.output().Json(sheet);
  }
  return ExitCode::kOk;
}

void BindLimit(Commands& commands, Command app, ListOptions& options) {
  app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
}

void AddTeams(Commands& commands) {
  const Command group = commands.Group("team", {"队伍", "teams"});
  commands.Add<ListOptions>(
      group, "list", {"列出队伍", "list teams"},
      [&](Command app, ListOptions& options) {
        app.Option("--org", options.organization, commands.In({"只列这个组织的", "only of this organization"}));
        app.Option("--kind", options.kind,
                   commands.In({"只列这类组织的：association、filed_group…",
                                "only of organizations of this kind: association, filed_group..."}));
        app.Flag("--usable", options.usable,
                 commands.In({"只列现在可用的：未解散、未停用，所属组织正常", "only those that may be used now"}));
        app.Flag("--remote", options.remote, commands.In({"只列可以远程工作的", "only those that work remotely"}));
        BindSearch(commands, app, options.search);
        BindLimit(commands, app, options);
      },
      ListTeams);
  commands.Add<ShowOptions>(
      group, "show", {"查看一支队伍", "show a team"},
      [](Command app, ShowOptions& options) { app.Option("ID", options.id).Required(); }, ShowTeam);
  AddTeamCommands(commands, group);
}

void AddMembers(Commands& commands) {
  const Command group = commands.Group("member", {"成员（姓名、电话已遮蔽）", "members, masked"});
  commands.Add<ListOptions>(
      group, "list", {"列出成员", "list members"},
      [&](Command app, ListOptions& options) {
        app.Option("--org", options.organization, commands.In({"只列这个组织的", "only of this organization"}));
        app.Option("--team", options.team, commands.In({"只列这支队伍的", "only of this team"}));
        BindLimit(commands, app, options);
      },
      ListMembers);
  commands.Add<FindOptions>(
      group, "find", {"按姓名、电话或身份证号查找成员", "find members by name, phone or identity number"},
      [&](Command app, FindOptions& options) {
        app.Option(
            "--name", options.name,
            commands.In({"姓名，须完整；- 表示从标准输入读取", "the whole name; - reads it from standard input"}));
        app.Option("--phone", options.phone, commands.In({"电话；- 同上", "the phone; - as above"}));
        app.Option("--id-number", options.id_number,
                   commands.In({"身份证号；- 同上", "the identity number; - as above"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      FindMembers);
  commands.Add<ShowOptions>(
      group, "show", {"查看一名成员", "show a member"},
      [](Command app, ShowOptions& options) { app.Option("ID", options.id).Required(); }, ShowMember);
  AddMemberCommands(commands, group);
}

}  // namespace

void AddRegistryCommands(Commands& commands) {
  AddTeams(commands);
  AddMembers(commands);
  const Command group = commands.Group("capability", {"能力目录", "the taxonomy of capabilities"});
  commands.Add<NoOptions>(
      group, "list", {"列出全部能力", "list every capability"}, [](Command, NoOptions&) {}, ListCapabilities);
  commands.Add<SheetOptions>(
      group, "show", {"查看一项能力：替代能力与要求", "show a capability: what may stand in for it, and what it takes"},
      [&](Command app, SheetOptions& options) {
        app.Option("CODE", options.code, commands.In({"能力代码", "its code"})).Required();
        app.Option("--level", options.level, commands.In({"只看这一级的要求", "what this level takes"})).AtLeastOne();
      },
      ShowCapability);
}

}  // namespace muster::cli
