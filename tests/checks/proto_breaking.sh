#!/usr/bin/env bash
# proto/ breaks no reader of the last release, whose image is proto/muster.binpb (made by: buf build -o proto/muster.binpb).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$ROOT/tests/checks/node_modules/@bufbuild/buf-linux-$(uname -m | sed s/x86_64/x64/)/bin:$PATH
if [ -e proto/muster.binpb ]; then
  need buf
  exec buf breaking --against proto/muster.binpb
fi
# Read without git, which a bare system has not.
if [ -n "$(ls .git/refs/tags 2>/dev/null)" ] || grep -qs refs/tags/ .git/packed-refs; then
  echo "There is a release, but no proto/muster.binpb: commit the image of the last tag."
  exit 1
fi
echo "no release yet to compare with"
exit 77
