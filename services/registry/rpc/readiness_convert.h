#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/registry/v1/readiness.pb.h"
#include "services/registry/core/readiness_rules.h"

namespace muster::registry {

/// Between the messages of readiness.proto and the core. Each error names `field` or what lies below it.

std::vector<Equipment> EquipmentFromProto(const google::protobuf::RepeatedPtrField<v1::TeamEquipment>& list);
void ToProto(const std::vector<Equipment>& list, google::protobuf::RepeatedPtrField<v1::TeamEquipment>& out);

TeamLimits LimitsFromProto(const v1::StandingLimits& message);
void ToProto(const TeamLimits& limits, v1::StandingLimits& out);

/// INVALID_FIELD, OUT_OF_RANGE (weekdays, minutes), BAD_TIME.
absl::StatusOr<std::vector<WeeklyTime>> WeeklyFromProto(const google::protobuf::RepeatedPtrField<v1::WeeklyTime>& list,
                                                        const std::string& field);
void ToProto(const std::vector<WeeklyTime>& list, google::protobuf::RepeatedPtrField<v1::WeeklyTime>& out);

/// INVALID_FIELD for what is not given or not known.
absl::StatusOr<SubjectName> SubjectFromProto(v1::SubjectKind kind, const std::string& id);
absl::StatusOr<ReadinessLevel> LevelFromProto(v1::ReadinessLevel level, const std::string& field);

v1::Readiness ToProto(const Readiness& readiness);
v1::Capacity ToProto(const Capacity& capacity);
v1::Reminder ToProto(const Reminder& reminder);

}  // namespace muster::registry
