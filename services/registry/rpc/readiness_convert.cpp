#include "services/registry/rpc/readiness_convert.h"

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/rpc/wire.h"

namespace muster::registry {
namespace {

constexpr int kDaysOfWeek = 7;
constexpr int kMinutesOfDay = 24 * 60;

absl::StatusOr<int> WeekdaysFromProto(const google::protobuf::RepeatedField<int>& days, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckRange(days.size(), 1, kDaysOfWeek, field));
  int mask = 0;
  for (int i = 0; i < days.size(); ++i) {
    const int bit = days[i] >= 1 && days[i] <= kDaysOfWeek ? 1 << (days[i] - 1) : 0;
    if (bit == 0 || (mask & bit) != 0) {
      return Error(Reason::kInvalidField, field + "[" + std::to_string(i) + "]");
    }
    mask |= bit;
  }
  return mask;
}

absl::StatusOr<WeeklyTime> OneFromProto(const v1::WeeklyTime& message, const std::string& at) {
  WeeklyTime weekly;
  MUSTER_ASSIGN_OR_RETURN(weekly.weekdays, WeekdaysFromProto(message.weekdays(), at + ".weekdays"));
  MUSTER_RETURN_IF_ERROR(CheckRange(message.start_minute(), 0, kMinutesOfDay - 1, at + ".start_minute"));
  MUSTER_RETURN_IF_ERROR(CheckRange(message.end_minute(), 1, kMinutesOfDay, at + ".end_minute"));
  weekly.start_minute = message.start_minute();
  weekly.length_minutes = message.end_minute() - message.start_minute();
  weekly.length_minutes += weekly.length_minutes <= 0 ? kMinutesOfDay : 0;
  if (message.has_valid_from_time()) {
    MUSTER_ASSIGN_OR_RETURN(weekly.valid_from, FromProto(message.valid_from_time(), at + ".valid_from_time"));
  }
  if (message.has_valid_until_time()) {
    MUSTER_ASSIGN_OR_RETURN(weekly.valid_until, FromProto(message.valid_until_time(), at + ".valid_until_time"));
  }
  return weekly;
}

v1::SubjectKind SubjectKindToProto(SubjectKind kind) {
  return static_cast<v1::SubjectKind>(static_cast<int>(kind) + 1);
}
v1::ReadinessLevel LevelToProto(ReadinessLevel level) {
  return static_cast<v1::ReadinessLevel>(static_cast<int>(level) + 1);
}

}  // namespace

std::vector<Equipment> EquipmentFromProto(const google::protobuf::RepeatedPtrField<v1::TeamEquipment>& list) {
  std::vector<Equipment> equipment;
  for (const v1::TeamEquipment& item : list) {
    equipment.push_back({item.kind(), item.count(), item.note()});
  }
  return equipment;
}

void ToProto(const std::vector<Equipment>& list, google::protobuf::RepeatedPtrField<v1::TeamEquipment>& out) {
  for (const Equipment& item : list) {
    v1::TeamEquipment& added = *out.Add();
    added.set_kind(item.kind);
    added.set_count(item.count);
    added.set_note(item.note);
  }
}

TeamLimits LimitsFromProto(const v1::StandingLimits& message) {
  return {{message.codes().begin(), message.codes().end()}, message.text(), message.max_hours_per_day()};
}

void ToProto(const TeamLimits& limits, v1::StandingLimits& out) {
  out.mutable_codes()->Add(limits.codes.begin(), limits.codes.end());
  out.set_text(limits.text);
  out.set_max_hours_per_day(limits.max_hours_per_day);
}

absl::StatusOr<std::vector<WeeklyTime>> WeeklyFromProto(const google::protobuf::RepeatedPtrField<v1::WeeklyTime>& list,
                                                        const std::string& field) {
  std::vector<WeeklyTime> weekly;
  for (int i = 0; i < list.size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(const WeeklyTime time, OneFromProto(list[i], field + "[" + std::to_string(i) + "]"));
    weekly.push_back(time);
  }
  return weekly;
}

