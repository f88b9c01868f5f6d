#include "services/dispatch/core/model.h"

#include <array>

namespace muster::dispatch {
namespace {

constexpr std::array<std::string_view, 2> kUnits{"people", "teams"};
constexpr std::array<std::string_view, 3> kAgreements{"voluntary", "purchased_service", "mutual_aid"};
constexpr std::array<std::string_view, 2> kPlaces{"on_site", "remote"};

template <class E, size_t N>
std::optional<E> Find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (size_t i = 0; i < N; ++i) {
    if (names[i] == name) {
      return static_cast<E>(i);
    }
  }
  return std::nullopt;
}

}  // namespace

int TeamMeans::CountOf(const std::string& kind) const {
  int count = 0;
  for (const Equipment& one : equipment) {
    count += one.kind == kind ? one.count : 0;
  }
  return count;
}

std::string_view Name(QuantityUnit unit) { return kUnits[static_cast<size_t>(unit)]; }
std::string_view Name(Agreement agreement) { return kAgreements[static_cast<size_t>(agreement)]; }
std::string_view Name(Place place) { return kPlaces[static_cast<size_t>(place)]; }
std::optional<QuantityUnit> QuantityUnitFromName(std::string_view name) { return Find<QuantityUnit>(kUnits, name); }
std::optional<Agreement> AgreementFromName(std::string_view name) { return Find<Agreement>(kAgreements, name); }
std::optional<Place> PlaceFromName(std::string_view name) { return Find<Place>(kPlaces, name); }

}  // namespace muster::dispatch
