#include "muster/domain/mode.h"

namespace muster {

std::string_view Name(Mode mode) {
  switch (mode) {
    case Mode::kReal:
      return "real";
    case Mode::kDrill:
      return "drill";
    case Mode::kTest:
      return "test";
  }
  return "";
}

std::optional<Mode> ModeFromName(std::string_view name) {
  for (const Mode mode : {Mode::kReal, Mode::kDrill, Mode::kTest}) {
    if (Name(mode) == name) {
      return mode;
    }
  }
  return std::nullopt;
}

std::string_view TextMarkZh(Mode mode) { return mode == Mode::kDrill ? "【演练】" : ""; }
std::string_view TextMarkEn(Mode mode) { return mode == Mode::kDrill ? "[EXERCISE] " : ""; }

}  // namespace muster
