#include "muster/dispatch/v1/dispatch.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/dispatch_views.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using dispatch::v1::CloseIncidentResponse;
using dispatch::v1::Incident;
using dispatch::v1::ListIncidentsResponse;

struct ListOptions {
  std::vector<std::string> states;
  std::vector<std::string> modes;
  int limit = 50;
};

struct ShowOptions {
  std::string id = kLast;
};

struct CreateOptions {
  std::string title;
  std::string description;
  std::string kind;
  std::string event;
  std::string grade;
  std::string mode;
  std::string district;
  std::optional<double> latitude;
  std::optional<double> longitude;
  std::string onset;
  std::vector<std::string> enrolled;
  bool pre_alert = false;
};

struct CloseOptions {
  std::string id;
  std::string reason;
};

absl::StatusOr<ExitCode> Print(Context& context, const Incident& incident) {
  context.output().json() ? context.output().Json(incident) : PrintIncident(context.output(), incident);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> List(Context& context, const ListOptions& options) {
  dispatch::v1::ListIncidentsRequest request;
  for (const std::string& name : options.states) {
    MUSTER_ASSIGN_OR_RETURN(const auto state, ParseEnum<dispatch::v1::IncidentState>(name));
    request.add_states(state);
  }
  for (const std::string& name : options.modes) {
    MUSTER_ASSIGN_OR_RETURN(const auto mode, ParseEnum<common::v1::Mode>(name));
    request.add_modes(mode);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListIncidentsResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintIncidents(context.output(), reply.incidents());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Show(Context& context, const ShowOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Incident incident, FindIncident(*session, options.id));
  return Print(context, incident);
}

absl::Status SetChoices(const CreateOptions& options, Incident& incident) {
  if (!options.kind.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto kind, ParseEnum<dispatch::v1::IncidentKind>(options.kind));
    incident.set_kind(kind);
  }
  if (!options.grade.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto grade, ParseEnum<dispatch::v1::EventGrade>(options.grade));
    incident.set_grade(grade);
  }
  if (!options.mode.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto mode, ParseEnum<common::v1::Mode>(options.mode));
    incident.set_mode(mode);
  }
  return absl::OkStatus();
}

absl::Status SetPlaceAndTime(const CreateOptions& options, Time now, Incident& incident) {
  if (options.latitude.has_value() != options.longitude.has_value()) {
    return UsageError({"--lat 和 --lon 要一起给。", "--lat and --lon belong together."});
  }
  if (options.latitude.has_value()) {
    incident.mutable_position()->set_latitude(*options.latitude);
    incident.mutable_position()->set_longitude(*options.longitude);
  }
  if (!options.onset.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time onset, ParseTime(options.onset, now));
    *incident.mutable_onset_time() = ToTimestamp(onset);
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Create(Context& context, const CreateOptions& options) {
  dispatch::v1::CreateIncidentRequest request;
  Incident& incident = *request.mutable_incident();
  incident.set_title(options.title);
  incident.set_description(options.description);
  incident.set_event(options.event);
  incident.set_district_path(options.district);
  incident.mutable_enrolled_team_ids()->Add(options.enrolled.begin(), options.enrolled.end());
  MUSTER_RETURN_IF_ERROR(SetChoices(options, incident));
  MUSTER_RETURN_IF_ERROR(SetPlaceAndTime(options, context.clock().Now(), incident));
  request.set_pre_alert(options.pre_alert);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Incident made, session->Call<Incident>(request));
  return Print(context, made);
}

