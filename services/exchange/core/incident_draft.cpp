#include "services/exchange/core/incident_draft.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>

#include "muster/base/text.h"
#include "muster/geo/district.h"
#include "services/exchange/core/cap_terms.h"

namespace muster::exchange {
namespace {

using Infos = std::vector<const CapInfo*>;

/// "zh" of "zh-CN" and "ZH_cn".
std::string PrimaryLanguage(const CapInfo& info) {
  std::string language = info.language.substr(0, info.language.find_first_of("-_"));
  std::transform(language.begin(), language.end(), language.begin(), [](unsigned char c) { return std::tolower(c); });
  return language;
}

std::string ChooseLanguage(const CapMessage& message) {
  for (const std::string_view wanted : {"zh", "en"}) {
    for (const CapInfo& info : message.infos) {
      if (PrimaryLanguage(info) == wanted) {
        return std::string(wanted);
      }
    }
  }
  return PrimaryLanguage(message.infos.front());
}

/// The blocks to use: those in the language chosen, without the expired ones unless all are.
Infos ChooseInfos(const CapMessage& message, Time now) {
  const std::string language = ChooseLanguage(message);
  Infos all;
  Infos current;
  for (const CapInfo& info : message.infos) {
    if (PrimaryLanguage(info) != language) {
      continue;
    }
    all.push_back(&info);
    if (EndOf(info, message) > now) {
      current.push_back(&info);
    }
  }
  return current.empty() ? all : current;
}

std::string Cut(const std::string& text, size_t limit) {
  if (CodePointCount(text) <= limit) {
    return text;
  }
  size_t end = 0;
  for (size_t count = 0; end < text.size(); ++end) {
    const bool starts = (static_cast<unsigned char>(text[end]) & 0xc0) != 0x80;
    if (starts && ++count == limit) {
      break;
    }
  }
  return text.substr(0, end) + "…";
}

/// One line: title and event have no line breaks.
std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\t', ' ');
  return text;
}

void FillTexts(const CapInfo& main, IncidentDraft& draft) {
  draft.event = Cut(OneLine(main.event.empty() ? main.headline : main.event), kMaxEvent);
  draft.title = Cut(OneLine(main.headline.empty() ? main.event : main.headline), kMaxTitle);
  if (draft.title.empty()) {
    draft.title = draft.event = "CAP";
  }
  std::string description = main.description;
  if (!main.instruction.empty()) {
    description += (description.empty() ? "" : "\n\n") + main.instruction;
  }
  draft.description = Cut(description, kMaxDescription);
}

void FillLevels(const CapInfo& main, IncidentDraft& draft) {
  draft.kind = KindOf(main);
  const ColorTerm color = ColorOf(main);
  draft.color = color.is_said ? color.color : DefaultColor(main.severity);
  draft.grade = GradeOf(main);
  if (!draft.grade.has_value() && draft.kind != EventKind::kUnknown) {
    draft.grade = DefaultGrade(main.severity);
  }
  if (draft.kind == EventKind::kSocialSecurity) {
    draft.grade.reset();
  }
  draft.pre_alert = (main.urgency == CapUrgency::kExpected || main.urgency == CapUrgency::kFuture) &&
                    main.certainty != CapCertainty::kObserved;
  draft.all_clear =
      std::find(main.responses.begin(), main.responses.end(), CapResponse::kAllClear) != main.responses.end();
}

void FillTimes(const Infos& infos, const CapMessage& message, IncidentDraft& draft) {
  bool open_end = false;
  for (const CapInfo* info : infos) {
    const Time onset = info->onset.value_or(info->effective.value_or(message.identity.sent));
    draft.onset = std::min(draft.onset.value_or(onset), onset);
    if (info->expires.has_value()) {
      draft.expires = std::max(draft.expires.value_or(*info->expires), *info->expires);
    }
    open_end = open_end || !info->expires.has_value();
  }
  const bool useless = draft.expires.has_value() && *draft.expires <= *draft.onset;
  if (open_end || useless) {
    draft.expires.reset();
  }
}

/// Joins the descriptions of areas; nothing is added to one that will be cut anyway.
void AddDescription(const std::string& part, std::string& description) {
  if (part.empty() || description.size() > kMaxAreaDescription * 4 || description.find(part) != std::string::npos) {
    return;
  }
  description += (description.empty() ? "" : "; ") + part;
}

void CollectAreas(const Infos& infos, IncidentDraft& draft) {
  for (const CapInfo* info : infos) {
    for (const CapArea& area : info->areas) {
      AddDescription(area.description, draft.area_description);
      auto& polygons = draft.area.polygons;
      polygons.insert(polygons.end(), area.shapes.polygons.begin(), area.shapes.polygons.end());
      auto& circles = draft.area.circles;
      circles.insert(circles.end(), area.shapes.circles.begin(), area.shapes.circles.end());
      for (const CapNamedValue& code : area.geocodes) {
        if (std::find(draft.geocodes.begin(), draft.geocodes.end(), code) == draft.geocodes.end() &&
            draft.geocodes.size() < kMaxGeocodes) {
          draft.geocodes.push_back(code);
        }
      }
    }
  }
  draft.area_description = Cut(OneLine(draft.area_description), kMaxAreaDescription);
}

size_t PointCount(const std::vector<geo::Polygon>& polygons) {
  size_t count = 0;
  for (const geo::Polygon& polygon : polygons) {
    count += polygon.points().size();
  }
  return count;
}

/// The convex hull of the boxes round some polygons.
std::optional<geo::Polygon> HullOf(const std::vector<geo::Polygon>& polygons) {
  std::vector<geo::Position> corners;
  for (const geo::Polygon& polygon : polygons) {
    if (corners.size() + 4 > geo::Polygon::kMaxPoints) {
      corners = geo::Polygon::Hull(std::move(corners), "area")->points();
    }
    const auto& [south_west, north_east] = polygon.bounding_box();
    corners.insert(corners.end(), {south_west,
                                   {south_west.latitude, north_east.longitude},
                                   north_east,
                                   {north_east.latitude, south_west.longitude}});
  }
  auto hull = geo::Polygon::Hull(std::move(corners), "area");
  return hull.ok() ? std::optional(*std::move(hull)) : std::nullopt;
}

/// Makes an area that is too large to keep into one that covers it.
void Simplify(IncidentDraft& draft, std::vector<CapFault>& faults) {
  auto& polygons = draft.area.polygons;
  const bool too_many = polygons.size() + draft.area.circles.size() > kMaxAreaShapes;
  if (PointCount(polygons) <= kMaxAreaPoints && !too_many) {
    return;
  }
  faults.push_back({"alert/info/area", FaultCode::kTooLong, "图形太多，已改用包住它们的凸多边形",
                    "too many shapes; a convex hull that covers them is used instead"});
  if (const auto hull = HullOf(polygons); hull.has_value()) {
    polygons = {*hull};
  }
  auto& circles = draft.area.circles;
  std::sort(circles.begin(), circles.end(), [](const auto& a, const auto& b) { return a.radius_m > b.radius_m; });
  circles.resize(std::min(circles.size(), kMaxAreaShapes - 1));
}

/// Districts named by GB/T 2260 codes of the city, whatever the list is called.
std::set<std::string> DistrictsByCode(const IncidentDraft& draft) {
  std::set<std::string> paths;
  for (const CapNamedValue& code : draft.geocodes) {
    constexpr size_t kDivisionDigits = 6;
    const std::string division = code.value.substr(0, kDivisionDigits);
    if (const geo::District* district = geo::FindDistrictByCode(division); district != nullptr) {
      paths.insert(std::string(district->path));
    } else if (division == geo::kCityCode) {
      paths.insert(std::string(geo::kCityPath));
    }
  }
  return paths;
}

std::string DistrictOf(const IncidentDraft& draft) {
  std::set<std::string> paths = DistrictsByCode(draft);
  if (paths.empty()) {
    for (const geo::District& district : geo::Districts()) {
      if (draft.area.Contains(district.seat)) {
        paths.insert(std::string(district.path));
      }
    }
  }
  if (paths.empty() && draft.position.has_value() && geo::IsNearCity(*draft.position)) {
    paths.insert(std::string(geo::DistrictAt(*draft.position).path));
  }
  if (paths.empty()) {
    return {};
  }
  return paths.size() == 1 ? *paths.begin() : std::string(geo::kCityPath);
}

}  // namespace

