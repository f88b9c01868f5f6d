#include "muster/events/origin.h"

namespace muster::events {

std::optional<storage::RepeatKey> Origin::repeat_key() const {
  if (request_id.empty()) {
    return std::nullopt;
  }
  return storage::RepeatKey{principal.account_id.value(), action, request_id, body_hash};
}

AuditEntry Origin::Audit(const std::string& object_type, const std::string& object_id) const {
  AuditEntry entry;
  entry.actor = principal.account_id.empty() ? "system" : principal.account_id.value();
  entry.actor_organization_id = principal.organization_id.value();
  entry.actor_district_path = principal.district_path;
  entry.source_address = source_address;
  entry.action = action;
  entry.object_type = object_type;
  entry.object_id = object_id;
  entry.request_id = request_id;
  return entry;
}

}  // namespace muster::events
