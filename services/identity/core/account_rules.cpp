#include "services/identity/core/account_rules.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"

namespace muster::identity {
namespace {

absl::Status Invalid(std::string field) { return Error(Reason::kInvalidField, std::move(field)); }

bool IsLogin(std::string_view login) {
  return login.size() >= 2 && login.size() <= 64 && std::all_of(login.begin(), login.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
         });
}

/// "3205/320583/320583100": division codes (GB/T 2260, GB/T 10114), each the beginning of the next.
bool IsDistrictPath(std::string_view path) {
  std::string_view parent;
  while (true) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view code = path.substr(0, end);
    const bool digits = std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || code.size() <= parent.size() || code.size() > 12 || !code.starts_with(parent)) {
      return false;
    }
    if (end == path.size()) {
      return true;
    }
    parent = code;
    path.remove_prefix(end + 1);
  }
}

bool StandsAlone(Role role) {
  return role == Role::kSystemAdmin || role == Role::kSecurityAdmin || role == Role::kAuditor;
}

bool ActsForAnOrganization(Role role) {
  return role == Role::kOrganizationManager || role == Role::kTeamLeader || role == Role::kMember;
}

bool MayHaveAnOrganization(Role role) {
  return ActsForAnOrganization(role) || role == Role::kRequester || role == Role::kIntegration;
}

