#!/usr/bin/env bash
# run.sh [--rounds N] [--seed S] [--deployment one|cluster] [--kinds NAME,NAME]
#
# Plays mobilizations while, N times (25) at random moments, something goes wrong; then heals, waits 30 s at most, and
# compares by the public API what is there with what was acknowledged.
# 在随机故障下演练动员，结束后核对：已确认的内容不丢失、不重复。
#
#   --deployment   one: musterd on SQLite, with a Redis; cluster (default): what deploy/cluster.sh runs, with PostgreSQL
#   --seed         of chance (that of the test): what goes wrong in which order, and who answers what
#   --kinds        only these kinds; as it comes every kind happens once before any happens again
#
# kill, kill-pair, kill-all, kill-redis, kill-postgres, kill-postgres-pair, kill-postgres-child: kill -9, and a start up
# to 2.5 s later. kill-in-recovery: the same, and up to 3 times more within 0.3 s of the start. freeze, freeze-redis,
# freeze-postgres: SIGSTOP. cut, hole, hole-to-server, hole-to-client, slow, trickle: what networks do, to one link or
# to all of Redis, of PostgreSQL or of the calls between services. redis-flush, redis-back (an older state is put back),
# redis-full, redis-pause, redis-garbage, redis-type, redis-groups. disk-full: of SQLite or PostgreSQL; needs root.
# clock: of one process or all, an hour or a day to or fro, in programs built with MUSTER_FAILPOINTS.
#
# The last line is "rounds N, acked N, lost N, doubled N, illegal N, unreceipted N, longest outage N s": replies that
# promised something; of those what is gone; what happened twice; answers and changes that no rule allows; what its
# organization has not heard; and the longest that anybody had to go on asking before an answer came, the fault's own
# time included.
# Exit status: 0 the four are 0, 1 they are not, 2 wrong use. MUSTER_BIN names a folder of programs built before.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
mkdir -p build
LOG=$ROOT/build/chaos.log
# shellcheck source-path=SCRIPTDIR source=../../deploy/lib.sh
. deploy/lib.sh
# shellcheck source-path=SCRIPTDIR source=../scenario/lib.sh
. tests/scenario/lib.sh

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage && exit 0 ;;
      --rounds | --seed | --deployment | --kinds) [ $# -ge 2 ] || die "$1 needs a value (see --help)" 2 ;;
      *) die "No option $1 (see --help)" 2 ;;
    esac
    case $1 in
      --rounds) export MUSTER_CHAOS_ROUNDS=$2 ;;
      --seed) export MUSTER_CHAOS_SEED=$2 ;;
      --deployment) export MUSTER_CHAOS_DEPLOYMENT=$2 ;;
      --kinds) export MUSTER_CHAOS_KINDS=$2 ;;
    esac
    shift 2
  done
  [[ "${MUSTER_CHAOS_ROUNDS:-1}" =~ ^[1-9][0-9]{0,5}$ ]] || die "--rounds takes 1 to 999999" 2
  [[ "${MUSTER_CHAOS_SEED:-1}" =~ ^[0-9]{1,9}$ ]] || die "--seed takes a number of at most 9 digits" 2
  [[ "${MUSTER_CHAOS_DEPLOYMENT:-one}" =~ ^(one|cluster)$ ]] || die "--deployment takes one or cluster" 2
  [[ "${MUSTER_CHAOS_KINDS:-}" =~ ^[a-z,-]*$ ]] || die "--kinds takes names with commas between" 2
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
use_program scenario_chaos
play
