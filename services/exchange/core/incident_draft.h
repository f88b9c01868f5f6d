#pragma once

#include <optional>
#include <string>
#include <vector>

#include "muster/base/clock.h"
#include "muster/domain/mode.h"
#include "muster/geo/area.h"
#include "services/exchange/core/cap_fault.h"
#include "services/exchange/core/cap_message.h"

namespace muster::exchange {

/// The four categories of emergencies (Emergency Response Law of the PRC, article 2).
enum class EventKind { kUnknown, kNaturalDisaster, kAccident, kPublicHealth, kSocialSecurity };
/// 特别重大, 重大, 较大, 一般 (the same law, article 3).
enum class EventGrade { kI = 1, kII, kIII, kIV };
/// Colours of warnings, from the highest.
enum class WarningColor { kRed = 1, kOrange, kYellow, kBlue };

/// The longest texts of a draft, in code points; longer ones are cut and end in "…".
inline constexpr size_t kMaxTitle = 300;
inline constexpr size_t kMaxEvent = 200;
inline constexpr size_t kMaxDescription = 20'000;
inline constexpr size_t kMaxAreaDescription = 2000;
/// A draft's area has at most so many points in all and so many shapes; past that, shapes are replaced by hulls.
inline constexpr size_t kMaxAreaPoints = 10'000;
inline constexpr size_t kMaxAreaShapes = 500;
inline constexpr size_t kMaxGeocodes = 500;

/// An incident as a document tells of it, before an operator has looked at it.
struct IncidentDraft {
  Mode mode = Mode::kReal;
  EventKind kind = EventKind::kUnknown;
  std::string title;
  std::string event;
  std::string description;
  std::optional<EventGrade> grade;
  std::optional<WarningColor> color;
  /// Expected, not there yet: urgency Expected or Future, not Observed.
  bool pre_alert = false;
  /// The message says that it is over (responseType AllClear).
  bool all_clear = false;
  std::string district_path;  ///< "3205" or "3205/320583"; empty when the message does not say where
  std::string area_description;
  geo::Area area;
  std::vector<CapNamedValue> geocodes;
  std::optional<geo::Position> position;  ///< the middle of the area
  std::optional<Time> onset;
  std::optional<Time> expires;
};

/// How long an alert without `expires` counts as current after `sent`, `effective` or `onset`, whichever is last. CAP
/// leaves this to the receiver (CAP 1.2, section 3.2.2, expires); a policy of this project.
inline constexpr Duration kDefaultValidity = std::chrono::hours(24);

/// When an info block stops holding.
Time EndOf(const CapInfo& info, const CapMessage& message);

/// Real, drill or test. Only Actual is real, Exercise is a drill, everything else a test.
Mode ModeOf(CapStatus status);

/// What `message` says about an incident, from the info blocks in one language: Chinese where there are any, else
/// English, else the first's. Blocks that have expired by `now` are left out unless all have. Texts, colour and grade
/// come from the most severe block; area and times from all.
///
/// - kind: a code of GB/T 35561 or words of the event first, then the CAP category; unknown where neither tells.
/// - color and grade: what a parameter, event code or the event and headline say in words (红色, Orange, Ⅱ级, 重大);
/// else
///   by severity: Extreme red and I, Severe orange and II, Moderate yellow and III, Minor blue and IV, Unknown none.
///   "Green" or 绿色 in a parameter: no colour. Social security has no grade, an unknown kind none by severity.
/// - district_path: by GB/T 2260 geocodes of the city; else the districts whose seats lie in the area; else the
///   district nearest to its middle. The whole city where there are several; empty where the area is not in the city.
///
/// None when the message has no info block. Texts are not marked as a drill here. Faults: an area too large to keep.
std::optional<IncidentDraft> DraftFrom(const CapMessage& message, Time now, std::vector<CapFault>& faults);

}  // namespace muster::exchange
