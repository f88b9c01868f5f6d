#include "muster/domain/eligibility.h"

#include <algorithm>
#include <array>
#include <utility>

#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/domain/taxonomy.h"

namespace muster {
namespace {

std::string Minute(Time time) { return FormatMicros(ToMicros(time)).substr(0, 16) + "Z"; }

std::string Span(const Window& window) { return Minute(window.start) + " - " + Minute(window.end); }

constexpr Duration kChina = std::chrono::hours(8);
constexpr Duration kHour = std::chrono::hours(1);

/// Until when the weekly time that holds `at` goes on; `at` when none holds it.
Time ReachFrom(const WeeklyTime& weekly, Time at) {
  const auto today = std::chrono::floor<std::chrono::days>(at + kChina);
  for (const auto day : {today - std::chrono::days(1), today}) {
    const unsigned weekday = std::chrono::weekday(day).iso_encoding() - 1;  // 0 for Monday
    const Time begin = Time(day) - kChina + std::chrono::minutes(weekly.start_minute);
    const Time start = std::max(begin, weekly.valid_from.value_or(begin));
    const Time end = begin + std::chrono::minutes(weekly.length_minutes);
    const Time until = std::min(end, weekly.valid_until.value_or(end));
    const bool begins = ((static_cast<unsigned>(weekly.weekdays) >> weekday) & 1U) != 0;
    if (begins && start <= at && at < until) {
      return until;
    }
  }
  return at;
}

/// True when the times join each other from the start of the window to its end. Each step goes on to the end of a time,
/// so there are as many as times inside the window at most.
bool WeeklyTimesCover(const std::vector<WeeklyTime>& weekly, const Window& window) {
  Time at = window.start;
  while (at < window.end) {
    Time reach = at;
    for (const WeeklyTime& time : weekly) {
      reach = std::max(reach, ReachFrom(time, at));
    }
    if (reach == at) {
      return false;
    }
    at = reach;
  }
  return true;
}

/// How much of `window` lies in `day`.
Duration Share(const Window& window, const Window& day) {
  return std::max(Duration(0), std::min(window.end, day.end) - std::max(window.start, day.start));
}

/// Calls `visit` for each time of work that lies near the window; not for bookings that overlap it, which another rule
/// tells of.
template <class Visit>
void ForEachNear(const WorkTimes& work, const Window& window, Visit visit) {
  const Window near{window.start - kRestHorizon, window.end + kRestHorizon};
  for (const Window& booking : work.booked) {
    if (booking.Overlaps(near) && !booking.Overlaps(window)) {
      visit(booking);
    }
  }
  for (const Window& time : work.worked) {
    if (time.Overlaps(near)) {
      visit(time);
    }
  }
}

/// What falls into `day`; 0 unless it holds a part of the window and of other work.
Duration WorkIn(const Window& day, const WorkTimes& work, const Window& window, const std::vector<Window>& together) {
  const Duration own = Share(window, day);
  Duration other{0};
  ForEachNear(work, window, [&](const Window& time) { other += Share(time, day); });
  if (own == Duration(0) || other == Duration(0)) {
    return Duration(0);
  }
  Duration all = own + other;
  for (const Window& shift : together) {
    all += shift == window ? Duration(0) : Share(shift, day);
  }
  return all;
}

using Failure = std::optional<RuleFailure>;
using enum EligibilityRule;

Failure Disbanded(const TeamFacts& team, const Need&) {
  return team.disbanded ? Failure({kDisbanded, "队伍已解散", "the team is disbanded"}) : std::nullopt;
}

Failure WrongState(const TeamFacts& team, const Need&) {
  if (team.organization_state == OrganizationState::kApproved) {
    return std::nullopt;
  }
  const std::string state(Name(team.organization_state));
  return {{kOrganizationState, "所属组织状态为 " + state, "its organization is " + state}};
}

Failure RegistrationEnds(const TeamFacts& team, const Need& need) {
  if (!team.registration_end || *team.registration_end >= need.window.end) {
    return std::nullopt;
  }
  const std::string end = Minute(*team.registration_end);
  return {{kRegistrationEnds, "登记有效期止于 " + end, "the registration ends " + end}};
}

Failure Blacklisted(const TeamFacts& team, const Need& need) {
  if (!team.blacklisted_until || *team.blacklisted_until <= need.window.start) {
    return std::nullopt;
  }
  const std::string until = Minute(*team.blacklisted_until);
  return {{kBlacklisted, "列入黑名单至 " + until, "blacklisted until " + until}};
}

Failure Suspended(const TeamFacts& team, const Need& need) {
  if (!team.suspended || !team.suspended->Overlaps(need.window)) {
    return std::nullopt;
  }
  return {{kSuspended, "停用期 " + Span(*team.suspended), "suspended " + Span(*team.suspended)}};
}

/// How far what a team holds goes towards a need.
struct Reach {
  bool held = false;
  bool level_reached = false;
  bool valid = false;
  const HeldCapability* nearest = nullptr;  ///< what comes nearest, where something is held and not valid
};

Reach ReachOf(const TeamFacts& team, const Need& need) {
  Reach reach;
  for (const HeldCapability& capability : team.capabilities) {
    if (capability.capability != need.capability) {
      continue;
    }
    reach.held = true;
    if (need.lowest_level != 0 && capability.level > need.lowest_level) {
      reach.nearest = reach.level_reached ? reach.nearest : &capability;
      continue;
    }
    reach.level_reached = true;
    reach.nearest = &capability;
    if (capability.valid.Covers(need.window)) {
      reach.valid = true;
      return reach;
    }
  }
  return reach;
}

Failure NoCapability(const TeamFacts& team, const Need& need) {
  const bool held = std::any_of(team.capabilities.begin(), team.capabilities.end(),
                                [&](const HeldCapability& one) { return one.capability == need.capability; });
  return held ? std::nullopt
              : Failure({kNoCapability, "没有能力“" + need.capability + "”", "does not hold " + need.capability});
}

Failure LevelTooLow(const TeamFacts& team, const Need& need) {
  const Reach reach = ReachOf(team, need);
  if (!reach.held || reach.level_reached) {
    return std::nullopt;
  }
  const std::string level = std::to_string(reach.nearest->level);
  const std::string lowest = std::to_string(need.lowest_level);
  return {{kLevelTooLow, "等级为 " + level + "，要求不低于 " + lowest,
           "level " + level + " where " + lowest + " or better is needed"}};
}

Failure CapabilityNotValid(const TeamFacts& team, const Need& need) {
  const Reach reach = ReachOf(team, need);
  if (!reach.level_reached || reach.valid) {
    return std::nullopt;
  }
  const std::string span = Span(reach.nearest->valid);
  return {{kCapabilityNotValid, "证书或等级有效期为 " + span, "certificate or grade is valid only " + span}};
}

Failure NotRemote(const TeamFacts& team, const Need& need) {
  return need.place == Place::kRemote && !team.works_remotely
             ? Failure({kNotRemote, "不提供远程服务", "does not work remotely"})
             : std::nullopt;
}

Failure NotAvailable(const TeamFacts& team, const Need& need) {
  return IsAvailable(team, need.window)
             ? std::nullopt
             : Failure({kNotAvailable, "申报的可用时间不包含这一时段", "no declared availability covers the window"});
}

Failure Booked(const TeamFacts& team, const Need& need) {
  const auto booking = std::find_if(team.booked.begin(), team.booked.end(),
                                    [&](const Window& window) { return window.Overlaps(need.window); });
  return booking == team.booked.end()
             ? std::nullopt
             : Failure({kBooked, "已有任务 " + Span(*booking), "already booked " + Span(*booking)});
}

/// "10" or "12.5".
std::string Hours(Duration duration) {
  const int64_t tenths = (duration.count() * 10 + kHour.count() / 2) / kHour.count();
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10));
}

