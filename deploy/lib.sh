# shellcheck shell=bash
# What deploy/ and tests/ share. Sourced by their scripts, which set ROOT (the repository) and LOG (a file) first.

# Debian 12 packages that building needs, and those that running needs.
# shellcheck disable=SC2034
BUILD_PACKAGES=(g++ cmake ninja-build pkg-config libgrpc++-dev protobuf-compiler protobuf-compiler-grpc libprotobuf-dev
  libabsl-dev libboost1.81-dev libssl-dev libsqlite3-dev libspdlog-dev libfmt-dev prometheus-cpp-dev libpugixml-dev
  nlohmann-json3-dev libcli11-dev libtomlplusplus-dev libhiredis-dev libpq-dev libsodium-dev libqrencode-dev libcurl4-openssl-dev
  libzip-dev libexpat1-dev libxlsxwriter-dev)
# shellcheck disable=SC2034
RUN_PACKAGES=(redis-server)

say() { printf '%s\n' "$*"; }

# die MESSAGE [STATUS]: one line on stderr, then the end.
die() {
  printf '%s\n' "$1" >&2
  exit "${2:-1}"
}

# The newest sign of progress in the log: "[12/340]" of ninja, "45%", or what apt is at.
progress_of_log() {
  tail -c 2000 "$LOG" 2>/dev/null | tr '\r' '\n' |
    grep -oE '\[[0-9]+/[0-9]+\]|[0-9]+ ?%|^(Unpacking|Setting up) [^ ]+' | tail -n 1
}

# Shows that process $1 is at work on the phase called $2, until it ends: in place on a terminal, else a line each 30 s.
watch_phase() {
  local pid=$1 title=$2 start=$SECONDS next=30
  while kill -0 "$pid" 2>/dev/null; do
    if [ -t 1 ]; then
      printf '\r\033[K  %s  %d s %s' "$title" $((SECONDS - start)) "$(progress_of_log)"
    elif [ $((SECONDS - start)) -ge $next ]; then
      printf '  %s  %d s %s\n' "$title" $((SECONDS - start)) "$(progress_of_log)"
      next=$((next + 30))
    fi
    sleep 0.1
  done
  [ ! -t 1 ] || printf '\r\033[K'
}

# phase TITLE COMMAND...: runs COMMAND with its output in $LOG, shows progress and the seconds it took. A failure shows
# the end of the log and ends the script.
phase() {
  local title=$1 start=${EPOCHREALTIME/[.,]/} status=0 pid
  shift
  printf -- '--- %s\n' "$title" >>"$LOG"
  "$@" >>"$LOG" 2>&1 </dev/null 9>&- &
  pid=$!
  # shellcheck disable=SC2064
  trap "kill $pid 2>/dev/null; exit 130" INT TERM
  watch_phase "$pid" "$title"
  wait "$pid" || status=$?
  trap - INT TERM
  printf '  %-42s %6s s\n' "$title" "$(seconds_since "$start")"
  [ $status = 0 ] && return
  tail -n 25 "$LOG" | sed 's/^/    /' >&2
  die "$title failed (status $status). The whole output: $LOG"
}

# Seconds with one decimal since START, a reading of EPOCHREALTIME without its point.
seconds_since() {
  local tenths=$(((${EPOCHREALTIME/[.,]/} - $1 + 50000) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# Those of the packages that are not installed, one a line.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii  *//p') || true
  comm -23 <(printf '%s\n' "$@" | sort -u) <(printf '%s\n' "$installed" | sort -u)
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo -n --preserve-env=DEBIAN_FRONTEND)
  "${root[@]}" apt-get update -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 &&
    "${root[@]}" apt-get install -y -qq --no-install-recommends --no-remove -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

# install_packages PACKAGE...: installs what is missing; does nothing when all are there.
install_packages() {
  command -v dpkg-query >/dev/null || die "Debian 12 is needed (no dpkg here). Packages: $*"
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    { command -v sudo >/dev/null && sudo -v; } ||
      die "Root is needed once: apt-get install --no-install-recommends ${missing[*]}"
  fi
  phase "Install ${#missing[@]} packages" apt_install "${missing[@]}"
}

# Compilers that run at a time: one a core, fewer where memory is short (the largest source takes about 1 GB).
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable/ {print int($2 / 1000000)}' /proc/meminfo)
  [ "$memory" -ge 1 ] || memory=1
  echo $((cores < memory ? cores : memory))
}

# True while process $1 runs; an ended one that nobody has collected yet does not.
is_alive() { [ -r "/proc/$1/status" ] && ! grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; }

# The process in a pid file when it lives and is musterd; nothing otherwise.
running_pid() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  [[ "$pid" =~ ^[0-9]+$ ]] && is_alive "$pid" && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = musterd ] && echo "$pid"
  return 0
}

# connect_host ADDRESS, port_of ADDRESS: where to reach what listens at "host:port".
connect_host() {
  local host=${1%:*}
  host=${host#[}
  host=${host%]}
  case $host in 0.0.0.0) host=127.0.0.1 ;; ::) host=::1 ;; esac
  echo "$host"
}
port_of() { echo "${1##*:}"; }

# True when something accepts connections at ADDRESS.
is_listening() {
  # shellcheck disable=SC2016
  timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$(connect_host "$1")" "$(port_of "$1")" 2>/dev/null
}

# http_get ADDRESS PATH: prints the status, then the body's last line. No curl is needed.
http_get() {
  # shellcheck disable=SC2016
  timeout 5 bash -c '
    exec 3<>"/dev/tcp/$0/$1" || exit 1
    printf "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" "$2" "$0" >&3
    read -r _ status _ <&3 && printf "%s " "$status" && tail -n 1 <&3' \
    "$(connect_host "$1")" "$(port_of "$1")" "$2" 2>/dev/null
}
