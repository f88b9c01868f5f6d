#!/usr/bin/env bash
# C++ is formatted by clang-format 14 with the repository's .clang-format; `format.sh --fix` does it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need clang-format

# each_part COMMAND...: runs it over all sources, some files at a time.
each_part() { own_files '*.h' '*.cpp' | xargs -r -n 20 "$@"; }

if [ "${1:-}" = --fix ]; then
  each_part clang-format -i
  exit 0
fi
{ each_part clang-format --dry-run -Werror 2>&1 || true; } |
  { grep -E ': error: ' || true; } | cut -d: -f1 | sort | uniq -c |
  report "Lines to format, by file (tests/checks/format.sh --fix does it):"
exit $failed
