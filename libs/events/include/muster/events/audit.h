#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "muster/base/clock.h"
#include "muster/base/random.h"
#include "muster/storage/command.h"
#include "muster/storage/database.h"

namespace muster::events {

/// Who did what to which object, and with which result. Texts hold nothing personal.
struct AuditEntry {
  std::string actor;                  ///< account id; "system" for a policy or a timer
  std::string actor_organization_id;  ///< empty for officials
  std::string actor_district_path;
  std::string source_address;  ///< where the call came from, or "local"
  std::string action;          ///< the method, or the name of the automatic step
  std::string object_type;     ///< "offer"
  std::string object_id;
  int64_t object_version = 0;  ///< after the change; 0 for a refusal
  std::string from_state;
  std::string to_state;
  std::string result = "ok";  ///< or the reason of the refusal
  std::string note;           ///< why: the actor's words or the policy's name
  std::string request_id;
  std::string before_hash;  ///< SHA-256 of the stored row before the change, hexadecimal; empty for a new object
  std::string after_hash;
};

/// An entry as it is kept.
struct AuditRow : AuditEntry {
  std::string id;
  int64_t row_id = 0;  ///< order of commit
  int64_t seq = 0;     ///< place in the chain, from 1; 0 while not yet linked
  /// When. Never decreases along the chain; before linking, the time that the writer saw.
  Time time{};
  std::string hash;  ///< 32 bytes; empty while not yet linked
};

/// The row to be written with the change that it tells of.
storage::Write AuditWrite(const AuditEntry& entry, Time now, Random& random);

/// Whether the state of a kind of object is a column that the version before does not know: T::kStateIsLater.
template <class T>
constexpr bool kStateIsLater = requires {
  T::kStateIsLater;
};

/// The record beside `entry` of a change of columns that the version before does not know (storage::Table::Later), by
/// their hashes. It has no version of the object: that is the change's own record's.
/// A state that is such a column is named here and not in the change's own record (kStateIsLater).
AuditEntry LaterColumnsEntry(AuditEntry entry, std::string before_hash, std::string after_hash);

/// Gives every committed audit row its place in the chain: seq, a time that never decreases, and
/// SHA-256(0x00 || predecessor's hash || row). One per database; one thread at a time.
class AuditLinker {
 public:
  /// The database must outlive it.
  explicit AuditLinker(storage::Database& database) : database_(database) {}

  /// Links at most 256 rows and answers how many; call again at once while it answers 256, else within a second.
  /// Errors: those of the store; the next step starts over.
  absl::StatusOr<int> Step(Time now);

 private:
  absl::Status LoadHead();

  storage::Database& database_;
  bool loaded_ = false;
  int64_t head_seq_ = 0;
  int64_t head_row_ = 0;
  int64_t head_stamp_us_ = 0;
  std::string head_hash_;
};

/// Which rows to list. Empty strings: all.
struct AuditQuery {
  std::string object_id;
  std::string actor;
  int page_size = 50;      ///< 1 to 500
  std::string page_token;  ///< from an earlier page
  /// Only what was done by accounts of this district and below; those without one are left out then.
  std::string actor_district_path = {};
};

struct AuditPage {
  std::vector<AuditRow> rows;  ///< oldest first
  std::string next_page_token;
};

/// Errors: BAD_PAGE (page_size), BAD_CURSOR (page_token).
absl::StatusOr<AuditPage> ListAudit(storage::Database& database, const AuditQuery& query);

/// The result of recomputing a whole chain.
struct AuditProof {
  bool intact = true;
  int64_t checked = 0;
  int64_t first_bad_seq = 0;  ///< of the first row that does not fit; 0 when intact
  int64_t unlinked = 0;       ///< rows that the linker has not reached yet
  std::string head_hash;      ///< 32 bytes; empty for an empty chain
  std::string problem;        ///< for people
};

/// Recomputes the chain. Finds edited, deleted, inserted and swapped rows; a cut end or a chain made anew is found
/// by comparing `head_hash` with one that was kept elsewhere.
absl::StatusOr<AuditProof> VerifyAudit(storage::Database& database);

}  // namespace muster::events
