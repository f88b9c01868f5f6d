#include <limits>
#include <string>
#include <vector>

#include "muster/registry/v1/registry.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/changing.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/output/readiness_views.h"
#include "services/cli/output/registry_views.h"
#include "services/cli/parse/position.h"
#include "services/cli/parse/team_spec.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using registry::v1::Team;

/// What `team create` and `team update` have in common. What is not given is left as it is.
struct TeamOptions {
  std::string id;
  std::string organization;
  std::string name;
  int headcount = 0;
  std::string leader;
  std::string district;
  std::string travel;
  int turnout = -1;
  int range = -1;
  std::vector<std::string> capabilities;
  std::vector<std::string> equipment;
  std::vector<std::string> limits;
  std::string limit_text;
  int max_hours = -1;
  std::vector<std::string> languages;
  std::string remote;
  std::string base;
};

struct PartnerOptions {
  std::string team;
  std::string organization;
  bool accept = false;
  bool decline = false;
};

struct PositionOptions {
  std::string team;
  double latitude = 0;
  double longitude = 0;
  double accuracy = 0;
  std::string time;
};

struct ReadinessOptions {
  std::string id;
  bool organization = false;
  std::string people;
  std::string equipment;
  std::string funds;
  std::string until;
};

struct AvailabilityOptions {
  std::string id;
  std::vector<std::string> weekly;
  std::vector<std::string> blackouts;
  bool always = false;
};

/// Fills `team` and names the fields that are given.
absl::Status Fill(const TeamOptions& options, Time now, Team& team, google::protobuf::FieldMask& mask) {
  const auto given = [&mask](bool is_given, const char* path) {
    if (is_given) {
      mask.add_paths(path);
    }
    return is_given;
  };
  if (given(!options.name.empty(), "name")) {
    team.set_name(options.name);
  }
  if (given(options.headcount > 0, "headcount")) {
    team.set_headcount(options.headcount);
  }
  if (given(!options.leader.empty(), "leader_member_id")) {
    team.set_leader_member_id(options.leader);
  }
  if (given(!options.district.empty(), "district_path")) {
    team.set_district_path(options.district);
  }
  if (given(!options.travel.empty(), "travel_mode")) {
    MUSTER_ASSIGN_OR_RETURN(const auto mode, ParseEnum<registry::v1::TravelMode>(options.travel));
    team.set_travel_mode(mode);
  }
  if (given(options.turnout >= 0, "turnout_minutes")) {
    team.set_turnout_minutes(options.turnout);
  }
  if (given(options.range >= 0, "range_km")) {
    team.set_range_km(options.range);
  }
  for (const std::string& text : options.capabilities) {
    MUSTER_ASSIGN_OR_RETURN(*team.add_capabilities(), ParseTeamCapability(text, now));
  }
  given(!options.capabilities.empty(), "capabilities");
  for (const std::string& text : options.equipment) {
    MUSTER_ASSIGN_OR_RETURN(*team.add_equipment(), ParseEquipment(text));
  }
  given(!options.equipment.empty(), "equipment");
  if (given(!options.limits.empty() || !options.limit_text.empty() || options.max_hours >= 0, "limits")) {
    team.mutable_limits()->mutable_codes()->Assign(options.limits.begin(), options.limits.end());
    team.mutable_limits()->set_text(options.limit_text);
    team.mutable_limits()->set_max_hours_per_day(std::max(0, options.max_hours));
  }
  if (given(!options.languages.empty(), "languages")) {
    team.mutable_languages()->Assign(options.languages.begin(), options.languages.end());
  }
  if (!options.remote.empty() && options.remote != "yes" && options.remote != "no") {
    return UsageError({"--remote 请写 yes 或 no。", "--remote takes yes or no."});
  }
  if (given(!options.remote.empty(), "works_remotely")) {
    team.set_works_remotely(options.remote == "yes");
  }
  if (given(!options.base.empty(), "base_position")) {
    MUSTER_ASSIGN_OR_RETURN(*team.mutable_base_position(), ParsePosition(options.base));
  }
  return absl::OkStatus();
}

absl::StatusOr<Team> FindTeam(Session& session, const std::string& id) {
  registry::v1::GetTeamRequest get;
  get.set_id(id);
  return session.Call<Team>(get);
}

