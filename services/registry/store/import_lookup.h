#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "muster/storage/database.h"
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

// Whether an object like this one is there: what an import must not store a second time. By credit code, filing, or
// else name and district; by organization and name; by organization and phone.
void ReadTaken(const Organization& organization, bool& into, std::vector<storage::Read>& reads);
void ReadTaken(const Team& team, bool& into, std::vector<storage::Read>& reads);
void ReadTaken(const Member& member, bool& into, std::vector<storage::Read>& reads);

/// The same as texts: two objects of which one is equal are the same.
std::vector<std::string> KeysOf(const Organization& organization);
std::vector<std::string> KeysOf(const Team& team);
std::vector<std::string> KeysOf(const Member& member);

}  // namespace muster::registry
