#include "muster/domain/capability.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <vector>

#include "capabilities_tsv.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"

namespace muster {
namespace {

/// What stands before the first `separator`; `text` keeps the rest.
std::string_view Cut(std::string_view& text, char separator) {
  const size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

Capability ParseLine(std::string_view line) {
  Capability capability;
  capability.code = Cut(line, '\t');
  const std::string_view parent = Cut(line, '\t');
  capability.parent = parent == "-" ? std::string_view() : parent;
  capability.graded = Cut(line, '\t') == "graded";
  capability.name_zh = Cut(line, '\t');
  capability.name_en = line;
  return capability;
}

std::vector<Capability> ParseTaxonomy(std::string_view text) {
  std::vector<Capability> capabilities;
  while (!text.empty()) {
    const std::string_view line = Cut(text, '\n');
    if (!line.empty() && line[0] != '#') {
      capabilities.push_back(ParseLine(line));
    }
  }
  return capabilities;
}

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

std::span<const Capability> Capabilities() {
  static const std::vector<Capability> capabilities = ParseTaxonomy(kCapabilitiesTsv);
  return capabilities;
}

const Capability* FindCapability(std::string_view code) {
  static const auto by_code = [] {
    std::unordered_map<std::string_view, const Capability*> index;
    for (const Capability& capability : Capabilities()) {
      index.emplace(capability.code, &capability);
    }
    return index;
  }();
  const auto found = by_code.find(code);
  return found == by_code.end() ? nullptr : found->second;
}

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
