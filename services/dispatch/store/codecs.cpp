#include "services/dispatch/store/codecs.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

using Json = nlohmann::json;

namespace nlohmann {

template <class T>
struct adl_serializer<std::optional<T>> {
  static void to_json(Json& json, const std::optional<T>& value) {
    if (value) {
      json = *value;
    } else {
      json = nullptr;
    }
  }
  static void from_json(const Json& json, std::optional<T>& value) {
    value = json.is_null() ? std::nullopt : std::optional<T>(json.get<T>());
  }
};

template <>
struct adl_serializer<muster::Time> {
  static void to_json(Json& json, muster::Time time) { json = muster::ToMicros(time); }
  static void from_json(const Json& json, muster::Time& time) { time = muster::FromMicros(json.get<int64_t>()); }
};

template <class Tag>
struct adl_serializer<muster::Id<Tag>> {
  static void to_json(Json& json, const muster::Id<Tag>& id) { json = id.value(); }
  static void from_json(const Json& json, muster::Id<Tag>& id) { id = muster::Id<Tag>(json.get<std::string>()); }
};

}  // namespace nlohmann

namespace muster::geo {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Position, latitude, longitude)
}  // namespace muster::geo

namespace muster {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Window, start, end)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HeldCapability, capability, level, valid)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WeeklyTime, weekdays, start_minute, length_minutes, valid_from, valid_until)
}  // namespace muster

namespace muster::dispatch {
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ExternalReference, system, id)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Location, position, accuracy_m, time, approximate)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Area::Circle, center, radius_m)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Area::Geocode, list, code)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Area, description, polygons, circles, geocodes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ResponseLevel, level, command, district_path, declare_time)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CallUpNotice, issuer, level, district_path, organization_kinds, start_time, end_time,
                                   text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Sector, name, district_path, area, lead)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CommandPost, name, address, location, contact, organization, workplace,
                                   support_systems, safeguards)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Department, name, decides)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TeamMeans::Equipment, kind, count)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TeamMeans, organization_kind, languages, equipment)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Cover, state, insurer, policy_number, valid_until, override_reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CheckPoint, time, location, headcount, confirmed_by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WorkConfirmation, time, headcount, note, confirmed_by)

// Windows alone are kept as the list that the version before wrote.
void to_json(Json& json, const DeclaredTimes& times) {
  if (times.weekly.empty() && times.blackouts.empty()) {
    json = times.available;
  } else {
    json = {{"available", times.available}, {"weekly", times.weekly}, {"blackouts", times.blackouts}};
  }
}
void from_json(const Json& json, DeclaredTimes& times) {
  if (json.is_array()) {
    json.get_to(times.available);
    return;
  }
  json.at("available").get_to(times.available);
  json.at("weekly").get_to(times.weekly);
  json.at("blackouts").get_to(times.blackouts);
}
}  // namespace muster::dispatch

namespace muster::storage {

namespace {

/// Most lists are empty: they cost no parser.
constexpr std::string_view kEmptyList = "[]";

template <class T>
constexpr bool kIsList = requires(const T& value) {
  value.begin();
};

}  // namespace

template <class T>
Value JsonCodec<T>::ToValue(const T& value) {
  if constexpr (kIsList<T>) {
    if (value.empty()) {
      return std::string(kEmptyList);
    }
  }
  return Json(value).dump();
}

template <class T>
T JsonCodec<T>::FromRow(const Row& row, int column) {
  if (kIsList<T> && row.Text(column) == kEmptyList) {
    return T{};
  }
  const Json json = Json::parse(row.Text(column), nullptr, /*allow_exceptions=*/false);
  T value{};
  try {
    json.get_to(value);
  } catch (const Json::exception&) {
    return T{};  // a row that was damaged; the audit trail's hash tells
  }
  return value;
}

template struct JsonCodec<dispatch::Location>;
template struct JsonCodec<dispatch::Area>;
template struct JsonCodec<dispatch::CallUpNotice>;
template struct JsonCodec<dispatch::Cover>;
template struct JsonCodec<dispatch::CheckPoint>;
template struct JsonCodec<dispatch::WorkConfirmation>;
template struct JsonCodec<Window>;
template struct JsonCodec<std::vector<Window>>;
template struct JsonCodec<dispatch::DeclaredTimes>;
template struct JsonCodec<std::vector<HeldCapability>>;
template struct JsonCodec<std::vector<TeamId>>;
template struct JsonCodec<std::vector<std::string>>;
template struct JsonCodec<std::vector<dispatch::ResponseLevel>>;
template struct JsonCodec<std::vector<dispatch::Sector>>;
template struct JsonCodec<std::vector<dispatch::CommandPost>>;
template struct JsonCodec<std::vector<dispatch::Department>>;
template struct JsonCodec<std::vector<IncidentId>>;
template struct JsonCodec<std::vector<ResourceRequestId>>;
template struct JsonCodec<dispatch::TeamMeans>;
template struct JsonCodec<std::vector<dispatch::ExternalReference>>;

}  // namespace muster::storage
