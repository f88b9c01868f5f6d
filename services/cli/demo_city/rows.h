#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/registry/v1/registry.pb.h"
#include "services/cli/demo_city/city_plan.h"
#include "services/cli/demo_city/draw.h"

namespace muster::demo {

/// What kinds of ids there are; ids of one kind count up in time, so that rows are stored in order.
enum class IdKind { kOrganization, kTeam, kMember, kWindow, kRequest };

/// A UUIDv7 made of a fixed time, a number and the seed.
std::string MakeId(IdKind kind, uint64_t seed, uint64_t number);

/// Makes the rows of a planned city, each on its own from the seed and its number.
class RowMaker {
 public:
  /// `plan` must outlive it; `now` is cut to the day.
  RowMaker(const CityPlan& plan, uint64_t seed, Time now);

  registry::v1::Organization Organization(int number) const;
  registry::v1::Team Team(int number) const;
  /// What the team has declared; mostly nothing, which means always free.
  std::vector<registry::v1::Availability> Windows(int team) const;
  registry::v1::Member Member(int number, int team) const;

 private:
  /// The words that names of an organization and of its teams share.
  struct Theme {
    std::string brand;
    std::string capability;  ///< what it does first of all
  };
  Theme ThemeOf(int organization) const;
  std::string OrganizationName(int number, const Theme& theme) const;
  std::string TeamName(const PlannedTeam& team, const Theme& theme, const std::string& first_capability) const;
  const Street& StreetOf(int organization) const;
  void AddCapability(const std::string& code, bool always_valid, Draw& draw, registry::v1::Team& team) const;
  void SetDayOffset(int days, google::protobuf::Timestamp& out) const;

  const CityPlan& plan_;
  const uint64_t seed_;
  const int64_t today_;  ///< midnight UTC, seconds
};

}  // namespace muster::demo
