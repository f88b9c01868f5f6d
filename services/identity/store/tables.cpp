#include "services/identity/store/tables.h"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster::identity {
namespace {

/// Calls `each` with the parts of `text` between commas.
template <class Each>
void ForEachPart(std::string_view text, Each each) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    each(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace
}  // namespace muster::identity

namespace muster::storage {

/// "city_operator,civil_affairs_officer".
template <>
struct Codec<std::vector<Role>> {
  static Value ToValue(const std::vector<Role>& roles) {
    std::string text;
    for (const Role role : roles) {
      text += (text.empty() ? "" : ",") + std::string(Name(role));
    }
    return text;
  }
  static std::vector<Role> FromRow(const Row& row, int column) {
    std::vector<Role> roles;
    identity::ForEachPart(row.Text(column), [&](std::string_view name) {
      if (const std::optional<Role> role = RoleFromName(name)) {
        roles.push_back(*role);
      }
    });
    return roles;
  }
};

/// "<incident id>:<microseconds>,...".
template <>
struct Codec<std::vector<IncidentGrant>> {
  static Value ToValue(const std::vector<IncidentGrant>& grants) {
    std::string text;
    for (const IncidentGrant& grant : grants) {
      text += (text.empty() ? "" : ",") + grant.incident_id.value() + ":" + std::to_string(ToMicros(grant.expire_time));
    }
    return text;
  }
  static std::vector<IncidentGrant> FromRow(const Row& row, int column) {
    std::vector<IncidentGrant> grants;
    identity::ForEachPart(row.Text(column), [&](std::string_view part) {
      const size_t colon = std::min(part.find(':'), part.size());
      int64_t micros = 0;
      std::from_chars(part.data() + std::min(colon + 1, part.size()), part.data() + part.size(), micros);
      grants.push_back({IncidentId(std::string(part.substr(0, colon))), FromMicros(micros)});
    });
    return grants;
  }
};

}  // namespace muster::storage

namespace muster::identity {

const storage::Table<Account>& AccountTable() {
  static const auto kTable = storage::Table<Account>("account")
                                 .Column("id", &Account::id)
                                 .Column("version", &Account::version)
                                 .Column("create_us", &Account::create_time)
                                 .Column("update_us", &Account::update_time)
                                 .Column("login", &Account::login)
                                 .Column("roles", &Account::roles)
                                 .Column("district_path", &Account::district_path)
                                 .Column("organization_id", &Account::organization_id)
                                 .Column("incident_grants", &Account::incident_grants)
                                 .Column("disabled", &Account::disabled)
                                 .Done();
  return kTable;
}

const storage::Table<ApiKeyRecord>& ApiKeyTable() {
  static const auto kTable = storage::Table<ApiKeyRecord>("api_key")
                                 .Column("id", &ApiKeyRecord::id)
                                 .Column("version", &ApiKeyRecord::version)
                                 .Column("create_us", &ApiKeyRecord::create_time)
                                 .Column("update_us", &ApiKeyRecord::update_time)
                                 .Column("account_id", &ApiKeyRecord::account_id)
                                 .Column("label", &ApiKeyRecord::label)
                                 .Column("prefix", &ApiKeyRecord::prefix)
                                 .Column("hash", &ApiKeyRecord::hash)
                                 .Column("revoked", &ApiKeyRecord::revoked)
                                 .Done();
  return kTable;
}

}  // namespace muster::identity
