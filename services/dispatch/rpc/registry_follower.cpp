#include "services/dispatch/rpc/registry_follower.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/wire/timestamp.h"
#include "services/dispatch/store/projection.h"

namespace muster::dispatch {
namespace {

constexpr char kOwner[] = "registry";
constexpr Duration kSilence = std::chrono::seconds(10);

Window ToWindow(const common::v1::Window& window) { return {ToTime(window.start_time()), ToTime(window.end_time())}; }

WeeklyTime ToWeekly(const registry::v1::WeeklyTime& message) {
  constexpr int kMinutesOfDay = 24 * 60;
  const int length = message.end_minute() - message.start_minute();
  WeeklyTime weekly{0, message.start_minute(), length > 0 ? length : length + kMinutesOfDay, {}, {}};
  for (const int day : message.weekdays()) {
    weekly.weekdays |= day >= 1 && day <= 7 ? 1 << (day - 1) : 0;
  }
  if (message.has_valid_from_time()) {
    weekly.valid_from = ToTime(message.valid_from_time());
  }
  if (message.has_valid_until_time()) {
    weekly.valid_until = ToTime(message.valid_until_time());
  }
  return weekly;
}

/// What the team brings along, and of which kind its organization is: "ORGANIZATION_KIND_FILED_GROUP" is "filed_group".
/// None from a registry of the version before, which does not tell the kind.
std::optional<TeamMeans> ToMeans(const registry::v1::TeamProfile& profile) {
  constexpr std::string_view kPrefix = "ORGANIZATION_KIND_";
  if (profile.organization_kind() == registry::v1::ORGANIZATION_KIND_UNSPECIFIED) {
    return std::nullopt;
  }
  TeamMeans means;
  const std::string& name = registry::v1::OrganizationKind_Name(profile.organization_kind());
  means.organization_kind = absl::AsciiStrToLower(name.substr(std::min(kPrefix.size(), name.size())));
  means.languages.assign(profile.team().languages().begin(), profile.team().languages().end());
  for (const registry::v1::TeamEquipment& equipment : profile.team().equipment()) {
    means.equipment.push_back({equipment.kind(), equipment.count()});
  }
  return means;
}

}  // namespace

ProjectedTeam ToProjection(const registry::v1::TeamProfile& profile) {
  const registry::v1::Team& team = profile.team();
  ProjectedTeam projected;
  projected.district_path = team.district_path();
  projected.registry_version = team.version();
  TeamFacts& facts = projected.facts;
  facts.team_id = TeamId(team.id());
  facts.organization_id = OrganizationId(team.organization_id());
  facts.disbanded = team.disbanded();
  facts.organization_state = profile.organization_state() == registry::v1::ORGANIZATION_STATE_UNSPECIFIED
                                 ? OrganizationState::kDraft
                                 : static_cast<OrganizationState>(profile.organization_state() - 1);
  if (profile.has_registration_end_time()) {
    facts.registration_end = ToTime(profile.registration_end_time());
  }
  if (profile.has_blacklisted_until_time()) {
    facts.blacklisted_until = ToTime(profile.blacklisted_until_time());
  }
  if (team.has_suspended()) {
    facts.suspended = ToWindow(team.suspended());
  }
  facts.headcount = team.headcount();
  facts.works_remotely = team.works_remotely();
  for (const registry::v1::TeamCapability& capability : team.capabilities()) {
    facts.capabilities.push_back({capability.capability(),
                                  capability.level(),
                                  {ToTime(capability.valid_from_time()), ToTime(capability.valid_until_time())}});
  }
  for (const common::v1::Window& window : profile.available()) {
    facts.available.push_back(ToWindow(window));
  }
  for (const registry::v1::WeeklyTime& weekly : profile.weekly()) {
    facts.weekly.push_back(ToWeekly(weekly));
  }
  for (const common::v1::Window& window : profile.blackouts()) {
    facts.blackouts.push_back(ToWindow(window));
  }
  projected.means = ToMeans(profile);
  return projected;
}

absl::StatusOr<std::unique_ptr<storage::Command>> RegistryFollower::Handle(const events::FeedEvent& event) {
  if (event.data_type == registry::v1::TeamEvent::descriptor()->full_name()) {
    registry::v1::TeamEvent message;
    if (!message.ParseFromString(event.data)) {
      return Error(Reason::kInvalidField, "data");
    }
    return dependencies_.service.ProjectTeam(ToProjection(message.team()));
  }
  if (event.data_type == registry::v1::RegistryImportedEvent::descriptor()->full_name()) {
    registry::v1::RegistryImportedEvent message;
    if (event.feed_seq > snapshot_seq_ && message.ParseFromString(event.data) && message.teams() > 0) {
      MUSTER_RETURN_IF_ERROR(Resync(kOwner).status());
    }
    // Changes nothing by itself, but the position is kept: a restart must not take the snapshot again.
    return storage::MakeCommand(nullptr, [](Time, storage::Changes&) { return absl::OkStatus(); });
  }
  return nullptr;
}

absl::StatusOr<int64_t> RegistryFollower::Resync(const std::string&) {
  MUSTER_ASSIGN_OR_RETURN(snapshot_seq_, TakeSnapshot());
  return snapshot_seq_;
}

Duration RegistryFollower::FillIn() {
  constexpr Duration kRetry = std::chrono::seconds(30);
  constexpr Duration kDone = std::chrono::hours(1);
  const auto unfilled = dependencies_.service.queries().HasTeamsWithoutMeans();
  if (!unfilled.ok()) {
    return kRetry;
  }
  return !*unfilled || TakeSnapshot().ok() ? kDone : kRetry;
}

absl::StatusOr<int64_t> RegistryFollower::TakeSnapshot() {
  const rpc::Call call = rpc::BackgroundCall(dependencies_.clock, dependencies_.token(), rpc::kNoDeadline);
  auto reader = rpc::StreamReader<registry::v1::StreamTeamsResponse>::Start(
      dependencies_.registry, "muster.registry.v1.RegistryService.StreamTeams", call,
      registry::v1::StreamTeamsRequest());
  using Next = rpc::StreamReader<registry::v1::StreamTeamsResponse>::Next;
  int64_t feed_seq = 0;
  registry::v1::StreamTeamsResponse part;
  for (;;) {
    const Next next = reader->Read(&part, kSilence);
    if (next == Next::kTimeout) {
      return Error(Reason::kOverloaded);
    }
    if (next == Next::kEnd) {
      MUSTER_RETURN_IF_ERROR(reader->status());
      MUSTER_RETURN_IF_ERROR(dependencies_.service.CheckStandings());
      return feed_seq;
    }
    feed_seq = part.feed_seq();
    std::vector<ProjectedTeam> teams;
    teams.reserve(static_cast<size_t>(part.teams_size()));
    for (const registry::v1::TeamProfile& profile : part.teams()) {
      teams.push_back(ToProjection(profile));
    }
    MUSTER_RETURN_IF_ERROR(dependencies_.database.Run(ProjectTeams(std::move(teams))).status());
  }
}

}  // namespace muster::dispatch
