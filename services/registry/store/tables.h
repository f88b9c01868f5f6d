#pragma once

#include <span>
#include <string>
#include <vector>

#include "muster/storage/migration.h"
#include "muster/storage/table.h"
#include "services/registry/core/import_rules.h"
#include "services/registry/core/model.h"

namespace muster::registry {

/// The steps of this service's schema (set "registry"); run them after "common" and the events'.
std::span<const storage::Migration> Migrations();

const storage::Table<Organization>& OrganizationTable();
const storage::Table<OrganizationChange>& OrganizationChangeTable();
const storage::Table<DuplicateDismissal>& DismissalTable();
const storage::Table<Team>& TeamTable();
const storage::Table<Member>& MemberTable();

/// What the audit trail keeps of an object: SHA-256 over its row and the rows that belong to it. The columns that
/// `organization` was given later count up to the last one that is not empty, so what was stored before them keeps its
/// hash.
std::string HashOf(const Organization& organization);
std::string HashOf(const Team& team);
std::string HashOf(const Member& member);

/// The rows of a change, without audit and events.
void AppendWrites(const RegistryChanges& changes, std::vector<storage::Write>& writes);
void AppendWrites(const ImportChanges& changes, std::vector<storage::Write>& writes);

}  // namespace muster::registry
