# shellcheck shell=bash
# What tests/chaos/run.sh and tests/outage/run.sh share. Sourced with ROOT (the repository) set, after deploy/lib.sh.

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
