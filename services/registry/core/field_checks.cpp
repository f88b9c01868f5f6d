#include "services/registry/core/field_checks.h"

#include <algorithm>
#include <cctype>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/geo/district.h"
#include "muster/geo/street.h"

namespace muster::registry {
namespace {

constexpr size_t kMaxReferences = 20;
/// City, district, street, community.
constexpr int kMaxDistrictDepth = 4;

bool HasPathForm(const std::string& path) {
  const bool ends_well = !path.empty() && path.front() != '/' && path.back() != '/';
  return ends_well && path.find("//") == std::string::npos &&
         std::count(path.begin(), path.end(), '/') < kMaxDistrictDepth &&
         std::all_of(path.begin(), path.end(),
                     [](char c) { return c == '/' || std::isalnum(static_cast<unsigned char>(c)) != 0; });
}

}  // namespace

absl::Status CheckGiven(const std::string& text, const std::string& field) {
  return TrimBlanks(text).empty() ? Error(Reason::kInvalidField, field) : absl::OkStatus();
}

absl::Status CheckNotMasked(const std::string& text, const std::string& field) {
  if (text.find('*') == std::string::npos) {
    return absl::OkStatus();
  }
  return ErrorWithTexts(Reason::kInvalidField, field,
                        "字段 " + field + " 含有星号，是脱敏显示的内容。请填写真实的值，或从更新掩码中去掉它。",
                        "Field " + field +
                            " holds a star: it is the masked form. Give the real value, or remove it from "
                            "the update mask.",
                        {{"why", "masked"}});
}

absl::Status CheckRange(int64_t value, int64_t low, int64_t high, const std::string& field) {
  if (value >= low && value <= high) {
    return absl::OkStatus();
  }
  return Error(Reason::kOutOfRange, field, {{"range", std::to_string(low) + " - " + std::to_string(high)}});
}

absl::Status CheckDistrict(const std::string& path, const std::string& field) {
  const bool known = path == geo::kCityPath || geo::FindDistrictByPath(path) != nullptr;
  return known && HasPathForm(path) ? absl::OkStatus() : Error(Reason::kInvalidField, field);
}

absl::Status BadTime(const std::string& field, const std::string& why_zh, const std::string& why_en) {
  return ErrorWithTexts(Reason::kBadTime, field, "字段 " + field + " 的时间不正确：" + why_zh + "。请改正时间。",
                        "The time in " + field + " is not valid: " + why_en + ". Correct it.", {{"why", why_en}});
}

absl::Status CheckWindow(const Window& window, const std::string& field) {
  return window.start < window.end ? absl::OkStatus()
                                   : BadTime(field, "结束须晚于开始", "the end must be later than the start");
}

absl::Status CheckReferences(const std::vector<ExternalReference>& references, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckRange(static_cast<int64_t>(references.size()), 0, kMaxReferences, field));
  for (size_t i = 0; i < references.size(); ++i) {
    const std::string at = field + "[" + std::to_string(i) + "]";
    MUSTER_RETURN_IF_ERROR(CheckGiven(references[i].system, at + ".system"));
    MUSTER_RETURN_IF_ERROR(CheckGiven(references[i].id, at + ".id"));
  }
  return absl::OkStatus();
}

absl::Status CheckVersion(int64_t expected, int64_t current, const std::string& field) {
  if (expected <= 0) {
    return Error(Reason::kInvalidField, field);
  }
  return expected == current ? absl::OkStatus()
                             : Error(Reason::kVersionConflict, field, {{"current_version", std::to_string(current)}});
}

std::optional<Location> CentreOf(const std::string& district_path) {
  if (const geo::Street* street = geo::FindStreetByPath(district_path)) {
    return Approximate(street->centre);
  }
  const geo::District* district = geo::FindDistrictByPath(district_path);
  if (district == nullptr && district_path == geo::kCityPath) {
    district = geo::FindDistrictByCode("320508");  // the old town, seat of the city's government
  }
  if (district == nullptr) {
    return std::nullopt;
  }
  return Approximate(district->seat);
}

Location Approximate(const geo::Position& position) {
  Location location;
  location.position = position;
  location.approximate = true;
  return location;
}

}  // namespace muster::registry
