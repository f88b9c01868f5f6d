#include "services/exchange/core/cap_terms.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace muster::exchange {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

bool HasAny(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

struct LevelWord {
  std::string_view word;
  int level;
};

// The longer Roman numbers come first: "Ⅰ" is a character of its own, "I级" is part of "II级".
constexpr auto kLevels = std::to_array<LevelWord>({
    {"ⅳ级", 4},
    {"iv级", 4},
    {"四级", 4},
    {"4级", 4},
    {"ⅲ级", 3},
    {"iii级", 3},
    {"三级", 3},
    {"3级", 3},
    {"ⅱ级", 2},
    {"ii级", 2},
    {"二级", 2},
    {"2级", 2},
    {"ⅰ级", 1},
    {"i级", 1},
    {"一级", 1},
    {"1级", 1},
});

constexpr auto kColors = std::to_array<LevelWord>({
    {"红色", 1},
    {"橙色", 2},
    {"黄色", 3},
    {"蓝色", 4},
    {"紅色", 1},
    {"黃色", 3},
    {"藍色", 4},
});

constexpr auto kEnglishColors = std::to_array<LevelWord>({{"red", 1}, {"orange", 2}, {"yellow", 3}, {"blue", 4}});

constexpr auto kGrades = std::to_array<LevelWord>({{"特别重大", 1}, {"重大", 2}, {"较大", 3}, {"一般", 4}});

template <size_t kSize>
std::optional<int> LevelIn(const std::string& text, const std::array<LevelWord, kSize>& words) {
  for (const LevelWord& row : words) {
    if (text.find(row.word) != std::string::npos) {
      return row.level;
    }
  }
  return std::nullopt;
}

/// "Ⅱ级", "II级", "二级" as a level. Upper-case Ⅰ to Ⅳ are not ASCII, so they are turned to lower case by hand.
std::optional<int> RomanLevel(std::string text) {
  for (const auto& [upper, lower] : {std::pair{"Ⅰ", "ⅰ"}, {"Ⅱ", "ⅱ"}, {"Ⅲ", "ⅲ"}, {"Ⅳ", "ⅳ"}}) {
    for (size_t at = text.find(upper); at != std::string::npos; at = text.find(upper)) {
      text.replace(at, std::string_view(upper).size(), lower);
    }
  }
  return LevelIn(text, kLevels);
}

bool NamesAColor(const std::string& name) {
  return HasAny(name, {"预警", "颜色", "color", "colour", "warning", "alertlevel", "alert_level", "awareness_level"});
}

bool NamesAGrade(const std::string& name) { return HasAny(name, {"事件级别", "事件等级", "事件分级", "event_grade"}); }

/// The colour that one named value tells.
ColorTerm ColorOf(const CapNamedValue& named) {
  const std::string name = Lower(named.name);
  const std::string value = Lower(named.value);
  if (const auto level = LevelIn(value, kColors); level.has_value() && !NamesAGrade(name)) {
    return {true, static_cast<WarningColor>(*level)};
  }
  if (!NamesAColor(name)) {
    return {};
  }
  if (HasAny(value, {"green", "绿色"})) {
    return {true, std::nullopt};
  }
  const auto english = LevelIn(value, kEnglishColors);
  const auto level = english.has_value() ? english : RomanLevel(value);
  return level.has_value() ? ColorTerm{true, static_cast<WarningColor>(*level)} : ColorTerm{};
}

struct KindWord {
  std::string_view word;
  EventKind kind;
};

// Words of the state's list of emergencies. The more special word comes before the general one that it contains.
constexpr auto kKindWords = std::to_array<KindWord>({
    {"森林火灾", EventKind::kNaturalDisaster},
    {"草原火灾", EventKind::kNaturalDisaster},
    {"wildfire", EventKind::kNaturalDisaster},
    {"forest fire", EventKind::kNaturalDisaster},
    {"食物中毒", EventKind::kPublicHealth},
    {"职业中毒", EventKind::kPublicHealth},
    {"疫情", EventKind::kPublicHealth},
    {"传染病", EventKind::kPublicHealth},
    {"不明原因疾病", EventKind::kPublicHealth},
    {"epidemic", EventKind::kPublicHealth},
    {"outbreak", EventKind::kPublicHealth},
    {"恐怖", EventKind::kSocialSecurity},
    {"群体性事件", EventKind::kSocialSecurity},
    {"terror", EventKind::kSocialSecurity},
    {"地震", EventKind::kNaturalDisaster},
    {"earthquake", EventKind::kNaturalDisaster},
    {"台风", EventKind::kNaturalDisaster},
    {"typhoon", EventKind::kNaturalDisaster},
    {"暴雨", EventKind::kNaturalDisaster},
    {"洪水", EventKind::kNaturalDisaster},
    {"洪涝", EventKind::kNaturalDisaster},
    {"flood", EventKind::kNaturalDisaster},
    {"干旱", EventKind::kNaturalDisaster},
    {"滑坡", EventKind::kNaturalDisaster},
    {"泥石流", EventKind::kNaturalDisaster},
    {"landslide", EventKind::kNaturalDisaster},
    {"爆炸", EventKind::kAccident},
    {"explosion", EventKind::kAccident},
    {"坍塌", EventKind::kAccident},
    {"危险化学品", EventKind::kAccident},
    {"泄漏", EventKind::kAccident},
    {"交通事故", EventKind::kAccident},
    {"环境污染", EventKind::kAccident},
    {"火灾", EventKind::kAccident},
});

/// GB/T 35561 codes start with the category: 1 natural disaster, 2 accident, 3 public health, 4 social security. Not
/// checked against the standard's text: taken only where the code's list is named so.
EventKind KindOfCode(const CapInfo& info) {
  for (const CapNamedValue& code : info.event_codes) {
    const bool listed = HasAny(Lower(code.name), {"35561"});
    if (listed && !code.value.empty() && code.value[0] >= '1' && code.value[0] <= '4') {
      return static_cast<EventKind>(code.value[0] - '0');
    }
  }
  return EventKind::kUnknown;
}

EventKind KindOfCategory(CapCategory category) {
  switch (category) {
    case CapCategory::kGeo:
    case CapCategory::kMet:
      return EventKind::kNaturalDisaster;
    case CapCategory::kFire:
    case CapCategory::kEnvironment:
    case CapCategory::kTransport:
    case CapCategory::kInfrastructure:
    case CapCategory::kCbrne:
      return EventKind::kAccident;
    case CapCategory::kHealth:
      return EventKind::kPublicHealth;
    case CapCategory::kSecurity:
      return EventKind::kSocialSecurity;
    case CapCategory::kSafety:
    case CapCategory::kRescue:
    case CapCategory::kOther:
      return EventKind::kUnknown;
  }
  return EventKind::kUnknown;
}

}  // namespace

