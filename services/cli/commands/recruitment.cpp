#include "muster/registry/v1/registry.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/changing.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/listing.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/output/people_views.h"
#include "services/cli/output/registry_views.h"
#include "services/cli/parse/input_file.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

namespace v1 = registry::v1;

struct OpenOptions {
  std::string title_zh;
  std::string title_en;
  std::string organization;
  std::string district;
  std::string capability;
  int places = 0;
  std::string from;
  std::string until;
  std::string screening;
};

struct ListOptions {
  std::string district;
  std::string organization;
  std::string state;
  int limit = 50;
};

struct IdOptions {
  std::string id;
  std::string reason;
};

struct PairOptions {
  std::string first;
  std::string member;
  std::string reason;
};

struct FileOptions {
  std::string file;
};

struct AnswerOptions {
  std::string id;
  bool accept = false;
  bool decline = false;
  std::string reason;
  int version = 1;
};

struct FilterOptions {
  std::string drive;
  std::string team;
  std::string member;
  std::string state;
  int limit = 50;
};

absl::StatusOr<v1::Recruitment> Find(Session& session, const std::string& id) {
  v1::GetRecruitmentRequest request;
  request.set_id(id);
  return session.Call<v1::Recruitment>(request);
}

absl::StatusOr<ExitCode> Open(Context& context, const OpenOptions& options) {
  v1::CreateRecruitmentRequest request;
  v1::Recruitment& drive = *request.mutable_recruitment();
  drive.mutable_title()->set_zh(options.title_zh);
  drive.mutable_title()->set_en(options.title_en);
  drive.set_organization_id(options.organization);
  drive.set_district_path(options.district);
  drive.set_capability(options.capability);
  drive.set_places(options.places);
  drive.set_screening(options.screening);
  MUSTER_ASSIGN_OR_RETURN(const Time from, ParseTime(options.from, context.clock().Now()));
  MUSTER_ASSIGN_OR_RETURN(const Time until, ParseEnd(options.until, context.clock().Now()));
  *drive.mutable_window()->mutable_start_time() = ToTimestamp(from);
  *drive.mutable_window()->mutable_end_time() = ToTimestamp(until);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Recruitment>(context, *session, std::move(request), PrintRecruitment);
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  v1::ListRecruitmentsRequest request;
  request.set_district_path(options.district);
  request.set_organization_id(options.organization);
  if (!options.state.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<v1::RecruitmentState>(options.state));
    request.set_state(state);
  }
  return PrintList<v1::ListRecruitmentsResponse>(context, request, options.limit, PrintRecruitments);
}

absl::StatusOr<ExitCode> Show(Context& context, const IdOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const v1::Recruitment drive, Find(*session, options.id));
  context.output().json() ? context.output().Json(drive) : PrintRecruitment(context.output(), drive);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Close(Context& context, const IdOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  MUSTER_ASSIGN_OR_RETURN(const v1::Recruitment drive, Find(*session, options.id));
  v1::CloseRecruitmentRequest request;
  request.set_id(options.id);
  request.set_reason(options.reason);
  request.set_expected_version(drive.version());
  return Change<v1::Recruitment>(context, *session, std::move(request), PrintRecruitment);
}

absl::StatusOr<ExitCode> Apply(Context& context, const PairOptions& options) {
  v1::ApplyToRecruitmentRequest request;
  request.set_recruitment_id(options.first);
  request.set_member_id(options.member);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Application>(context, *session, std::move(request), PrintApplication);
}

/// A yes-or-no answer to what `options` names.
template <class Response, class Request, class Print>
absl::StatusOr<ExitCode> Answer(Context& context, const AnswerOptions& options, const std::string& identity,
                                Print print) {
  if (options.accept == options.decline) {
    return UsageError({"请给出 --accept 或 --decline。", "Give --accept or --decline."});
  }
  Request request;
  request.set_id(options.id);
  request.set_accept(options.accept);
  request.set_reason(options.reason);
  request.set_expected_version(options.version);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open(identity));
  return Change<Response>(context, *session, std::move(request), print);
}

absl::StatusOr<ExitCode> Review(Context& context, const AnswerOptions& options) {
  return Answer<v1::Application, v1::ReviewApplicationRequest>(context, options, "officer", PrintApplication);
}

