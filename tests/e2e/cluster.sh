#!/usr/bin/env bash
# cluster.sh   The story on separate processes: deploy/cluster.sh starts two of each service; the story is played by curl
# at one gateway; then one process of each service is killed, and the others play it once more; a client of the killed
# gateway goes on at the other; at the end everything holds, and a second start in the wrong order finds all of it.
# Exit status: 0 passed, 1 failed.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$ROOT/tests/e2e/lib.sh"

folder=$(mktemp -d "${TMPDIR:-/tmp}/muster-cluster-XXXXXX")
readonly folder
readonly LOG=$folder/cluster-test.log
export MUSTER_BIN=$BIN MUSTER_CLUSTER_DIR=$folder/data MUSTER_CLUSTER_NETWORK=loopback
MUSTER_CLUSTER_PORT=$((20000 + RANDOM % 100 * 100))
export MUSTER_CLUSTER_PORT

cluster() { "$ROOT/deploy/cluster.sh" "$@" >>"$LOG" 2>&1; }

clean_up() {
  local status=$?
  [ $status = 0 ] || tail -n 30 "$LOG" "$folder"/data/log/gateway-1.log 2>/dev/null || true
  cluster down || true
  rm -rf "$folder"
  exit $status
}

muster() { "$BIN/muster" --data-dir "$MUSTER_CLUSTER_DIR/gateway-2" --lang en "$@"; }

# listen NUMBER FILE [WORD...]: an operator's live feed at a gateway, into a file.
listen() {
  local url=http://127.0.0.1:$((MUSTER_CLUSTER_PORT + $1 - 1)) file=$2
  shift 2
  "$BIN/muster" --url "$url" --token-file "$MUSTER_CLUSTER_DIR/tokens/operator" --json watch "$@" >"$file" 2>>"$LOG" &
}
# The ids of dispatch's events in such a file, in order.
heard() { jq -r 'select(.owner == "dispatch") | .id' "$1"; }
has_heard() { [ -n "$1" ] && grep -q -- "$1" "$2"; }

# The first of each service, which the leaders are among, as they started first.
kill_half() {
  local member
  for member in gateway-1 matching-1 notify-1 dispatch-1 registry-1 exchange-1 identity-1; do
    kill -9 "$(cat "$MUSTER_CLUSTER_DIR/run/$member.pid")"
  done
}
leads() { grep -q '"message":"leads"' "$MUSTER_CLUSTER_DIR/log/$1.log"; }

incidents_are() { [ "$(muster --timeout 5 incident list --json 2>>"$LOG" | jq length)" = "$1" ]; }
is_ready_at() { [[ "$(http_get "${1#http://}" /readyz)" == 200*ready* ]]; }

trap clean_up EXIT
chmod 711 "$folder" # PostgreSQL runs as a user of its own
cluster up --scale 0.02 || die "the cluster does not start"
say "two of each service run"

cluster status || die "a process is missing"
url=http://127.0.0.1:$((MUSTER_CLUSTER_PORT + 1)) # the second gateway
listen 1 "$folder/first"
timeout 120 "$ROOT/tests/e2e/curl_story.sh" "$url" "$MUSTER_CLUSTER_DIR/tokens" >>"$LOG" 2>&1 ||
  die "the story by curl was not played to its end"
say "the story by curl was played at the second gateway"

eventually 10 "gateway-1 sends what the other gateway's callers did" has_heard AssignmentHome "$folder/first"
kill_half
eventually 10 "the second notify leads" leads notify-2
timeout 120 "$BIN/muster" --data-dir "$MUSTER_CLUSTER_DIR/gateway-2" --lang en demo >>"$LOG" 2>&1 ||
  die "the demo was not played by the other half"
say "the other half played the demo"

middle=$(jq -r 'select(.owner == "dispatch") | .feedseq' "$folder/first" | sed -n 3p)
listen 2 "$folder/second" --cursor "dispatch:$middle"
eventually 10 "gateway-2 goes on from a cursor of gateway-1" has_heard "$(heard "$folder/first" | tail -n 1)" "$folder/second"
diff <(heard "$folder/first" | tail -n +4) <(heard "$folder/second" | head -n "$(heard "$folder/first" | tail -n +4 | wc -l)") >>"$LOG" ||
  die "a client that changed its gateway missed something"
say "a client of the killed gateway went on at the other"

muster verify >>"$LOG" 2>&1 || die "an invariant is broken"
muster audit verify >>"$LOG" 2>&1 || die "the audit trail is broken"
before=$(muster incident list --json | jq length)
cluster down || die "the cluster does not stop"
for member in {gateway,matching,notify,exchange,dispatch,registry,identity}-{2,1}; do
  cluster start "$member" || die "$member does not start"
done
cluster start postgresql || die "PostgreSQL does not start"
eventually 60 "everybody serves who was there before the database, without Redis" incidents_are "$before"
cluster start redis || die "Redis does not start"
eventually 30 "everybody finds Redis" is_ready_at "$url"
say "all invariants hold, also after a restart in the wrong order"