ExitCode Show(Context& context, const Team& team) {
  context.output().json() ? context.output().Json(team) : PrintTeam(context.output(), team);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Create(Context& context, const TeamOptions& options) {
  registry::v1::CreateTeamRequest request;
  google::protobuf::FieldMask mask;
  MUSTER_RETURN_IF_ERROR(Fill(options, context.clock().Now(), *request.mutable_team(), mask));
  request.mutable_team()->set_organization_id(options.organization);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Team team, session->Call<Team>(request));
  return Show(context, team);
}

absl::StatusOr<ExitCode> Update(Context& context, const TeamOptions& options) {
  registry::v1::UpdateTeamRequest request;
  MUSTER_RETURN_IF_ERROR(Fill(options, context.clock().Now(), *request.mutable_team(), *request.mutable_update_mask()));
  if (request.update_mask().paths().empty()) {
    return UsageError(
        {"请给出要修改的内容，如 --equipment boat:2。", "Say what is to change, as in --equipment boat:2."});
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  MUSTER_ASSIGN_OR_RETURN(const Team before, FindTeam(*session, options.id));
  request.mutable_team()->set_id(options.id);
  request.set_expected_version(before.version());
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Team team, session->Call<Team>(request));
  return Show(context, team);
}

absl::StatusOr<ExitCode> Disband(Context& context, const TeamOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  MUSTER_ASSIGN_OR_RETURN(const Team before, FindTeam(*session, options.id));
  MUSTER_ASSIGN_OR_RETURN(const bool meant,
                          context.Confirm({"解散队伍“" + before.name() + "”？不能恢复。",
                                           "Disband the team \"" + before.name() + "\"? It cannot be brought back."}));
  if (!meant) {
    return ExitCode::kNegative;
  }
  registry::v1::DisbandTeamRequest request;
  request.set_id(options.id);
  request.set_expected_version(before.version());
  return Change<Team>(context, *session, std::move(request), PrintTeam);
}

absl::StatusOr<ExitCode> InvitePartner(Context& context, const PartnerOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  MUSTER_ASSIGN_OR_RETURN(const Team before, FindTeam(*session, options.team));
  registry::v1::InvitePartnerRequest request;
  request.set_team_id(options.team);
  request.set_organization_id(options.organization);
  request.set_expected_version(before.version());
  return Change<Team>(context, *session, std::move(request), PrintTeam);
}

