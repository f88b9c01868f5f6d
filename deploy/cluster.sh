#!/usr/bin/env bash
# cluster.sh up [--instances N] [--scale S] | status | down | stop NAME | start NAME
#
# Muster as separate processes on this machine: PostgreSQL, Redis and N (2) of each service, with mutual TLS between
# them; where the kernel allows (root, ip), each in a network namespace of its own. Needs Debian 12 and nothing else.
# 在本机以多进程方式运行集结：PostgreSQL、Redis，每种服务两个实例，服务间双向 TLS。
#
#   up            installs, builds, starts what is not running, loads the demo city once, prints the map
#   --instances   of each service; --scale: of the demo city (0.02; 0: none)
#   status        the map; exit status 1 where something does not run
#   stop, start   one process: "dispatch-2", "postgresql", "redis"
#   down          stops everything; data stays
#
# Data is in var/cluster (MUSTER_CLUSTER_DIR); where PostgreSQL's user may not go there, as below /root, its data is in
# /var/lib/muster-cluster-*, named in var/cluster/postgres.home. MUSTER_CLUSTER_NETWORK=loopback does without
# namespaces; then ports are counted from MUSTER_CLUSTER_PORT (18080). All of it is chosen once.
# Exit status: 0 done, 1 failed, 2 wrong use.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DIR=$(realpath -m -- "${MUSTER_CLUSTER_DIR:-$ROOT/var/cluster}")
LOG=$DIR/log/cluster.log
BIN=${MUSTER_BIN:-$ROOT/build/release/bin}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$ROOT/deploy/lib.sh"
# shellcheck source-path=SCRIPTDIR source=node.sh
. "$ROOT/deploy/node.sh"

readonly SERVICES=(identity registry dispatch exchange notify matching gateway)
readonly OWNERS=(identity registry dispatch exchange notify)
readonly BRIDGE=muster0 NETWORK=10.87.0
instances=2 scale=0.02

