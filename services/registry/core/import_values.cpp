#include "services/registry/core/import_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include "muster/base/text.h"
#include "muster/domain/capability.h"
#include "muster/geo/district.h"
#include "muster/geo/street.h"
#include "services/registry/core/field_checks.h"

namespace muster::registry {
namespace {

struct KindWord {
  std::string_view word;
  OrganizationKind kind;
};

/// The first word of each kind is its name.
constexpr auto kKindWords = std::to_array<KindWord>({
    {"社会团体", OrganizationKind::kAssociation},
    {"社团", OrganizationKind::kAssociation},
    {"社会服务机构", OrganizationKind::kServiceAgency},
    {"民办非企业单位", OrganizationKind::kServiceAgency},
    {"民非", OrganizationKind::kServiceAgency},
    {"基金会", OrganizationKind::kFoundation},
    {"备案社区社会组织", OrganizationKind::kFiledGroup},
    {"社区社会组织", OrganizationKind::kFiledGroup},
    {"备案社会组织", OrganizationKind::kFiledGroup},
    {"政府专业救援队", OrganizationKind::kGovernmentRescue},
    {"专业救援队", OrganizationKind::kGovernmentRescue},
    {"社工站", OrganizationKind::kSocialWorkStation},
    {"社会工作站", OrganizationKind::kSocialWorkStation},
    {"求助单位", OrganizationKind::kRequestingUnit},
    {"需求单位", OrganizationKind::kRequestingUnit},
    {"事业单位", OrganizationKind::kRequestingUnit},
    {"企业", OrganizationKind::kEnterprise},
});

/// Other names of districts, as offices write them.
constexpr auto kDistrictWords = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"工业园区", "320571"},
    {"园区", "320571"},
    {"高新区", "320505"},
    {"苏州高新区", "320505"},
    {"新区", "320505"},
});

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view WithoutPrefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) && text.size() > prefix.size() ? text.substr(prefix.size()) : text;
}

/// The numbers that a text holds, at most three: those of a date.
std::vector<int> NumbersIn(std::string_view text) {
  std::vector<int> numbers;
  for (size_t i = 0; i < text.size() && numbers.size() < 3;) {
    size_t end = i;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
      ++end;
    }
    int number = 0;
    if (end > i && std::from_chars(text.data() + i, text.data() + end, number).ec == std::errc()) {
      numbers.push_back(number);
    }
    i = end + 1;
  }
  return numbers;
}

const geo::District* FindDistrictByName(std::string_view text) {
  text = WithoutPrefix(WithoutPrefix(text, "江苏省"), geo::kCityNameZh);
  for (const auto& [word, code] : kDistrictWords) {
    if (text == word) {
      return geo::FindDistrictByCode(code);
    }
  }
  const std::string lower = Lower(text);
  for (const geo::District& district : geo::Districts()) {
    const std::string_view name = district.name_zh;
    const std::string_view shorter = name.substr(0, name.size() - std::string_view("区").size());
    if (text == name || text == shorter || lower == Lower(district.name_en)) {
      return &district;
    }
  }
  return nullptr;
}

/// Below `path`, where the street is known or its code is given.
std::string WithStreet(const std::string& path, std::string_view street) {
  if (const geo::Street* known = street.empty() ? nullptr : geo::FindStreet(path, street)) {
    return std::string(known->path);
  }
  const std::string code = path.substr(path.rfind('/') + 1);
  return street.size() == 9 && AllDigits(street) && street.starts_with(code) ? path + "/" + std::string(street) : path;
}

}  // namespace

std::optional<OrganizationKind> KindFromText(std::string_view text) {
  for (const auto& [word, kind] : kKindWords) {
    if (text == word) {
      return kind;
    }
  }
  return OrganizationKindFromName(Lower(text));
}

std::optional<OrganizationKind> KindFromCreditCode(std::string_view code) {
  if (code.starts_with("51")) {
    return OrganizationKind::kAssociation;
  }
  if (code.starts_with("52")) {
    return OrganizationKind::kServiceAgency;
  }
  if (code.starts_with("53")) {
    return OrganizationKind::kFoundation;
  }
  return code.starts_with('9') ? std::optional(OrganizationKind::kEnterprise) : std::nullopt;
}

std::string_view KindNameZh(OrganizationKind kind) {
  return std::find_if(kKindWords.begin(), kKindWords.end(), [&](const KindWord& word) { return word.kind == kind; })
      ->word;
}

