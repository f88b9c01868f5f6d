#pragma once

#include <optional>
#include <string_view>

namespace muster {

/// What an incident and all that hangs on it is for. An exercise never becomes real.
enum class Mode {
  kReal,
  kDrill,  ///< reaches only those enrolled in that drill; every text is marked
  kTest,   ///< sends nothing
};

/// "real", "drill", "test".
std::string_view Name(Mode mode);
std::optional<Mode> ModeFromName(std::string_view name);

/// The mark that every text of a drill starts with; empty for real and test.
std::string_view TextMarkZh(Mode mode);
std::string_view TextMarkEn(Mode mode);

}  // namespace muster
