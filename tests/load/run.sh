#!/usr/bin/env bash
# run.sh [--what peak|incident] [--seconds N]
#
# What a musterd bears on this machine, where the callers work too. Nothing else should be at work on it.
# 测量单机版在本机能承受的负载：高峰、一次动员五千支队伍。
#
#   --what      peak (default): 100 changes and 500 reads a second for N seconds, beside 2,000 subscribers of the live
#               feed of whom ten see everything, and a device for each of ten organizations
#               incident: one dispatch to 5,000 teams, until their organizations' devices have the last offer
#   --seconds   N (15), 20 at most: after 30 s the gateway cuts this trial's subscribers off, why is not found yet
#
# A call's time counts from the moment at which it was due; a push from the answer that the offer is committed (of an
# incident: from the operator's click) until its organization's device has it. At the end every acknowledged change is read
# back. The last line begins with "verdict:" and has each limit in brackets. Exit status: 0 all are met, 1 some are not,
# 2 wrong use. MUSTER_BIN names a folder of programs built before.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
mkdir -p build
LOG=$ROOT/build/load.log
# shellcheck source-path=SCRIPTDIR source=../../deploy/lib.sh
. deploy/lib.sh
# shellcheck source-path=SCRIPTDIR source=../scenario/lib.sh
. tests/scenario/lib.sh

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h) usage && exit 0 ;;
      --what | --seconds) [ $# -ge 2 ] || die "$1 needs a value (see --help)" 2 ;;
      *) die "No option $1 (see --help)" 2 ;;
    esac
    case $1 in
      --what) export MUSTER_LOAD_WHAT=$2 ;;
      --seconds) export MUSTER_LOAD_SECONDS=$2 ;;
    esac
    shift 2
  done
  [[ "${MUSTER_LOAD_WHAT:-peak}" =~ ^(peak|incident)$ ]] || die "--what takes peak or incident" 2
  [[ "${MUSTER_LOAD_SECONDS:-1}" =~ ^([1-9]|1[0-9]|20)$ ]] || die "--seconds takes 1 to 20" 2
}

parse_arguments "$@"
use_program scenario_load
judge scenario_load
