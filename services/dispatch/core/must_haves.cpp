#include "services/dispatch/core/must_haves.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/domain/taxonomy.h"

namespace muster::dispatch {
namespace {

constexpr size_t kMaxWants = 10;
constexpr size_t kMaxLanguageTag = 35;
constexpr std::string_view kLanguage = "language:";
constexpr std::string_view kEquipment = "equipment:";
constexpr std::string_view kVehicle = "vehicle";
constexpr std::string_view kWomen = "women";
constexpr std::array<const char*, 4> kVehicles{"car", "van", "truck", "ambulance"};

bool IsLanguageTag(std::string_view tag) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return tag.size() >= 2 && tag.size() <= kMaxLanguageTag && std::all_of(tag.begin(), tag.end(), fits);
}

bool IsKnown(std::string_view want) {
  if (want.starts_with(kLanguage)) {
    return IsLanguageTag(want.substr(kLanguage.size()));
  }
  if (want.starts_with(kEquipment)) {
    return FindEquipmentKind(want.substr(kEquipment.size())) != nullptr;
  }
  return want == kVehicle || want == kWomen;
}

/// A team that speaks "zh-CN" speaks "zh".
bool Speaks(const TeamMeans& means, std::string_view tag) {
  return std::any_of(means.languages.begin(), means.languages.end(), [&](const std::string& language) {
    return language == tag || (language.starts_with(tag) && language[tag.size()] == '-');
  });
}

bool Has(const TeamMeans& means, std::string_view want) {
  if (want.starts_with(kLanguage)) {
    return Speaks(means, want.substr(kLanguage.size()));
  }
  if (want.starts_with(kEquipment)) {
    return means.CountOf(std::string(want.substr(kEquipment.size()))) > 0;
  }
  if (want == kVehicle) {
    return std::any_of(kVehicles.begin(), kVehicles.end(), [&](const char* kind) { return means.CountOf(kind) > 0; });
  }
  return true;  // not known here: the operator looks
}

}  // namespace

absl::Status CheckWants(const std::vector<std::string>& wants, const std::string& field) {
  if (wants.size() > kMaxWants) {
    return Error(Reason::kOutOfRange, field, {{"range", "0 - 10"}});
  }
  std::set<std::string> seen;
  for (size_t i = 0; i < wants.size(); ++i) {
    const std::string place = field + "[" + std::to_string(i) + "]";
    if (!IsKnown(wants[i])) {
      return ErrorWithTexts(Reason::kInvalidField, place,
                            "应为 language:<语言代码>、equipment:<装备代码>、vehicle 或 women。请改正。",
                            "It must be language:<tag>, equipment:<code>, vehicle or women. Correct it.");
    }
    if (!seen.insert(wants[i]).second) {
      return Error(Reason::kDuplicate, place);
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> Lacks(const RequestLine& line, const ProjectedTeam& team) {
  std::vector<std::string> lacking;
  for (const std::string& want : line.must_haves) {
    if (team.means && !Has(*team.means, want)) {
      lacking.push_back(want);
    }
  }
  return lacking;
}

std::string EquipmentOf(const std::vector<std::string>& must_haves) {
  std::string found;
  for (const std::string& want : must_haves) {
    if (!want.starts_with(kEquipment)) {
      continue;
    }
    if (!found.empty()) {
      return {};
    }
    found = want.substr(kEquipment.size());
  }
  return found;
}

int Brings(const RequestLine& line, const ProjectedTeam& team) {
  if (line.equipment.empty()) {
    return team.facts.headcount;
  }
  return team.means ? team.means->CountOf(line.equipment) : 1;  // it is asked, and says what it has
}

}  // namespace muster::dispatch
