# shellcheck shell=bash
# What the end-to-end scripts share: a musterd of their own with a small demo city, and waiting without guessing.
# Sourced by scripts that set ROOT (the repository) first.

# shellcheck source-path=SCRIPTDIR source=../../deploy/lib.sh disable=SC2153
. "$ROOT/deploy/lib.sh"
BIN=${MUSTER_BIN:-$ROOT/build/release/bin}

# eventually SECONDS WHAT COMMAND...: asks until COMMAND succeeds; ends the script when it has not within SECONDS.
eventually() {
  local end=$((SECONDS + $1)) patience=$1 what=$2
  shift 2
  until "$@"; do
    [ $SECONDS -lt $end ] || die "not within $patience s: $what"
    sleep 0.1
  done
}

# An address on loopback where nobody listens, outside the ports that the system hands out by itself.
free_address() {
  local address
  address=127.0.0.1:$((20000 + RANDOM % 12000))
  while is_listening "$address"; do address=127.0.0.1:$((20000 + RANDOM % 12000)); done
  echo "$address"
}

is_ready() {
  is_alive "$musterd" || die "musterd ended: $(tail -n 5 "$1/musterd.log")"
  [[ "$(http_get "${url#http://}" /readyz)" == 200* ]]
}

# start_city FOLDER: starts musterd with its data in FOLDER/var, as deploy/up.sh does, and loads a small demo city.
# Sets url (of the gateway) and musterd (its process).
start_city() {
  local listen
  listen=$(free_address)
  url=http://$listen
  mkdir -p "$1/var/run"
  "$BIN/musterd" --data-dir "$1/var" --listen "$listen" --grpc-listen "$(free_address)" \
    >"$1/musterd.log" 2>&1 </dev/null &
  musterd=$!
  echo "$musterd" >"$1/var/run/musterd.pid"
  echo "$listen" >"$1/var/run/listen"
  eventually 60 "musterd is ready" is_ready "$1"
  "$BIN/muster" --data-dir "$1/var" --lang en demo load --scale 0.02
}

# Stops what start_city started, if it did and it still runs.
stop_city() {
  [ -n "${musterd:-}" ] || return 0
  kill "$musterd" 2>/dev/null || true
  wait "$musterd" 2>/dev/null || true
}
