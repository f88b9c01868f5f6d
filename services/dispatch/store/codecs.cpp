#include "services/dispatch/store/codecs.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
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
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Cover, state, insurer, policy_number, valid_until, override_reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CheckPoint, time, location, headcount, confirmed_by)
}  // namespace muster::dispatch

namespace muster::storage {

namespace {

/// Most lists are empty: they cost no parser.
constexpr std::string_view kEmptyList = "[]";

/// The number that follows `name`, which `text` is moved behind; none when there is none.
std::optional<int64_t> NumberAfter(std::string_view name, std::string_view& text) {
  const size_t at = text.find(name);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  text.remove_prefix(at + name.size());
  int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<size_t>(rest - text.data()));
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

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

/// [{"end":2,"start":1}, ...], as the general form would be, but without a parser: windows are in every line and offer.
template <>
Value JsonCodec<std::vector<Window>>::ToValue(const std::vector<Window>& windows) {
  std::string text = "[";
  for (const Window& window : windows) {
    text += text.size() == 1 ? "{\"end\":" : ",{\"end\":";
    text += std::to_string(ToMicros(window.end)) + ",\"start\":" + std::to_string(ToMicros(window.start)) + "}";
  }
  return text + "]";
}

template <>
std::vector<Window> JsonCodec<std::vector<Window>>::FromRow(const Row& row, int column) {
  std::vector<Window> windows;
  std::string_view text = row.Text(column);
  while (const auto end = NumberAfter("\"end\":", text)) {
    const auto start = NumberAfter("\"start\":", text);
    if (!start) {
      return {};  // damaged
    }
    windows.push_back({FromMicros(*start), FromMicros(*end)});
  }
  return windows;
}

template struct JsonCodec<dispatch::Location>;
template struct JsonCodec<dispatch::Area>;
template struct JsonCodec<dispatch::CallUpNotice>;
template struct JsonCodec<dispatch::Cover>;
template struct JsonCodec<dispatch::CheckPoint>;
template struct JsonCodec<Window>;
template struct JsonCodec<std::vector<HeldCapability>>;
template struct JsonCodec<std::vector<TeamId>>;
template struct JsonCodec<std::vector<std::string>>;
template struct JsonCodec<std::vector<dispatch::ResponseLevel>>;
template struct JsonCodec<std::vector<dispatch::ExternalReference>>;

}  // namespace muster::storage
