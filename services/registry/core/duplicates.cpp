#include "services/registry/core/duplicates.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/geo/district.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/organization_rules.h"

namespace muster::registry {
namespace {

constexpr size_t kMostOfOneKey = 20;
constexpr size_t kCreditCodeLength = 18;
constexpr std::string_view kDropped = " \t\n()[]{}<>.-_,'\"";

/// Length of the UTF-8 character that begins with `first`.
size_t LengthOf(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// The ASCII character that a character stands for; 0: none.
char AsciiOf(std::string_view character) {
  if (character.size() == 1) {
    return character.front();
  }
  if (character == "\u3000") {
    return ' ';
  }
  for (const std::string_view bracket : {"【", "】", "《", "》", "〈", "〉", "「", "」", "·"}) {
    if (character == bracket) {
      return '(';
    }
  }
  if (character.size() != 3 || character[0] != '\xEF') {
    return 0;
  }
  // U+FF01 to U+FF5E are ASCII's 0x21 to 0x7E in full width.
  const int code = ((static_cast<unsigned char>(character[1]) & 0x3F) << 6) |
                   (static_cast<unsigned char>(character[2]) & 0x3F) | 0xF000;
  return code >= 0xFF01 && code <= 0xFF5E ? static_cast<char>(code - 0xFF01 + 0x21) : '\0';
}

std::string Folded(std::string_view name) {
  std::string folded;
  while (!name.empty()) {
    const std::string_view character = name.substr(0, LengthOf(name.front()));
    name.remove_prefix(character.size());
    const char ascii = AsciiOf(character);
    if (ascii == 0) {
      folded += character;
    } else if (kDropped.find(ascii) == std::string_view::npos) {
      folded += ascii >= 'A' && ascii <= 'Z' ? static_cast<char>(ascii - 'A' + 'a') : ascii;
    }
  }
  return folded;
}

/// "昆山" of "昆山市": names of districts end with one character that says what they are.
std::string_view ShortName(std::string_view district) { return district.substr(0, district.size() - 3); }

void CutFirstOf(std::initializer_list<std::string_view> starts, std::string& text) {
  for (const std::string_view start : starts) {
    if (text.starts_with(start)) {
      text.erase(0, start.size());
      return;
    }
  }
}

using Groups = std::map<std::string, std::vector<size_t>>;

class Pairs {
 public:
  explicit Pairs(const std::vector<DuplicateKeys>& organizations) : organizations_(organizations) {}

  void Add(const Groups& groups, DuplicateReason reason) {
    for (const auto& [key, group] : groups) {
      const size_t count = std::min(group.size(), kMostOfOneKey);
      for (size_t i = 0; i < count; ++i) {
        for (size_t j = i + 1; j < count; ++j) {
          Add(organizations_[group[i]].id, organizations_[group[j]].id, reason);
        }
      }
    }
  }

  std::vector<DuplicatePair> Take() {
    std::vector<DuplicatePair> pairs;
    for (auto& [ids, reasons] : found_) {
      pairs.push_back({ids.first, ids.second, std::move(reasons)});
    }
    return pairs;
  }

 private:
  void Add(const OrganizationId& a, const OrganizationId& b, DuplicateReason reason) {
    found_[a < b ? std::pair(a, b) : std::pair(b, a)].push_back(reason);
  }

  const std::vector<DuplicateKeys>& organizations_;
  std::map<std::pair<OrganizationId, OrganizationId>, std::vector<DuplicateReason>> found_;
};

}  // namespace

std::string NameKey(std::string_view name) {
  const std::string folded = Folded(name);
  std::string key = folded;
  CutFirstOf({"江苏省", "江苏"}, key);
  CutFirstOf({geo::kCityNameZh, ShortName(geo::kCityNameZh)}, key);
  for (const geo::District& district : geo::Districts()) {
    const std::string_view whole = district.name_zh;
    if (key.starts_with(whole)) {
      key.erase(ShortName(whole).size(), whole.size() - ShortName(whole).size());
      break;
    }
  }
  return key.empty() ? folded : key;
}

std::vector<DuplicatePair> FindDuplicates(const std::vector<DuplicateKeys>& organizations) {
  Groups by_code;
  Groups by_name;
  Groups by_phone;
  for (size_t i = 0; i < organizations.size(); ++i) {
    const DuplicateKeys& keys = organizations[i];
    if (keys.credit_code.size() == kCreditCodeLength) {
      by_code[keys.credit_code.substr(8, 9)].push_back(i);
    }
    if (std::string name = NameKey(keys.name); !name.empty()) {
      by_name[std::move(name)].push_back(i);
    }
    if (!keys.contact_index.empty()) {
      by_phone[keys.contact_index].push_back(i);
    }
  }
  Pairs pairs(organizations);
  pairs.Add(by_code, DuplicateReason::kCreditCode);
  pairs.Add(by_name, DuplicateReason::kName);
  pairs.Add(by_phone, DuplicateReason::kPhone);
  return pairs.Take();
}

absl::StatusOr<RegistryChanges> Decide(const DismissDuplicate& command, const Facts& facts, const Context& context) {
  if (!facts.organization) {
    return Error(Reason::kNotFound, "first_id");
  }
  if (!facts.other_organization) {
    return Error(Reason::kNotFound, "second_id");
  }
  const Organization& first = *facts.organization;
  const Organization& second = *facts.other_organization;
  if (first.id == second.id) {
    return Error(Reason::kInvalidField, "second_id");
  }
  for (const Organization* organization : {&first, &second}) {
    MUSTER_RETURN_IF_ERROR(
        Require(Authority::kOfficer, AuthorityOverOrganization(context.principal, *organization), "DismissDuplicate"));
  }
  MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  RegistryChanges changes;
  changes.note = command.reason;
  changes.district_path = first.district_path;
  changes.dismissals.push_back({std::nullopt,
                                {command.id, 1, context.now, std::min(first.id, second.id),
                                 std::max(first.id, second.id), command.reason, context.principal.account_id},
                                "OrganizationDuplicateDismissed"});
  return changes;
}

}  // namespace muster::registry
