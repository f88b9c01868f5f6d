#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "muster/base/status_macros.h"
#include "muster/domain/reason.h"
#include "services/registry/core/authority.h"

namespace muster::registry {

/// A field of the wire that an update may name, who may change it, and how.
template <class T>
struct UpdatableField {
  std::string_view path;
  Authority needed;
  void (*copy)(T& to, const T& from);  ///< null for Authority::kNobody
};

/// Copies the fields named by `paths` from `values`. Errors: INVALID_FIELD (update_mask) when it names nothing,
/// UNKNOWN_FIELD, READ_ONLY_FIELD, FORBIDDEN with `action` and the field.
template <class T>
absl::Status ApplyMask(std::span<const UpdatableField<T>> fields, const std::vector<std::string>& paths, Authority held,
                       std::string_view action, const T& values, T& object) {
  if (paths.empty()) {
    return Error(Reason::kInvalidField, "update_mask");
  }
  for (const std::string& path : paths) {
    const auto field = std::find_if(fields.begin(), fields.end(), [&](const auto& row) { return row.path == path; });
    if (field == fields.end()) {
      return Error(Reason::kUnknownField, path.empty() ? "update_mask" : path);
    }
    if (field->needed == Authority::kNobody) {
      return Error(Reason::kReadOnlyField, path);
    }
    MUSTER_RETURN_IF_ERROR(Require(field->needed, held, std::string(action) + ": " + path));
    field->copy(object, values);
  }
  return absl::OkStatus();
}

/// True when `paths` names `path`.
inline bool Names(const std::vector<std::string>& paths, std::string_view path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

}  // namespace muster::registry
