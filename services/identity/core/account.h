#pragma once

#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/base/id.h"
#include "muster/domain/principal.h"
#include "muster/domain/role.h"

namespace muster::identity {

using ApiKeyId = Id<struct ApiKeyTag>;

/// Somebody or something that may call.
struct Account {
  AccountId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  std::string login;  ///< unique, for administrators; not a person's name
  std::vector<Role> roles;
  std::string district_path;
  OrganizationId organization_id;  ///< empty for officials
  std::vector<IncidentGrant> incident_grants;
  bool disabled = false;
};

/// A long-lived secret of an account, without the secret.
struct ApiKeyRecord {
  ApiKeyId id;
  int64_t version = 0;
  Time create_time{};
  Time update_time{};
  AccountId account_id;
  std::string label;   ///< what it is for
  std::string prefix;  ///< the part of the key that is not secret, unique
  std::string hash;    ///< SHA-256 of the whole key, hexadecimal
  bool revoked = false;
};

/// Who calls with an account's token. Grants that are over at `now` are left out.
Principal PrincipalOf(const Account& account, Time now);

}  // namespace muster::identity
