#include "muster/domain/taxonomy.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <memory>
#include <sstream>
#include <tuple>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "taxonomy_data.h"
#include "tsv.h"

namespace muster {
namespace {

constexpr uintmax_t kMaxFile = 1024 * 1024;
constexpr size_t kMaxCapabilities = 2'000;
constexpr int kMaxCount = 10'000;
constexpr int kHoursOfDay = 24;
/// What stands for all capabilities without a line of their own in rest.tsv.
constexpr std::string_view kEveryOther = "default";
constexpr uint64_t kMarkPrime = 1'099'511'628'211U;

bool Has(const std::vector<Term>& terms, std::string_view code) {
  return std::any_of(terms.begin(), terms.end(), [&](const Term& term) { return term.code == code; });
}

absl::Status AddTerms(std::string_view file, std::string_view text, std::vector<Term>& terms) {
  TsvReader reader(file, text, 3);
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) {
      return absl::OkStatus();
    }
    MUSTER_ASSIGN_OR_RETURN(const std::string_view code, reader.Code(0));
    if (Has(terms, code)) {
      return reader.Refuse(0, "代码重复", "the code is taken");
    }
    terms.push_back({code, reader.Text(1), reader.Text(2)});
  }
}

/// A capability that teams hold: no group.
absl::StatusOr<std::string_view> HeldCode(const TaxonomyData& data, const TsvReader& reader, size_t column) {
  const Capability* known = data.FindCapability(reader.Text(column));
  if (known == nullptr || known->IsGroup()) {
    return reader.Refuse(column, "没有这项能力，或者它是分组", "no capability has this code, or it is a group");
  }
  return known->code;
}

const Term* FindTerm(const std::vector<Term>& terms, std::string_view code) {
  const auto found = std::find_if(terms.begin(), terms.end(), [&](const Term& term) { return term.code == code; });
  return found == terms.end() ? nullptr : &*found;
}

absl::StatusOr<std::string> ReadText(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return std::string();
  }
  const uintmax_t size = std::filesystem::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  if (error || size > kMaxFile || !in || !(size == 0 || text << in.rdbuf())) {
    const std::string name = file.filename().string();
    return ErrorWithTexts(Reason::kInvalidField, name, name + " 无法读取，或超过 1 MiB。",
                          name + " cannot be read or has more than 1 MiB.");
  }
  return std::move(text).str();
}

/// What a city's files hold.
struct CityTexts {
  std::array<std::string, 6> texts;
  TaxonomyTexts views() const { return {texts[0], texts[1], texts[2], texts[3], texts[4], texts[5]}; }
};

absl::StatusOr<CityTexts> ReadFolder(const std::filesystem::path& folder) {
  static constexpr std::array kFiles{"capabilities.tsv", "equipment.tsv",    "limits.tsv",
                                     "substitutes.tsv",  "requirements.tsv", "rest.tsv"};
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return ErrorWithTexts(Reason::kInvalidField, "registry.taxonomy_dir", "registry.taxonomy_dir 不是目录。",
                          "registry.taxonomy_dir is not a folder.");
  }
  CityTexts city;
  for (size_t i = 0; i < kFiles.size(); ++i) {
    MUSTER_ASSIGN_OR_RETURN(city.texts[i], ReadText(folder / kFiles[i]));
  }
  return city;
}

/// Lists that were taken stay: views of them live as long as the program.
std::atomic<const TaxonomyData*>& Current() {
  static std::atomic<const TaxonomyData*> current = nullptr;
  return current;
}

const TaxonomyData* BuiltIn() {
  static const TaxonomyData* const built_in = [] {
    auto* data = new TaxonomyData();
    // The unit test of this library shows that what is compiled in is in order.
    data->Add(kBuiltInTexts, false).IgnoreError();
    return data;
  }();
  return built_in;
}

/// The lines whose `key` is `wanted`, in a list that is sorted by it.
template <class Line, class Key, class KeyOf>
std::span<const Line> LinesOf(const std::vector<Line>& lines, const Key& wanted, KeyOf key) {
  const auto begin = std::partition_point(lines.begin(), lines.end(), [&](const Line& l) { return key(l) < wanted; });
  const auto end = std::partition_point(begin, lines.end(), [&](const Line& l) { return key(l) == wanted; });
  return {begin, end};
}

auto KeyOf(const Requirement& line) { return std::pair(line.capability, line.level); }

}  // namespace

