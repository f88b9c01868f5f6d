#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "muster/domain/reason.h"

namespace muster::exchange {

/// How a document is read: strictly, where the first fault refuses it, or leniently, where faults are kept in a list
/// and what can be understood is used.
enum class Strictness { kStrict, kLenient };

/// "strict", "lenient".
std::string_view Name(Strictness strictness);
std::optional<Strictness> StrictnessFromName(std::string_view name);

/// Ways in which a readable message breaks its standard.
enum class FaultCode {
  kMissing,           ///< a required element is not there or empty
  kEmpty,             ///< an optional element that says nothing where it must
  kBadValue,          ///< not a value of the standard
  kRepeated,          ///< more than one where one is allowed; the first counts
  kUnknownElement,    ///< not an element of the standard
  kWrongOrder,        ///< elements not in the order of the standard
  kTimeFormat,        ///< understood, yet not written as the standard has it
  kBadTime,           ///< not understood; taken as absent
  kTimeOrder,         ///< it expires before it begins
  kOpenPolygon,       ///< not closed; closed here
  kBadPolygon,        ///< left out
  kCrossingPolygon,   ///< crosses or touches itself; its convex hull is used
  kBadCircle,         ///< left out
  kBadReference,      ///< left out
  kIllegalCharacter,  ///< control and invisible characters, removed
  kTooLong,           ///< cut
  kUnknownReference,  ///< an Update of something that never came; taken as an Alert
  kSelfReference,     ///< an Update of itself; taken as an Alert
  kIdentifierReused,  ///< the sender used the identifier before, at another time
  kOtherContent,      ///< the same identity came before with other content
  kIncidentClosed,    ///< it changes an incident that is closed; nothing was changed
  kRefused,           ///< the incident could not be made or changed
  kTooMany,           ///< there are more faults than are listed
};

/// "OPEN_POLYGON".
std::string_view Name(FaultCode code);
std::optional<FaultCode> FaultCodeFromName(std::string_view name);
/// The reason with which strict reading refuses a document for it.
Reason StrictReason(FaultCode code);

/// One fault.
struct CapFault {
  std::string path;  ///< "alert/info[1]/area[2]/polygon[1]", counted from 1
  FaultCode code = FaultCode::kBadValue;
  std::string message_zh;
  std::string message_en;
};

/// The error that strict reading makes of a fault: reason, path as field, both texts, `fault` in the metadata.
absl::Status StrictError(const CapFault& fault);

/// Takes faults in. Not thread-safe.
class FaultList {
 public:
  /// At most so many are listed.
  static constexpr size_t kMaxFaults = 200;

  explicit FaultList(Strictness strictness) : strictness_(strictness) {}

  /// Ok when reading leniently, the message then goes on to say what was done about it; the error when strictly.
  absl::Status Add(CapFault fault);
  absl::Status Add(std::string path, FaultCode code, std::string zh, std::string en);
  std::vector<CapFault> Take() && { return std::move(faults_); }

 private:
  Strictness strictness_;
  std::vector<CapFault> faults_;
};

}  // namespace muster::exchange
