#include "stored_reply.h"

#include <utility>

#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "muster/telemetry/log.h"

namespace muster::storage {

Read FindReply(const RepeatKey& key, std::optional<StoredReply>& found) {
  found.reset();
  return Read{"SELECT body_hash, reply FROM request WHERE principal = $1 AND method = $2 AND request_id = $3",
              {key.principal, key.method, key.request_id},
              [&found](const Row& row) {
                found = StoredReply{std::string(row.Text(0)), std::string(row.Text(1))};
              }};
}

absl::StatusOr<std::optional<CommandReply>> OpenReply(const RepeatKey& key, std::optional<StoredReply> found,
                                                      ReplyCipher* cipher) {
  if (!found) {
    return std::nullopt;
  }
  if (found->body_hash != key.body_hash) {
    return Error(Reason::kRequestIdReused, "request_id");
  }
  if (cipher == nullptr) {
    return CommandReply{std::move(found->sealed), true};
  }
  MUSTER_ASSIGN_OR_RETURN(std::string reply, cipher->Open(found->sealed));
  return CommandReply{std::move(reply), true};
}

absl::StatusOr<Write> KeepReply(const RepeatKey& key, const std::string& reply, Time now, ReplyCipher* cipher) {
  absl::StatusOr<std::string> sealed = cipher == nullptr ? reply : cipher->Seal(reply);
  if (!sealed.ok()) {
    telemetry::LogError("a reply could not be sealed");
    return Error(Reason::kInternalInvariant);
  }
  return Write{
      "INSERT INTO request (principal, method, request_id, body_hash, reply, create_us) VALUES ($1, $2, $3, $4, $5, "
      "$6)",
      {key.principal, key.method, key.request_id, Blob{key.body_hash}, Blob{*std::move(sealed)}, ToMicros(now)},
      1,
      {}};
}

}  // namespace muster::storage
