# shellcheck shell=bash
# What tests/chaos/run.sh, tests/load/run.sh and tests/outage/run.sh share. Sourced with ROOT (the repository) set, after deploy/lib.sh.

configure_scenarios() { cmake --preset release -S "$ROOT" -DMUSTER_BUILD_TESTS=ON -DMUSTER_FAILPOINTS=ON; }

# use_program NAME: sets BIN to the folder that holds the program NAME: MUSTER_BIN, or else the tree that it builds.
use_program() {
  local tree=$ROOT/build/release
  BIN=${MUSTER_BIN:-}
  [ -z "$BIN" ] || return 0
  install_packages "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}" libgtest-dev libgmock-dev postgresql
  { grep -qs '^MUSTER_BUILD_TESTS:BOOL=ON' "$tree/CMakeCache.txt" &&
    grep -qs '^MUSTER_FAILPOINTS:BOOL=ON' "$tree/CMakeCache.txt"; } || phase "Configure" configure_scenarios
  phase "Build" cmake --build "$tree" -j "$(build_jobs)" --target "$1"
  BIN=$tree/bin
}

# usage: the head of the script that is run.
usage() { sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "$0"; }

# judge NAME: runs a program whose last line is its verdict, and shows all of its output, which is in LOG too.
judge() {
  local status=0
  "$BIN/$1" >"$LOG" 2>&1 || status=1
  grep -q '^verdict: ' "$LOG" || die "It ended before the verdict. The whole output: $LOG"
  cat "$LOG"
  return $status
}
