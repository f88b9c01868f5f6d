#include <algorithm>
#include <limits>

#include "services/matching/core/posting_tree.h"
#include "services/matching/core/score.h"

namespace muster::matching {
namespace {

constexpr float kNoWork = -1e9F;
constexpr float kNeverConfirmed = 1e9F;
constexpr int64_t kFirst = std::numeric_limits<int64_t>::min();
constexpr int64_t kLast = std::numeric_limits<int64_t>::max();

/// The span of time in which something stands against the team that only IsEligible can weigh.
void AddTrouble(Posting& posting, Time start, Time end) {
  posting.trouble_start = std::min({posting.trouble_start, ToMicros(start), ToMicros(end)});
  posting.trouble_end = std::max({posting.trouble_end, ToMicros(start), ToMicros(end)});
}

void AddTroubles(const TeamRecord& team, Posting& posting) {
  posting.trouble_start = kLast;
  posting.trouble_end = kFirst;
  for (const TeamWork& work : team.work) {
    for (const Window& booking : work.booked) {
      AddTrouble(posting, booking.start - kRestHorizon, booking.end + kRestHorizon);
    }
    if (work.last_work_end) {
      AddTrouble(posting, *work.last_work_end, *work.last_work_end + kRestHorizon);
    }
    for (const Window& worked : work.worked) {
      AddTrouble(posting, worked.start - kRestHorizon, worked.end + kRestHorizon);
    }
  }
  if (team.facts.suspended) {
    AddTrouble(posting, team.facts.suspended->start, team.facts.suspended->end);
  }
}

/// The certificates' span and the levels; several of one capability are left to IsEligible.
void AddHeld(const TeamRecord& team, const std::string& capability, Posting& posting, uint8_t& level_mask) {
  posting.from = kLast;
  posting.until = kFirst;
  int best = std::numeric_limits<int>::max();
  int count = 0;
  for (const HeldCapability& held : team.facts.capabilities) {
    if (held.capability == capability) {
      posting.from = std::min(posting.from, ToMicros(held.valid.start));
      posting.until = std::max(posting.until, ToMicros(held.valid.end));
      level_mask = static_cast<uint8_t>(level_mask | LevelBit(held.level));
      best = std::min(best, held.level);
      ++count;
    }
  }
  posting.level = static_cast<uint8_t>(std::clamp(best, 0, 255));
  posting.inexact = count > 1 || best < 0 || best > 255;
}

void NarrowToStanding(const TeamFacts& facts, Posting& posting) {
  if (facts.organization_state != OrganizationState::kApproved || facts.disbanded) {
    posting.from = kLast;
    posting.until = kFirst;
    return;
  }
  if (facts.registration_end) {
    posting.until = std::min(posting.until, ToMicros(*facts.registration_end));
  }
  if (facts.blacklisted_until) {
    posting.from = std::max(posting.from, ToMicros(*facts.blacklisted_until));
  }
}

void NarrowToAvailability(const TeamFacts& facts, Posting& posting) {
  posting.inexact = posting.inexact || !facts.weekly.empty() || !facts.blackouts.empty();
  if (facts.available.empty() || !facts.weekly.empty()) {
    return;
  }
  int64_t first = kLast;
  int64_t last = kFirst;
  for (const Window& window : facts.available) {
    first = std::min(first, ToMicros(window.start));
    last = std::max(last, ToMicros(window.end));
  }
  posting.from = std::max(posting.from, first);
  posting.until = std::min(posting.until, last);
  posting.inexact = posting.inexact || facts.available.size() > 1;
}

}  // namespace

Posting MakePosting(const TeamEntry& entry, const std::string& capability, uint8_t* level_mask) {
  const TeamRecord& team = entry.record;
  const TeamWork& real = team.WorkOf(Mode::kReal);
  Posting posting;
  posting.entry = &entry;
  posting.point = entry.point;
  AddHeld(team, capability, posting, *level_mask);
  NarrowToStanding(team.facts, posting);
  NarrowToAvailability(team.facts, posting);
  AddTroubles(team, posting);
  posting.fixed_minutes = static_cast<float>(entry.real.fixed_minutes);
  posting.minutes_per_metre = static_cast<float>(entry.real.minutes_per_metre);
  posting.worked_hours = real.last_work_end ? FloatHours(*real.last_work_end) : kNoWork;
  posting.recent_hours =
      team.history_known ? static_cast<float>(static_cast<double>(real.organization_recent_work.count()) / 3600e6) : 0;
  posting.confirmed_hours = team.confirmed_time ? FloatHours(*team.confirmed_time) : kNeverConfirmed;
  posting.headcount = static_cast<float>(team.facts.headcount);
  posting.remote = team.facts.works_remotely;
  return posting;
}

}  // namespace muster::matching
