#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "muster/base/clock.h"
#include "muster/geo/area.h"

namespace muster::exchange {

/// The Common Alerting Protocol, OASIS standards CAP-V1.1 and CAP-V1.2.
enum class CapVersion { k11, k12 };

enum class CapStatus { kActual, kExercise, kSystem, kTest, kDraft };
enum class CapMessageType { kAlert, kUpdate, kCancel, kAck, kError };
enum class CapScope { kPublic, kRestricted, kPrivate };
enum class CapCategory {
  kGeo,
  kMet,
  kSafety,
  kSecurity,
  kRescue,
  kFire,
  kHealth,
  kEnvironment,
  kTransport,
  kInfrastructure,
  kCbrne,
  kOther,
};
enum class CapResponse { kShelter, kEvacuate, kPrepare, kExecute, kAvoid, kMonitor, kAssess, kAllClear, kNone };
enum class CapUrgency { kImmediate, kExpected, kFuture, kPast, kUnknown };
enum class CapSeverity { kExtreme, kSevere, kModerate, kMinor, kUnknown };
enum class CapCertainty { kObserved, kLikely, kPossible, kUnlikely, kUnknown };

/// "1.2".
std::string_view Name(CapVersion version);

/// The standard's own words: "Actual", "AllClear", "CBRNE". FromWord takes them exactly, FromWordInAnyCase without
/// regard to upper and lower case.
template <class Enum>
std::string_view Word(Enum value);
template <class Enum>
std::optional<Enum> FromWord(std::string_view word);
template <class Enum>
std::optional<Enum> FromWordInAnyCase(std::string_view word);

/// What names a message: no two messages share all three.
struct CapIdentity {
  std::string sender;
  std::string identifier;
  Time sent{};
  bool operator==(const CapIdentity&) const = default;
};

/// eventCode, parameter, geocode.
struct CapNamedValue {
  std::string name;
  std::string value;
  bool operator==(const CapNamedValue&) const = default;
};

/// A file that goes with an alert. Content inside the document (derefUri) stays there.
struct CapResource {
  std::string description;
  std::string mime_type;
  std::optional<int64_t> size_bytes;
  std::string uri;
  bool has_content = false;
  std::string digest;  ///< SHA-1, hexadecimal, as given
};

struct CapArea {
  std::string description;
  geo::Area shapes;  ///< WGS-84
  std::vector<CapNamedValue> geocodes;
  std::optional<double> altitude_ft;  ///< feet above mean sea level
  std::optional<double> ceiling_ft;   ///< feet; only with an altitude
};

/// What is told about the event, in one language.
struct CapInfo {
  std::string language = "en-US";  ///< RFC 3066; the standard's default
  std::vector<CapCategory> categories;
  std::string event;
  std::vector<CapResponse> responses;
  CapUrgency urgency = CapUrgency::kUnknown;
  CapSeverity severity = CapSeverity::kUnknown;
  CapCertainty certainty = CapCertainty::kUnknown;
  std::string audience;
  std::vector<CapNamedValue> event_codes;
  std::optional<Time> effective;
  std::optional<Time> onset;
  std::optional<Time> expires;
  std::string sender_name;
  std::string headline;
  std::string description;
  std::string instruction;
  std::string web;
  std::string contact;
  std::vector<CapNamedValue> parameters;
  std::vector<CapResource> resources;
  std::vector<CapArea> areas;
};

/// A whole alert message. All texts are UTF-8 without control or invisible characters, and hostile: show them as
/// text only.
struct CapMessage {
  CapVersion version = CapVersion::k12;
  CapIdentity identity;
  CapStatus status = CapStatus::kActual;
  CapMessageType type = CapMessageType::kAlert;
  std::string source;
  CapScope scope = CapScope::kPublic;
  std::string restriction;
  std::string addresses;
  std::vector<std::string> codes;
  std::string note;
  std::vector<CapIdentity> references;
  std::string incidents;
  std::vector<CapInfo> infos;
  bool is_signed = false;    ///< holds an XML signature, which is not verified here
  int foreign_elements = 0;  ///< elements of other namespaces, ignored
};

}  // namespace muster::exchange