const Capability* TaxonomyData::FindCapability(std::string_view code) const {
  const auto found = by_code_.find(code);
  return found == by_code_.end() ? nullptr : &capabilities[found->second];
}

absl::Status TaxonomyData::AddCapabilities(std::string_view text, bool added) {
  TsvReader reader("capabilities.tsv", text, 5);
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) {
      return absl::OkStatus();
    }
    Capability capability;
    MUSTER_ASSIGN_OR_RETURN(capability.code, reader.Code(0));
    capability.parent = reader.Text(1) == "-" ? std::string_view() : reader.Text(1);
    capability.graded = reader.Text(2) == "graded";
    capability.name_zh = reader.Text(3);
    capability.name_en = reader.Text(4);
    capability.added = added;
    if (!by_code_.emplace(capability.code, capabilities.size()).second) {
      return reader.Refuse(0, "代码重复", "the code is taken");
    }
    if (!capability.IsGroup() && (capability.parent == capability.code || !by_code_.contains(capability.parent))) {
      return reader.Refuse(1, "上级代码未在前面出现", "the parent does not stand before it");
    }
    if (reader.Text(2) != "graded" && reader.Text(2) != "plain") {
      return reader.Refuse(2, "应为 graded 或 plain", "it must be graded or plain");
    }
    if (capabilities.size() >= kMaxCapabilities) {
      return reader.Refuse(0, "能力不能超过 2000 项", "there can be at most 2000 capabilities");
    }
    capabilities.push_back(capability);
  }
}

absl::Status TaxonomyData::AddSubstitutes(std::string_view text) {
  TsvReader reader("substitutes.tsv", text, 3);
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) {
      return absl::OkStatus();
    }
    Substitute substitute;
    MUSTER_ASSIGN_OR_RETURN(substitute.capability, HeldCode(*this, reader, 0));
    MUSTER_ASSIGN_OR_RETURN(substitute.by, HeldCode(*this, reader, 1));
    MUSTER_ASSIGN_OR_RETURN(substitute.cost, reader.Number(2, 1, 100));
    const bool is_there = std::any_of(substitutes.begin(), substitutes.end(), [&](const Substitute& other) {
      return other.capability == substitute.capability && other.by == substitute.by;
    });
    if (substitute.by == substitute.capability || is_there) {
      return reader.Refuse(1, "不能替代自身，也不能重复", "it stands in for itself, or the pair is there already");
    }
    substitutes.push_back(substitute);
  }
}

absl::Status TaxonomyData::AddRequirements(std::string_view text) {
  TsvReader reader("requirements.tsv", text, 8);
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) {
      return absl::OkStatus();
    }
    Requirement line;
    MUSTER_ASSIGN_OR_RETURN(line.capability, HeldCode(*this, reader, 0));
    MUSTER_ASSIGN_OR_RETURN(line.level, reader.Number(1, 1, FindCapability(line.capability)->LowestLevel()));
    line.kind = reader.Text(2);
    MUSTER_ASSIGN_OR_RETURN(line.code, reader.Code(3));
    MUSTER_ASSIGN_OR_RETURN(line.count, reader.Number(4, 0, kMaxCount));
    line.text_zh = reader.Text(5);
    line.text_en = reader.Text(6);
    line.source = reader.Text(7);
    if (line.kind != "people" && line.kind != "equipment" && line.kind != "certificate") {
      return reader.Refuse(2, "应为 people、equipment 或 certificate", "it must be people, equipment or certificate");
    }
    if (line.kind == "equipment" && !Has(equipment, line.code)) {
      return reader.Refuse(3, "装备表中没有这个代码", "no equipment has this code");
    }
    requirements.push_back(line);
  }
}

absl::Status TaxonomyData::AddRest(std::string_view text) {
  TsvReader reader("rest.tsv", text, 3);
  for (;;) {
    MUSTER_ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) {
      return absl::OkStatus();
    }
    RestLimits line;
    if (reader.Text(0) != kEveryOther) {
      MUSTER_ASSIGN_OR_RETURN(line.capability, HeldCode(*this, reader, 0));
    }
    MUSTER_ASSIGN_OR_RETURN(const int work, reader.Number(1, 1, kHoursOfDay));
    MUSTER_ASSIGN_OR_RETURN(const int least_rest, reader.Number(2, 0, kHoursOfDay));
    line.most_work = std::chrono::hours(work);
    line.least_rest = std::chrono::hours(least_rest);
    if (line.capability.empty()) {
      usual_rest = line;
      continue;
    }
    std::erase_if(rest, [&](const RestLimits& other) { return other.capability == line.capability; });
    rest.push_back(line);
  }
}

