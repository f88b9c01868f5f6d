#include "services/exchange/core/cap_message.h"

#include <algorithm>
#include <cctype>
#include <span>

namespace muster::exchange {
namespace {

using std::string_view;

// The words in the order of the enums.
constexpr string_view kStatus[] = {"Actual", "Exercise", "System", "Test", "Draft"};
constexpr string_view kType[] = {"Alert", "Update", "Cancel", "Ack", "Error"};
constexpr string_view kScope[] = {"Public", "Restricted", "Private"};
constexpr string_view kCategory[] = {"Geo",    "Met", "Safety",    "Security", "Rescue", "Fire",
                                     "Health", "Env", "Transport", "Infra",    "CBRNE",  "Other"};
constexpr string_view kResponse[] = {"Shelter", "Evacuate", "Prepare",  "Execute", "Avoid",
                                     "Monitor", "Assess",   "AllClear", "None"};
constexpr string_view kUrgency[] = {"Immediate", "Expected", "Future", "Past", "Unknown"};
constexpr string_view kSeverity[] = {"Extreme", "Severe", "Moderate", "Minor", "Unknown"};
constexpr string_view kCertainty[] = {"Observed", "Likely", "Possible", "Unlikely", "Unknown"};

template <class Enum>
std::span<const string_view> Words();
template <>
std::span<const string_view> Words<CapStatus>() {
  return kStatus;
}
template <>
std::span<const string_view> Words<CapMessageType>() {
  return kType;
}
template <>
std::span<const string_view> Words<CapScope>() {
  return kScope;
}
template <>
std::span<const string_view> Words<CapCategory>() {
  return kCategory;
}
template <>
std::span<const string_view> Words<CapResponse>() {
  return kResponse;
}
template <>
std::span<const string_view> Words<CapUrgency>() {
  return kUrgency;
}
template <>
std::span<const string_view> Words<CapSeverity>() {
  return kSeverity;
}
template <>
std::span<const string_view> Words<CapCertainty>() {
  return kCertainty;
}

bool EqualInAnyCase(string_view a, string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

template <class Enum, class Equal>
std::optional<Enum> Find(string_view word, Equal equal) {
  const auto words = Words<Enum>();
  for (size_t i = 0; i < words.size(); ++i) {
    if (equal(words[i], word)) {
      return static_cast<Enum>(i);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view Name(CapVersion version) { return version == CapVersion::k11 ? "1.1" : "1.2"; }

template <class Enum>
std::string_view Word(Enum value) {
  return Words<Enum>()[static_cast<size_t>(value)];
}

template <class Enum>
std::optional<Enum> FromWord(std::string_view word) {
  return Find<Enum>(word, std::equal_to<>());
}

template <class Enum>
std::optional<Enum> FromWordInAnyCase(std::string_view word) {
  return Find<Enum>(word, EqualInAnyCase);
}

#define MUSTER_INSTANTIATE(Enum)                                 \
  template std::string_view Word<Enum>(Enum);                    \
  template std::optional<Enum> FromWord<Enum>(std::string_view); \
  template std::optional<Enum> FromWordInAnyCase<Enum>(std::string_view);
MUSTER_INSTANTIATE(CapStatus)
MUSTER_INSTANTIATE(CapMessageType)
MUSTER_INSTANTIATE(CapScope)
MUSTER_INSTANTIATE(CapCategory)
MUSTER_INSTANTIATE(CapResponse)
MUSTER_INSTANTIATE(CapUrgency)
MUSTER_INSTANTIATE(CapSeverity)
MUSTER_INSTANTIATE(CapCertainty)
#undef MUSTER_INSTANTIATE

}  // namespace muster::exchange
