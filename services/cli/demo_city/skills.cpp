#include "services/cli/demo_city/skills.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "muster/domain/capability.h"
#include "services/cli/demo_city/demo_city.h"

namespace muster::demo {
namespace {

constexpr int kMostCapabilities = 5;
/// How often a specialist's further capability is of its own field.
constexpr double kOwnField = 0.7;

/// What the city calls for most, most wanted first; the others follow in the order of the taxonomy.
constexpr std::array<std::string_view, 16> kMostWanted{
    "order_keeping",        "goods_distribution", "outreach",         "elder_care",
    "community_governance", "social_work",        "sampling_support", "psychological_support",
    "child_care",           "education",          "environment",      "donation_handling",
    "home_visits",          "registration_desk",  "poverty_relief",   "family_service"};

constexpr std::array<std::string_view, 5> kRescue{"building_collapse", "mountain", "water", "diving",
                                                  "emergency_medical"};
constexpr std::array<std::string_view, 5> kRescueSupport{"flood_control", "road_clearance", "drone_survey",
                                                         "search_dogs", "emergency_communications"};
constexpr std::array<std::string_view, 6> kSocialWork{"social_work", "psychological_support", "elder_care",
                                                      "child_care",  "case_management",       "family_service"};
constexpr std::array<std::string_view, 4> kFoundation{"donation_handling", "fundraising", "goods_distribution",
                                                      "poverty_relief"};
constexpr std::array<std::string_view, 8> kRemote{
    "psychological_support", "crisis_hotline", "grief_counselling",     "stress_relief", "legal_aid",
    "translation",           "tutoring",       "information_technology"};

const std::vector<std::string>& ServiceCodes() {
  static const std::vector<std::string> codes = [] {
    std::vector<std::string> list(kMostWanted.begin(), kMostWanted.end());
    for (const Capability& capability : Capabilities()) {
      const std::string code(capability.code);
      if (!capability.IsGroup() && !capability.graded && std::find(list.begin(), list.end(), code) == list.end()) {
        list.push_back(code);
      }
    }
    return list;
  }();
  return codes;
}

std::string DrawFurther(Sort sort, Draw& draw) {
  const bool own_field = draw.Chance(kOwnField);
  if (own_field && IsRescue(sort)) {
    return std::string(draw.Chance(0.5) ? draw.Of(kRescue) : draw.Of(kRescueSupport));
  }
  if (own_field && sort == Sort::kSocialWorkAgency) {
    return std::string(draw.Of(kSocialWork));
  }
  return DrawService(draw);
}

}  // namespace

bool IsRescue(Sort sort) {
  return sort == Sort::kGovernmentRescue || sort == Sort::kProfessionalRescue || sort == Sort::kVolunteerRescue;
}

const std::string& DrawService(Draw& draw) {
  static const std::vector<double> sums = [] {
    std::vector<double> list;
    double sum = 0;
    for (size_t i = 0; i < ServiceCodes().size(); ++i) {
      sum += 1.0 / static_cast<double>(i + 1);
      list.push_back(sum);
    }
    return list;
  }();
  const double at = draw.Unit() * sums.back();
  const auto found = std::upper_bound(sums.begin(), sums.end(), at);
  return ServiceCodes()[std::min(static_cast<size_t>(found - sums.begin()), sums.size() - 1)];
}

std::string DrawTheme(Sort sort, Draw& draw) {
  if (IsRescue(sort)) {
    return std::string(draw.Of(kRescue));
  }
  if (sort == Sort::kSocialWorkAgency || sort == Sort::kSocialWorkStation) {
    return std::string(draw.Of(kSocialWork));
  }
  return sort == Sort::kFoundation ? std::string(draw.Of(kFoundation)) : DrawService(draw);
}

std::vector<std::string> DrawCapabilities(Sort sort, const std::string& first, Draw& draw) {
  const auto count = static_cast<size_t>(draw.Between(1, kMostCapabilities));
  std::vector<std::string> codes;
  if (!first.empty()) {
    codes.push_back(first);
  }
  while (codes.size() < count) {
    std::string code = DrawFurther(sort, draw);
    if (std::find(codes.begin(), codes.end(), code) == codes.end()) {
      codes.push_back(std::move(code));
    }
  }
  return codes;
}

const std::vector<std::string>& DemoCapabilities(int place) {
  static const std::array<std::vector<std::string>, kDemoTeamCount> teams{{
      {"psychological_support", "crisis_hotline", "stress_relief"},
      {"elder_care", "home_visits", "elder_meals"},
      {"goods_distribution", "order_keeping", "donation_handling"},
      {"sampling_support", "medical_support", "registration_desk"},
      {"child_care", "family_service", "tutoring"},
  }};
  return teams[static_cast<size_t>(place)];
}

bool WorksRemotely(const std::string& code) { return std::find(kRemote.begin(), kRemote.end(), code) != kRemote.end(); }

}  // namespace muster::demo
