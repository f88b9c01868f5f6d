#pragma once

#include <cstddef>
#include <functional>

namespace muster::matching {

/// Calls `work` with 0 to `count` - 1, each once, in any order, on this thread and up to `threads` - 1 others; returns
/// when all are done. `work` must not throw.
void ForAll(size_t count, size_t threads, const std::function<void(size_t)>& work);

}  // namespace muster::matching
