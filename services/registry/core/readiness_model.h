#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/registry/core/model.h"

namespace muster::registry {

using ReadinessId = Id<struct ReadinessTag>;
using CapacityId = Id<struct CapacityTag>;
using ReminderId = Id<struct ReminderTag>;

/// Of whom something is said.
enum class SubjectKind { kOrganization, kTeam };

/// "organization".
std::string_view Name(SubjectKind kind);
std::optional<SubjectKind> SubjectKindFromName(std::string_view name);

/// An organization or a team, and to whom it belongs.
struct Subject {
  SubjectKind kind = SubjectKind::kOrganization;
  std::string id;
  OrganizationId organization_id;
  std::string district_path;
};

/// How far somebody is ready to help with one sort of means.
enum class ReadinessLevel {
  kReady,          ///< 已就绪
  kCanContribute,  ///< 可支援: in part, or after a while
  kNoCapacity,     ///< 无余力
};

/// "can_contribute".
std::string_view Name(ReadinessLevel level);
std::optional<ReadinessLevel> ReadinessLevelFromName(std::string_view name);

/// How ready an organization or a team is; one for each.
struct Readiness {
  ReadinessId id;
  int64_t version = 0;
  SubjectKind subject_kind = SubjectKind::kOrganization;
  std::string subject_id;
  OrganizationId organization_id;
  std::string district_path;
  ReadinessLevel people = ReadinessLevel::kReady;
  ReadinessLevel equipment = ReadinessLevel::kReady;
  ReadinessLevel funds = ReadinessLevel::kReady;
  Time declare_time{};
  Time expire_time{};  ///< from then on it says nothing any more
};

/// What an organization or a team offers for an incident.
struct Capacity {
  CapacityId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  SubjectKind subject_kind = SubjectKind::kOrganization;
  std::string subject_id;
  OrganizationId organization_id;
  std::string district_path;
  IncidentId incident_id;
  int32_t people = 0;
  std::vector<Equipment> equipment;
  Window window;
  Time expire_time{};  ///< not after the end of the window
  bool withdrawn = false;
};

/// What runs out.
enum class ReminderKind { kCapability, kRating, kRegistration, kCertificate, kInsurance, kInspection };

/// "capability".
std::string_view Name(ReminderKind kind);
std::optional<ReminderKind> ReminderKindFromName(std::string_view name);

/// Told once for each object, end and number of days. Never changes.
struct Reminder {
  ReminderId id;
  int64_t version = 1;
  Time create_time{};
  ReminderKind kind = ReminderKind::kCapability;
  std::string object_id;  ///< the organization, team or member
  std::string detail;     ///< which of its own: the code of a capability, the year of an inspection
  OrganizationId organization_id;
  std::string district_path;
  Time end_time{};
  int32_t days = 0;  ///< 90, 30 or 7
};

}  // namespace muster::registry