absl::Status CheckRoles(const std::vector<Role>& roles) {
  if (roles.empty() || roles.size() > kMaxRoles) {
    return Error(Reason::kOutOfRange, "account.roles", {{"range", "1..8"}});
  }
  for (size_t i = 0; i < roles.size(); ++i) {
    const std::string field = "account.roles[" + std::to_string(i) + "]";
    if (roles[i] == Role::kService || std::count(roles.begin(), roles.end(), roles[i]) > 1) {
      return Invalid(field);
    }
    if (StandsAlone(roles[i]) && roles.size() > 1) {
      return ErrorWithTexts(Reason::kInvalidField, field,
                            "系统管理员、安全管理员和审计员必须由不同的人担任，不能与其他角色合并。请分别建立账号。",
                            "System administrator, security administrator and auditor are separate people, and each of "
                            "these roles stands alone. Make an account for each.");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckGrants(const std::vector<IncidentGrant>& grants, Time now) {
  if (grants.size() > kMaxIncidentGrants) {
    return Error(Reason::kOutOfRange, "account.incident_grants", {{"range", "0..32"}});
  }
  for (size_t i = 0; i < grants.size(); ++i) {
    const std::string field = "account.incident_grants[" + std::to_string(i) + "]";
    if (!IsUuid(grants[i].incident_id.value())) {
      return Invalid(field + ".incident_id");
    }
    if (grants[i].expire_time <= now) {
      return Error(Reason::kBadTime, field + ".expire_time", {{"why", "not in the future"}});
    }
  }
  return absl::OkStatus();
}

/// Nobody hands out more than the own district.
absl::Status CheckReach(const Principal& caller, const Account& wanted, const Reach& reach) {
  if (!wanted.organization_id.empty() && !DistrictCovers(caller.district_path, reach.organization_district)) {
    return Error(Reason::kNotFound, "account.organization_id");
  }
  for (size_t i = 0; i < wanted.incident_grants.size(); ++i) {
    if (i >= reach.incident_districts.size() || !DistrictCovers(caller.district_path, reach.incident_districts[i])) {
      return Error(Reason::kNotFound, "account.incident_grants[" + std::to_string(i) + "].incident_id");
    }
  }
  return absl::OkStatus();
}

absl::Status NotFound() { return Error(Reason::kNotFound); }

absl::Status CheckVersion(int64_t stored, int64_t expected) {
  if (expected < 1) {
    return Invalid("expected_version");
  }
  if (stored != expected) {
    return Error(Reason::kVersionConflict, "expected_version", {{"current_version", std::to_string(stored)}});
  }
  return absl::OkStatus();
}

absl::Status AlreadyIn(const std::string& state) {
  return Error(Reason::kIllegalTransition, "", {{"from", state}, {"to", state}, {"allowed", "-"}});
}

}  // namespace

Principal PrincipalOf(const Account& account, Time now) {
  Principal principal{account.id, account.roles, account.district_path, account.organization_id,
                      account.incident_grants};
  std::erase_if(principal.incident_grants, [&](const IncidentGrant& grant) { return grant.expire_time <= now; });
  return principal;
}

bool IsVisible(const Principal& caller, const Account& account) {
  return DistrictCovers(caller.district_path, account.district_path);
}

absl::Status CheckAccount(const Account& account, Time now) {
  if (!IsLogin(account.login)) {
    return Invalid("account.login");
  }
  MUSTER_RETURN_IF_ERROR(CheckRoles(account.roles));
  if (!IsDistrictPath(account.district_path)) {
    return Invalid("account.district_path");
  }
  const bool given = !account.organization_id.empty();
  const bool needed = std::any_of(account.roles.begin(), account.roles.end(), ActsForAnOrganization);
  const bool allowed = std::all_of(account.roles.begin(), account.roles.end(), MayHaveAnOrganization);
  if ((needed && !given) || (given && !allowed) || (given && !IsUuid(account.organization_id.value()))) {
    return Invalid("account.organization_id");
  }
  return CheckGrants(account.incident_grants, now);
}

absl::StatusOr<Account> CreateAccount(const Principal& caller, Account wanted, const Reach& reach, bool login_taken,
                                      Time now) {
  MUSTER_RETURN_IF_ERROR(CheckAccount(wanted, now));
  if (!IsVisible(caller, wanted)) {
    return ErrorWithTexts(
        Reason::kForbidden, "account.district_path", "不能为您管辖范围以外的区域建立账号。请改用本辖区的区划代码。",
        "You may not make accounts beyond your own district. Use a district within it.", {{"action", "CreateAccount"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckReach(caller, wanted, reach));
  if (login_taken) {
    return Error(Reason::kDuplicate, "account.login");
  }
  wanted.version = 1;
  wanted.create_time = now;
  wanted.update_time = now;
  wanted.disabled = false;
  return wanted;
}

absl::StatusOr<Account> DisableAccount(const Principal& caller, const std::optional<Account>& found,
                                       int64_t expected_version, Time now) {
  if (!found.has_value() || !IsVisible(caller, *found)) {
    return NotFound();
  }
  if (found->id == caller.account_id) {
    return ErrorWithTexts(Reason::kForbidden, "id", "不能停用自己的账号。请由另一位安全管理员操作。",
                          "You may not disable your own account. Ask another security administrator.",
                          {{"action", "DisableAccount"}});
  }
  MUSTER_RETURN_IF_ERROR(CheckVersion(found->version, expected_version));
  if (found->disabled) {
    return AlreadyIn("disabled");
  }
  Account account = *found;
  account.disabled = true;
  account.version += 1;
  account.update_time = now;
  return account;
}

absl::StatusOr<ApiKeyRecord> CreateApiKey(const Principal& caller, const std::optional<Account>& owner,
                                          int64_t keys_of_owner, ApiKeyRecord wanted, Time now) {
  if (!owner.has_value() || !IsVisible(caller, *owner)) {
    return NotFound();
  }
  if (owner->disabled) {
    return ErrorWithTexts(Reason::kExpired, "account_id", "这个账号已停用，不能再发密钥。请新建账号。",
                          "This account is disabled and gets no more keys. Make a new account.");
  }
  if (keys_of_owner >= static_cast<int64_t>(kMaxKeysOfAccount)) {
    return ErrorWithTexts(Reason::kOutOfRange, "account_id", "这个账号已有 100 把有效密钥。请先吊销不用的。",
                          "This account has 100 working keys already. Revoke those that are not used.",
                          {{"range", "0..100"}});
  }
  wanted.account_id = owner->id;
  wanted.version = 1;
  wanted.create_time = now;
  wanted.update_time = now;
  wanted.revoked = false;
  return wanted;
}

absl::StatusOr<ApiKeyRecord> RevokeApiKey(const Principal& caller, const std::optional<ApiKeyRecord>& found,
                                          const std::optional<Account>& owner, int64_t expected_version, Time now) {
  if (!found.has_value() || !owner.has_value() || !IsVisible(caller, *owner)) {
    return NotFound();
  }
  MUSTER_RETURN_IF_ERROR(CheckVersion(found->version, expected_version));
  if (found->revoked) {
    return AlreadyIn("revoked");
  }
  ApiKeyRecord key = *found;
  key.revoked = true;
  key.version += 1;
  key.update_time = now;
  return key;
}

}  // namespace muster::identity
