#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/storage/command.h"
#include "muster/storage/database.h"

namespace muster::storage {

/// A row of the table of stored replies, as it was read.
struct StoredReply {
  std::string body_hash;
  std::string sealed;
};

/// Looks for the reply that a command gave when it ran before. `found` must outlive the read.
Read FindReply(const RepeatKey& key, std::optional<StoredReply>& found);

/// The reply of an earlier run; nothing when there was none. `cipher` may be null.
/// Errors: REQUEST_ID_REUSED when the id came with another body; those of the cipher.
absl::StatusOr<std::optional<CommandReply>> OpenReply(const RepeatKey& key, std::optional<StoredReply> found,
                                                      ReplyCipher* cipher);

/// Keeps a reply for repeats. A reply that cannot be sealed could not be repeated, so the command must not happen:
/// INTERNAL_INVARIANT.
absl::StatusOr<Write> KeepReply(const RepeatKey& key, const std::string& reply, Time now, ReplyCipher* cipher);

}  // namespace muster::storage
