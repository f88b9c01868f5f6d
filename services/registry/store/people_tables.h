#pragma once

#include <string>
#include <vector>

#include "muster/storage/table.h"
#include "services/registry/core/facts.h"

namespace muster::registry {

const storage::Table<Certificate>& CertificateTable();
const storage::Table<Membership>& MembershipTable();
const storage::Table<Recruitment>& RecruitmentTable();
const storage::Table<Application>& ApplicationTable();

std::string HashOf(const Certificate& certificate);
std::string HashOf(const Membership& membership);
std::string HashOf(const Recruitment& recruitment);
std::string HashOf(const Application& application);

/// The rows of these four kinds that a change writes.
void AppendPeopleWrites(const RegistryChanges& changes, std::vector<storage::Write>& writes);
/// What counts against the limit of an account.
storage::Write UnmaskingWrite(const Unmasking& unmasking, const AccountId& account, Time now);

}  // namespace muster::registry