ColorTerm ColorOf(const CapInfo& info) {
  for (const auto* values : {&info.parameters, &info.event_codes}) {
    for (const CapNamedValue& named : *values) {
      if (const ColorTerm term = ColorOf(named); term.is_said) {
        return term;
      }
    }
  }
  const auto level = LevelIn(info.event + " " + info.headline, kColors);
  return level.has_value() ? ColorTerm{true, static_cast<WarningColor>(*level)} : ColorTerm{};
}

std::optional<EventGrade> GradeOf(const CapInfo& info) {
  for (const CapNamedValue& named : info.parameters) {
    if (!NamesAGrade(Lower(named.name))) {
      continue;
    }
    const auto word = LevelIn(named.value, kGrades);
    const auto level = word.has_value() ? word : RomanLevel(Lower(named.value));
    if (level.has_value()) {
      return static_cast<EventGrade>(*level);
    }
  }
  return std::nullopt;
}

EventKind KindOf(const CapInfo& info) {
  if (const EventKind kind = KindOfCode(info); kind != EventKind::kUnknown) {
    return kind;
  }
  const std::string event = Lower(info.event);
  for (const KindWord& row : kKindWords) {
    if (event.find(row.word) != std::string::npos) {
      return row.kind;
    }
  }
  for (const CapCategory category : info.categories) {
    if (const EventKind kind = KindOfCategory(category); kind != EventKind::kUnknown) {
      return kind;
    }
  }
  return EventKind::kUnknown;
}

std::optional<WarningColor> DefaultColor(CapSeverity severity) {
  if (severity == CapSeverity::kUnknown) {
    return std::nullopt;
  }
  return static_cast<WarningColor>(static_cast<int>(severity) + 1);
}

std::optional<EventGrade> DefaultGrade(CapSeverity severity) {
  if (severity == CapSeverity::kUnknown) {
    return std::nullopt;
  }
  return static_cast<EventGrade>(static_cast<int>(severity) + 1);
}

}  // namespace muster::exchange
