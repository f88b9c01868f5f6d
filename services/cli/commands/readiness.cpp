#include <string>
#include <vector>

#include "muster/registry/v1/registry.pb.h"
#include "muster/wire/timestamp.h"
#include "services/cli/app/commands.h"
#include "services/cli/app/lookup.h"
#include "services/cli/app/paging.h"
#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/output/readiness_views.h"
#include "services/cli/parse/team_spec.h"
#include "services/cli/parse/times.h"

namespace muster::cli {
namespace {

using registry::v1::Capacity;
using registry::v1::ListCapacityResponse;
using registry::v1::ListRemindersResponse;

struct ReminderOptions {
  std::string organization;
  std::string district;
  std::string kind;
  int limit = 50;
};

struct CapacityOptions {
  std::string organization;
  std::string team;
  std::string incident = kLast;
  std::string district;
  int people = 0;
  std::vector<std::string> equipment;
  std::string start = "now";
  std::string length = "12h";
  std::string until;
  int limit = 50;
};

struct WithdrawOptions {
  std::string id;
  int version = 1;
};

absl::StatusOr<ExitCode> ListReminders(Context& context, const ReminderOptions& options) {
  registry::v1::ListRemindersRequest request;
  request.set_organization_id(options.organization);
  request.set_district_path(options.district);
  if (!options.kind.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const auto kind, ParseEnum<registry::v1::ReminderKind>(options.kind));
    request.set_kind(kind);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListRemindersResponse>(*session, request, options.limit));
  context.output().json() ? context.output().Json(reply) : PrintReminders(context.output(), reply.reminders());
  return ExitCode::kOk;
}

ExitCode Show(Context& context, Session& session, const Capacity& capacity) {
  ListCapacityResponse one;
  *one.add_capacities() = capacity;
  Directory names(session);
  context.output().json() ? context.output().Json(capacity) : PrintCapacity(context.output(), one.capacities(), names);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> DeclareCapacity(Context& context, const CapacityOptions& options) {
  if (options.team.empty() == options.organization.empty()) {
    return UsageError(
        {"请用 --org 或 --team 说明是谁的力量，只用一个。", "Say whose it is by --org or --team, one of them."});
  }
  registry::v1::DeclareCapacityRequest request;
  const Time now = context.clock().Now();
  request.set_subject_kind(options.team.empty() ? registry::v1::SUBJECT_KIND_ORGANIZATION
                                                : registry::v1::SUBJECT_KIND_TEAM);
  request.set_subject_id(options.team.empty() ? options.organization : options.team);
  request.set_people(options.people);
  for (const std::string& text : options.equipment) {
    MUSTER_ASSIGN_OR_RETURN(*request.add_equipment(), ParseEquipment(text));
  }
  MUSTER_ASSIGN_OR_RETURN(const Time start, ParseTime(options.start, now));
  MUSTER_ASSIGN_OR_RETURN(const Duration length, ParseDuration(options.length));
  *request.mutable_window()->mutable_start_time() = ToTimestamp(start);
  *request.mutable_window()->mutable_end_time() = ToTimestamp(start + length);
  if (!options.until.empty()) {
    MUSTER_ASSIGN_OR_RETURN(const Time until, ParseEnd(options.until, now));
    *request.mutable_expire_time() = ToTimestamp(until);
  }
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Capacity capacity, session->Call<Capacity>(request));
  return Show(context, *session, capacity);
}

absl::StatusOr<ExitCode> WithdrawCapacity(Context& context, const WithdrawOptions& options) {
  registry::v1::WithdrawCapacityRequest request;
  request.set_id(options.id);
  request.set_expected_version(options.version);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open("organization"));
  request.set_request_id(session->NewRequestId());
  MUSTER_ASSIGN_OR_RETURN(const Capacity capacity, session->Call<Capacity>(request));
  return Show(context, *session, capacity);
}