absl::StatusOr<ExitCode> TakeBack(Context& context, const AnswerOptions& options) {
  v1::WithdrawApplicationRequest request;
  request.set_id(options.id);
  request.set_reason(options.reason);
  request.set_expected_version(options.version);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Application>(context, *session, std::move(request), PrintApplication);
}

absl::StatusOr<ExitCode> ListApplications(Context& context, const FilterOptions& options) {
  v1::ListApplicationsRequest request;
  request.set_recruitment_id(options.drive);
  request.set_member_id(options.member);
  if (!options.state.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<v1::ApplicationState>(options.state));
    request.set_state(state);
  }
  return PrintList<v1::ListApplicationsResponse>(context, request, options.limit, PrintApplications);
}

absl::StatusOr<ExitCode> Join(Context& context, const PairOptions& options) {
  v1::JoinTeamRequest request;
  request.set_team_id(options.first);
  request.set_member_id(options.member);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Membership>(context, *session, std::move(request), PrintMembership);
}

absl::StatusOr<ExitCode> Invite(Context& context, const FileOptions& options) {
  v1::JoinTeamRequest request;
  MUSTER_RETURN_IF_ERROR(ReadJsonFile(options.file, &request));
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  return Change<v1::Membership>(context, *session, std::move(request), PrintMembership);
}

absl::StatusOr<ExitCode> AnswerInvitation(Context& context, const AnswerOptions& options) {
  return Answer<v1::Membership, v1::AnswerMembershipRequest>(context, options, "officer", PrintMembership);
}

absl::StatusOr<ExitCode> Leave(Context& context, const PairOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("officer"));
  v1::GetMemberRequest get;
  get.set_id(options.member);
  MUSTER_ASSIGN_OR_RETURN(const v1::Member member, session->Call<v1::Member>(get));
  v1::LeaveTeamRequest request;
  request.set_team_id(options.first);
  request.set_member_id(options.member);
  request.set_reason(options.reason);
  request.set_expected_version(member.version());
  return Change<v1::Member>(context, *session, std::move(request), PrintMember);
}

absl::StatusOr<ExitCode> ListMemberships(Context& context, const FilterOptions& options) {
  v1::ListMembershipsRequest request;
  request.set_team_id(options.team);
  request.set_member_id(options.member);
  if (!options.state.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<v1::MembershipState>(options.state));
    request.set_state(state);
  }
  return PrintList<v1::ListMembershipsResponse>(context, request, options.limit, PrintMemberships);
}

void BindAnswer(Commands& commands, Command app, AnswerOptions& options) {
  app.Option("ID", options.id).Required();
  app.Flag("--accept", options.accept, commands.In({"同意", "yes"}));
  app.Flag("--decline", options.decline, commands.In({"不同意", "no"}));
  app.Option("--reason", options.reason, commands.In({"原因", "why not"}));
  app.Option("--version", options.version, commands.In({"所见的版本", "the version that you saw"})).ShowDefault();
}

void BindFilter(Commands& commands, Command app, FilterOptions& options) {
  app.Option("--member", options.member, commands.In({"只列这名成员的", "only of this member"}));
  app.Option("--state", options.state, commands.In({"只列这种状态的", "only in this state"}));
  app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
}

void BindOpen(Commands& commands, Command app, OpenOptions& options) {
  app.Option("--title-zh", options.title_zh, commands.In({"中文名称", "its title in Chinese"})).Required();
  app.Option("--title-en", options.title_en, commands.In({"英文名称", "its title in English"})).Required();
  app.Option("--places", options.places, commands.In({"名额", "how many people"})).Required().AtLeastOne();
  app.Option("--from", options.from, commands.In({"何时开始需要", "needed from"})).Required();
  app.Option("--until", options.until, commands.In({"到何时", "needed until"})).Required();
  app.Option("--org", options.organization,
             commands.In({"招募的组织；不填为民政部门",
                          "the organization that recruits; "
                          "none: the authority"}));
  app.Option("--district", options.district, commands.In({"区划", "its district"}));
  app.Option("--capability", options.capability, commands.In({"所需能力", "the capability wanted"}));
  app.Option("--screening", options.screening, commands.In({"筛选问题与要求", "what applicants are asked"}));
}