Failure NotRested(const TeamFacts& team, const Need& need) {
  const Duration least = RestLimitsOf(need.capability).least_rest;
  const auto near = WorkTooNear({team.booked, team.worked, team.last_work_end}, need.window, least);
  if (!near) {
    return std::nullopt;
  }
  const std::string at = Minute(*near);
  const std::string hours = Hours(least);
  return *near <= need.window.start
             ? Failure({kNotRested, "上一项任务 " + at + " 才结束，休息不足 " + hours + " 小时",
                        "its work before ends " + at + ": less than " + hours + " hours of rest"})
             : Failure({kNotRested, "下一项任务 " + at + " 就开始，休息不足 " + hours + " 小时",
                        "its next work starts " + at + ": less than " + hours + " hours of rest"});
}

Failure HoursExceeded(const TeamFacts& team, const Need& need) {
  const Duration most = RestLimitsOf(need.capability).most_work;
  const Duration busiest = BusiestDay({team.booked, team.worked, team.last_work_end}, need.window, need.together);
  if (busiest <= most) {
    return std::nullopt;
  }
  const std::string hours = Hours(busiest);
  return {{kHoursExceeded, "24 小时内共工作 " + hours + " 小时，上限 " + Hours(most) + " 小时",
           hours + " hours of work within 24 where " + Hours(most) + " are allowed"}};
}

