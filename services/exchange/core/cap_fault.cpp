#include "services/exchange/core/cap_fault.h"

#include <array>
#include <utility>

namespace muster::exchange {
namespace {

struct Row {
  std::string_view name;
  Reason strict;
  // What lenient reading does about it, appended to the message.
  std::string_view effect_zh = "";
  std::string_view effect_en = "";
};

constexpr auto kRows = std::to_array<Row>({
    {"MISSING_ELEMENT", Reason::kInvalidField},
    {"EMPTY_ELEMENT", Reason::kInvalidField},
    {"BAD_VALUE", Reason::kInvalidField},
    {"REPEATED_ELEMENT", Reason::kInvalidField, "；取第一个", "; the first counts"},
    {"UNKNOWN_ELEMENT", Reason::kUnknownField, "；已忽略", "; it was ignored"},
    {"WRONG_ORDER", Reason::kInvalidField},
    {"TIME_FORMAT", Reason::kBadTime},
    {"BAD_TIME", Reason::kBadTime, "；已忽略", "; it was left out"},
    {"TIME_ORDER", Reason::kBadTime},
    {"OPEN_POLYGON", Reason::kBadGeometry, "；已补上末点", "; the last point was added"},
    {"BAD_POLYGON", Reason::kBadGeometry, "；已忽略该多边形", "; the polygon was left out"},
    {"CROSSING_POLYGON", Reason::kBadGeometry, "；已改用包住它的凸多边形", "; its convex hull is used instead"},
    {"BAD_CIRCLE", Reason::kBadGeometry, "；已忽略该圆", "; the circle was left out"},
    {"BAD_REFERENCE", Reason::kInvalidField, "；已忽略其一", "; one was left out"},
    {"ILLEGAL_CHARACTER", Reason::kIllegalChar, "；已删除", "; they were removed"},
    {"TOO_LONG", Reason::kTooLong},
    {"UNKNOWN_REFERENCE", Reason::kUnknownReference, "；按新警报处理", "; taken as an Alert"},
    {"SELF_REFERENCE", Reason::kUnknownReference, "；按新警报处理", "; taken as an Alert"},
    {"IDENTIFIER_REUSED", Reason::kDuplicate},
    {"OTHER_CONTENT", Reason::kDuplicate, "；以先收到的为准", "; the first one counts"},
    {"INCIDENT_CLOSED", Reason::kIllegalTransition},
    {"REFUSED", Reason::kInvalidField},
    {"TOO_MANY_FAULTS", Reason::kInvalidField},
});

const Row& RowOf(FaultCode code) { return kRows[static_cast<size_t>(code)]; }

}  // namespace

std::string_view Name(Strictness strictness) { return strictness == Strictness::kStrict ? "strict" : "lenient"; }
std::optional<Strictness> StrictnessFromName(std::string_view name) {
  return name == "strict"    ? std::optional(Strictness::kStrict)
         : name == "lenient" ? std::optional(Strictness::kLenient)
                             : std::nullopt;
}

std::string_view Name(FaultCode code) { return RowOf(code).name; }
std::optional<FaultCode> FaultCodeFromName(std::string_view name) {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) {
      return static_cast<FaultCode>(i);
    }
  }
  return std::nullopt;
}

Reason StrictReason(FaultCode code) { return RowOf(code).strict; }

absl::Status StrictError(const CapFault& fault) {
  return ErrorWithTexts(StrictReason(fault.code), fault.path, fault.path + "：" + fault.message_zh + "。请改正后重发。",
                        fault.path + ": " + fault.message_en + ". Correct it and send it again.",
                        {{"fault", std::string(Name(fault.code))}});
}

absl::Status FaultList::Add(CapFault fault) {
  if (strictness_ == Strictness::kStrict) {
    return StrictError(fault);
  }
  fault.message_zh += RowOf(fault.code).effect_zh;
  fault.message_en += RowOf(fault.code).effect_en;
  if (faults_.size() < kMaxFaults) {
    faults_.push_back(std::move(fault));
  } else if (faults_.size() == kMaxFaults) {
    faults_.push_back(
        {"alert", FaultCode::kTooMany, "问题太多，其余未列出", "too many faults; the rest are not listed"});
  }
  return absl::OkStatus();
}

absl::Status FaultList::Add(std::string path, FaultCode code, std::string zh, std::string en) {
  return Add({std::move(path), code, std::move(zh), std::move(en)});
}

}  // namespace muster::exchange
