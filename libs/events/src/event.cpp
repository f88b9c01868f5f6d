#include "muster/events/event.h"

namespace muster::events {

std::string StreamName(const std::string& owner, Mode mode) {
  return "muster:" + owner + ":" + std::string(Name(mode));
}

}  // namespace muster::events
