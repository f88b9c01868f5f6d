#!/usr/bin/env bash
# Shell scripts pass shellcheck; those that are run are executable and stop at the first error.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need shellcheck
mapfile -t scripts < <({ own_files '*.sh' && echo ./.ci/run; })
# What starts with #! is run; the rest is sourced.
mapfile -t programs < <(grep -lE '^#!' "${scripts[@]}")
{ shellcheck -x "${scripts[@]}" || true; } | report "shellcheck:"
for program in "${programs[@]}"; do [ -x "$program" ] || echo "$program"; done | report "Not executable:"
{ grep -L '^set -euo pipefail$' "${programs[@]}" || true; } | report "Without 'set -euo pipefail':"
# grep -q ends at its first hit; what still writes into the pipe is then ended, and with pipefail the whole of it fails.
{ grep -nE '[^|]\| *grep -[a-zA-Z]*q' "${scripts[@]}" | grep -v 'checks/shell.sh:' || true; } | report "A pipe into grep -q (write >/dev/null):"
exit $failed
