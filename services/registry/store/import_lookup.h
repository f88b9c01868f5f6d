#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "muster/storage/database.h"
#include "services/registry/core/import_verdict.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// An organization that a row of a sheet names.
struct NamedOrganization {
  OrganizationId id;
  std::string district_path;
  std::optional<Location> location;
  int64_t teams = 0;  ///< that are not disbanded
};

/// By what rows call them (credit code, name or id); several where a name is not unique. Revoked and withdrawn ones are
/// not there.
using NamedOrganizations = std::map<std::string, std::vector<NamedOrganization>>;
absl::Status FindOrganizations(storage::Database& database, const std::set<std::string>& names,
                               NamedOrganizations& into);

/// Teams by organization and name, the disbanded ones left out.
using NamedTeams = std::map<std::pair<OrganizationId, std::string>, TeamId>;
absl::Status FindTeams(storage::Database& database, const std::set<std::pair<OrganizationId, std::string>>& names,
                       NamedTeams& into);

/// Fills in the names of what stands in `names` by id; what is not there keeps its empty name.
absl::Status FindOrganizationNames(storage::Database& database, std::map<std::string, std::string>& names);
absl::Status FindTeamNames(storage::Database& database, std::map<std::string, std::string>& names);

// What the store has of an object like this one, that an import must not store a second time. Organizations are known
// again by credit code, filing, or else name and district; teams by organization and name; people by phone and identity
// number wherever they are, and where either record has no number by phone and name in their organization; a person
// whose phone is not known (masked) by the id. `object` must outlive the reads.
void ReadFound(const Organization& object, FoundRow& into, std::vector<storage::Read>& reads);
void ReadFound(const Team& object, FoundRow& into, std::vector<storage::Read>& reads);
void ReadFound(const Member& object, FoundRow& into, std::vector<storage::Read>& reads);

/// The same as texts: two objects of which one is equal are the same.
std::vector<std::string> KeysOf(const Organization& organization);
std::vector<std::string> KeysOf(const Team& team);
std::vector<std::string> KeysOf(const Member& member);

}  // namespace muster::registry