absl::StatusOr<ExitCode> AnswerPartner(Context& context, const PartnerOptions& options) {
  if (options.accept == options.decline) {
    return UsageError({"请给出 --accept 或 --decline。", "Give --accept or --decline."});
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  MUSTER_ASSIGN_OR_RETURN(const Team before, FindTeam(*session, options.team));
  registry::v1::AnswerPartnerRequest request;
  request.set_team_id(options.team);
  request.set_organization_id(options.organization);
  request.set_accept(options.accept);
  request.set_expected_version(before.version());
  return Change<Team>(context, *session, std::move(request), PrintTeam);
}

absl::StatusOr<ExitCode> Report(Context& context, const PositionOptions& options) {
  registry::v1::ReportPositionRequest request;
  request.set_team_id(options.team);
  common::v1::Position& position = *request.mutable_position();
  position.set_latitude(options.latitude);
  position.set_longitude(options.longitude);
  position.set_accuracy_m(options.accuracy);
  if (!options.time.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time time, ParseTime(options.time, context.clock().Now()));
    *position.mutable_time() = ToTimestamp(time);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, session->Call<registry::v1::ReportPositionResponse>(request));
  if (context.output().json()) {
    context.output().Json(reply);
    return ExitCode::kOk;
  }
  Card card;
  card.Add(context.output().In({"最近位置", "last seen"}),
           PositionText(context.output(), reply.position(), context.clock().Now()));
  card.Add(context.output().In({"本次报告", "this report"}),
           reply.taken() ? "" : context.output().In({"已有更晚的位置", "a later position was there already"}));
  context.output().Print(card);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> ListReadiness(Context& context, const ReadinessOptions& options) {
  constexpr int kAll = std::numeric_limits<int>::max();
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(auto reply, CollectPages<registry::v1::ListReadinessResponse>(
                                          *session, registry::v1::ListReadinessRequest(), kAll));
  if (!options.id.empty()) {
    registry::v1::ListReadinessResponse one;
    for (const auto& readiness : reply.readiness()) {
      if (readiness.subject_id() == options.id) {
        *one.add_readiness() = readiness;
      }
    }
    reply = one;
  }
  context.output().json() ? context.output().Json(reply) : PrintReadiness(context.output(), reply.readiness());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Readiness(Context& context, const ReadinessOptions& options) {
  if (options.people.empty() && options.equipment.empty() && options.funds.empty()) {
    return ListReadiness(context, options);
  }
  registry::v1::DeclareReadinessRequest request;
  request.set_subject_kind(options.organization ? registry::v1::SUBJECT_KIND_ORGANIZATION
                                                : registry::v1::SUBJECT_KIND_TEAM);
  request.set_subject_id(options.id);
  using Level = registry::v1::ReadinessLevel;
  MUSTER_ASSIGN_OR_RETURN(const Level people, ParseEnum<Level>(options.people));
  MUSTER_ASSIGN_OR_RETURN(const Level equipment, ParseEnum<Level>(options.equipment));
  MUSTER_ASSIGN_OR_RETURN(const Level funds, ParseEnum<Level>(options.funds));
  request.set_people(people);
  request.set_equipment(equipment);
  request.set_funds(funds);
  if (!options.until.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time until, ParseEnd(options.until, context.clock().Now()));
    *request.mutable_expire_time() = ToTimestamp(until);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  request.set_request_id(session->NewRequestId());
  registry::v1::ListReadinessResponse reply;
  MUSTER_ASSIGN_OR_RETURN(*reply.add_readiness(), session->Call<registry::v1::Readiness>(request));
  context.output().json() ? context.output().Json(reply.readiness(0))
                          : PrintReadiness(context.output(), reply.readiness());
  return ExitCode::kOk;
}

/// Declares the hours of each week and the blackout days, and no windows; or shows what is declared.
absl::StatusOr<ExitCode> Availability(Context& context, const AvailabilityOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  registry::v1::ListAvailabilityResponse reply;
  if (options.weekly.empty() && options.blackouts.empty() && !options.always) {
    registry::v1::ListAvailabilityRequest request;
    request.set_team_id(options.id);
    MUSTER_ASSIGN_OR_RETURN(reply, session->Call<registry::v1::ListAvailabilityResponse>(request));
  } else {
    registry::v1::DeclareAvailabilityRequest request;
    request.set_team_id(options.id);
    for (const std::string& text : options.weekly) {
      MUSTER_ASSIGN_OR_RETURN(*request.add_weekly(), ParseWeeklyTime(text));
    }
    request.mutable_blackout_days()->Assign(options.blackouts.begin(), options.blackouts.end());
    request.set_request_id(session->NewRequestId());
    MUSTER_ASSIGN_OR_RETURN(const auto declared, session->Call<registry::v1::DeclareAvailabilityResponse>(request));
    reply.mutable_weekly()->CopyFrom(declared.weekly());
    reply.mutable_blackout_days()->CopyFrom(declared.blackout_days());
  }
  context.output().json() ? context.output().Json(reply) : PrintAvailability(context.output(), reply);
  return ExitCode::kOk;
}

void BindTeam(Commands& commands, Command app, TeamOptions& options) {
  app.Option("--name", options.name, commands.In({"名称", "its name"}));
  app.Option("--people", options.headcount, commands.In({"人数", "how many people it brings"})).AtLeastOne();
  app.Option("--leader", options.leader, commands.In({"队长（成员）", "the member who leads it"}));
  app.Option("--district", options.district, commands.In({"区划", "its district"}));
  app.Option("--travel", options.travel,
             commands.In({"出行：walk、bicycle、car、van、bus", "walk, bicycle, car, van or bus"}));
  app.Option("--turnout", options.turnout, commands.In({"集结时间（分钟）", "minutes from the call to departure"}));
  app.Option("--range", options.range, commands.In({"最远（公里），0 为不限", "how far it goes, km; 0: anywhere"}));
  app.Option("--capability", options.capabilities,
             commands.In({"能力:等级:有效至，可多次；修改时替换原有的全部能力",
                          "capability:level:until, several times; an update replaces all that it had"}))
      .Repeatable();
  app.Option("--equipment", options.equipment,
             commands.In({"装备:数量[:说明]，可多次；修改时替换原有的全部装备",
                          "kind:count[:note], several times; an update replaces all that it had"}))
      .Repeatable();
  app.Option("--limit", options.limits,
             commands.In({"不做什么，如 no_night，可多次", "what it does not do: no_night; several times"}))
      .Repeatable();
  app.Option("--limit-text", options.limit_text, commands.In({"其他限制", "further limits in words"}));
  app.Option("--max-hours", options.max_hours, commands.In({"每天最多几小时", "at most so many hours a day"}));
  app.Option("--language", options.languages,
             commands.In({"语言，如 wuu，可多次；修改时替换原有的全部",
                          "a language: wuu, several times; an update replaces all that it had"}))
      .Repeatable();
  app.Option("--remote", options.remote, commands.In({"可远程工作：yes 或 no", "works remotely: yes or no"}));
  app.Option("--base", options.base, commands.In({"驻地：纬度,经度", "where it starts from: latitude,longitude"}));
}

void AddPartners(Commands& commands, Command group) {
  commands.Add<PartnerOptions>(
      group, "invite", {"邀请其他组织参与队伍", "ask another organization to take part in a team"},
      [](Command app, PartnerOptions& options) {
        app.Option("TEAM", options.team).Required();
        app.Option("ORG", options.organization).Required();
      },
      InvitePartner);
  commands.Add<PartnerOptions>(
      group, "answer", {"答复参与队伍的邀请，或收回邀请", "answer such an invitation, or take one's own back"},
      [&](Command app, PartnerOptions& options) {
        app.Option("TEAM", options.team).Required();
        app.Option("ORG", options.organization, commands.In({"被邀请的组织", "the organization that was asked"}))
            .Required();
        app.Flag("--accept", options.accept, commands.In({"参与", "take part"}));
        app.Flag("--decline", options.decline, commands.In({"不参与，或不再参与", "not, or not any more"}));
      },
      AnswerPartner);
}

}  // namespace

void AddTeamCommands(Commands& commands, Command group) {
  const Command create = commands.Add<TeamOptions>(
      group, "create", {"建立队伍", "make a team"},
      [&](Command app, TeamOptions& options) {
        app.Option("--org", options.organization, commands.In({"所属组织", "its organization"})).Required();
        BindTeam(commands, app, options);
      },
      Create);
  Commands::Examples(create,
                     "muster team create --org ORG --name Boats --people 8 --equipment boat:2 --limit no_night");
  commands.Add<TeamOptions>(
      group, "update", {"修改队伍", "change a team"},
      [&](Command app, TeamOptions& options) {
        app.Option("ID", options.id).Required();
        BindTeam(commands, app, options);
      },
      Update);
  commands.Add<TeamOptions>(
      group, "disband", {"解散队伍", "disband a team"},
      [](Command app, TeamOptions& options) { app.Option("ID", options.id).Required(); }, Disband);
  AddPartners(commands, group);
  commands.Add<PositionOptions>(
      group, "position", {"报告队伍现在的位置", "report where a team is now"},
      [&](Command app, PositionOptions& options) {
        app.Option("ID", options.team).Required();
        app.Option("--lat", options.latitude, commands.In({"纬度（WGS-84）", "latitude, WGS-84"})).Required();
        app.Option("--lon", options.longitude, commands.In({"经度", "longitude"})).Required();
        app.Option("--accuracy", options.accuracy, commands.In({"精度（米）", "accuracy in metres"}));
        app.Option("--time", options.time, commands.In({"测量时间；不填为现在", "when it was measured; default now"}));
      },
      Report);
  const Command free = commands.Add<AvailabilityOptions>(
      group, "availability",
      {"可出动的时间：查看，或申报每周时段", "when it is free: show it, or declare hours of each week"},
      [&](Command app, AvailabilityOptions& options) {
        app.Option("ID", options.id).Required();
        app.Option("--weekly", options.weekly, commands.In({"每周时段，可多次", "hours of each week, several times"}))
            .Repeatable();
        app.Option("--blackout", options.blackouts,
                   commands.In({"不出动的日期，可多次", "days on which it is not free, several times"}))
            .Repeatable();
        app.Flag("--always", options.always, commands.In({"随时可出动", "free at any time"}));
      },
      Availability);
  Commands::Examples(free, "muster team availability TEAM --weekly \"sat,sun 08:00-20:00\" --blackout 2026-10-01");
  commands.Add<ReadinessOptions>(
      group, "readiness", {"响应状态：查看，或申报", "readiness: show it, or declare it"},
      [&](Command app, ReadinessOptions& options) {
        app.Option("ID", options.id, commands.In({"队伍；查看时可不填", "the team; may be left out to show all"}));
        app.Flag("--org", options.organization, commands.In({"ID 是组织", "ID is an organization"}));
        const std::string levels =
            commands.In({"ready、can_contribute 或 no_capacity", "ready, can_contribute or no_capacity"});
        app.Option("--people", options.people, levels);
        app.Option("--equipment", options.equipment, levels);
        app.Option("--funds", options.funds, levels);
        app.Option("--until", options.until, commands.In({"有效至，如 +48h", "until when it holds: +48h"}));
      },
      Readiness);
}

}  // namespace muster::cli
