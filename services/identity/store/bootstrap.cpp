#include "services/identity/store/bootstrap.h"

#include <sys/stat.h>

#include <fstream>
#include <optional>
#include <utility>

#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/domain/reason.h"
#include "muster/security/api_key.h"
#include "muster/security/bytes.h"
#include "muster/security/key_file.h"
#include "services/identity/core/account_rules.h"
#include "services/identity/store/identity_store.h"

namespace muster::identity {
namespace {

constexpr std::string_view kAction = "Bootstrap";

/// The first line of a file that only its owner may use; empty otherwise.
security::SensitiveText ReadPrivateLine(const std::filesystem::path& file) {
  struct stat about {};
  std::string line;
  if (stat(file.c_str(), &about) == 0 && S_ISREG(about.st_mode) && (about.st_mode & 0177) == 0) {
    std::ifstream stream(file);
    std::getline(stream, line);
  }
  return security::SensitiveText(std::move(line));
}

/// A new key of the account in place of those of the same label.
absl::StatusOr<IdentityChange> ReplaceKeys(const Principal& caller, const Facts& facts, const ApiKeyRecord& wanted,
                                           Time now) {
  IdentityChange change;
  change.event = "ApiKeyCreated";
  for (const ApiKeyRecord& earlier : facts.labelled_keys) {
    MUSTER_ASSIGN_OR_RETURN(ApiKeyRecord revoked, RevokeApiKey(caller, earlier, facts.account, earlier.version, now));
    change.replaced_keys.push_back({earlier, std::move(revoked)});
  }
  const int64_t others = facts.working_keys - static_cast<int64_t>(change.replaced_keys.size());
  MUSTER_ASSIGN_OR_RETURN(ApiKeyRecord made, CreateApiKey(caller, facts.account, others, wanted, now));
  change.key = Changed<ApiKeyRecord>{std::nullopt, std::move(made)};
  change.district_path = facts.account->district_path;
  return change;
}

}  // namespace

std::vector<StartAccount> StartAccounts(const std::string& city_path) {
  return {{"operator", {Role::kCityOperator}, city_path, {}},
          {"officer", {Role::kCivilAffairsOfficer}, city_path, {}},
          {"auditor", {Role::kAuditor}, city_path, {}},
          {"admin", {Role::kSecurityAdmin}, city_path, {}}};
}

Origin Bootstrap::System(const Account& account) const {
  Origin origin;
  origin.principal.account_id = AccountId("system");
  origin.principal.district_path = account.district_path;
  origin.source_address = "local";
  origin.action = kAction;
  return origin;
}

absl::StatusOr<Account> Bootstrap::EnsureAccount(const StartAccount& wanted) {
  IdentityStore store(database_);
  MUSTER_ASSIGN_OR_RETURN(std::optional<Account> found, store.FindLogin(wanted.login));
  if (found.has_value()) {
    return *std::move(found);
  }
  Account account;
  account.id = AccountId(NewUuid(clock_.Now(), random_));
  account.login = wanted.login;
  account.roles = wanted.roles;
  account.district_path = wanted.district_path;
  account.organization_id = wanted.organization_id;
  const Origin origin = System(account);
  const auto decide = [account, origin](const Facts& facts, Time now) -> absl::StatusOr<IdentityChange> {
    // Its organization may not be there yet: whoever starts the program vouches for it.
    const Reach reach{account.district_path, {}};
    MUSTER_ASSIGN_OR_RETURN(Account made, CreateAccount(origin.principal, account, reach, facts.login_taken, now));
    return IdentityChange{Changed<Account>{std::nullopt, made}, std::nullopt, made.district_path, "AccountCreated"};
  };
  MUSTER_RETURN_IF_ERROR(
      database_.Run(NewIdentityCommand(origin, Lookup{{}, account.login, {}}, decide, encoding_, random_)).status());
  return account;
}

absl::StatusOr<bool> Bootstrap::HoldsWorkingKey(const std::filesystem::path& file, const Account& account) {
  const security::SensitiveText text = ReadPrivateLine(file);
  const absl::StatusOr<security::ApiKey> key = security::ParseApiKey(text.Reveal());
  if (!key.ok()) {
    return false;
  }
  MUSTER_ASSIGN_OR_RETURN(const std::optional<KeyWithAccount> found, IdentityStore(database_).FindKey(key->prefix));
  return found.has_value() && !found->key.revoked && found->account.id == account.id &&
         security::ApiKeyMatches(*key, security::FromHex(found->key.hash).value_or(""));
}

absl::Status Bootstrap::WriteNewKey(const std::filesystem::path& file, const Account& account) {
  const security::ApiKey key = security::NewApiKey(random_);
  const security::SensitiveText line(key.Text().Reveal() + "\n");
  // The file first: when the store then fails, the next start finds a key that does not work and makes another.
  MUSTER_RETURN_IF_ERROR(security::WriteSecretFile(file.string(), line.Reveal()));
  ApiKeyRecord record;
  record.id = ApiKeyId(NewUuid(clock_.Now(), random_));
  record.label = "file " + account.login;
  record.prefix = key.prefix;
  record.hash = ToHex(security::HashApiKey(key));
  const Origin origin = System(account);
  const auto decide = [record, origin](const Facts& facts, Time now) -> absl::StatusOr<IdentityChange> {
    return ReplaceKeys(origin.principal, facts, record, now);
  };
  const Lookup lookup{account.id, {}, {}, record.label};
  return database_.Run(NewIdentityCommand(origin, lookup, decide, encoding_, random_)).status();
}

absl::Status Bootstrap::Ensure(const StartAccount& wanted, const std::filesystem::path& directory) {
  MUSTER_ASSIGN_OR_RETURN(const Account account, EnsureAccount(wanted));
  if (account.disabled) {
    return absl::OkStatus();
  }
  const std::filesystem::path file = directory / wanted.login;
  MUSTER_ASSIGN_OR_RETURN(const bool works, HoldsWorkingKey(file, account));
  return works ? absl::OkStatus() : WriteNewKey(file, account);
}

}  // namespace muster::identity
