#include "services/registry/store/kept_text.h"

#include <set>

#include "muster/base/mutex.h"

namespace muster::registry {

std::string_view KeptText(const std::string& text) {
  static Mutex mutex;
  static std::set<std::string> texts;
  const MutexLock lock(mutex);
  return *texts.insert(text).first;
}

}  // namespace muster::registry
