#include "services/registry/core/means.h"

#include <algorithm>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/domain/taxonomy.h"
#include "services/registry/core/field_checks.h"

namespace muster::registry {
namespace {

constexpr int64_t kMaxKinds = 50;
constexpr int64_t kMaxCount = 10'000;
constexpr int64_t kMaxCodes = 50;
constexpr int64_t kHoursOfDay = 24;

absl::Status UnknownCode(const std::string& code, const std::string& field, const char* list_zh, const char* list_en) {
  return ErrorWithTexts(Reason::kInvalidField, field,
                        "“" + code + "”不在" + list_zh + "中，或者重复。请填写 ListCapabilities 给出的代码，每个一次。",
                        "\"" + code + "\" is not on the list of " + list_en +
                            ", or is there twice. Use the codes that ListCapabilities answers, each once.");
}

}  // namespace

absl::Status CheckEquipment(const std::vector<Equipment>& list, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(list.size()), 0, kMaxKinds, field));
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string at = field + "[" + std::to_string(i) + "]";
    const auto earlier = list.begin() + static_cast<std::ptrdiff_t>(i);
    const bool twice =
        std::any_of(list.begin(), earlier, [&](const Equipment& other) { return other.kind == list[i].kind; });
    if (twice || FindEquipmentKind(list[i].kind) == nullptr) {
      return UnknownCode(list[i].kind, at + ".kind", "装备表", "equipment");
    }
    MUSTER_RETURN_IF_ERROR(CheckRange(list[i].count, 1, kMaxCount, at + ".count"));
  }
  return absl::OkStatus();
}

absl::Status CheckLimits(const TeamLimits& limits, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(limits.codes.size()), 0, kMaxCodes, field + ".codes"));
  for (size_t i = 0; i < limits.codes.size(); ++i) {
    const auto earlier = limits.codes.begin() + static_cast<std::ptrdiff_t>(i);
    const bool twice = std::find(limits.codes.begin(), earlier, limits.codes[i]) != earlier;
    if (twice || FindStandingLimit(limits.codes[i]) == nullptr) {
      return UnknownCode(limits.codes[i], field + ".codes[" + std::to_string(i) + "]", "限制表", "limits");
    }
  }
  return CheckRange(limits.max_hours_per_day, 0, kHoursOfDay, field + ".max_hours_per_day");
}

}  // namespace muster::registry
