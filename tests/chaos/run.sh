#!/usr/bin/env bash
# run.sh [--rounds N] [--seed S] [--deployment one|cluster]
#
# Plays mobilizations while, N times (10) at random moments, something is killed with kill -9, stopped or emptied; then
# heals, waits 30 s at most, and compares by the public API what is there with what was acknowledged.
# 在随机故障下演练动员，结束后核对：已确认的内容不丢失、不重复。
#
#   --deployment   one: musterd and its Redis; cluster (default): what deploy/cluster.sh runs, PostgreSQL among it
#   --seed         of chance (that of the test): what is struck in which order, and who answers what
#
# The last line is "rounds N, acked N, lost N, doubled N, illegal N, unreceipted N, longest outage N s": replies that
# promised something; of those what is gone; what happened twice; answers and changes that no rule allows; what its
# organization has not heard; and how long somebody waited for an answer.
# Exit status: 0 the four are 0, 1 they are not, 2 wrong use. MUSTER_BIN names a folder of programs built before.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
mkdir -p build
LOG=$ROOT/build/chaos.log
# shellcheck source-path=SCRIPTDIR source=../../deploy/lib.sh
. deploy/lib.sh

usage() { sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage && exit 0 ;;
      --rounds | --seed | --deployment) [ $# -ge 2 ] || die "$1 needs a value (see --help)" 2 ;;
      *) die "No option $1 (see --help)" 2 ;;
    esac
    case $1 in
      --rounds) export MUSTER_CHAOS_ROUNDS=$2 ;;
      --seed) export MUSTER_CHAOS_SEED=$2 ;;
      --deployment) export MUSTER_CHAOS_DEPLOYMENT=$2 ;;
    esac
    shift 2
  done
  [[ "${MUSTER_CHAOS_ROUNDS:-1}" =~ ^[1-9][0-9]{0,5}$ ]] || die "--rounds takes 1 to 999999" 2
  [[ "${MUSTER_CHAOS_SEED:-1}" =~ ^[0-9]{1,9}$ ]] || die "--seed takes a number of at most 9 digits" 2
  [[ "${MUSTER_CHAOS_DEPLOYMENT:-one}" =~ ^(one|cluster)$ ]] || die "--deployment takes one or cluster" 2
}

configure() { cmake --preset release -S "$ROOT" -DMUSTER_BUILD_TESTS=ON; }

build() {
  local tree=$ROOT/build/release
  install_packages "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}" libgtest-dev libgmock-dev postgresql
  grep -qs '^MUSTER_BUILD_TESTS:BOOL=ON' "$tree/CMakeCache.txt" || phase "Configure" configure
  phase "Build" cmake --build "$tree" -j "$(build_jobs)" --target scenario_chaos
  BIN=$tree/bin
}

# The program's whole output goes to the log; what is struck, and the figures, are shown.
play() {
  local status=0
  "$BIN/scenario_chaos" >"$LOG" 2>&1 || status=1
  grep -E '^[0-9.]+ s: |Failure$' "$LOG" || true
  grep '^rounds ' "$LOG" || die "It ended before the reckoning. The whole output: $LOG"
  return $status
}

parse_arguments "$@"
BIN=${MUSTER_BIN:-}
[ -n "$BIN" ] || build
play
