#!/usr/bin/env bash
# proto/ passes buf lint (buf.yaml says which rules).
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$ROOT/tests/checks/node_modules/@bufbuild/buf-linux-$(uname -m | sed s/x86_64/x64/)/bin:$PATH
need buf
buf lint