absl::StatusOr<ExitCode> ListCapacity(Context& context, const CapacityOptions& options) {
  registry::v1::ListCapacityRequest request;
  request.set_organization_id(options.organization);
  request.set_district_path(options.district);
  MUSTER_ASSIGN_OR_RETURN(Session * session, context.Open());
  MUSTER_ASSIGN_OR_RETURN(*request.mutable_incident_id(), ResolveIncidentId(*session, options.incident));
  MUSTER_ASSIGN_OR_RETURN(const auto reply, CollectPages<ListCapacityResponse>(*session, request, options.limit));
  Directory names(*session);
  context.output().json() ? context.output().Json(reply) : PrintCapacity(context.output(), reply.capacities(), names);
  return ExitCode::kOk;
}

void AddCapacity(Commands& commands) {
  const Command group = commands.Group("capacity", {"申报的力量", "what organizations offer for an incident"});
  const Command declare = commands.Add<CapacityOptions>(
      group, "declare",
      {"申报可出动的人员与装备；再次申报为追加，改动请先撤回原申报",
       "offer people and equipment; another declaration adds to those before, so take back what has changed"},
      [&](Command app, CapacityOptions& options) {
        app.Option("--org", options.organization, commands.In({"哪个组织的", "of this organization"}));
        app.Option("--team", options.team, commands.In({"哪支队伍的", "of this team"}));
        app.Option("--incident", options.incident,
                   commands.In({"哪个事件（可用 last）", "for this incident, or last"}));
        app.Option("--people", options.people, commands.In({"人数", "how many people"}));
        app.Option("--equipment", options.equipment, commands.In({"装备:数量，可多次", "kind:count, several times"}))
            .Repeatable();
        app.Option("--start", options.start, commands.In({"从何时起，如 18:00", "from when: 18:00"})).ShowDefault();
        app.Option("--length", options.length, commands.In({"多长时间", "for how long"})).ShowDefault();
        app.Option("--until", options.until, commands.In({"申报有效至", "until when the offer holds"}));
      },
      DeclareCapacity);
  Commands::Examples(declare, "muster capacity declare --org ORG --people 30 --equipment van:2 --start 18:00");
  commands.Add<CapacityOptions>(
      group, "list", {"列出有效的力量", "list what holds now"},
      [&](Command app, CapacityOptions& options) {
        app.Option("INCIDENT", options.incident,
                   commands.In({"事件；不填为最新的", "the incident; left out: the newest"}));
        app.Option("--org", options.organization, commands.In({"只列这个组织的", "only of this organization"}));
        app.Option("--district", options.district, commands.In({"区划", "its district"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      ListCapacity);
  commands.Add<WithdrawOptions>(
      group, "withdraw", {"撤回申报", "take an offer back"},
      [&](Command app, WithdrawOptions& options) {
        app.Option("ID", options.id).Required();
        app.Option("--version", options.version, commands.In({"所见的版本", "the version that was seen"}))
            .ShowDefault();
      },
      WithdrawCapacity);
}

}  // namespace

void AddReadinessCommands(Commands& commands) {
  AddCapacity(commands);
  const Command group = commands.Group("reminder", {"到期提醒", "what runs out soon"});
  commands.Add<ReminderOptions>(
      group, "list", {"列出提醒，旧的在前", "list reminders, oldest first"},
      [&](Command app, ReminderOptions& options) {
        app.Option("--org", options.organization, commands.In({"只列这个组织的", "only of this organization"}));
        app.Option("--district", options.district, commands.In({"区划", "its district"}));
        app.Option("--kind", options.kind,
                   commands.In({"capability、rating、registration、certificate、insurance 或 inspection",
                                "capability, rating, registration, certificate, insurance or inspection"}));
        app.Option("--limit", options.limit, commands.In({"最多几条", "at most so many"})).AtLeastOne();
      },
      ListReminders);
}

}  // namespace muster::cli