constexpr auto kRules = std::to_array<EligibilityRuleRow>({
    {kUnknownYet, "UNKNOWN_YET",
     "dispatch has not heard of the team yet, or it is of a district that the caller cannot use", "the team's id",
     nullptr},
    {kDisbanded, "DISBANDED", "the team is disbanded", "-", Disbanded},
    {kOrganizationState, "ORGANIZATION_STATE", "its organization is not approved", "the state", WrongState},
    {kRegistrationEnds, "REGISTRATION_ENDS", "the organization's registration ends before the window does", "its end",
     RegistrationEnds},
    {kBlacklisted, "BLACKLISTED", "the organization is blacklisted beyond the start of the window", "until when",
     Blacklisted},
    {kSuspended, "SUSPENDED", "the team's suspension overlaps the window", "its start and end", Suspended},
    {kNoCapability, "NO_CAPABILITY", "the team does not hold the capability", "the capability", NoCapability},
    {kLevelTooLow, "LEVEL_TOO_LOW", "it holds the capability at worse levels only", "its level and the one needed",
     LevelTooLow},
    {kCapabilityNotValid, "CAPABILITY_NOT_VALID",
     "no certificate or grade of a sufficient level is valid over the whole window", "start and end of the last one",
     CapabilityNotValid},
    {kNotRemote, "NOT_REMOTE", "the work is remote and the team does not work remotely", "-", NotRemote},
    {kNotAvailable, "NOT_AVAILABLE",
     "a blackout day overlaps the window, or the team has declared when it is free and that does not cover it", "-",
     NotAvailable},
    {kBooked, "BOOKED", "an active booking of the same mode overlaps the window", "start and end of the booking",
     Booked},
    {kNotRested, "NOT_RESTED",
     "between the window and the work before or after it lies less rest than the capability needs",
     "when that work ends or starts, the rest needed", NotRested},
    {kHoursExceeded, "HOURS_EXCEEDED",
     "with what it works besides, it would work longer in some 24 hours than the capability allows",
     "those hours, the most allowed", HoursExceeded},
    {kNotEnrolled, "NOT_ENROLLED", "the incident is a drill in which the team is not enrolled", "-", nullptr},
    {kMustHave, "MUST_HAVE", "the team lacks something that the line must have", "what is missing", nullptr},
});

}  // namespace

bool IsAvailable(const TeamFacts& team, const Window& window) {
  const auto overlaps = [&](const Window& blackout) { return blackout.Overlaps(window); };
  if (std::any_of(team.blackouts.begin(), team.blackouts.end(), overlaps)) {
    return false;
  }
  const auto covers = [&](const Window& declared) { return declared.Covers(window); };
  return (team.available.empty() && team.weekly.empty()) ||
         std::any_of(team.available.begin(), team.available.end(), covers) || WeeklyTimesCover(team.weekly, window);
}

std::optional<Time> WorkTooNear(const WorkTimes& work, const Window& window, Duration least_rest) {
  if (work.last_work_end && *work.last_work_end <= window.start && window.start - *work.last_work_end < least_rest) {
    return work.last_work_end;
  }
  for (const Window& booking : work.booked) {
    if (booking.start == booking.end) {
      continue;  // what is left of a shift that was called off
    }
    if (booking.end <= window.start && window.start - booking.end < least_rest) {
      return booking.end;
    }
    if (window.end <= booking.start && booking.start - window.end < least_rest) {
      return booking.start;
    }
  }
  return std::nullopt;
}

Duration BusiestDay(const WorkTimes& work, const Window& window, const std::vector<Window>& together) {
  // The fullest day begins with some time of work, or ends with one: moved from there, it loses what it gains or more.
  // Between two long works it begins with the last moment of the one, or ends with the first of the other.
  constexpr Duration kMoment{1};
  Duration busiest{0};
  const auto try_days_at = [&](const Window& time) {
    for (const Time start :
         {time.start, time.end - kMoment, time.end - kRestHorizon, time.start + kMoment - kRestHorizon}) {
      busiest = std::max(busiest, WorkIn({start, start + kRestHorizon}, work, window, together));
    }
  };
  bool alone = true;
  ForEachNear(work, window, [&](const Window& time) {
    alone = false;
    try_days_at(time);
  });
  if (alone) {
    return busiest;
  }
  try_days_at(window);
  for (const Window& shift : together) {
    try_days_at(shift);
  }
  return busiest;
}

std::span<const EligibilityRuleRow> EligibilityRules() { return kRules; }

std::string_view Name(EligibilityRule rule) { return kRules[static_cast<size_t>(rule)].name; }

std::vector<RuleFailure> CheckEligibility(const TeamFacts& team, const Need& need) {
  std::vector<RuleFailure> failures;
  for (const EligibilityRuleRow& row : kRules) {
    if (row.check == nullptr) {
      continue;
    }
    if (Failure failure = row.check(team, need)) {
      failures.push_back(*std::move(failure));
    }
  }
  return failures;
}

absl::Status EligibilityStatus(const std::vector<RuleFailure>& failures) {
  if (failures.empty()) {
    return absl::OkStatus();
  }
  std::string names;
  std::string zh = "队伍不符合条件：";
  std::string en = "The team is not eligible: ";
  for (const RuleFailure& failure : failures) {
    const bool first = names.empty();
    names += (first ? "" : ",") + std::string(Name(failure.rule));
    zh += (first ? "" : "；") + failure.message_zh;
    en += (first ? "" : "; ") + failure.message_en;
  }
  return ErrorWithTexts(Reason::kNotEligible, "team_id", zh + "。请换一支队伍，或先解决这些问题。",
                        en + ". Choose another team or resolve this first.", {{"rules", names}});
}

}  // namespace muster
