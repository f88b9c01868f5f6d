#!/usr/bin/env bash
# run.sh REVISION
#
# Brings a cluster from the version of a git revision to this one, process by process, while mobilizations are played:
# all old; half of each service new; all new; one of each old again, as it may have to start in between. Each time the
# command line of both versions plays one at each gateway. At the end everything holds.
# 在演练动员的同时，将集群逐个进程从旧版本升级到当前版本，验证两个版本可以同时工作。
#
# Builds the revision in build/skew (minutes, the first time). Exit status: 0 passed, 1 failed, 2 wrong use.
# MUSTER_BIN names a folder of this version's programs built before.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
# shellcheck source-path=SCRIPTDIR source=../e2e/lib.sh
. "$ROOT/tests/e2e/lib.sh"
LOG=$ROOT/build/skew.log

readonly SERVICES=(identity registry dispatch exchange notify matching gateway)

usage() { sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

case ${1:---help} in
  --help | -h) usage && exit 0 ;;
  -*) usage >&2 && exit 2 ;;
esac
revision=$(git rev-parse --verify --quiet "$1^{commit}") || die "There is no revision $1" 2

# make_programs SOURCES: builds what a cluster runs.
make_programs() {
  local targets=(muster) service
  for service in "${SERVICES[@]}"; do targets+=("muster-$service"); done
  cmake -S "$1" --preset release -DMUSTER_BUILD_TESTS=OFF
  cmake --build "$1/build/release" -j "$(build_jobs)" --target "${targets[@]}"
}

# make_old: the sources and the programs of the revision.
make_old() {
  local sources=$ROOT/build/skew/$revision
  if [ ! -e "$sources/CMakeLists.txt" ]; then
    mkdir -p "$sources"
    git archive "$revision" | tar -x -C "$sources"
  fi
  make_programs "$sources"
}

cluster() { "$ROOT/deploy/cluster.sh" "$@" >>"$LOG" 2>&1; }

clean_up() {
  local status=$?
  [ $status = 0 ] || tail -n 20 "$LOG" || true
  [ -z "${folder:-}" ] || { cluster down || true; }
  [ -z "${folder:-}" ] || rm -rf "$folder"
  exit $status
}

# replace NUMBER PROGRAMS: ends one process of each service and starts it again with other programs.
replace() {
  local service member before
  for service in "${SERVICES[@]}"; do
    member=$service-$1
    before=$(starts_of "$member")
    cluster stop "$member"
    MUSTER_BIN=$2 cluster start "$member"
    eventually 30 "$member serves" has_started "$member" "$before"
  done
}

starts_of() { grep -c '"message":"ready"' "$MUSTER_CLUSTER_DIR/log/$1.log" || true; }
has_started() { [ "$(starts_of "$1")" -gt "$2" ]; }

# play WHAT: one mobilization by each command line at each gateway.
play() {
  local programs gateway
  for programs in "$old" "$new"; do
    for gateway in 1 2; do
      timeout 120 "$programs/muster" --data-dir "$MUSTER_CLUSTER_DIR/gateway-$gateway" --lang en demo >>"$LOG" 2>&1 ||
        die "$1: the demo of $programs/muster was not played at gateway-$gateway"
    done
  done
  say "$1: played"
}

mkdir -p build
: >"$LOG"
phase "Build $1" make_old
[ -n "${MUSTER_BIN:-}" ] || phase "Build this version" make_programs "$ROOT"
old=$ROOT/build/skew/$revision/build/release/bin
new=$BIN
folder=$(mktemp -d "${TMPDIR:-/tmp}/muster-skew-XXXXXX")
trap clean_up EXIT
chmod 711 "$folder" # PostgreSQL runs as a user of its own
export MUSTER_CLUSTER_DIR=$folder/data MUSTER_CLUSTER_NETWORK=loopback MUSTER_CLUSTER_PORT=$((20000 + RANDOM % 100 * 100))

# By its own script: the settings are those that it knows, as they are where the programs are replaced.
MUSTER_BIN=$old "$ROOT/build/skew/$revision/deploy/cluster.sh" up --scale 0.02 >>"$LOG" 2>&1 || die "the old version does not start"
play "all old"
replace 1 "$new"
play "half of each service new"
replace 2 "$new"
play "all new"
replace 1 "$old"
play "half of each service old again"
replace 1 "$new"
for check in "verify" "audit verify"; do
  # shellcheck disable=SC2086
  "$new/muster" --data-dir "$MUSTER_CLUSTER_DIR/gateway-1" --lang en $check >>"$LOG" 2>&1 || die "muster $check: see $LOG"
done
say "all invariants hold"
