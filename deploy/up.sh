#!/usr/bin/env bash
# up.sh [--listen HOST:PORT] [--grpc-listen HOST:PORT] [--config FILE] [--no-demo] [--no-console] [--fresh [--yes]]
#
# Installs what is missing, builds, starts Muster and loads the demo city; needs Debian 12 and nothing else.
# 安装依赖、编译、启动集结并载入示范城市；只需要一台 Debian 12。
#
#   --listen, --grpc-listen   where to listen (MUSTER_LISTEN, MUSTER_GRPC_LISTEN; 127.0.0.1:8080 and :8081)
#   --config FILE             settings beyond these (docs/guide/first-hour.md)
#   --no-demo                 start without the demo city
#   --no-console              do without the console in the browser, and without Node, which builds it
#   --fresh                   delete all data and start over; asks first, --yes answers
#
# Data is in var/ (MUSTER_DATA_DIR). Exit status: 0 running, 1 failed, 2 wrong use, 78 wrong settings.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DATA=$(realpath -m -- "${MUSTER_DATA_DIR:-$ROOT/var}")
LOG=$DATA/log/up.log
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$ROOT/deploy/lib.sh"
# shellcheck source-path=SCRIPTDIR source=node.sh
. "$ROOT/deploy/node.sh"

LISTEN=${MUSTER_LISTEN:-127.0.0.1:8080}
GRPC_LISTEN=${MUSTER_GRPC_LISTEN:-127.0.0.1:8081}
BIN=$ROOT/build/release/bin
PID_FILE=$DATA/run/musterd.pid
CITY_MARK=$DATA/demo-city
config=() fresh=0 yes=0 demo=1 console=1

usage() { sed -n '2,/^set -/{s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --listen | --grpc-listen | --config)
        [ $# -ge 2 ] || die "$1 needs a value (see --help)" 2
        case $1 in
          --listen) LISTEN=$2 ;;
          --grpc-listen) GRPC_LISTEN=$2 ;;
          --config) config=(--config "$(realpath -- "$2")") ;;
        esac
        shift
        ;;
      --fresh) fresh=1 ;;
      --yes) yes=1 ;;
      --no-demo) demo=0 ;;
      --no-console) console=0 ;;
      --help | -h) usage && exit 0 ;;
      *) die "Unknown argument $1 (see --help)" 2 ;;
    esac
    shift
  done
  for address in "$LISTEN" "$GRPC_LISTEN"; do
    [[ "$address" =~ ^.+:[1-9][0-9]{0,4}$ ]] || die "Not an address, expected HOST:PORT: $address" 2
  done
}

# Takes the folder for this script alone, so that two at once do not start two servers.
lock_data() {
  if [ "$DATA" = "$ROOT/var" ] || [ -z "$(ls -A "$DATA" 2>/dev/null)" ]; then
    mkdir -p "$DATA"
    touch "$DATA/.muster-data" # what may be deleted by --fresh
  fi
  mkdir -p "$DATA/run" "$DATA/log"
  exec 9>>"$DATA/run/up.lock"
  flock -n 9 || { say "Another up.sh or down.sh is at work; waiting for it." && flock -w 900 9; } ||
    die "The other one did not end."
}

start_over() {
  [ -e "$DATA/.muster-data" ] || die "$DATA was not made by this script: not deleting it." 2
  if [ $yes = 0 ]; then
    [ -t 0 ] || die "--fresh deletes all data in $DATA: add --yes to do that without being asked." 2
    local answer
    read -r -p "Delete all data in $DATA? 删除全部数据？ [y/N] " answer
    [[ "$answer" =~ ^[yY] ]] || die "Nothing was deleted." 2
  fi
  MUSTER_LOCK_HELD=1 "$ROOT/deploy/down.sh" 9>&-
  find "$DATA" -mindepth 1 -maxdepth 1 ! -name .muster-data ! -name run ! -name log -exec rm -rf {} +
  find "$DATA/run" "$DATA/log" -mindepth 1 ! -name up.lock -delete
  say "Deleted the data in $DATA."
}

# Configured once, without tests; tests/run.sh adds them to the same tree, and this never takes them away again.
configure() { cmake --preset release -S "$ROOT" -DMUSTER_BUILD_TESTS=OFF; }

build() {
  [ -e "$ROOT/build/release/build.ninja" ] || phase "Configure" configure
  phase "Build" cmake --build "$ROOT/build/release" -j "$(build_jobs)" --target musterd muster
  if [ $console = 1 ]; then build_console; fi
}

