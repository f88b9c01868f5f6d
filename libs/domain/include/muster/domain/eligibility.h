#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/states.h"

namespace muster {

/// A half-open interval of time [start, end).
struct Window {
  Time start{};
  Time end{};
  bool Overlaps(const Window& other) const { return start < other.end && other.start < end; }
  bool Covers(const Window& other) const { return start <= other.start && other.end <= end; }
  bool operator==(const Window&) const = default;
};

/// Hours of some days of each week, in China's zone (UTC+8 the whole year).
struct WeeklyTime {
  int weekdays = 0;        ///< on which days it begins: bit 0 for Monday to bit 6 for Sunday
  int start_minute = 0;    ///< when it begins, after midnight: 0 to 1439
  int length_minutes = 0;  ///< 1 to 1440, so it may end on the next day
  std::optional<Time> valid_from;
  std::optional<Time> valid_until;  ///< not included
  bool operator==(const WeeklyTime&) const = default;
};

/// One capability that a team holds, as vouched for.
struct HeldCapability {
  std::string capability;  ///< code of the taxonomy: "psychological_support"
  /// 1 is the highest. Rescue grades have 1 to 3 (GB gradings count down); ungraded service capabilities have 1 to 4.
  int level = 0;
  Window valid;
};

/// What eligibility looks at: a team as the registry vouches for it.
struct TeamFacts {
  TeamId team_id;
  OrganizationId organization_id;
  bool disbanded = false;
  OrganizationState organization_state = OrganizationState::kDraft;
  std::optional<Time> registration_end;   ///< the organization's registration ends; none: open-ended
  std::optional<Time> blacklisted_until;  ///< none: not blacklisted
  std::optional<Window> suspended;        ///< the team's own suspension
  int headcount = 0;
  bool works_remotely = false;
  std::vector<HeldCapability> capabilities;
  std::vector<Window> available;      ///< declared windows; with no weekly times either: always available
  std::vector<WeeklyTime> weekly;     ///< declared times of each week
  std::vector<Window> blackouts;      ///< never available then
  std::vector<Window> booked;         ///< active bookings of the same mode
  std::vector<Window> worked;         ///< finished work of the same mode, for the hours of a day
  std::optional<Time> last_work_end;  ///< the end of its latest work, for rest
};

enum class Place { kOnSite, kRemote };

/// Whether what a team has declared leaves it free for a whole window: no blackout overlaps it, and one declared window
/// or weekly times without a gap between cover it. Pure.
bool IsAvailable(const TeamFacts& team, const Window& window);

/// What a team would have to do.
struct Need {
  std::string capability;
  int lowest_level = 0;  ///< the worst level that will do; 0: any
  Window window;
  Place place = Place::kOnSite;
  std::vector<Window> together{};  ///< all shifts of the same duty, `window` too: for the hours of a day
};

/// The rules, in the order in which they are told; EligibilityRules says what each asks.
enum class EligibilityRule {
  kUnknownYet,
  kDisbanded,
  kOrganizationState,
  kRegistrationEnds,
  kBlacklisted,
  kSuspended,
  kNoCapability,
  kLevelTooLow,
  kCapabilityNotValid,
  kNotRemote,
  kNotAvailable,
  kBooked,
  kNotRested,
  kHoursExceeded,
  kNotEnrolled,
  kMustHave,
};

/// A rule that failed, with its data.
struct RuleFailure {
  EligibilityRule rule;
  std::string message_zh;
  std::string message_en;
};

/// One rule. Each is checked for the window of the deployment, apart from the others.
struct EligibilityRuleRow {
  EligibilityRule rule;
  std::string_view name;        ///< "CAPABILITY_NOT_VALID"
  std::string_view fails_when;  ///< as in the documentation
  std::string_view data;        ///< what a failure tells
  /// The failure, or none. Null for what the facts of a team do not show: the service that knows tells it. Pure.
  std::optional<RuleFailure> (*check)(const TeamFacts& team, const Need& need);
};

/// The table of rules, in the order of the enum.
std::span<const EligibilityRuleRow> EligibilityRules();

/// "CAPABILITY_NOT_VALID".
std::string_view Name(EligibilityRule rule);

/// The rules that an operator may override with a reason: rest, and the hours of a day.
constexpr bool ConcernsRest(EligibilityRule rule) {
  return rule == EligibilityRule::kNotRested || rule == EligibilityRule::kHoursExceeded;
}

/// What a team works, as rest and the hours of a day look at it. Views of vectors that outlive it.
struct WorkTimes {
  const std::vector<Window>& booked;
  const std::vector<Window>& worked;
  const std::optional<Time>& last_work_end;
};

/// Nothing that a team works further away from a window than this matters to rest and the hours of a day.
inline constexpr Duration kRestHorizon = std::chrono::hours(24);

/// The end of the work before the window, or the start of the one after it, between which and the window a team does
/// not rest as long as `least_rest`; none when it does. What overlaps the window is no matter of rest. Pure.
std::optional<Time> WorkTooNear(const WorkTimes& work, const Window& window, Duration least_rest);

/// The most work in any 24 hours that hold a part of the window and of what the team works besides; 0 when there is no
/// such day: how long the shifts of one duty are is for those to decide who ask for it. `together` as in Need. Pure.
Duration BusiestDay(const WorkTimes& work, const Window& window, const std::vector<Window>& together);

/// Every rule that keeps the team from this need; empty means eligible. Pure.
std::vector<RuleFailure> CheckEligibility(const TeamFacts& team, const Need& need);

/// NOT_ELIGIBLE naming every failing rule, or Ok when there is none.
absl::Status EligibilityStatus(const std::vector<RuleFailure>& failures);

}  // namespace muster
