#include "muster/domain/capability.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "taxonomy_data.h"

namespace muster {
namespace {

/// The fewest bytes to insert, leave out or replace that make `a` of `b` (Levenshtein).
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::string ChildrenOf(const Capability& group) {
  std::string codes;
  for (const Capability& capability : Capabilities()) {
    if (capability.parent == group.code) {
      codes += (codes.empty() ? "" : ", ") + std::string(capability.code);
    }
  }
  return codes;
}

}  // namespace

std::span<const Capability> Capabilities() { return CurrentTaxonomy().capabilities; }

const Capability* FindCapability(std::string_view code) { return CurrentTaxonomy().FindCapability(code); }

const Capability& NearestCapability(std::string_view text) {
  const auto distance = [text](const Capability& capability) {
    return std::min({EditDistance(text, capability.code), EditDistance(text, capability.name_zh),
                     EditDistance(text, capability.name_en)});
  };
  const Capability* nearest = nullptr;
  for (const Capability& capability : Capabilities()) {
    if (!capability.IsGroup() && (nearest == nullptr || distance(capability) < distance(*nearest))) {
      nearest = &capability;
    }
  }
  return *nearest;
}

absl::Status CheckCapabilityCode(const std::string& code, const std::string& field) {
  if (TrimBlanks(code).empty()) {
    return Error(Reason::kInvalidField, field);
  }
  const Capability* known = FindCapability(code);
  if (known != nullptr && known->IsGroup()) {
    const std::string children = ChildrenOf(*known);
    return ErrorWithTexts(Reason::kInvalidField, field, code + " 是能力的分组，请填写其中的一项：" + children + "。",
                          code + " is a group of capabilities. Name one of them: " + children + ".",
                          {{"nearest", children}});
  }
  if (known != nullptr) {
    return absl::OkStatus();
  }
  const std::string nearest(NearestCapability(code).code);
  return ErrorWithTexts(Reason::kInvalidField, field,
                        "没有代码为“" + code + "”的能力，最接近的是 " + nearest + "。请填写能力目录中的代码。",
                        "No capability has the code \"" + code + "\"; the nearest is " + nearest +
                            ". Use a code of the list of capabilities.",
                        {{"nearest", nearest}});
}

}  // namespace muster
