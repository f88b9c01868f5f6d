#!/usr/bin/env bash
# Files are named in snake_case; headers are guarded by #pragma once; tests have sentence names and never wait by
# sleeping.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
{ own_files '*.h' '*.cpp' '*.proto' | grep -vE '/[a-z0-9_]+\.(h|cpp|proto)$' || true; } | report "Not snake_case:"
{ own_files '*.h' | xargs -r grep -L '^#pragma once' || true; } | report "Without #pragma once:"
{ own_files '*.cpp' | { grep -v '_test\.cpp$' || true; } | xargs -r grep -lE '^TEST(_F|_P)?\(' || true; } |
  report "Tests outside *_test.cpp:"
{ own_files '*_test.cpp' | xargs -r grep -nE '^TEST(_F|_P)?\([A-Za-z0-9]+, *([a-z]|[A-Za-z0-9]*_)' || true; } |
  report "Test names that are no CamelCase sentence:"
{ own_files '*.cpp' | { grep '^./tests/unit/' || true; } | xargs -r grep -nE '\b(sleep_for|sleep_until|usleep|sleep)\(' || true; } |
  report "Unit tests that sleep:"
{ own_files '*_test.cpp' | xargs -r grep -nE 'DISABLED_|EXPECT_TRUE\(true\)|SUCCEED\(\)' || true; } |
  report "Tests that do not run or cannot fail:"
exit $failed