absl::Status TaxonomyData::Add(const TaxonomyTexts& texts, bool added) {
  MUSTER_RETURN_IF_ERROR(AddCapabilities(texts.capabilities, added));
  MUSTER_RETURN_IF_ERROR(AddTerms("equipment.tsv", texts.equipment, equipment));
  MUSTER_RETURN_IF_ERROR(AddTerms("limits.tsv", texts.limits, limits));
  MUSTER_RETURN_IF_ERROR(AddSubstitutes(texts.substitutes));
  MUSTER_RETURN_IF_ERROR(AddRequirements(texts.requirements));
  MUSTER_RETURN_IF_ERROR(AddRest(texts.rest));
  std::stable_sort(substitutes.begin(), substitutes.end(),
                   [](const Substitute& a, const Substitute& b) { return a.capability < b.capability; });
  std::stable_sort(requirements.begin(), requirements.end(),
                   [](const Requirement& a, const Requirement& b) { return KeyOf(a) < KeyOf(b); });
  std::stable_sort(rest.begin(), rest.end(),
                   [](const RestLimits& a, const RestLimits& b) { return a.capability < b.capability; });
  for (const std::string_view text :
       {texts.capabilities, texts.equipment, texts.limits, texts.substitutes, texts.requirements, texts.rest}) {
    for (const char byte : text) {
      mark = (mark ^ static_cast<unsigned char>(byte)) * kMarkPrime;
    }
    mark = (mark ^ 0xFF) * kMarkPrime;  // no text holds this byte: it ends each
  }
  return absl::OkStatus();
}

const TaxonomyData& CurrentTaxonomy() {
  const TaxonomyData* const current = Current();
  return current == nullptr ? *BuiltIn() : *current;
}

std::span<const Term> EquipmentKinds() { return CurrentTaxonomy().equipment; }
std::span<const Term> StandingLimits() { return CurrentTaxonomy().limits; }
const Term* FindEquipmentKind(std::string_view code) { return FindTerm(CurrentTaxonomy().equipment, code); }
const Term* FindStandingLimit(std::string_view code) { return FindTerm(CurrentTaxonomy().limits, code); }

std::span<const Substitute> Substitutes() { return CurrentTaxonomy().substitutes; }
std::span<const Substitute> SubstitutesFor(std::string_view capability) {
  return LinesOf(CurrentTaxonomy().substitutes, capability, [](const Substitute& line) { return line.capability; });
}

std::span<const Requirement> Requirements() { return CurrentTaxonomy().requirements; }
std::span<const Requirement> RequirementsOf(std::string_view capability, int level) {
  return LinesOf(CurrentTaxonomy().requirements, std::pair(capability, level), KeyOf);
}

const RestLimits& RestLimitsOf(std::string_view capability) {
  const TaxonomyData& data = CurrentTaxonomy();
  const auto lines = LinesOf(data.rest, capability, [](const RestLimits& line) { return line.capability; });
  return lines.empty() ? data.usual_rest : lines.front();
}

absl::Status LoadTaxonomy(const std::filesystem::path& folder) {
  if (folder.empty()) {
    Current() = nullptr;
    return absl::OkStatus();
  }
  MUSTER_ASSIGN_OR_RETURN(CityTexts texts, ReadFolder(folder));
  static auto& kept = *new std::vector<std::unique_ptr<const CityTexts>>();
  kept.push_back(std::make_unique<const CityTexts>(std::move(texts)));
  auto data = std::make_unique<TaxonomyData>();
  MUSTER_RETURN_IF_ERROR(data->Add(kBuiltInTexts, false));
  MUSTER_RETURN_IF_ERROR(data->Add(kept.back()->views(), true));
  Current() = data.release();
  return absl::OkStatus();
}

std::string TaxonomyMark() {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  uint64_t rest = CurrentTaxonomy().mark;
  for (size_t i = text.size(); i-- > 0; rest >>= 4U) {
    text[i] = kDigits[rest & 0xFU];
  }
  return text;
}

}  // namespace muster
