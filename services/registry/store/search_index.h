#pragma once

#include <vector>

#include "muster/storage/command.h"
#include "services/registry/core/facts.h"
#include "services/registry/core/import_rules.h"

namespace muster::registry {

/// The rows by which organizations, teams and members are found, in the same transaction as the objects themselves.
void AppendSearchWrites(const RegistryChanges& changes, std::vector<storage::Write>& writes);

/// The same of new objects, many rows a statement. What is there already is left as it is.
void AppendSearchWrites(const std::vector<Organization>& organizations, std::vector<storage::Write>& writes);
void AppendSearchWrites(const std::vector<Team>& teams, std::vector<storage::Write>& writes);
void AppendSearchWrites(const std::vector<Member>& members, std::vector<storage::Write>& writes);

}  // namespace muster::registry
