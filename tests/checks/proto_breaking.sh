#!/usr/bin/env bash
# proto/ breaks no reader of the shapes in the image proto/muster.binpb, which is made anew with each release and with a
# change that is meant to break (buf build -o proto/muster.binpb).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$ROOT/tests/checks/node_modules/@bufbuild/buf-linux-$(uname -m | sed s/x86_64/x64/)/bin:$PATH
need buf
exec buf breaking --against proto/muster.binpb
