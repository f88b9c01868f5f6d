#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/exchange/core/cap_fault.h"
#include "services/exchange/core/cap_message.h"
#include "services/exchange/core/xml_guard.h"

namespace muster::exchange {

/// The longest identifier and sender that are taken, in code points.
inline constexpr size_t kMaxIdentityLength = 200;
/// References beyond the last so many are left out.
inline constexpr size_t kMaxReferences = 100;

/// A message, and what in it breaks the standard.
struct CapReading {
  CapMessage message;
  std::vector<CapFault> faults;  ///< in the order of the document; empty after strict reading
};

/// Reads a CAP 1.1 or 1.2 document from the bytes as they came. Pure; takes linear time but for polygons.
///
/// Always an error, since nobody could say what the message is:
/// - what GuardXml refuses, and XML that is not well-formed;
/// - a root that is not `alert` of one of the two namespaces (INVALID_FIELD, `alert`);
/// - `identifier`, `sender`, `status` or `msgType` missing or not a value of the standard (INVALID_FIELD): a message
///   whose status cannot be read could be an exercise; an identifier or sender that is too long (TOO_LONG);
/// - `sent` missing or not an instant (BAD_TIME): it is part of the message's identity.
///
/// A fault, which refuses the document in strict reading (reasons: StrictReason) and is listed in lenient reading:
/// - missing, repeated, unknown or misplaced elements (order of the schema, CAP 1.2 section 3.4); a required text that
///   is empty; empty `references`;
/// - values outside a list (lenient: compared without case, else Unknown, Other or left out; scope: Restricted);
/// - times in 1.2 with `Z` or a fraction (lenient: understood; 1.1 allows both), times that are no instants, such as
///   those with a comma for the sign of the offset (left out), and an end before the beginning;
/// - polygons and circles as in cap_geometry.h; numbers that are none;
/// - blanks, commas, `<` and `&` in identifier and sender; references that are not sender,identifier,sent; references
///   missing in an Update, Cancel, Ack or Error; `addresses` missing for Private, `restriction` for Restricted;
///   `ceiling` without `altitude`;
/// - control and invisible characters (removed).
///
/// Not a fault: no `info` and no `area` (both optional), empty optional texts, elements of other namespaces (ignored
/// and counted), an XML signature (noted, not verified).
absl::StatusOr<CapReading> ReadCap(std::string_view bytes, Strictness strictness, const XmlLimits& limits = {});

}  // namespace muster::exchange
