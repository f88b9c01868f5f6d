#pragma once

namespace muster {

/// A named place where a test may kill the process, chosen by the environment variable MUSTER_FAILPOINT="K5:3": the
/// third pass through K5 ends the process at once, as kill -9 would. The names are in docs/architecture.md. Does
/// nothing unless the build option MUSTER_FAILPOINTS is on: tests/run.sh turns it on for the tree that it builds,
/// deploy/up.sh never does.
void Failpoint(const char* name);

}  // namespace muster
