#!/usr/bin/env bash
# run.sh [--what redis|gateway|dispatch|database|rolling] [--seconds N] [--rate R] [--deployment one|cluster]
#
# What a failure costs those who call: keeps up a load of mixed calls, takes something away under it, brings it back,
# and prints calls, failures, repeats and times of before, during and after. Nothing else should be at work on the
# machine: it says how much of the processors was at work before.
# 在负载下演练故障，给出故障前、中、后的失败数、重试数与延迟。
#
#   --what         redis (default): away for N seconds
#                  gateway, dispatch: one of the two is killed and started N/2 seconds later, then the other; one of
#                  two dispatches leads
#                  database: the postmaster is killed, and started at once; cluster only
#                  rolling: each process in turn is ended by SIGTERM and started again
#   --seconds      N (20); as long before and after, a minute at most
#   --rate         calls a second (40), receipts of deliveries not counted
#   --deployment   cluster (default): what deploy/cluster.sh runs, in two instances each; one: musterd, which is killed
#                  or ended as a whole
#
# A call's time is counted from the moment at which it was due, whatever held it up, over all its repeats. Calls are
# repeated as docs/processes.md says, with the same request_id. A push is from the answer that an offer is committed
# until its organization's device has it. At the end every acknowledged change is read back.
#
# The last line begins with "verdict:". Exit status: 0 all of it holds, 1 it does not, 2 wrong use. MUSTER_BIN names a
# folder of programs built before.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
mkdir -p build
LOG=$ROOT/build/outage.log
# shellcheck source-path=SCRIPTDIR source=../../deploy/lib.sh
. deploy/lib.sh
# shellcheck source-path=SCRIPTDIR source=../scenario/lib.sh
. tests/scenario/lib.sh

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage && exit 0 ;;
      --what | --seconds | --rate | --deployment) [ $# -ge 2 ] || die "$1 needs a value (see --help)" 2 ;;
      *) die "No option $1 (see --help)" 2 ;;
    esac
    case $1 in
      --what) export MUSTER_OUTAGE_WHAT=$2 ;;
      --seconds) export MUSTER_OUTAGE_SECONDS=$2 ;;
      --rate) export MUSTER_OUTAGE_RATE=$2 ;;
      --deployment) export MUSTER_OUTAGE_DEPLOYMENT=$2 ;;
    esac
    shift 2
  done
  [[ "${MUSTER_OUTAGE_WHAT:-redis}" =~ ^(redis|gateway|dispatch|database|rolling)$ ]] ||
    die "--what takes redis, gateway, dispatch, database or rolling" 2
  [[ "${MUSTER_OUTAGE_SECONDS:-1}" =~ ^[1-9][0-9]{0,3}$ ]] || die "--seconds takes 1 to 9999" 2
  [[ "${MUSTER_OUTAGE_RATE:-1}" =~ ^[1-9][0-9]{0,2}$ ]] || die "--rate takes 1 to 999" 2
  [[ "${MUSTER_OUTAGE_DEPLOYMENT:-one}" =~ ^(one|cluster)$ ]] || die "--deployment takes one or cluster" 2
  [ "${MUSTER_OUTAGE_WHAT:-}" != database ] || [ "${MUSTER_OUTAGE_DEPLOYMENT:-}" != one ] ||
    die "--what database is for the cluster: musterd keeps its data in files" 2
}

parse_arguments "$@"
use_program scenario_outage
judge scenario_outage
