#include "muster/domain/eligibility.h"

#include <algorithm>
#include <array>
#include <utility>

#include "muster/base/text.h"
#include "muster/domain/reason.h"

namespace muster {
namespace {

constexpr std::array<std::string_view, 14> kNames{
    "UNKNOWN_YET",   "DISBANDED",     "ORGANIZATION_STATE", "REGISTRATION_ENDS",    "BLACKLISTED",
    "SUSPENDED",     "NO_CAPABILITY", "LEVEL_TOO_LOW",      "CAPABILITY_NOT_VALID", "NOT_REMOTE",
    "NOT_AVAILABLE", "BOOKED",        "NOT_RESTED",         "NOT_ENROLLED"};

std::string Minute(Time time) { return FormatMicros(ToMicros(time)).substr(0, 16) + "Z"; }

std::string Span(const Window& window) { return Minute(window.start) + " - " + Minute(window.end); }

void CheckCapability(const TeamFacts& team, const Need& need, std::vector<RuleFailure>& failures) {
  bool held = false;
  bool level_reached = false;
  const HeldCapability* nearest = nullptr;
  for (const HeldCapability& capability : team.capabilities) {
    if (capability.capability != need.capability) {
      continue;
    }
    held = true;
    if (need.lowest_level != 0 && capability.level > need.lowest_level) {
      nearest = level_reached ? nearest : &capability;
      continue;
    }
    level_reached = true;
    if (capability.valid.Covers(need.window)) {
      return;
    }
    nearest = &capability;
  }
  if (!held) {
    failures.push_back(
        {EligibilityRule::kNoCapability, "没有能力“" + need.capability + "”", "does not hold " + need.capability});
  } else if (!level_reached) {
    failures.push_back(
        {EligibilityRule::kLevelTooLow,
         "等级为 " + std::to_string(nearest->level) + "，要求不低于 " + std::to_string(need.lowest_level),
         "level " + std::to_string(nearest->level) + " where " + std::to_string(need.lowest_level) +
             " or better is needed"});
  } else {
    failures.push_back({EligibilityRule::kCapabilityNotValid, "证书或等级有效期为 " + Span(nearest->valid),
                        "certificate or grade is valid only " + Span(nearest->valid)});
  }
}

}  // namespace

std::string_view Name(EligibilityRule rule) { return kNames[static_cast<size_t>(rule)]; }

std::vector<RuleFailure> CheckEligibility(const TeamFacts& team, const Need& need) {
  std::vector<RuleFailure> failures;
  if (team.disbanded) {
    failures.push_back({EligibilityRule::kDisbanded, "队伍已解散", "the team is disbanded"});
  }
  if (team.organization_state != OrganizationState::kApproved) {
    failures.push_back({EligibilityRule::kOrganizationState,
                        "所属组织状态为 " + std::string(Name(team.organization_state)),
                        "its organization is " + std::string(Name(team.organization_state))});
  }
  if (team.registration_end && *team.registration_end < need.window.end) {
    failures.push_back({EligibilityRule::kRegistrationEnds, "登记有效期止于 " + Minute(*team.registration_end),
                        "the registration ends " + Minute(*team.registration_end)});
  }
  if (team.blacklisted_until && *team.blacklisted_until > need.window.start) {
    failures.push_back({EligibilityRule::kBlacklisted, "列入黑名单至 " + Minute(*team.blacklisted_until),
                        "blacklisted until " + Minute(*team.blacklisted_until)});
  }
  if (team.suspended && team.suspended->Overlaps(need.window)) {
    failures.push_back(
        {EligibilityRule::kSuspended, "停用期 " + Span(*team.suspended), "suspended " + Span(*team.suspended)});
  }
  CheckCapability(team, need, failures);
  if (need.place == Place::kRemote && !team.works_remotely) {
    failures.push_back({EligibilityRule::kNotRemote, "不提供远程服务", "does not work remotely"});
  }
  if (!team.available.empty() && std::none_of(team.available.begin(), team.available.end(),
                                              [&](const Window& window) { return window.Covers(need.window); })) {
    failures.push_back(
        {EligibilityRule::kNotAvailable, "申报的可用时间不包含这一时段", "no declared availability covers the window"});
  }
  for (const Window& booking : team.booked) {
    if (booking.Overlaps(need.window)) {
      failures.push_back({EligibilityRule::kBooked, "已有任务 " + Span(booking), "already booked " + Span(booking)});
      break;
    }
  }
  if (team.last_work_end && *team.last_work_end <= need.window.start &&
      need.window.start - *team.last_work_end < kMinimumRest) {
    failures.push_back({EligibilityRule::kNotRested,
                        "上次任务 " + Minute(*team.last_work_end) + " 才结束，休息不足 8 小时",
                        "its last work ended " + Minute(*team.last_work_end) + ": less than 8 hours of rest"});
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
