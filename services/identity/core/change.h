#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/identity/core/account.h"

namespace muster::identity {

/// What a command has read. Each command says what it needs; the rest stays empty.
struct Facts {
  std::optional<Account> account;  ///< the one asked for, or the owner of `key`
  std::optional<ApiKeyRecord> key;
  bool login_taken = false;
  int64_t working_keys = 0;                 ///< keys of `account` that are not revoked
  std::vector<ApiKeyRecord> labelled_keys;  ///< those of them that have the label asked for
};

/// An object before and after a command. `before` is empty for a new object.
template <class T>
struct Changed {
  std::optional<T> before;
  T after;
};

/// What a command changes: an account or a key, and the event that tells of it ("AccountCreated").
struct IdentityChange {
  std::optional<Changed<Account>> account;
  std::optional<Changed<ApiKeyRecord>> key;
  std::string district_path;  ///< of the account concerned
  std::string event;
  std::vector<Changed<ApiKeyRecord>> replaced_keys = {};  ///< revoked in favour of `key`; each has its own event
};

}  // namespace muster::identity
