#pragma once

#include <optional>
#include <string_view>

#include "services/exchange/core/cap_message.h"
#include "services/exchange/core/incident_draft.h"

namespace muster::exchange {

/// What a message says about a colour: nothing, that there is none ("Green"), or which.
struct ColorTerm {
  bool is_said = false;
  std::optional<WarningColor> color;
};

/// A colour in words or as a level of a warning: "红色", "Orange", "Ⅱ级" beside a name such as 预警级别.
ColorTerm ColorOf(const CapInfo& info);
/// A grade in words: "特别重大", or a level beside a name such as 事件级别.
std::optional<EventGrade> GradeOf(const CapInfo& info);
/// By code, words and category.
EventKind KindOf(const CapInfo& info);

std::optional<WarningColor> DefaultColor(CapSeverity severity);
std::optional<EventGrade> DefaultGrade(CapSeverity severity);

}  // namespace muster::exchange
