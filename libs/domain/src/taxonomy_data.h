#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "muster/domain/capability.h"
#include "muster/domain/taxonomy.h"

namespace muster {

/// The texts of the six files, compiled in or a city's. Empty: no lines.
struct TaxonomyTexts {
  std::string_view capabilities;
  std::string_view equipment;
  std::string_view limits;
  std::string_view substitutes;
  std::string_view requirements;
  std::string_view rest;
};

/// What is compiled in; made by the build.
extern const TaxonomyTexts kBuiltInTexts;

/// All lists, checked. The texts that it was made of outlive it.
class TaxonomyData {
 public:
  /// Adds the lines of `texts`; `added` marks capabilities as the city's.
  absl::Status Add(const TaxonomyTexts& texts, bool added);

  const Capability* FindCapability(std::string_view code) const;

  std::vector<Capability> capabilities;
  std::vector<Term> equipment;
  std::vector<Term> limits;
  std::vector<Substitute> substitutes;
  std::vector<Requirement> requirements;
  std::vector<RestLimits> rest;                 ///< sorted by capability
  RestLimits usual_rest;                        ///< of those that have no line
  uint64_t mark = 14'695'981'039'346'656'037U;  ///< FNV-1a over all texts

 private:
  absl::Status AddCapabilities(std::string_view text, bool added);
  absl::Status AddSubstitutes(std::string_view text);
  absl::Status AddRequirements(std::string_view text);
  absl::Status AddRest(std::string_view text);

  std::unordered_map<std::string_view, size_t> by_code_;
};

/// What is in force.
const TaxonomyData& CurrentTaxonomy();

}  // namespace muster