std::optional<Time> DayEndFromText(std::string_view text) {
  using namespace std::chrono;
  std::vector<int> numbers;
  if (text.size() == 8 && AllDigits(text)) {
    const int all = *IntFromText(text);
    numbers = {all / 10'000, all / 100 % 100, all % 100};
  } else {
    numbers = NumbersIn(text);
  }
  if (numbers.size() < 3 || numbers[1] > 12 || numbers[2] > 31) {
    return std::nullopt;
  }
  const year_month_day date(year(numbers[0]), month(static_cast<unsigned>(numbers[1])),
                            day(static_cast<unsigned>(numbers[2])));
  if (!date.ok() || numbers[0] < 1900 || numbers[0] > 2198) {
    return std::nullopt;
  }
  return Time(sys_days(date) + days(1) - hours(8));
}

std::string DayBefore(Time end) {
  using namespace std::chrono;
  const year_month_day date(floor<days>(end + hours(8) - microseconds(1)));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

bool MeansNoEnd(std::string_view text) {
  return IsOneOf(Lower(text),
                 {"", "-", "无", "长期", "长期有效", "永久", "无固定期限", "无期限", "none", "open-ended"});
}

std::optional<int> RatingFromText(std::string_view text) {
  if (IsOneOf(text, {"", "-", "无", "未评", "未评估", "0", "none"})) {
    return 0;
  }
  if (text.size() <= 5 && text.find_first_not_of("Aa") == std::string_view::npos) {
    return static_cast<int>(text.size());
  }
  constexpr std::array<std::string_view, 5> kDigits{"一", "二", "三", "四", "五"};
  for (size_t i = 0; i < kDigits.size(); ++i) {
    const auto digit = static_cast<char>('1' + i);
    const std::string_view rest = text.starts_with(digit)        ? text.substr(1)
                                  : text.starts_with(kDigits[i]) ? text.substr(kDigits[i].size())
                                                                 : std::string_view("?");
    if (IsOneOf(rest, {"", "A", "a", "A级", "a级", "级"})) {
      return static_cast<int>(i) + 1;
    }
  }
  return std::nullopt;
}

std::optional<bool> YesOrNo(std::string_view text) {
  const std::string lower = Lower(text);
  if (IsOneOf(lower, {"是", "有", "可", "可以", "√", "yes", "y", "true", "1"})) {
    return true;
  }
  return IsOneOf(lower, {"", "-", "否", "无", "不可", "不可以", "no", "n", "false", "0"}) ? std::optional(false)
                                                                                          : std::nullopt;
}

std::optional<geo::TravelMode> TravelModeFromText(std::string_view text) {
  if (IsOneOf(text, {"步行", "走路"})) {
    return geo::TravelMode::kWalk;
  }
  if (IsOneOf(text, {"自行车", "电动车", "骑行", "骑车"})) {
    return geo::TravelMode::kBicycle;
  }
  if (IsOneOf(text, {"", "汽车", "轿车", "小汽车", "开车", "驾车", "自驾"})) {
    return geo::TravelMode::kCar;
  }
  if (IsOneOf(text, {"面包车", "货车", "卡车", "厢式车"})) {
    return geo::TravelMode::kVan;
  }
  if (IsOneOf(text, {"公交", "公交车", "客车", "大巴", "大客车"})) {
    return geo::TravelMode::kBus;
  }
  return geo::TravelModeFromName(Lower(text));
}

std::optional<int> IntFromText(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<double> NumberFromText(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<std::string> DistrictFromText(std::string_view text, std::string_view street) {
  if (text == geo::kCityPath || text == geo::kCityCode || text == geo::kCityNameZh) {
    return std::string(geo::kCityPath);
  }
  if (text.find('/') != std::string_view::npos) {
    const std::string path(text);
    return CheckDistrict(path, "").ok() ? std::optional(WithStreet(path, street)) : std::nullopt;
  }
  const bool is_code = AllDigits(text) && (text.size() == 6 || text.size() == 9);
  const geo::District* district = is_code ? geo::FindDistrictByCode(text.substr(0, 6)) : FindDistrictByName(text);
  if (district == nullptr) {
    return std::nullopt;
  }
  return WithStreet(std::string(district->path), is_code && text.size() == 9 ? text : street);
}

std::string CapabilityFromText(std::string_view text) {
  const std::string lower = Lower(text);
  for (const Capability& capability : Capabilities()) {
    if (lower == capability.code || text == capability.name_zh || lower == Lower(capability.name_en)) {
      return std::string(capability.code);
    }
  }
  return {};
}

std::vector<std::string> ListFromText(std::string_view text) {
  constexpr auto kSeparators = std::to_array<std::string_view>({";", ",", "\n", "；", "，", "、"});
  std::vector<std::string> parts(1);
  while (!text.empty()) {
    const auto separator = std::find_if(kSeparators.begin(), kSeparators.end(),
                                        [&](std::string_view one) { return text.starts_with(one); });
    if (separator != kSeparators.end()) {
      parts.emplace_back();
      text.remove_prefix(separator->size());
    } else {
      parts.back() += text[0];
      text.remove_prefix(1);
    }
  }
  for (std::string& part : parts) {
    part = std::string(TrimBlanks(part));
  }
  std::erase(parts, std::string());
  return parts;
}

}  // namespace muster::registry
