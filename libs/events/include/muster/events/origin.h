#pragma once

#include <optional>
#include <string>

#include "muster/base/clock.h"
#include "muster/domain/principal.h"
#include "muster/events/audit.h"
#include "muster/storage/command.h"

namespace muster::events {

/// Who asks for a change, from where and with which request: what its audit record, its events and its repeats know.
struct Origin {
  Principal principal;  ///< empty for automatic steps
  std::string source_address = "local";
  std::string action;      ///< full name of the method, or the name of an automatic step
  std::string request_id;  ///< empty for automatic steps
  std::string body_hash;   ///< 32 bytes; with request_id
  std::string traceparent;
  std::optional<Duration> steady_deadline;

  /// None for automatic steps.
  std::optional<storage::RepeatKey> repeat_key() const;
  /// A record about one object, by this principal, or by "system".
  AuditEntry Audit(const std::string& object_type, const std::string& object_id) const;
};

}  // namespace muster::events