absl::StatusOr<ExitCode> Close(Context& context, const CloseOptions& options) {
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const Incident incident, FindIncident(*session, options.id));
  MUSTER_ASSIGN_OR_RETURN(const bool meant, context.Confirm({"结束“" + incident.title() + "”，并解除所有仍在外的队伍？",
                                                             "Close \"" + incident.title() +
                                                                 "\" and release every team that is still out?"}));
  if (!meant) {
    return ExitCode::kNegative;
  }
  dispatch::v1::CloseIncidentRequest request;
  request.set_request_id(session->NewRequestId());
  request.set_id(incident.id());
  request.set_expected_version(incident.version());
  request.set_reason(options.reason);
  MUSTER_ASSIGN_OR_RETURN(const auto reply, session->Call<CloseIncidentResponse>(request));
  Output& output = context.output();
  if (output.json()) {
    output.Json(reply);
    return ExitCode::kOk;
  }
  PrintIncident(output, reply.incident());
  const std::string released = std::to_string(reply.released_assignments());
  const std::string stood_down = std::to_string(reply.stood_down_offers());
  output.Line(Text{"解除任务 " + released + "，解除待命 " + stood_down,
                   "assignments released: " + released + ", offers stood down: " + stood_down});
  return ExitCode::kOk;
}

void BindList(Commands& commands, Command app, ListOptions& options) {
  app.Option("--state", options.states,
             commands.In({"只列这些状态：pre_alert、active、standing_down、closed",
                          "only these states: pre_alert, active, standing_down, closed"}));
  app.Option("--mode", options.modes,
             commands.In({"只列这些性质：real、drill、test", "only these modes: real, drill, test"}));
  app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
}

void BindCreate(Commands& commands, Command app, CreateOptions& options) {
  app.Option("--title", options.title, commands.In({"标题", "a line that names it"})).Required();
  app.Option("--district", options.district, commands.In({"区划，如 3205/320508", "its district: 3205/320508"}))
      .Required();
  app.Option("--kind", options.kind,
             commands.In({"类别：natural_disaster、accident、public_health、social_security",
                          "natural_disaster, accident, public_health or social_security"}));
  app.Option("--event", options.event, commands.In({"事件类型，如 暴雨", "the event in words: \"rainstorm\""}));
  app.Option("--grade", options.grade, commands.In({"分级：i、ii、iii、iv", "i, ii, iii or iv"}));
  app.Option("--mode", options.mode, commands.In({"real（默认）、drill、test", "real (default), drill or test"}));
  app.Option("--description", options.description, commands.In({"说明", "what is known"}));
  app.Option("--lat", options.latitude, commands.In({"纬度", "degrees north"}));
  app.Option("--lon", options.longitude, commands.In({"经度", "degrees east"}));
  app.Option("--onset", options.onset, commands.In({"何时开始", "when it began"}));
  app.Option("--enroll", options.enrolled, commands.In({"演练的参演队伍", "a team that takes part in the drill"}));
  app.Flag("--pre-alert", options.pre_alert, commands.In({"先作为预警", "it starts as a pre-alert"}));
}

}  // namespace

void AddIncidentCommands(Commands& commands) {
  const Command group = commands.Group("incident", {"事件", "incidents"});
  commands.Add<ListOptions>(
      group, "list", {"列出事件，新的在前", "list incidents, newest first"},
      [&](Command app, ListOptions& options) { BindList(commands, app, options); }, List);
  commands.Add<ShowOptions>(
      group, "show", {"查看一个事件", "show an incident"},
      [&](Command app, ShowOptions& options) {
        app.Option("ID", options.id, commands.In({"编号；last 为最新的", "its id; last: the newest"}));
      },
      Show);
  const Command create = commands.Add<CreateOptions>(
      group, "create", {"建立事件", "open an incident"},
      [&](Command app, CreateOptions& options) { BindCreate(commands, app, options); }, Create);
  Commands::Examples(create,
                     "muster incident create --title \"Flood at Xujiang\" --kind natural_disaster --event flood \\\n"
                     "  --district 3205/320508 --lat 31.30 --lon 120.62");
  commands.Add<CloseOptions>(
      group, "close", {"结束事件，解除所有仍在外的队伍", "close an incident: releases whoever is still out"},
      [&](Command app, CloseOptions& options) {
        app.Option("ID", options.id).Required();
        app.Option("--reason", options.reason, commands.In({"原因", "why"}));
      },
      Close);
  AddIncidentDeskCommands(commands, group);
}

}  // namespace muster::cli
