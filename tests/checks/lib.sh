# shellcheck shell=bash
# What the checks share. A check is a script here: exit status 0 passed, 77 skipped with its reason printed, else failed.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT" || exit 1
shopt -s lastpipe # the end of a pipe runs here, so that report can note a failure

# need TOOL...: a check without its tool has not passed.
need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    echo "$tool is not installed (tests/run.sh installs it)"
    exit 1
  done
}

# own_files NAME_PATTERN...: the project's files whose names match, without what is built, installed or run.
own_files() {
  local names=() pattern
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find . \( -name .git -o -path ./build -o -path ./var -o -name node_modules \) -prune -o -type f \
    \( "${names[@]:1}" \) -print | sort
}

# report TITLE: passes when standard input is empty; else prints it under the title and fails.
failed=0
report() {
  local lines
  lines=$(cat)
  [ -n "$lines" ] || return 0
  printf '%s\n%s\n' "$1" "$lines"
  # shellcheck disable=SC2034
  failed=1
}