void ToProto(const std::vector<WeeklyTime>& list, google::protobuf::RepeatedPtrField<v1::WeeklyTime>& out) {
  for (const WeeklyTime& weekly : list) {
    v1::WeeklyTime& added = *out.Add();
    for (int day = 1; day <= kDaysOfWeek; ++day) {
      if ((weekly.weekdays & (1 << (day - 1))) != 0) {
        added.add_weekdays(static_cast<v1::Weekday>(day));
      }
    }
    const int end = weekly.start_minute + weekly.length_minutes;
    added.set_start_minute(weekly.start_minute);
    added.set_end_minute(end > kMinutesOfDay ? end - kMinutesOfDay : end);
    if (weekly.valid_from) {
      ToProto(*weekly.valid_from, *added.mutable_valid_from_time());
    }
    if (weekly.valid_until) {
      ToProto(*weekly.valid_until, *added.mutable_valid_until_time());
    }
  }
}

absl::StatusOr<SubjectName> SubjectFromProto(v1::SubjectKind kind, const std::string& id) {
  if (kind != v1::SUBJECT_KIND_ORGANIZATION && kind != v1::SUBJECT_KIND_TEAM) {
    return Error(Reason::kInvalidField, "subject_kind");
  }
  return SubjectName{static_cast<SubjectKind>(static_cast<int>(kind) - 1), id};
}

absl::StatusOr<ReadinessLevel> LevelFromProto(v1::ReadinessLevel level, const std::string& field) {
  if (level == v1::READINESS_LEVEL_UNSPECIFIED || !v1::ReadinessLevel_IsValid(level)) {
    return Error(Reason::kInvalidField, field);
  }
  return static_cast<ReadinessLevel>(static_cast<int>(level) - 1);
}

v1::Readiness ToProto(const Readiness& readiness) {
  v1::Readiness out;
  out.set_subject_kind(SubjectKindToProto(readiness.subject_kind));
  out.set_id(readiness.id.value());
  out.set_subject_id(readiness.subject_id);
  out.set_version(readiness.version);
  out.set_organization_id(readiness.organization_id.value());
  out.set_district_path(readiness.district_path);
  out.set_people(LevelToProto(readiness.people));
  out.set_equipment(LevelToProto(readiness.equipment));
  out.set_funds(LevelToProto(readiness.funds));
  ToProto(readiness.declare_time, *out.mutable_declare_time());
  ToProto(readiness.expire_time, *out.mutable_expire_time());
  return out;
}

v1::Capacity ToProto(const Capacity& capacity) {
  v1::Capacity out;
  out.set_id(capacity.id.value());
  out.set_version(capacity.version);
  ToProto(capacity.create_time, *out.mutable_create_time());
  ToProto(capacity.update_time, *out.mutable_update_time());
  out.set_subject_kind(SubjectKindToProto(capacity.subject_kind));
  out.set_subject_id(capacity.subject_id);
  out.set_organization_id(capacity.organization_id.value());
  out.set_district_path(capacity.district_path);
  out.set_incident_id(capacity.incident_id.value());
  out.set_people(capacity.people);
  ToProto(capacity.equipment, *out.mutable_equipment());
  ToProto(capacity.window, *out.mutable_window());
  ToProto(capacity.expire_time, *out.mutable_expire_time());
  out.set_withdrawn(capacity.withdrawn);
  return out;
}

v1::Reminder ToProto(const Reminder& reminder) {
  v1::Reminder out;
  out.set_id(reminder.id.value());
  ToProto(reminder.create_time, *out.mutable_create_time());
  out.set_kind(static_cast<v1::ReminderKind>(static_cast<int>(reminder.kind) + 1));
  out.set_object_id(reminder.object_id);
  out.set_detail(reminder.detail);
  out.set_organization_id(reminder.organization_id.value());
  out.set_district_path(reminder.district_path);
  ToProto(reminder.end_time, *out.mutable_end_time());
  out.set_days(reminder.days);
  return out;
}

}  // namespace muster::registry
