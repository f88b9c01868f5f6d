#include "services/registry/store/import_lookup.h"

#include "services/registry/core/credit_code.h"
#include "services/registry/store/codecs.h"

namespace muster::registry {
namespace {

using storage::Blob;
using storage::Read;
using storage::Row;

bool HasOwnKey(const Organization& organization) {
  return !organization.credit_code.empty() || !organization.filing_number.empty();
}

}  // namespace

absl::Status FindOrganizations(storage::Database& database, const std::set<std::string>& names,
                               NamedOrganizations& into) {
  constexpr std::string_view kSql =
      "SELECT id, district_path, location, (SELECT COUNT(*) FROM team WHERE organization_id = organization.id AND "
      "disbanded = 0) FROM organization WHERE id IN (SELECT id FROM organization WHERE id = $1 UNION SELECT id FROM "
      "organization WHERE credit_code = $2 AND credit_code <> '' AND state NOT IN ('revoked', 'withdrawn') UNION "
      "SELECT id FROM organization WHERE name = $1) AND state NOT IN ('revoked', 'withdrawn')";
  std::vector<Read> reads;
  for (const std::string& name : names) {
    std::vector<NamedOrganization>& found = into[name];
    reads.push_back({kSql, {name, NormalizeCreditCode(name)}, [&found](const Row& row) {
                       found.push_back({OrganizationId(std::string(row.Text(0))), std::string(row.Text(1)),
                                        storage::Codec<std::optional<Location>>::FromRow(row, 2), row.Int(3)});
                     }});
  }
  return reads.empty() ? absl::OkStatus() : database.Query(reads);
}

absl::Status FindTeams(storage::Database& database, const std::set<std::pair<OrganizationId, std::string>>& names,
                       NamedTeams& into) {
  std::vector<Read> reads;
  for (const auto& name : names) {
    reads.push_back({"SELECT id FROM team WHERE organization_id = $1 AND name = $2 AND disbanded = 0 ORDER BY id",
                     {name.first.value(), name.second},
                     [&into, &name](const Row& row) { into.emplace(name, TeamId(std::string(row.Text(0)))); }});
  }
  return reads.empty() ? absl::OkStatus() : database.Query(reads);
}

void ReadTaken(const Organization& organization, bool& into, std::vector<Read>& reads) {
  const auto there = [&into](const Row&) { into = true; };
  if (!organization.credit_code.empty()) {
    reads.push_back(
        {"SELECT id FROM organization WHERE credit_code = $1 AND credit_code <> '' AND state NOT IN ('revoked', "
         "'withdrawn')",
         {organization.credit_code},
         there});
  }
  if (!organization.filing_number.empty()) {
    reads.push_back(
        {"SELECT id FROM organization WHERE filing_office = $1 AND filing_number = $2 AND filing_number <> '' AND "
         "state "
         "NOT IN ('revoked', 'withdrawn')",
         {organization.filing_office, organization.filing_number},
         there});
  }
  if (!HasOwnKey(organization)) {
    reads.push_back(
        {"SELECT id FROM organization WHERE name = $1 AND district_path = $2 AND state NOT IN ('revoked', 'withdrawn')",
         {organization.name, organization.district_path},
         there});
  }
}

void ReadTaken(const Team& team, bool& into, std::vector<Read>& reads) {
  reads.push_back({"SELECT id FROM team WHERE organization_id = $1 AND name = $2 AND disbanded = 0 ORDER BY id",
                   {team.organization_id.value(), team.name},
                   [&into](const Row&) { into = true; }});
}

void ReadTaken(const Member& member, bool& into, std::vector<Read>& reads) {
  reads.push_back({"SELECT id FROM member WHERE phone_index = $1 AND organization_id = $2",
                   {Blob{member.phone_index.bytes}, member.organization_id.value()},
                   [&into](const Row&) { into = true; }});
}

std::vector<std::string> KeysOf(const Organization& organization) {
  std::vector<std::string> keys;
  if (!organization.credit_code.empty()) {
    keys.push_back("code " + organization.credit_code);
  }
  if (!organization.filing_number.empty()) {
    keys.push_back("filing " + organization.filing_office + "\n" + organization.filing_number);
  }
  if (!HasOwnKey(organization)) {
    keys.push_back("name " + organization.name + "\n" + organization.district_path);
  }
  return keys;
}

std::vector<std::string> KeysOf(const Team& team) { return {team.organization_id.value() + "\n" + team.name}; }

std::vector<std::string> KeysOf(const Member& member) {
  return {member.organization_id.value() + "\n" + member.phone_index.bytes};
}

}  // namespace muster::registry
