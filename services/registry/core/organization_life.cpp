#include "services/registry/core/organization_life.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"
#include "services/registry/core/field_checks.h"
#include "services/registry/core/organization_rules.h"

namespace muster::registry {
namespace {

constexpr int64_t kMaxInspections = 100;
constexpr int64_t kFirstYear = 1990;
constexpr Duration kChinaTime = std::chrono::hours(8);

/// The organization, which the principal may change with at least this authority.
absl::StatusOr<Organization> Take(const Facts& facts, int64_t expected_version, Authority needed,
                                  const Principal& principal, const char* action) {
  if (!facts.organization) {
    return Error(Reason::kNotFound);
  }
  const Organization& organization = *facts.organization;
  MUSTER_RETURN_IF_ERROR(CheckVersion(expected_version, organization.version));
  MUSTER_RETURN_IF_ERROR(Require(needed, AuthorityOverOrganization(principal, organization), action));
  return organization;
}

std::vector<std::string> MissingIn(const Organization& organization) {
  std::vector<std::string> missing;
  const auto need = [&missing](bool given, const char* field) {
    if (!given) {
      missing.emplace_back(field);
    }
  };
  need(!TrimBlanks(organization.address).empty(), "address");
  need(!organization.contact_name.empty(), "contact_name");
  need(!organization.contact_phone.empty(), "contact_phone");
  need(organization.kind == OrganizationKind::kRequestingUnit || !organization.help_offered.empty(), "help_offered");
  return missing;
}

absl::Status CheckComplete(const Organization& organization) {
  const std::vector<std::string> missing = MissingIn(organization);
  if (missing.empty()) {
    return absl::OkStatus();
  }
  std::string all;
  for (const std::string& field : missing) {
    all += (all.empty() ? "" : ", ") + field;
  }
  return ErrorWithTexts(Reason::kInvalidField, "organization." + missing.front(),
                        "还缺少：" + all + "。请用 UpdateOrganization 补全后再提交。",
                        "Still missing: " + all + ". Fill that in by UpdateOrganization and submit again.",
                        {{"missing", all}});
}

int64_t YearOf(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time + kChinaTime);
  return static_cast<int>(std::chrono::year_month_day(day).year());
}

}  // namespace

absl::Status AddInspection(const Inspection& inspection, std::vector<Inspection>& into) {
  if (inspection.kind == InspectionKind::kAnnual) {
    std::erase_if(into, [&](const Inspection& other) {
      return other.kind == InspectionKind::kAnnual && other.year == inspection.year;
    });
  }
  const auto place = std::upper_bound(
      into.begin(), into.end(), inspection,
      [](const Inspection& a, const Inspection& b) { return std::tie(a.year, a.date) < std::tie(b.year, b.date); });
  into.insert(place, inspection);
  return CheckRange(static_cast<int64_t>(into.size()), 0, kMaxInspections, "inspection");
}

absl::StatusOr<RegistryChanges> Decide(const SubmitOrganization& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(Organization organization, Take(facts, command.expected_version, Authority::kManager,
                                                          context.principal, "SubmitOrganization"));
  MUSTER_RETURN_IF_ERROR(CheckMove(organization.state, OrganizationState::kSubmitted));
  MUSTER_RETURN_IF_ERROR(CheckComplete(organization));
  organization.state = OrganizationState::kSubmitted;
  return NextVersion(*facts.organization, std::move(organization), "OrganizationSubmitted", facts, context.now);
}

absl::StatusOr<RegistryChanges> Decide(const BlacklistOrganization& command, const Facts& facts,
                                       const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(Organization organization, Take(facts, command.expected_version, Authority::kOfficer,
                                                          context.principal, "BlacklistOrganization"));
  MUSTER_RETURN_IF_ERROR(CheckGiven(command.reason, "reason"));
  if (!command.until && !organization.blacklisted_until) {
    return ErrorWithTexts(Reason::kInvalidField, "until_time", "该组织不在失信名单上，没有可解除的。请填写截止时间。",
                          "The organization is not blacklisted, so there is nothing to lift. Say until when.");
  }
  if (command.until && *command.until <= context.now) {
    return BadTime("until_time", "须晚于现在", "it must be later than now");
  }
  organization.blacklisted_until = command.until;
  organization.blacklist_reason = command.until ? command.reason : "";
  RegistryChanges changes =
      NextVersion(*facts.organization, std::move(organization), "OrganizationBlacklisted", facts, context.now);
  changes.note = command.reason;
  return changes;
}

absl::StatusOr<RegistryChanges> Decide(const RecordInspection& command, const Facts& facts, const Context& context) {
  MUSTER_ASSIGN_OR_RETURN(Organization organization, Take(facts, command.expected_version, Authority::kOfficer,
                                                          context.principal, "RecordInspection"));
  MUSTER_RETURN_IF_ERROR(CheckStands(organization, "inspected"));
  MUSTER_RETURN_IF_ERROR(CheckRange(command.inspection.year, kFirstYear, YearOf(context.now) + 1, "inspection.year"));
  if (command.inspection.date > context.now) {
    return BadTime("inspection.date_time", "不能晚于现在", "it must not be later than now");
  }
  MUSTER_RETURN_IF_ERROR(AddInspection(command.inspection, organization.inspections));
  return NextVersion(*facts.organization, std::move(organization), "OrganizationInspected", facts, context.now);
}

}  // namespace muster::registry