Time EndOf(const CapInfo& info, const CapMessage& message) {
  if (info.expires.has_value()) {
    return *info.expires;
  }
  const Time sent = message.identity.sent;
  return std::max({sent, info.effective.value_or(sent), info.onset.value_or(sent)}) + kDefaultValidity;
}

Mode ModeOf(CapStatus status) {
  return status == CapStatus::kActual ? Mode::kReal : status == CapStatus::kExercise ? Mode::kDrill : Mode::kTest;
}

std::optional<IncidentDraft> DraftFrom(const CapMessage& message, Time now, std::vector<CapFault>& faults) {
  if (message.infos.empty()) {
    return std::nullopt;
  }
  const Infos infos = ChooseInfos(message, now);
  const CapInfo& main = **std::min_element(
      infos.begin(), infos.end(), [](const CapInfo* a, const CapInfo* b) { return a->severity < b->severity; });
  IncidentDraft draft;
  draft.mode = ModeOf(message.status);
  FillTexts(main, draft);
  FillLevels(main, draft);
  FillTimes(infos, message, draft);
  CollectAreas(infos, draft);
  Simplify(draft, faults);
  draft.position = draft.area.Centroid();
  draft.district_path = DistrictOf(draft);
  return draft;
}

}  // namespace muster::exchange
