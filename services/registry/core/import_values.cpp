#include "services/registry/core/import_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "muster/base/text.h"
#include "muster/domain/capability.h"
#include "muster/geo/district.h"
#include "muster/geo/street.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/half_width.h"

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
    {"民办非企业", OrganizationKind::kServiceAgency},
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

/// The first word of each state that is not in order is the one that exports write.
constexpr auto kListedStates = std::to_array<ListedState>({
    {"已批准", true, "已批准", "approved"},
    {"approved", true, "已批准", "approved"},
    {"active", true, "正常", "active"},
    {"正常", true, "正常", "active"},
    {"存续", true, "正常", "active"},
    {"在业", true, "正常", "active"},
    {"在册", true, "正常", "active"},
    {"有效", true, "正常", "active"},
    {"已登记", true, "正常", "active"},
    {"成立", true, "正常", "active"},
    {"-", true, "正常", "active"},
    {"草稿", false, "草稿", "draft"},
    {"draft", false, "草稿", "draft"},
    {"已提交", false, "已提交", "submitted"},
    {"submitted", false, "已提交", "submitted"},
    {"审核中", false, "审核中", "under review"},
    {"under_review", false, "审核中", "under review"},
    {"暂停", false, "暂停", "suspended"},
    {"已暂停", false, "暂停", "suspended"},
    {"停业", false, "暂停", "suspended"},
    {"停止活动", false, "暂停", "suspended"},
    {"限期停止活动", false, "暂停", "suspended"},
    {"suspended", false, "暂停", "suspended"},
    {"撤销", false, "撤销", "revoked"},
    {"撤销登记", false, "撤销", "revoked"},
    {"已撤销", false, "撤销", "revoked"},
    {"吊销", false, "吊销", "revoked"},
    {"已吊销", false, "吊销", "revoked"},
    {"吊销未注销", false, "吊销", "revoked"},
    {"revoked", false, "撤销", "revoked"},
    {"注销", false, "注销", "withdrawn"},
    {"注销登记", false, "注销", "withdrawn"},
    {"已注销", false, "注销", "withdrawn"},
    {"withdrawn", false, "注销", "withdrawn"},
    {"已解散", false, "已解散", "disbanded"},
    {"解散", false, "已解散", "disbanded"},
    {"disbanded", false, "已解散", "disbanded"},
});

/// The first name of each language is the one that exports write.
constexpr auto kLanguageWords = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"普通话", "zh"},    {"国语", "zh"},     {"汉语", "zh"},    {"中文", "zh"},    {"苏州话", "wuu"},
    {"吴语", "wuu"},     {"上海话", "wuu"},  {"昆山话", "wuu"}, {"常熟话", "wuu"}, {"粤语", "yue"},
    {"广东话", "yue"},   {"闽南语", "nan"},  {"闽南话", "nan"}, {"客家话", "hak"}, {"手语", "csl"},
    {"中国手语", "csl"}, {"英语", "en"},     {"英文", "en"},    {"日语", "ja"},    {"韩语", "ko"},
    {"朝鲜语", "ko"},    {"法语", "fr"},     {"德语", "de"},    {"俄语", "ru"},    {"西班牙语", "es"},
    {"阿拉伯语", "ar"},  {"维吾尔语", "ug"}, {"藏语", "bo"},    {"蒙古语", "mn"},
});

/// What may stand behind a number.
constexpr auto kUnits = std::to_array<std::string_view>(
    {"人", "名", "位", "级", "分钟", "分", "公里", "千米", "minutes", "min", "people", "km"});

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

std::optional<OrganizationKind> KindFromText(std::string_view given) {
  const std::string text = HalfWidth(given);
  for (const auto& [word, kind] : kKindWords) {
    if (text == word) {
      return kind;
    }
  }
  if (const size_t open = text.find('('); open != std::string::npos) {
    const size_t close = text.find(')', open);
    const auto kind = KindFromText(TrimBlanks(std::string_view(text).substr(0, open)));
    return kind ? kind : KindFromText(TrimBlanks(std::string_view(text).substr(open + 1, close - open - 1)));
  }
  std::string code = Lower(text);
  std::replace(code.begin(), code.end(), ' ', '_');
  return OrganizationKindFromName(code);
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

bool MeansNoEnd(std::string_view text) {
  return IsOneOf(Lower(text),
                 {"", "-", "无", "长期", "长期有效", "永久", "无固定期限", "无期限", "none", "open-ended"});
}

const ListedState* ListedStateFromText(std::string_view text) {
  const std::string word = Lower(HalfWidth(text));
  const auto found = std::find_if(kListedStates.begin(), kListedStates.end(),
                                  [&](const ListedState& state) { return state.word == word; });
  return found == kListedStates.end() ? nullptr : &*found;
}

std::string StateWord(std::string_view state, bool english) {
  const ListedState* listed = english ? nullptr : ListedStateFromText(state);
  return std::string(listed == nullptr ? state : listed->zh);
}

std::optional<int> RatingFromText(std::string_view given) {
  std::string text = HalfWidth(given);
  if (text.ends_with("级") && text.size() > 3) {
    text.resize(text.size() - std::string_view("级").size());
  }
  if (IsOneOf(text, {"", "-", "无", "未评", "未评估", "0", "none"})) {
    return 0;
  }
  if (text.size() <= 5 && text.find_first_not_of("Aa") == std::string::npos) {
    return static_cast<int>(text.size());
  }
  constexpr std::array<std::string_view, 5> kDigits{"一", "二", "三", "四", "五"};
  for (size_t i = 0; i < kDigits.size(); ++i) {
    const auto digit = static_cast<char>('1' + i);
    const std::string rest = text.starts_with(digit)        ? text.substr(1)
                             : text.starts_with(kDigits[i]) ? text.substr(kDigits[i].size())
                                                            : "?";
    if (IsOneOf(rest, {"", "A", "a"})) {
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

std::string_view TravelModeWord(geo::TravelMode mode) {
  switch (mode) {
    case geo::TravelMode::kWalk:
      return "步行";
    case geo::TravelMode::kBicycle:
      return "自行车";
    case geo::TravelMode::kCar:
      return "汽车";
    case geo::TravelMode::kVan:
      return "货车";
    case geo::TravelMode::kBus:
      return "公交";
  }
  return "";
}

std::optional<int> CountFromText(std::string_view given) {
  const std::string half = HalfWidth(given);
  std::string_view text = TrimBlanks(half);
  for (const std::string_view unit : kUnits) {
    if (text.ends_with(unit)) {
      text = TrimBlanks(text.substr(0, text.size() - unit.size()));
      break;
    }
  }
  const size_t point = text.find('.');
  const bool whole =
      point != std::string_view::npos && text.find_first_not_of('0', point + 1) == std::string_view::npos;
  return IntFromText(whole ? text.substr(0, point) : text);
}

std::optional<int> IntFromText(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<double> NumberFromText(std::string_view given) {
  const std::string text = HalfWidth(given);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<std::string> DistrictFromText(std::string_view given, std::string_view street) {
  const std::string half = HalfWidth(given);
  const std::string_view text = TrimBlanks(half);
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

std::string LanguageFromText(std::string_view text) {
  for (const auto& [word, tag] : kLanguageWords) {
    if (text == word) {
      return std::string(tag);
    }
  }
  return std::string(text);
}

std::string_view LanguageWord(std::string_view tag) {
  for (const auto& [word, known] : kLanguageWords) {
    if (tag == known) {
      return word;
    }
  }
  return tag;
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
