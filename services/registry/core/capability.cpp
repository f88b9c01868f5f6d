#include "services/registry/core/capability.h"

#include <array>
#include <unordered_map>
#include <vector>

#include "services/registry/core/capabilities_tsv.h"

namespace muster::registry {
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

}  // namespace muster::registry
