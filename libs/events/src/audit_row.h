#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "muster/events/audit.h"
#include "muster/storage/value.h"

namespace muster::events {

/// Columns of an audit row in the order that ParseAuditRow reads.
#define MUSTER_AUDIT_COLUMNS                                                                                         \
  "a.row_id, a.id, a.time_us, a.actor, a.actor_organization_id, a.actor_district_path, a.source_address, a.action, " \
  "a.object_type, a.object_id, a.object_version, a.from_state, a.to_state, a.result, a.note, a.request_id, "         \
  "a.before_hash, a.after_hash"

/// How many columns that are; what a query adds starts at this one.
constexpr int kAuditColumns = 18;

AuditRow ParseAuditRow(const storage::Row& row);

/// Computes the hashes of a chain. Not thread-safe.
class ChainHasher {
 public:
  ChainHasher();
  /// SHA-256(0x00 || previous || seq, stamp and the row as it was written): 32 bytes. `row` is a row of
  /// MUSTER_AUDIT_COLUMNS; it is read as it stands, because a million of them are to be checked in seconds.
  std::string Next(std::string_view previous, int64_t seq, int64_t stamp_us, const storage::Row& row);

 private:
  std::string buffer_;
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace muster::events
