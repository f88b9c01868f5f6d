#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/random.h"
#include "muster/events/origin.h"
#include "muster/storage/command.h"
#include "services/identity/core/change.h"

namespace muster::identity {

using events::Origin;

/// Which facts to read; empty members are not read.
struct Lookup {
  AccountId account_id;
  std::string login;
  ApiKeyId key_id;
  std::string key_label = {};  ///< of keys of `account_id`
};

/// How objects are written into replies and events. Supplied by the side that knows the messages.
struct Encoding {
  std::function<std::string(const Account&)> account_reply;
  std::function<std::string(const ApiKeyRecord&)> key_reply;
  std::function<std::string(const IdentityChange&)> event_payload;
  std::string event_data_type;  ///< full name of the payload's message
  std::string event_prefix;     ///< before the event's name in its type: "muster.identity.v1."
};

/// Pure: answers the change, or an error with which nothing changes.
using Decision = std::function<absl::StatusOr<IdentityChange>(const Facts& facts, Time now)>;

/// A mutation of this service: reads what `lookup` names, decides, and writes the object, its audit row and its event.
/// `random` and `encoding` must outlive it.
std::unique_ptr<storage::Command> NewIdentityCommand(Origin origin, Lookup lookup, Decision decision,
                                                     const Encoding& encoding, Random& random);

}  // namespace muster::identity
