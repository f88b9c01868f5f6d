#!/usr/bin/env bash
# down.sh   Stops what up.sh started and says what it did. Data stays in var/ (MUSTER_DATA_DIR).
# 停止 up.sh 启动的服务；数据保留在 var/。
# Exit status: 0 stopped or not running, 1 it could not be stopped, 2 wrong use.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DATA=$(realpath -m -- "${MUSTER_DATA_DIR:-$ROOT/var}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$ROOT/deploy/lib.sh"

PID_FILE=$DATA/run/musterd.pid
readonly PATIENCE_S=15

usage() { sed -n '2,/^set -/{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

# wait_for_end PID SECONDS
wait_for_end() {
  local tries=$(($2 * 10))
  while [ $tries -gt 0 ] && is_alive "$1"; do
    sleep 0.1
    tries=$((tries - 1))
  done
  ! is_alive "$1"
}

stop() {
  local pid=$1 start=${EPOCHREALTIME/[.,]/}
  kill -TERM "$pid"
  if wait_for_end "$pid" "$PATIENCE_S"; then
    say "Muster (process $pid) stopped in $(seconds_since "$start") s. 集结已停止。"
  else
    kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid"
    wait_for_end "$pid" 5 || die "Process $pid cannot be stopped."
    say "Muster (process $pid) did not end within $PATIENCE_S s and was killed; nothing acknowledged is lost. 已强制停止。"
  fi
  rm -f "$PID_FILE"
}

main() {
  case ${1:-} in
    '') ;;
    --help | -h) usage && exit 0 ;;
    *) die "Unknown argument $1 (see --help)" 2 ;;
  esac
  if [ -d "$DATA/run" ] && [ -z "${MUSTER_LOCK_HELD:-}" ]; then
    exec 9>>"$DATA/run/up.lock"
    flock -w 900 9 || die "up.sh is at work and did not end."
  fi
  local pid
  pid=$(running_pid "$PID_FILE")
  if [ -n "$pid" ]; then stop "$pid"; else say "Muster is not running. 集结没有在运行。"; fi
}

main "$@"
