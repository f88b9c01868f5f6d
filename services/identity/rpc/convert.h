#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "muster/identity/v1/identity.pb.h"
#include "services/identity/core/account.h"
#include "services/identity/store/identity_command.h"

namespace muster::identity {

namespace pb = ::muster::identity::v1;

pb::Account ToProto(const Account& account);
pb::ApiKey ToProto(const ApiKeyRecord& key);

/// The fields of an account that its maker gives. INVALID_FIELD for an unknown role or a time that is absent.
absl::StatusOr<Account> FromProto(const pb::Account& account);

/// Replies and events as this service's messages.
const Encoding& ProtoEncoding();

}  // namespace muster::identity
