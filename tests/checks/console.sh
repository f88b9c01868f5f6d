#!/usr/bin/env bash
# The console's types fit, and its unit tests pass: among them, that every value of every enum has a text in both
# languages.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need npm
[ -d services/console/node_modules ] || { echo "the console's packages are not installed (tests/run.sh installs them)" && exit 1; }
cd services/console
npm run --silent check