refuse_taken_port() {
  local flag=$1 address=$2
  is_listening "$address" || return 0
  die "Something else already listens at $address. Stop it, or choose another: deploy/up.sh $flag HOST:PORT
端口已被占用：$address。请停掉占用者，或换一个：deploy/up.sh $flag 主机:端口"
}

wait_until_ready() {
  local pid=$1 tries=0
  while [ $tries -lt 600 ]; do
    case $(http_get "$LISTEN" /readyz) in 200*) return 0 ;; esac
    is_alive "$pid" || return 1
    sleep 0.1
    tries=$((tries + 1))
  done
  say "not ready after 60 s: $(http_get "$LISTEN" /readyz)"
  return 1
}

start() {
  refuse_taken_port --listen "$LISTEN"
  refuse_taken_port --grpc-listen "$GRPC_LISTEN"
  local server_log=$DATA/log/musterd.log status=0 start=${EPOCHREALTIME/[.,]/}
  [ "$(stat -c %s "$server_log" 2>/dev/null || echo 0)" -lt 50000000 ] || mv -f "$server_log" "$server_log.1"
  if [ $console = 1 ]; then export MUSTER_GATEWAY_CONSOLE_DIR=${MUSTER_GATEWAY_CONSOLE_DIR:-$CONSOLE}; fi
  setsid "$BIN/musterd" --data-dir "$DATA" --listen "$LISTEN" --grpc-listen "$GRPC_LISTEN" "${config[@]}" \
    >>"$server_log" 2>&1 </dev/null 9>&- &
  local pid=$!
  echo "$pid" >"$PID_FILE"
  echo "$LISTEN" >"$DATA/run/listen"
  if ! wait_until_ready "$pid"; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" || status=$?
    rm -f "$PID_FILE"
    tail -n 10 "$server_log" >&2
    [ $status = 78 ] && die "The settings are wrong: the line above says where." 78
    die "Muster did not start (status $status). Its log: $server_log"
  fi
  printf '  %-42s %6s s\n' "Start" "$(seconds_since "$start")"
}

load_city() {
  [ $demo = 1 ] && [ ! -e "$CITY_MARK" ] || return 0
  phase "Load the demo city" "$BIN/muster" demo load --scale 1
  touch "$CITY_MARK"
}

tell_of_console() {
  case $(http_get "$LISTEN" /console/) in
    200*) printf '%s\n' "Console: $1/console/ (in a browser; sign in with one of these keys)" "控制台：$1/console/（用浏览器打开，以下列密钥登录）" ;;
    *) echo "Without the console in the browser. 没有安装控制台。" ;;
  esac
}

tell_what_next() {
  local base=http://$LISTEN muster=build/release/bin/muster tokens=${DATA#"$ROOT/"}/tokens names
  names=$(cd "$DATA/tokens" && printf '%s, ' * | sed 's/, $//')
  cat <<TEXT

Muster runs at $base (health /readyz, interface /openapi.json).
集结已启动：$base

$(tell_of_console "$base")

Log in: each file in $tokens/ ($names) holds an API key, sent as a Bearer token.
登录：$tokens/ 下每个文件是一种角色的 API 密钥，以 Bearer 方式携带。

Try next / 接下来试试：
  $muster demo                  one mobilization from alert to home, narrated / 演示一次完整的集结
  $muster incident list         what is going on / 当前事件
  curl -H "Authorization: Bearer \$(cat $tokens/operator)" -H 'Content-Type: application/json' -d '{}' \\
    $base/muster.registry.v1.RegistryService/ListTeams

Stop with deploy/down.sh. 停止：deploy/down.sh
TEXT
}

main() {
  parse_arguments "$@"
  cd "$ROOT"
  export MUSTER_DATA_DIR=$DATA
  lock_data
  [ $fresh = 0 ] || start_over
  local pid packages=("${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}")
  pid=$(running_pid "$PID_FILE")
  if [ -n "$pid" ]; then
    LISTEN=$(cat "$DATA/run/listen" 2>/dev/null || echo "$LISTEN")
    say "Muster is already running (process $pid). 集结已在运行。"
  else
    : >"$LOG"
    [ $console = 0 ] || packages+=("${NODE_PACKAGES[@]}")
    install_packages "${packages[@]}"
    build
    start
  fi
  load_city
  tell_what_next
}

main "$@"
