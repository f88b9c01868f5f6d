#include "services/registry/core/readiness_model.h"

#include <algorithm>
#include <array>

namespace muster::registry {
namespace {

constexpr std::array<std::string_view, 2> kSubjects{"organization", "team"};
constexpr std::array<std::string_view, 3> kLevels{"ready", "can_contribute", "no_capacity"};
constexpr std::array<std::string_view, 6> kReminders{"capability",  "rating",    "registration",
                                                     "certificate", "insurance", "inspection"};

template <class E, size_t kCount>
std::optional<E> FromName(const std::array<std::string_view, kCount>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional<E>(static_cast<E>(found - names.begin()));
}

}  // namespace

std::string_view Name(SubjectKind kind) { return kSubjects[static_cast<size_t>(kind)]; }
std::optional<SubjectKind> SubjectKindFromName(std::string_view name) { return FromName<SubjectKind>(kSubjects, name); }
std::string_view Name(ReadinessLevel level) { return kLevels[static_cast<size_t>(level)]; }
std::optional<ReadinessLevel> ReadinessLevelFromName(std::string_view name) {
  return FromName<ReadinessLevel>(kLevels, name);
}
std::string_view Name(ReminderKind kind) { return kReminders[static_cast<size_t>(kind)]; }
std::optional<ReminderKind> ReminderKindFromName(std::string_view name) {
  return FromName<ReminderKind>(kReminders, name);
}

}  // namespace muster::registry
