#pragma once

namespace muster::cli {

/// Parses the command line, runs the command and returns the process's exit code.
int RunApplication(int argc, char** argv);

}  // namespace muster::cli
