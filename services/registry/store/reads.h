#pragma once

#include <optional>
#include <string>
#include <vector>

#include "muster/domain/principal.h"
#include "muster/storage/command.h"
#include "services/registry/core/facts.h"
#include "services/registry/core/import_rules.h"

namespace muster::registry {

/// Reads by which commands and queries fill their facts. Each appends what it needs to `reads`; the targets must
/// outlive them and be empty when the reads run. A row that the principal may not see is as if it were not there.
using Reads = std::vector<storage::Read>;

void ReadOrganization(const Principal& principal, const OrganizationId& id, std::optional<Organization>& into,
                      Reads& reads);
/// A team with its capabilities, standing and windows; `into` stays empty or gets one.
void ReadTeam(const Principal& principal, const TeamId& id, std::vector<TeamProfile>& into, Reads& reads);
/// All teams of an organization, disbanded ones too; their standing is left to the caller. For an organization that
/// the principal was shown.
void ReadTeamsOf(const OrganizationId& id, std::vector<TeamProfile>& into, Reads& reads);
void ReadMember(const Principal& principal, const MemberId& id, std::optional<Member>& into, Reads& reads);

/// All members of an organization that the principal was shown, in order of id, at most `limit`.
void ReadMembersOf(const OrganizationId& id, int64_t limit, std::vector<Member>& into, Reads& reads);
/// What else belongs to an organization that the principal was shown, at most `limit` of each kind.
void ReadBelongingsOf(const OrganizationId& id, int64_t limit, Belongings& into, Reads& reads);
/// A requested change of an organization that the principal sees.
void ReadChange(const Principal& principal, const OrganizationChangeId& id, std::optional<OrganizationChange>& into,
                Reads& reads);
/// The open change of an organization that the principal was shown.
void ReadOpenChange(const OrganizationId& id, std::optional<OrganizationChange>& into, Reads& reads);
/// The changes as a table with the district of their organizations, to be read like one of the store.
std::string VisibleChanges();

/// The district of the organization that a team belongs to.
void ReadDistrictOfOrganization(const TeamId& id, std::string& into, Reads& reads);
/// What rules look up beyond what the principal sees; only yes or no comes of it.
void ReadOrganizationOfMember(const MemberId& id, std::optional<OrganizationId>& into, Reads& reads);
void ReadTeamsNamed(const std::vector<TeamId>& ids, std::vector<Team>& into, Reads& reads);
void ReadCreditCodeTaken(const std::string& credit_code, const OrganizationId& except, bool& into, Reads& reads);
void ReadFilingNumberTaken(const std::string& office, const std::string& number, const OrganizationId& except,
                           bool& into, Reads& reads);
void ReadTeamCount(const OrganizationId& id, int64_t& into, Reads& reads);

/// What an import needs to know.
void ReadImportFacts(const ImportBatch& batch, ImportFacts& into, Reads& reads);

/// One row of team_capability as (team_id, capability, level, valid_from_us, valid_until_us) from `offset` on.
HeldCapability ParseCapability(const storage::Row& row, int offset);
/// Columns (weekly, blackout_days) of a team_schedule from `offset` on.
void ParseSchedule(const storage::Row& row, int offset, TeamProfile& into);
/// Columns (state, registration_end_us, blacklisted_until_us, name, kind) of an organization from `offset` on.
Standing ParseStanding(const storage::Row& row, int offset);

}  // namespace muster::registry
