#!/usr/bin/env bash
# docs.sh
#
# Does what the documents show. The commands of README.md and of docs/guide/ (blocks marked sh) are run in the order of
# the page, each page in a folder of its own that looks like the repository after deploy/up.sh, with a small city; the
# first command that fails ends it. LINE, TEAM, OFFER and ASSIGNMENT are filled in from the lists, as a reader would.
# Not run: deploy/up.sh and tests/run.sh, which lead here. Settings (blocks marked toml) of every page are loaded.
#
# Exit status: 0 everything works as shown, 1 something does not.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$ROOT/tests/e2e/lib.sh"
work=$(mktemp -d)

# split PAGE FOLDER: writes the page's blocks into files NNN.LANGUAGE; "NNN." where a block says no language.
split() {
  mkdir -p "$2"
  awk -v folder="$2" '
    match($0, /^ *```/) {
      if (file) { close(file); file = ""; next }
      indent = RLENGTH - 3
      file = sprintf("%s/%03d.%s", folder, ++count, substr($0, RLENGTH + 1))
      printf "" > file
      next
    }
    file { print substr($0, indent + 1) > file }' "$1"
}

# What a reader does beside typing: looks ids up, notices that a call was refused, stops `watch` in the other terminal.
reader() {
  cat <<'SH'
set -eEuo pipefail
shopt -s expand_aliases
trap 'echo "did not work: $BASH_COMMAND" >&2' ERR
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
show() { build/release/bin/muster --json "$@"; }
line() { show request show last | jq -r '.lines[0].id'; }
team() { show candidates --line "$(line)" --limit 1 | jq -r '.[0].teams[0].teamId'; }
offer() { show offer list --request last --state invited | jq -r '.offers[0].id'; }
assignment() { show assignment list --incident last | jq -r '.assignments[0].id'; }
curl() { command curl --fail-with-body -S "$@"; }
SH
}

# as_read URL: the commands on standard input as the reader types them.
as_read() {
  # shellcheck disable=SC2016
  sed -E '/^(deploy\/up|tests\/run)\.sh/d
    s/^(muster watch)\>.*/\1 >watched 2>\&1 \&/
    s/\<(LINE|TEAM|OFFER|ASSIGNMENT)\>/"$(\L\1)"/g'"
    s|http://127\\.0\\.0\\.1:8080|$1|g"
}

# furnish FOLDER: makes it look like the repository after deploy/up.sh.
furnish() {
  mkdir -p "$1/build/release/bin" "$1/tests/e2e"
  cp -r "$ROOT/deploy" "$1/deploy"
  cp "$ROOT"/tests/e2e/*.sh "$1/tests/e2e"
  ln -s "$(realpath "$BIN/musterd")" "$1/build/release/bin/musterd"
  # Nobody sits at a terminal here to answer yes.
  printf '#!/bin/sh\nexec "%s" --yes "$@"\n' "$(realpath "$BIN/muster")" >"$1/build/release/bin/muster"
  chmod +x "$1/build/release/bin/muster"
}

# walk FOLDER: does what the page whose blocks are in FOLDER/blocks shows. Runs in a process of its own.
walk() {
  furnish "$1"
  trap stop_city EXIT
  start_city "$1"
  { reader && cat "$1"/blocks/*.sh | as_read "$url"; } >"$1/walk"
  cd "$1"
  bash walk </dev/null
  ! grep -q 'muster watch' walk || [ -s watched ] || die "muster watch showed nothing"
}

# load_settings: musterd takes every settings file that a page shows.
load_settings() {
  local page file
  find README.md CONTRIBUTING.md docs -name '*.md' | while read -r page; do
    split "$page" "$work/settings/$page"
    for file in "$work/settings/$page"/*.toml; do
      [ -e "$file" ] || continue
      "$BIN/musterd" --config "$file" --print-settings >/dev/null || die "$page: musterd refuses these settings"
    done
  done
}

main() {
  local page pages=(README.md docs/guide/*.md) status=0
  declare -A walks
  cd "$ROOT"
  unset "${!MUSTER_@}"
  load_settings
  for page in "${pages[@]}"; do
    split "$page" "$work/$page/blocks"
    [ -z "$(find "$work/$page/blocks" -name '*.')" ] || die "$page: a block says no language (sh is run, text is not)"
  done
  # Side by side: most of it is waiting.
  for page in "${pages[@]}"; do
    (walk "$work/$page") >"$work/$page/log" 2>&1 &
    walks[$page]=$!
  done
  for page in "${pages[@]}"; do
    if wait "${walks[$page]}"; then
      say "$page works as shown"
    else
      status=1
      say "$page does not work as shown:"
      tail -n 30 "$work/$page/log"
    fi
  done
  return $status
}

trap 'rm -rf "$work"' EXIT
main
