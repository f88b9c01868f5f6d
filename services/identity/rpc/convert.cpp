#include "services/identity/rpc/convert.h"

#include <optional>

#include "muster/domain/reason.h"
#include "muster/wire/timestamp.h"

namespace muster::identity {
namespace {

std::string EventPayload(const IdentityChange& change) {
  pb::AccountEvent event;
  if (change.account.has_value()) {
    event.set_account_id(change.account->after.id.value());
    event.set_disabled(change.account->after.disabled);
  }
  if (change.key.has_value()) {
    event.set_account_id(change.key->after.account_id.value());
    event.set_api_key_id(change.key->after.id.value());
  }
  return event.SerializeAsString();
}

}  // namespace

pb::Account ToProto(const Account& account) {
  pb::Account out;
  out.set_id(account.id.value());
  out.set_version(account.version);
  *out.mutable_create_time() = ToTimestamp(account.create_time);
  *out.mutable_update_time() = ToTimestamp(account.update_time);
  out.set_login(account.login);
  for (const Role role : account.roles) {
    out.add_roles(std::string(Name(role)));
  }
  out.set_district_path(account.district_path);
  out.set_organization_id(account.organization_id.value());
  for (const IncidentGrant& grant : account.incident_grants) {
    pb::IncidentGrant* added = out.add_incident_grants();
    added->set_incident_id(grant.incident_id.value());
    *added->mutable_expire_time() = ToTimestamp(grant.expire_time);
  }
  out.set_disabled(account.disabled);
  return out;
}

pb::ApiKey ToProto(const ApiKeyRecord& key) {
  pb::ApiKey out;
  out.set_id(key.id.value());
  out.set_version(key.version);
  *out.mutable_create_time() = ToTimestamp(key.create_time);
  out.set_account_id(key.account_id.value());
  out.set_label(key.label);
  out.set_revoked(key.revoked);
  return out;
}

absl::StatusOr<Account> FromProto(const pb::Account& in) {
  Account account;
  account.login = in.login();
  for (int i = 0; i < in.roles_size(); ++i) {
    const std::optional<Role> role = RoleFromName(in.roles(i));
    if (!role.has_value()) {
      return Error(Reason::kInvalidField, "account.roles[" + std::to_string(i) + "]");
    }
    account.roles.push_back(*role);
  }
  account.district_path = in.district_path();
  account.organization_id = OrganizationId(in.organization_id());
  for (int i = 0; i < in.incident_grants_size(); ++i) {
    const pb::IncidentGrant& grant = in.incident_grants(i);
    const int64_t seconds = grant.expire_time().seconds();
    if (!grant.has_expire_time() || seconds < 0 || seconds > 253'402'300'799) {
      return Error(Reason::kBadTime, "account.incident_grants[" + std::to_string(i) + "].expire_time",
                   {{"why", "absent or outside the calendar"}});
    }
    account.incident_grants.push_back(
        {IncidentId(grant.incident_id()), FromMicros(seconds * 1'000'000 + grant.expire_time().nanos() / 1000)});
  }
  return account;
}

const Encoding& ProtoEncoding() {
  static const Encoding kEncoding{
      [](const Account& account) { return ToProto(account).SerializeAsString(); },
      [](const ApiKeyRecord& key) { return ToProto(key).SerializeAsString(); },
      EventPayload,
      pb::AccountEvent::descriptor()->full_name(),
      "muster.identity.v1.",
  };
  return kEncoding;
}

}  // namespace muster::identity
