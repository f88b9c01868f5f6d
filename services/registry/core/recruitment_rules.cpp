#include "services/registry/core/recruitment_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/capability.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/consent_rules.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/field_mask.h"
#include "services/registry/core/member_rules.h"
#include "services/registry/core/people_authority.h"

namespace muster::registry {
namespace {

using Field = UpdatableField<Recruitment>;

constexpr int64_t kMaxTitle = 200;

constexpr auto kFields = std::to_array<Field>({
    {"title", Authority::kManager,
     [](Recruitment& to, const Recruitment& from) {
       to.title_zh = from.title_zh;
       to.title_en = from.title_en;
     }},
    {"capability", Authority::kManager,
     [](Recruitment& to, const Recruitment& from) { to.capability = from.capability; }},
    {"places", Authority::kManager, [](Recruitment& to, const Recruitment& from) { to.places = from.places; }},
    {"window", Authority::kManager, [](Recruitment& to, const Recruitment& from) { to.needed = from.needed; }},
    {"screening", Authority::kManager, [](Recruitment& to, const Recruitment& from) { to.screening = from.screening; }},
    {"id", Authority::kNobody, nullptr},
    {"version", Authority::kNobody, nullptr},
    {"create_time", Authority::kNobody, nullptr},
    {"update_time", Authority::kNobody, nullptr},
    {"organization_id", Authority::kNobody, nullptr},
    {"district_path", Authority::kNobody, nullptr},
    {"filled", Authority::kNobody, nullptr},
    {"state", Authority::kNobody, nullptr},
});

absl::Status CheckMayRun(const Recruitment& recruitment, const Context& context, const char* action) {
  return Require(Authority::kManager,
                 AuthorityOver(context.principal, recruitment.organization_id, recruitment.district_path), action);
}

Changed<Recruitment> NextVersion(const Recruitment& before, Recruitment after, std::string event, Time now) {
  after.version = before.version + 1;
  after.update_time = now;
  return {before, std::move(after), std::move(event)};
}

Changed<Recruitment> Filled(const Recruitment& before, int32_t more, Time now) {
  Recruitment after = before;
  after.filled += more;
  return NextVersion(before, std::move(after), "RecruitmentUpdated", now);
}

Changed<Application> Moved(const Application& before, ApplicationState state, const std::string& reason, Time now) {
  Application after = before;
  after.state = state;
  after.reason = reason;
  after.version = before.version + 1;
  after.update_time = now;
  return {before, std::move(after), ""};
}

absl::Status CheckMayRecruit(const Facts& facts, const Context& context) {
  return facts.people.drive_standing ? CheckMayMobilize(*facts.people.drive_standing, context.now, "recruiting")
                                     : absl::OkStatus();
}

absl::Status CheckOpen(const Recruitment& recruitment) {
  return recruitment.state == RecruitmentState::kOpen ? absl::OkStatus()
                                                      : IllegalMove("recruitment", "closed", "used", "none");
}

absl::Status Full() {
  return ErrorWithTexts(Reason::kLineFull, "id", "名额已满。请先增加名额（UpdateRecruitment），或婉拒此人。",
                        "Every place is taken. Add places first (UpdateRecruitment), or decline.");
}

absl::Status CheckTitle(const std::string& text, const std::string& field) {
  MUSTER_RETURN_IF_ERROR(CheckGiven(text, field));
  return CodePointCount(text) <= static_cast<size_t>(kMaxTitle)
             ? absl::OkStatus()
             : Error(Reason::kTooLong, field, {{"limit", std::to_string(kMaxTitle)}});
}

}  // namespace

absl::Status CheckRecruitment(const Recruitment& recruitment) {
  MUSTER_RETURN_IF_ERROR(CheckTitle(recruitment.title_zh, "recruitment.title.zh"));
  MUSTER_RETURN_IF_ERROR(CheckTitle(recruitment.title_en, "recruitment.title.en"));
  if (!recruitment.capability.empty()) {
    MUSTER_RETURN_IF_ERROR(CheckCapabilityCode(recruitment.capability, "recruitment.capability"));
  }
  MUSTER_RETURN_IF_ERROR(CheckDistrict(recruitment.district_path, "recruitment.district_path"));
  MUSTER_RETURN_IF_ERROR(
      CheckRange(recruitment.places, std::max(recruitment.filled, 1), kMaxPlaces, "recruitment.places"));
  return CheckWindow(recruitment.needed, "recruitment.window");
}

absl::StatusOr<RegistryChanges> Decide(const CreateRecruitment& command, const Facts& facts, const Context& context) {
  Recruitment recruitment = command.values;
  if (!recruitment.organization_id.empty() && !facts.organization) {
    return Error(Reason::kNotFound, "recruitment.organization_id");
  }
  if (recruitment.district_path.empty() && facts.organization) {
    recruitment.district_path = facts.organization->district_path;
  }
  MUSTER_RETURN_IF_ERROR(CheckRecruitment(recruitment));
  MUSTER_RETURN_IF_ERROR(CheckMayRun(recruitment, context, "CreateRecruitment"));
  if (facts.organization) {
    MUSTER_RETURN_IF_ERROR(CheckMayMobilize(StandingOf(*facts.organization), context.now, "recruiting"));
  }
  if (recruitment.needed.end <= context.now) {
    return BadTime("recruitment.window", "时段已经结束", "it is over already");
  }
  recruitment.version = 1;
  recruitment.create_time = context.now;
  recruitment.update_time = context.now;
  RegistryChanges changes;
  changes.recruitments.push_back({std::nullopt, std::move(recruitment), "RecruitmentOpened"});
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const UpdateRecruitment& command, const Facts& facts, const Context& context) {
  if (!facts.people.recruitment) {
    return Error(Reason::kNotFound);
  }
  const Recruitment& before = *facts.people.recruitment;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  Recruitment after = before;
  MUSTER_RETURN_IF_ERROR(ApplyMask<Recruitment>(
      kFields, command.paths, AuthorityOver(context.principal, before.organization_id, before.district_path),
      "UpdateRecruitment", command.values, after));
  MUSTER_RETURN_IF_ERROR(CheckOpen(before));
  MUSTER_RETURN_IF_ERROR(CheckMayRecruit(facts, context));
  MUSTER_RETURN_IF_ERROR(CheckRecruitment(after));
  RegistryChanges changes;
  changes.recruitments.push_back(NextVersion(before, std::move(after), "RecruitmentUpdated", context.now));
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const CloseRecruitment& command, const Facts& facts, const Context& context) {
  if (!facts.people.recruitment) {
    return Error(Reason::kNotFound, "id");
  }
  const Recruitment& before = *facts.people.recruitment;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  MUSTER_RETURN_IF_ERROR(CheckMayRun(before, context, "CloseRecruitment"));
  MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, RecruitmentState::kClosed));
  Recruitment after = before;
  after.state = RecruitmentState::kClosed;
  RegistryChanges changes;
  changes.recruitments.push_back(NextVersion(before, std::move(after), "RecruitmentClosed", context.now));
  changes.note = command.reason;
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const ApplyToRecruitment& command, const Facts& facts, const Context& context) {
  if (!facts.people.recruitment) {
    return Error(Reason::kNotFound, "recruitment_id");
  }
  if (!facts.member) {
    return Error(Reason::kNotFound, "member_id");
  }
  const Recruitment& recruitment = *facts.people.recruitment;
  if (!ConsentsFor(context.principal, *facts.member)) {
    return Error(Reason::kForbidden, "", {{"action", "ApplyToRecruitment"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckNotErased(*facts.member));
  MUSTER_RETURN_IF_ERROR(CheckOpen(recruitment));
  MUSTER_RETURN_IF_ERROR(CheckMayRecruit(facts, context));
  if (recruitment.needed.end <= context.now) {
    return Error(Reason::kExpired, "recruitment_id");
  }
  MUSTER_RETURN_IF_ERROR(CheckDispatchConsent(*facts.member, "member_id"));
  if (std::any_of(facts.people.applications.begin(), facts.people.applications.end(),
                  [&](const Application& one) { return one.recruitment_id == recruitment.id; })) {
    return ErrorWithTexts(Reason::kDuplicate, "recruitment_id", "此人已报名。请查看 ListApplications。",
                          "The person has applied already. See ListApplications.");
  }
  Application application{command.id,
                          1,
                          context.now,
                          context.now,
                          recruitment.id,
                          facts.member->id,
                          recruitment.organization_id,
                          recruitment.district_path,
                          ApplicationState::kApplied,
                          ""};
  RegistryChanges changes;
  changes.applications.push_back({std::nullopt, std::move(application), ""});
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const ReviewApplication& command, const Facts& facts, const Context& context) {
  if (!facts.people.application || !facts.people.recruitment || !facts.member) {
    return Error(Reason::kNotFound, "id");
  }
  const Application& before = *facts.people.application;
  const Recruitment& recruitment = *facts.people.recruitment;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  MUSTER_RETURN_IF_ERROR(CheckMayRun(recruitment, context, "ReviewApplication"));
  const ApplicationState to = command.accept ? ApplicationState::kAccepted : ApplicationState::kDeclined;
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, to));
  RegistryChanges changes;
  if (command.accept) {
    MUSTER_RETURN_IF_ERROR(CheckOpen(recruitment));
    MUSTER_RETURN_IF_ERROR(CheckMayRecruit(facts, context));
    MUSTER_RETURN_IF_ERROR(CheckDispatchConsent(*facts.member, "id"));
    if (recruitment.filled >= recruitment.places) {
      return Full();
    }
    changes.recruitments.push_back(Filled(recruitment, 1, context.now));
  } else {
    MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  }
  changes.applications.push_back(Moved(before, to, command.reason, context.now));
  changes.note = command.reason;
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const WithdrawApplication& command, const Facts& facts, const Context& context) {
  if (!facts.people.application || !facts.people.recruitment || !facts.member) {
    return Error(Reason::kNotFound, "id");
  }
  const Application& before = *facts.people.application;
  MUSTER_RETURN_IF_ERROR(CheckVersion(command.expected_version, before.version));
  if (!ConsentsFor(context.principal, *facts.member)) {
    return Error(Reason::kForbidden, "", {{"action", "WithdrawApplication"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckMove(before.state, ApplicationState::kWithdrawn));
  RegistryChanges changes;
  if (before.state == ApplicationState::kAccepted) {
    changes.recruitments.push_back(Filled(*facts.people.recruitment, -1, context.now));
  }
  changes.applications.push_back(Moved(before, ApplicationState::kWithdrawn, command.reason, context.now));
  changes.note = command.reason;
  return changes;
}

void WithdrawApplications(const PeopleFacts& facts, const std::string& reason, Time now, RegistryChanges& changes) {
  for (const Application& application : facts.applications) {
    changes.applications.push_back(Moved(application, ApplicationState::kWithdrawn, reason, now));
    const auto drive = std::find_if(facts.recruitments.begin(), facts.recruitments.end(),
                                    [&](const Recruitment& one) { return one.id == application.recruitment_id; });
    if (application.state == ApplicationState::kAccepted && drive != facts.recruitments.end()) {
      changes.recruitments.push_back(Filled(*drive, -1, now));
    }
  }
}

}  // namespace muster::registry
