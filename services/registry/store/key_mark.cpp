#include "services/registry/store/key_mark.h"

#include <map>
#include <string>

#include "muster/base/random.h"
#include "muster/base/status_macros.h"
#include "muster/security/field_cipher.h"

namespace muster::registry {
namespace {

absl::Status WrongKey(std::string_view file) {
  return absl::FailedPreconditionError("keys/" + std::string(file) +
                                       ": holds other keys than those that the registry's people are sealed with; put "
                                       "the right file back from the backup of the keys");
}

/// A store without marks is empty or older than they are: then somebody's key has to open.
absl::Status OpenSomebody(storage::Database& database, const security::KeyRing& field_wrapping) {
  const security::FieldCipher cipher(field_wrapping, SystemRandom());
  absl::Status status;
  MUSTER_RETURN_IF_ERROR(database.Query(storage::Read{
      "SELECT id, person_key FROM member WHERE length(person_key) > 0 ORDER BY id DESC LIMIT 1",
      {},
      [&](const storage::Row& row) { status = cipher.UnwrapPersonKey(row.Text(0), row.Text(1)).status(); }}));
  return status.ok() ? status : WrongKey(security::kFieldWrappingKeyFile);
}

absl::Status Note(storage::Database& database, std::string_view file, const std::string& key_id) {
  return database
      .Run(storage::MakeCommand(nullptr,
                                [&](Time, storage::Changes& changes) {
                                  changes.writes.push_back(
                                      {"INSERT INTO key_mark (file, key_id) VALUES ($1, $2) ON CONFLICT (file) DO "
                                       "UPDATE SET key_id = excluded.key_id",
                                       {std::string(file), key_id},
                                       1,
                                       {}});
                                  return absl::OkStatus();
                                }))
      .status();
}

}  // namespace

absl::Status CheckKeys(storage::Database& database, const security::KeyRing& field_wrapping,
                       const security::KeyRing& blind_index) {
  std::map<std::string, std::string, std::less<>> marks;
  MUSTER_RETURN_IF_ERROR(
      database.Query(storage::Read{"SELECT file, key_id FROM key_mark", {}, [&](const storage::Row& row) {
                                     marks.emplace(row.Text(0), row.Text(1));
                                   }}));
  const auto sealed = marks.find(security::kFieldWrappingKeyFile);
  if (sealed == marks.end()) {
    MUSTER_RETURN_IF_ERROR(OpenSomebody(database, field_wrapping));
  } else if (field_wrapping.Find(sealed->second) == nullptr) {
    return WrongKey(security::kFieldWrappingKeyFile);
  }
  // An index cannot be searched by two keys.
  const auto indexed = marks.find(security::kBlindIndexKeyFile);
  if (indexed != marks.end() && indexed->second != blind_index.Current().id) {
    return WrongKey(security::kBlindIndexKeyFile);
  }
  const auto note = [&](std::string_view file, const auto& mark, const std::string& key_id) {
    return mark != marks.end() && mark->second == key_id ? absl::OkStatus() : Note(database, file, key_id);
  };
  MUSTER_RETURN_IF_ERROR(note(security::kFieldWrappingKeyFile, sealed, field_wrapping.Current().id));
  return note(security::kBlindIndexKeyFile, indexed, blind_index.Current().id);
}

}  // namespace muster::registry
