#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster {

/// Why a call was refused: stable names that clients may rely on. One row each in reason.cpp.
enum class Reason {
  // Malformed or out of range.
  kBadJson,
  kReadOnlyField,
  kQueryTooBroad,
  kDeadlineRequired,
  kUnknownField,
  kInvalidField,
  kOutOfRange,
  kBadGeometry,
  kBadTime,
  kInvalidPhone,
  kInvalidId,
  kTooLong,
  kIllegalChar,
  kRequestIdRequired,
  kBadPage,
  kBadCursor,
  kBadSort,
  kXmlForbidden,
  kXmlTooDeep,
  kXmlTooLarge,
  kUrlNotAllowed,
  // Who is asking.
  kAuthRequired,
  kSessionExpired,
  kForbidden,
  kCsrf,
  kApprovalRequired,
  kNotFound,
  // Repeats, races and states.
  kRequestIdReused,
  kDuplicate,
  kVersionConflict,
  kTeamOverlap,
  kLineFull,
  kIllegalTransition,
  kOverAssigned,
  kRequestInProgress,
  kUnknownReference,
  kConfirmRequired,
  kNotEligible,
  kExpired,
  // Limits and conditions of the system.
  kRateLimited,
  kStoreBusy,
  kStoreFull,
  kOverloaded,
  kDraining,
  kDeadline,
  kInternal,
  kInternalInvariant,
  kNotBuilt,
  kAlreadyRunning,
};

/// One row of the table of reasons. Texts may hold {field} and {<metadata key>}.
struct ReasonRow {
  Reason reason;
  std::string_view name;  ///< "TEAM_OVERLAP"
  absl::StatusCode code;
  std::string_view message_zh;
  std::string_view message_en;
};

/// Every reason, in the order of the enum.
std::span<const ReasonRow> ReasonTable();

/// The row of a reason.
const ReasonRow& RowOf(Reason reason);

/// The reason of a stable name; none for an unknown one.
std::optional<Reason> ReasonFromName(std::string_view name);

/// What an error tells its reader; travels inside absl::Status and becomes ErrorDetail on the wire.
struct ErrorInfo {
  Reason reason = Reason::kInternal;
  std::string field;  ///< path of the offending field, "lines[2].quantity"; empty when none
  std::string message_zh;
  std::string message_en;
  /// Facts for programs, none of them personal: "current_version", "from", "to", "allowed".
  std::map<std::string, std::string> metadata;
};

/// An error with a reason. Its texts are the table's, with {field} and metadata values filled in.
absl::Status Error(Reason reason, std::string field = {}, std::map<std::string, std::string> metadata = {});

/// The same with texts of the caller's own, where the table's would be too general to help.
absl::Status ErrorWithTexts(Reason reason, std::string field, std::string message_zh, std::string message_en,
                            std::map<std::string, std::string> metadata = {});

/// What `status` tells. A status that was not made by Error() reads as kInternal (or kDeadline, kOverloaded for
/// the codes of those), and nothing of its text is passed on.
ErrorInfo GetErrorInfo(const absl::Status& status);

/// True when `status` is an error with this reason.
bool HasReason(const absl::Status& status, Reason reason);

}  // namespace muster
