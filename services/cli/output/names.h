#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {

/// The short name of an enum's value as it is typed: "en_route" for ASSIGNMENT_STATE_EN_ROUTE; empty for the zero.
std::string ShortName(const google::protobuf::EnumValueDescriptor* value);

/// The words that people read: "途中" or "en route"; empty for the zero.
std::string ReadableName(const google::protobuf::EnumValueDescriptor* value, Language language);

/// The value of a short name (also with "-" for "_" and in any case); null when there is none.
const google::protobuf::EnumValueDescriptor* FindByShortName(const google::protobuf::EnumDescriptor* type,
                                                             std::string_view name);

/// What a method that changes an organization does, for its history: "申请变更" for RequestOrganizationChange; the
/// method itself in English and where it is not known.
std::string ActionWord(const std::string& method, Language language);

/// "a, b, c": every short name but the zero's.
std::string AllShortNames(const google::protobuf::EnumDescriptor* type);

/// ReadableName of a value; the number of one that this program does not know.
template <class Enum>
std::string Readable(Enum value, Language language) {
  const auto* found = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(static_cast<int>(value));
  return found == nullptr ? std::to_string(static_cast<int>(value)) : ReadableName(found, language);
}

/// The value that a person typed; a usage error that lists what may be typed.
template <class Enum>
absl::StatusOr<Enum> ParseEnum(std::string_view name) {
  const auto* type = google::protobuf::GetEnumDescriptor<Enum>();
  const auto* found = FindByShortName(type, name);
  if (found == nullptr) {
    const std::string all = AllShortNames(type);
    return UsageError({"不认识“" + std::string(name) + "”。可用：" + all + "。",
                       "\"" + std::string(name) + "\" is not known. Use one of: " + all + "."});
  }
  return static_cast<Enum>(found->number());
}

}  // namespace muster::cli