void AddDrives(Commands& commands, Command group) {
  const Command open = commands.Add<OpenOptions>(
      group, "open", {"发起招募", "open a drive"},
      [&](Command app, OpenOptions& options) { BindOpen(commands, app, options); }, Open);
  Commands::Examples(open,
                     "muster recruitment open --title-zh 采样志愿者 --title-en \"Sampling volunteers\" --places 40 \\\n"
                     "  --from +1h --until +2d --district 3205/320583 --capability sampling_support");
  commands.Add<ListOptions>(
      group, "list", {"列出招募", "list drives"},
      [&](Command app, ListOptions& options) {
        app.Option("--district", options.district, commands.In({"区划", "its district"}));
        app.Option("--org", options.organization, commands.In({"只列这个组织的", "only of this organization"}));
        app.Option("--state", options.state, commands.In({"状态：open、closed", "open, closed"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      List);
  commands.Add<IdOptions>(
      group, "show", {"查看一次招募", "show a drive"},
      [](Command app, IdOptions& options) { app.Option("ID", options.id).Required(); }, Show);
  commands.Add<IdOptions>(
      group, "close", {"结束招募", "close a drive"},
      [&](Command app, IdOptions& options) {
        app.Option("ID", options.id).Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"})).Required();
      },
      Close);
}

void AddApplications(Commands& commands, Command group) {
  commands.Add<PairOptions>(
      group, "apply", {"报名", "apply for a place"},
      [](Command app, PairOptions& options) {
        app.Option("RECRUITMENT", options.first).Required();
        app.Option("MEMBER", options.member).Required();
      },
      Apply);
  commands.Add<AnswerOptions>(
      group, "review", {"录用或婉拒报名", "accept or decline an application"},
      [&](Command app, AnswerOptions& options) { BindAnswer(commands, app, options); }, Review);
  commands.Add<AnswerOptions>(
      group, "withdraw", {"撤回报名", "take an application back"},
      [&](Command app, AnswerOptions& options) {
        app.Option("ID", options.id).Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
        app.Option("--version", options.version, commands.In({"所见的版本", "the version that you saw"})).ShowDefault();
      },
      TakeBack);
  commands.Add<FilterOptions>(
      group, "applications", {"列出报名", "list applications"},
      [&](Command app, FilterOptions& options) {
        app.Option("--recruitment", options.drive, commands.In({"只列这次招募的", "only to this drive"}));
        BindFilter(commands, app, options);
      },
      ListApplications);
}

void AddMemberships(Commands& commands, Command group) {
  const auto bind_pair = [](Command app, PairOptions& options) {
    app.Option("TEAM", options.first).Required();
    app.Option("MEMBER", options.member).Required();
  };
  commands.Add<PairOptions>(group, "join", {"申请入队", "ask to be in a team"}, bind_pair, Join);
  commands.Add<FileOptions>(
      group, "invite",
      {"按电话和证件号邀请入队（JSON 文件，- 为标准输入）",
       "ask a person, by phone and identity number, to be in a team (a JSON file; - is standard input)"},
      [](Command app, FileOptions& options) { app.Option("FILE", options.file).Required(); }, Invite);
  commands.Add<AnswerOptions>(
      group, "answer", {"答复入队申请或邀请（提出的一方不能自己答复）", "answer what the other side has asked"},
      [&](Command app, AnswerOptions& options) { BindAnswer(commands, app, options); }, AnswerInvitation);
  commands.Add<PairOptions>(
      group, "leave", {"离队", "take a person out of a team"},
      [&, bind_pair](Command app, PairOptions& options) {
        bind_pair(app, options);
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
      },
      Leave);
  commands.Add<FilterOptions>(
      group, "memberships", {"列出入队约定", "list memberships"},
      [&](Command app, FilterOptions& options) {
        app.Option("--team", options.team, commands.In({"只列这支队伍的", "only of this team"}));
        BindFilter(commands, app, options);
      },
      ListMemberships);
}

}  // namespace

void AddRecruitmentCommands(Commands& commands) {
  const Command volunteers = commands.Group("volunteer", {"志愿者", "volunteers"});
  AddVolunteerCommands(commands, volunteers);
  AddMemberships(commands, volunteers);
  const Command drives = commands.Group("recruitment", {"志愿者招募", "recruitment drives"});
  AddDrives(commands, drives);
  AddApplications(commands, drives);
}

}  // namespace muster::cli
