#!/usr/bin/env bash
# deploy/up.sh and down.sh refuse what they must not do, before they install or delete anything.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset MUSTER_LISTEN MUSTER_GRPC_LISTEN

# expect STATUS TEXT COMMAND...: COMMAND ends with STATUS and says TEXT.
expect() {
  local status=0 said
  said=$("${@:3}" 2>&1 </dev/null) || status=$?
  [[ $status = "$1" && "$said" == *"$2"* ]] || echo "${*:3}: expected status $1 with \"$2\", got $status with \"$said\""
}

export MUSTER_DATA_DIR=$folder/data
{
  expect 2 "Unknown argument --nope" deploy/up.sh --nope
  expect 2 "needs a value" deploy/up.sh --listen
  expect 2 "expected HOST:PORT" deploy/up.sh --listen 8080
  expect 2 "expected HOST:PORT" env MUSTER_LISTEN=localhost:0 deploy/up.sh
  expect 0 "--fresh" deploy/up.sh --help
  expect 0 "not running" deploy/down.sh
  expect 2 "Unknown argument now" deploy/down.sh now
  expect 2 "add --yes" deploy/up.sh --fresh
  [ -e "$folder/data/.muster-data" ] || echo "a new data folder is not marked"
  mkdir "$folder/home" && touch "$folder/home/letter"
  expect 2 "not deleting it" env MUSTER_DATA_DIR="$folder/home" deploy/up.sh --fresh --yes
  [ -e "$folder/home/letter" ] || echo "--fresh deleted a foreign folder"
} | report "deploy/:"
exit $failed