usage() { sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

# Every process but PostgreSQL and Redis, one a line: "dispatch-2".
members() {
  local service number
  for service in "${SERVICES[@]}"; do
    for ((number = 1; number <= instances; ++number)); do echo "$service-$number"; done
  done
}

service_of() { echo "${1%-*}"; }

# The place of a member in the list, from 1: it gives its address.
place_of() { members | grep -nx -- "$1" | cut -d: -f1; }

uses_namespaces() { [ "$(cat "$DIR/network" 2>/dev/null)" = namespaces ]; }

# choose_network: once for an installation, as addresses are in its files.
choose_network() {
  [ ! -e "$DIR/network" ] || return 0
  local choice=loopback
  echo "${MUSTER_CLUSTER_PORT:-18080}" >"$DIR/port"
  if [ "${MUSTER_CLUSTER_NETWORK:-}" != loopback ] && [ "$(id -u)" = 0 ] && command -v ip >/dev/null && ip netns add muster-try 2>/dev/null; then
    ip netns del muster-try
    choice=namespaces
  fi
  echo "$choice" >"$DIR/network"
}

host_of() { if uses_namespaces; then echo "$NETWORK.$((10 + $(place_of "$1")))"; else echo 127.0.0.1; fi; }
home_host() { if uses_namespaces; then echo "$NETWORK.1"; else echo 127.0.0.1; fi; }
listen_hosts() { if uses_namespaces; then echo "127.0.0.1,$(home_host)"; else echo 127.0.0.1; fi; }
# Ports differ where the addresses do not.
first_port() { cat "$DIR/port"; }
rpc_port_of() { if uses_namespaces; then echo 8081; else echo $(($(first_port) + 10 + $(place_of "$1"))); fi; }
http_port_of() { if uses_namespaces; then echo 8080; else echo $(($(first_port) + ${1##*-} - 1)); fi; }
postgres_port() { echo $(($(first_port) + 98)); }
redis_port() { echo $(($(first_port) + 99)); }

# The instances of a service: "host:port,host:port".
targets_of() {
  local member list=()
  while read -r member; do
    [ "$(service_of "$member")" != "$1" ] || list+=("$(host_of "$member"):$(rpc_port_of "$member")")
  done < <(members)
  (IFS=, && echo "${list[*]}")
}

# ---- the network

make_bridge() {
  uses_namespaces || return 0
  ip link show "$BRIDGE" >/dev/null 2>&1 || ip link add "$BRIDGE" type bridge
  ip address show dev "$BRIDGE" | grep "$NETWORK.1/" >/dev/null || ip address add "$NETWORK.1/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
}

# One end of a cable in the member's namespace, the other at the bridge.
make_namespace() {
  local member=$1 space=muster-$1 place
  ip netns list | grep -w -- "$space" >/dev/null && return
  place=$(place_of "$member")
  ip netns add "$space"
  ip link add "mu$place" type veth peer name eth0 netns "$space"
  ip link set "mu$place" master "$BRIDGE" up
  ip -n "$space" address add "$(host_of "$member")/24" dev eth0
  ip -n "$space" link set eth0 up
  ip -n "$space" link set lo up
}

remove_network() {
  uses_namespaces || return 0
  local space
  for space in $(ip netns list | awk '/^muster-/ {print $1}'); do ip netns del "$space"; done
  ip link del "$BRIDGE" 2>/dev/null || true
}

# ---- PostgreSQL and Redis

postgres_bin() { find /usr/lib/postgresql -maxdepth 3 -name pg_ctl -printf '%h\n' | sort -V | tail -n 1; }

# PostgreSQL does not run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@"); else "$@"; fi; }

# Where PostgreSQL keeps its data.
postgres_data() { echo "$(cat "$DIR/postgres.home" 2>/dev/null || echo "$DIR")/postgres"; }

# choose_postgres_home: a folder below root's home is closed to PostgreSQL's user; then it is one of the system's.
choose_postgres_home() {
  [ ! -e "$DIR/postgres.home" ] && [ ! -e "$DIR/postgres" ] || return 0
  local home=$DIR
  if [ "$(id -u)" = 0 ] && ! as_postgres test -x "$DIR"; then
    home=$(mktemp -d /var/lib/muster-cluster-XXXXXX)
    chmod 711 "$home"
  fi
  echo "$home" >"$DIR/postgres.home"
}

make_secret() {
  [ -e "$1" ] && return
  (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$1")
}

make_postgres() {
  local data
  data=$(postgres_data)
  [ ! -e "$data/PG_VERSION" ] || return 0
  install -d -m 0700 "$data"
  local password=$data.initial
  cp "$DIR/postgres.password" "$password"
  if [ "$(id -u)" = 0 ]; then chown postgres "$data" "$password"; fi
  as_postgres "$(postgres_bin)/initdb" --pgdata="$data" --username=muster --pwfile="$password" --encoding=UTF8 --locale=C \
    --auth-local=scram-sha-256 --auth-host=scram-sha-256 --no-instructions
  rm -f "$password"
  printf 'host all muster %s.0/24 scram-sha-256\n' "$NETWORK" >>"$data/pg_hba.conf"
}

start_postgres() {
  local data service
  data=$(postgres_data)
  if [ -z "$(pid_of postgresql)" ]; then
    as_postgres "$(postgres_bin)/pg_ctl" start -D "$data" -w -t 60 -s -l "$data/server.log" \
      -o "-p $(postgres_port) -c listen_addresses=$(listen_hosts) -c unix_socket_directories= -c max_connections=200"
  fi
  for service in "${OWNERS[@]}"; do
    query postgres "SELECT 1 FROM pg_database WHERE datname = 'muster_$service'" | grep 1 >/dev/null ||
      query postgres "CREATE DATABASE muster_$service TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
  done
}

# query DATABASE SQL
query() {
  PGPASSWORD=$(cat "$DIR/postgres.password") "$(postgres_bin)/psql" -h 127.0.0.1 -p "$(postgres_port)" -U muster -d "$1" -qAtc "$2"
}

start_redis() {
  [ -z "$(pid_of redis)" ] || return 0
  mkdir -p "$DIR/redis"
  (umask 077 && cat >"$DIR/redis.conf" <<CONF
bind 127.0.0.1 $(uses_namespaces && home_host)
port $(redis_port)
requirepass $(cat "$DIR/redis.password")
dir $DIR/redis
appendonly yes
appendfsync everysec
daemonize yes
pidfile $DIR/run/redis.pid
logfile $DIR/log/redis.log
maxmemory-policy noeviction
CONF
  )
  redis-server "$DIR/redis.conf"
}

stop_postgres() {
  [ -z "$(pid_of postgresql)" ] || as_postgres "$(postgres_bin)/pg_ctl" stop -D "$(postgres_data)" -m fast -s
}

# ---- the services

make_certificates() {
  local service
  [ -e "$DIR/certificates/authority.pem" ] || "$BIN/muster" cert init "$DIR/certificates"
  for service in "${SERVICES[@]}"; do
    [ -e "$DIR/certificates/$service.pem" ] || "$BIN/muster" cert issue "$DIR/certificates" --service "$service"
  done
}

write_settings() {
  local member=$1 service
  service=$(service_of "$member")
  mkdir -p "$DIR/$member"
  [ "$service" != gateway ] || ln -sfn "$DIR/tokens" "$DIR/$member/tokens" # where the command line looks
  {
    echo "[data]"
    echo "dir = \"$DIR/$member\""
    echo "keys_dir = \"$DIR/keys\""
    echo "tokens_dir = \"$DIR/tokens\""
    echo "[rpc]"
    echo "listen = \"$(host_of "$member"):$(rpc_port_of "$member")\""
    echo "[gateway]"
    echo "listen = \"$(host_of "$member"):$(http_port_of "$member")\""
    echo "console_dir = \"$CONSOLE\""
    echo "[storage]"
    echo "mode = \"postgres\""
    echo "connection = \"host=$(home_host) port=$(postgres_port) user=muster\""
    echo "password_file = \"$DIR/postgres.password\""
    echo "[redis]"
    echo "mode = \"external\""
    echo "address = \"$(home_host):$(redis_port)\""
    echo "password_file = \"$DIR/redis.password\""
    echo "[tls]"
    echo "certificate = \"$DIR/certificates/$service.pem\""
    echo "key = \"$DIR/certificates/$service.key\""
    echo "authority = \"$DIR/certificates/authority.pem\""
    echo "[peers]"
    for service in "${SERVICES[@]}"; do
      [ "$service" = gateway ] || echo "$service = \"$(targets_of "$service")\""
    done
  } >"$DIR/$member/settings.toml"
}

# pid_of NAME: of what the map shows; nothing when it does not run.
pid_of() {
  local pid file=$DIR/run/$1.pid
  [ "$1" != postgresql ] || file=$(postgres_data)/postmaster.pid
  pid=$(head -n 1 "$file" 2>/dev/null) || return 0
  if [[ "$pid" =~ ^[0-9]+$ ]] && is_alive "$pid" && [[ "$(cat "/proc/$pid/comm")" =~ ^(muster-|redis-server|postgres) ]]; then echo "$pid"; fi
}

start_member() {
  local member=$1 inside=()
  [ -z "$(pid_of "$member")" ] || return 0
  if uses_namespaces; then
    make_namespace "$member"
    inside=(ip netns exec "muster-$member")
  fi
  setsid "${inside[@]}" "$BIN/muster-$(service_of "$member")" --config "$DIR/$member/settings.toml" \
    >>"$DIR/log/$member.log" 2>&1 </dev/null 9>&- &
  echo $! >"$DIR/run/$member.pid"
}

# stop_process NAME: a service, or Redis, which writes down what it holds before it ends and needs its folder for that.
stop_process() {
  local pid tries=150
  pid=$(pid_of "$1")
  [ -n "$pid" ] || return 0
  kill -TERM "$pid"
  while is_alive "$pid"; do
    [ $((tries -= 1)) -gt 0 ] || { kill -KILL "$pid" && break; }
    sleep 0.1
  done
  rm -f "$DIR/run/$1.pid"
}

gateways() { members | grep '^gateway-'; }

wait_until_ready() {
  local gateway tries=600
  while read -r gateway; do
    until [[ "$(http_get "$(host_of "$gateway"):$(http_port_of "$gateway")" /readyz)" == 200*ready* ]]; do
      [ $((tries -= 1)) -gt 0 ] || die "not ready after 60 s: $gateway says $(http_get "$(host_of "$gateway"):$(http_port_of "$gateway")" /readyz)"
      sleep 0.1
    done
  done < <(gateways)
}

load_city() {
  [ "$scale" != 0 ] && [ ! -e "$DIR/demo-city" ] || return 0
  phase "Load the demo city" "$BIN/muster" --data-dir "$DIR/gateway-1" demo load --scale "$scale"
  touch "$DIR/demo-city"
}

# ---- commands

show_map() {
  local member pid absent=0
  printf '\n  %-14s %-9s %-22s %s\n' process id "gRPC (mutual TLS)" HTTP
  while read -r member; do
    pid=$(pid_of "$member")
    [ -n "$pid" ] || absent=1
    printf '  %-14s %-9s %-22s %s\n' "$member" "${pid:-not running}" "$(host_of "$member"):$(rpc_port_of "$member")" \
      "$([ "$(service_of "$member")" != gateway ] || echo "http://$(host_of "$member"):$(http_port_of "$member")")"
  done < <(members)
  for member in "postgresql $(postgres_port)" "redis $(redis_port)"; do
    pid=$(pid_of "${member% *}")
    [ -n "$pid" ] || absent=1
    printf '  %-14s %-9s %s\n' "${member% *}" "${pid:-not running}" "$(home_host):${member#* }"
  done
  printf '\n  Network: %s. Keys of the first accounts: %s\n' "$(cat "$DIR/network" 2>/dev/null)" "$DIR/tokens"
  [ ! -e "$CONSOLE/index.html" ] || printf '  Console: http://%s:%s/console/\n' "$(host_of gateway-1)" "$(http_port_of gateway-1)"
  printf '  Try: %s --data-dir %s demo\n' "${BIN#"$ROOT/"}/muster" "$DIR/gateway-1"
  return $absent
}

configure() { cmake --preset release -S "$ROOT" -DMUSTER_BUILD_TESTS=OFF; }

build() {
  [ -z "${MUSTER_BIN:-}" ] || return 0
  [ -e "$ROOT/build/release/build.ninja" ] || phase "Configure" configure
  local targets=(muster) service
  for service in "${SERVICES[@]}"; do targets+=("muster-$service"); done
  phase "Build" cmake --build "$ROOT/build/release" -j "$(build_jobs)" --target "${targets[@]}"
  build_console
}

up() {
  local member
  mkdir -p "$DIR/run" "$DIR/log" "$DIR/keys" "$DIR/tokens"
  chmod 700 "$DIR/keys" "$DIR/tokens"
  [ "$(id -u)" != 0 ] || chmod 711 "$DIR" # PostgreSQL's user must reach its folder
  : >"$LOG"
  install_packages "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}" "${NODE_PACKAGES[@]}" postgresql
  build
  echo "$instances" >"$DIR/instances"
  choose_network
  make_secret "$DIR/postgres.password"
  make_secret "$DIR/redis.password"
  make_bridge
  choose_postgres_home
  phase "Certificates" make_certificates
  phase "PostgreSQL" make_postgres
  phase "Start PostgreSQL" start_postgres
  phase "Start Redis" start_redis
  local start=${EPOCHREALTIME/[.,]/}
  while read -r member; do
    write_settings "$member"
    start_member "$member"
  done < <(members)
  wait_until_ready
  printf '  %-42s %6s s\n' "Start $(members | wc -l) processes" "$(seconds_since "$start")"
  load_city
  show_map
}

# The gateway first, so that nobody calls what has gone.
down() {
  local member
  while read -r member; do stop_process "$member" & done < <(gateways)
  wait
  while read -r member; do stop_process "$member" & done < <(members)
  wait
  stop_process redis
  stop_postgres
  remove_network
  say "Stopped. Data stays in $DIR. 已停止，数据保留。"
}

# start_one NAME, stop_one NAME: whatever the map shows.
start_one() {
  case $1 in
    postgresql) start_postgres ;;
    redis) start_redis ;;
    *) start_member "$1" ;;
  esac
}

stop_one() {
  case $1 in
    postgresql) stop_postgres ;;
    *) stop_process "$1" ;;
  esac
}

main() {
  local command=${1:-} name=
  shift || true
  case $command in
    up | status | down) ;;
    stop | start)
      name=${1:-}
      shift || true
      ;;
    --help | -h) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  while [ $# -gt 0 ]; do
    case $1 in
      --instances | --scale) [ $# -ge 2 ] || die "$1 needs a value (see --help)" 2 ;;
      *) die "Unknown argument $1 (see --help)" 2 ;;
    esac
    case $1 in
      --instances) instances=$2 ;;
      --scale) scale=$2 ;;
    esac
    shift 2
  done
  [[ "$instances" =~ ^[1-9]$ ]] || die "--instances takes 1 to 9" 2
  [ "$command" = up ] || instances=$(cat "$DIR/instances" 2>/dev/null || echo "$instances")
  [[ "$name" =~ ^(postgresql|redis|)$ ]] || members | grep -x -- "$name" >/dev/null || die "There is no process $name (see cluster.sh status)" 2
  case $command in
    up) up ;;
    status) show_map ;;
    down) down ;;
    stop) stop_one "$name" ;;
    start) start_one "$name" ;;
  esac
}

main "$@"
