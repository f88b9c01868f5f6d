#!/usr/bin/env bash
# sync_trace.sh   Nobody is answered before the change is on disk: the system calls of musterd are watched while an operator
# opens incidents one after the other; between each request and its answer the log of dispatch's database is synced.
# Exit status: 0 passed, 1 failed.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$ROOT/tests/e2e/lib.sh"

readonly CHANGES=20
folder=$(mktemp -d "${TMPDIR:-/tmp}/muster-sync-XXXXXX")
readonly folder
readonly TRACE=$folder/trace
tracer=''

clean_up() {
  [ -z "$tracer" ] || kill "$tracer" 2>/dev/null || true
  stop_city
  rm -rf "$folder"
}

is_watched() { grep -q "^TracerPid:[[:space:]]*[1-9]" "/proc/$musterd/status"; }

open_incident() {
  curl -sS -m 30 -o "$folder/answer" -w '%{http_code}' -H "Authorization: Bearer $(cat "$folder/var/tokens/operator")" \
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" \
    -d "{\"incident\": {\"title\": \"sync $1\", \"event\": \"Flood\", \"districtPath\": \"3205\"}}" \
    "$url/muster.dispatch.v1.DispatchService/CreateIncident"
}

# Syncs of dispatch's log that ended between two times. A line: PID TIME fdatasync(5</...dispatch.db-wal>) = 0 <SECONDS>.
syncs_between() {
  awk -v from="$1" -v to="$2" '/dispatch\.db-wal/ && / = 0 <|resumed/ {
    end = $2 + substr($NF, 2); if (end >= from && end <= to) ++found } END { print found + 0 }' "$TRACE"
}

trap clean_up EXIT
start_city "$folder" >/dev/null
strace -f -q -ttt -T -y -e trace=fdatasync,fsync -o "$TRACE" -p "$musterd" 2>"$folder/strace.log" &
tracer=$!
eventually 20 "strace watches: $(cat "$folder/strace.log")" is_watched

times=()
for ((i = 0; i < CHANGES; ++i)); do
  before=$EPOCHREALTIME
  status=$(open_incident "$i")
  [ "$status" = 200 ] || die "incident $i was refused with $status: $(cat "$folder/answer")"
  times+=("$before $EPOCHREALTIME")
done
kill "$tracer"
wait "$tracer" 2>/dev/null || true
tracer=''
for ((i = 0; i < CHANGES; ++i)); do
  # shellcheck disable=SC2086
  [ "$(syncs_between ${times[i]})" -gt 0 ] || die "incident $i was answered before it was on disk"
done
say "$CHANGES changes, each synced before its answer"
