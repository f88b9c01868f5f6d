#pragma once

namespace muster {

/// A named place where a test may kill the process (K1 to K16), chosen by the environment variable
/// MUSTER_FAILPOINT="K5:3": the third pass through K5 ends the process at once, as kill -9 would.
/// Compiled out unless MUSTER_FAILPOINTS is defined.
#ifdef MUSTER_FAILPOINTS
void Failpoint(const char* name);
#else
inline void Failpoint(const char*) {}
#endif

}  // namespace muster
