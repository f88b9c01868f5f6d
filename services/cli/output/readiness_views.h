#pragma once

#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/cli/app/lookup.h"
#include "services/cli/output/output.h"

namespace muster::cli {

// How what teams bring along, and what is declared of them, looks to people.

/// "2 x boat, 1 x drone (spare battery)".
std::string EquipmentText(const google::protobuf::RepeatedPtrField<registry::v1::TeamEquipment>& list);
/// "no_night; at most 8 h a day; not without the leader".
std::string LimitsText(const Output& output, const registry::v1::StandingLimits& limits);
/// "31.30012, 120.58530, 3 min ago, ±15 m".
std::string PositionText(const Output& output, const common::v1::Position& position, Time now);

void PrintCapability(Output& output, const registry::v1::Capability& capability,
                     const std::vector<registry::v1::RequirementSheet>& sheets);
void PrintAvailability(Output& output, const registry::v1::ListAvailabilityResponse& reply);
void PrintReadiness(Output& output, const google::protobuf::RepeatedPtrField<registry::v1::Readiness>& list);
void PrintCapacity(Output& output, const google::protobuf::RepeatedPtrField<registry::v1::Capacity>& list,
                   Directory& names);
void PrintReminders(Output& output, const google::protobuf::RepeatedPtrField<registry::v1::Reminder>& list);

}  // namespace muster::cli
