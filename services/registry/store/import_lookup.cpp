#include "services/registry/store/import_lookup.h"

#include "muster/domain/principal.h"
#include "services/registry/core/credit_code.h"
#include "services/registry/core/half_width.h"
#include "services/registry/store/codecs.h"

namespace muster::registry {
namespace {

using storage::Blob;
using storage::Read;
using storage::Row;

bool HasOwnKey(const Organization& organization) {
  return !organization.credit_code.empty() || !organization.filing_number.empty();
}

absl::Status FindNames(storage::Database& database, std::string_view sql, std::map<std::string, std::string>& names) {
  std::vector<Read> reads;
  for (auto& [id, name] : names) {
    reads.push_back({sql, {id}, [&into = name](const Row& row) { into = std::string(row.Text(0)); }});
  }
  return reads.empty() ? absl::OkStatus() : database.Query(reads);
}

constexpr std::string_view kFoundColumns =
    "state, district_path, merged_into, name, kind, address, rating, registration_end_us, rating_end_us";

/// What of a row is given and is otherwise than `row` of kFoundColumns.
std::vector<std::string_view> DifferingFields(const Organization& object, const Row& row) {
  std::vector<std::string_view> fields;
  const auto compare = [&fields](std::string_view field, bool given, bool same) {
    if (given && !same) {
      fields.push_back(field);
    }
  };
  compare("district", true, DistrictCovers(object.district_path, std::string(row.Text(1))));
  compare("name", true, row.Text(3) == object.name);
  compare("kind", true, row.Text(4) == Name(object.kind));
  compare("address", !object.address.empty(), row.Text(5) == object.address);
  compare("rating", object.rating != 0, row.Int(6) == object.rating);
  const auto ends_at = [&row](int column, const std::optional<Time>& end) {
    return !row.IsNull(column) && row.Int(column) == ToMicros(*end);
  };
  compare("registration_end", object.registration_end.has_value(),
          object.registration_end && ends_at(7, object.registration_end));
  compare("rating_end", object.rating_end.has_value(), object.rating_end && ends_at(8, object.rating_end));
  return fields;
}

/// One that stands counts more than those that have ended.
void TakeFound(const Organization& object, const Row& row, FoundRow& into) {
  const bool ended = row.Text(0) == "revoked" || row.Text(0) == "withdrawn";
  if (into.there && ended) {
    return;
  }
  into.there = into.there || !ended;
  into.ended = ended;
  into.merged = ended && !row.Text(2).empty();
  into.state = std::string(row.Text(0));
  into.district_path = std::string(row.Text(1));
  into.differing = DifferingFields(object, row);
}

}  // namespace

absl::Status FindOrganizations(storage::Database& database, const std::set<std::string>& names,
                               NamedOrganizations& into) {
  constexpr std::string_view kSql =
      "SELECT id, district_path, location, (SELECT COUNT(*) FROM team WHERE organization_id = organization.id AND "
      "disbanded = 0) FROM organization WHERE id IN (SELECT id FROM organization WHERE id = $1 UNION SELECT id FROM "
      "organization WHERE credit_code = $2 AND credit_code <> '' AND state NOT IN ('revoked', 'withdrawn') UNION "
      "SELECT id FROM organization WHERE name IN ($1, $3, $4)) AND state NOT IN ('revoked', 'withdrawn')";
  std::vector<Read> reads;
  for (const std::string& name : names) {
    std::vector<NamedOrganization>& found = into[name];
    reads.push_back({kSql,
                     {name, NormalizeCreditCode(name), WithNarrowBrackets(name), WithWideBrackets(name)},
                     [&found](const Row& row) {
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

absl::Status FindOrganizationNames(storage::Database& database, std::map<std::string, std::string>& names) {
  return FindNames(database, "SELECT name FROM organization WHERE id = $1", names);
}

absl::Status FindTeamNames(storage::Database& database, std::map<std::string, std::string>& names) {
  return FindNames(database, "SELECT name FROM team WHERE id = $1", names);
}

void ReadFound(const Organization& object, FoundRow& into, std::vector<Read>& reads) {
  // Those that have ended are looked for too.
  static const std::string kByCode =
      "SELECT " + std::string(kFoundColumns) + " FROM organization WHERE credit_code = $1 AND credit_code <> ''";
  static const std::string kByFiling = "SELECT " + std::string(kFoundColumns) +
                                       " FROM organization WHERE filing_number = $1 AND filing_office = $2 AND "
                                       "filing_number <> ''";
  static const std::string kByName =
      "SELECT " + std::string(kFoundColumns) + " FROM organization WHERE name = $1 AND district_path = $2";
  const auto found = [&object, &into](const Row& row) { TakeFound(object, row, into); };
  if (!object.credit_code.empty()) {
    reads.push_back({kByCode, {object.credit_code}, found});
  }
  if (!object.filing_number.empty()) {
    reads.push_back({kByFiling, {object.filing_number, object.filing_office}, found});
  }
  if (!HasOwnKey(object)) {
    reads.push_back({kByName, {object.name, object.district_path}, found});
  }
}

void ReadFound(const Team& object, FoundRow& into, std::vector<Read>& reads) {
  reads.push_back({"SELECT disbanded, headcount FROM team WHERE organization_id = $1 AND name = $2 ORDER BY id",
                   {object.organization_id.value(), object.name},
                   [&object, &into](const Row& row) {
                     const bool stands = row.Int(0) == 0;
                     into.ended = into.ended || !stands;
                     if (stands && !into.there && row.Int(1) != object.headcount) {
                       into.differing.push_back("headcount");
                     }
                     into.there = into.there || stands;
                   }});
}

void ReadFound(const Member& object, FoundRow& into, std::vector<Read>& reads) {
  if (object.phone_index.empty()) {  // masked: known by its id or not at all
    reads.push_back({"SELECT id FROM member WHERE id = $1 AND organization_id = $2",
                     {object.id.value(), object.organization_id.value()},
                     [&into](const Row&) { into.there = true; }});
    return;
  }
  if (!object.person_index.empty()) {
    reads.push_back({"SELECT organization_id FROM member WHERE person_index = $1 AND length(person_index) > 0",
                     {Blob{object.person_index.bytes}},
                     [&object, &into](const Row& row) {
                       const bool own = row.Text(0) == object.organization_id.value();
                       (own ? into.there : into.elsewhere) = true;
                     }});
  }
  const std::string name = object.digests.empty() ? "" : object.digests.front().bytes;
  reads.push_back(
      {"SELECT person_index FROM member m WHERE phone_index = $1 AND organization_id = $2 AND EXISTS "
       "(SELECT 1 FROM member_digest d WHERE d.digest = $3 AND d.member_id = m.id)",
       {Blob{object.phone_index.bytes}, object.organization_id.value(), Blob{name}},
       [&object, &into](const Row& row) {
         into.there = into.there || object.person_index.empty() || row.Text(0).empty();
       }});
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
  const std::string name = member.digests.empty() ? "" : member.digests.front().bytes;
  std::vector<std::string> keys{"name " + member.organization_id.value() + "\n" + member.phone_index.bytes + name};
  if (!member.person_index.empty()) {
    keys.push_back("person " + member.person_index.bytes);
  }
  return keys;
}

}  // namespace muster::registry
