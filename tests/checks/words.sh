#!/usr/bin/env bash
# Nothing is marked as left for later, and no path of one machine is in any file.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
later='\b(TO''DO|FIX''ME|HA''CK|XX''X)\b'
{ own_files '*' | xargs -r -d '\n' grep -nIE "$later" || true; } | report "Marked as left for later:"
{ own_files '*' | xargs -r -d '\n' grep -nIF -e "$ROOT/" -e "$(dirname "$ROOT")/$(basename "$ROOT")" || true; } |
  report "A path of this machine:"
{ own_files '*' | xargs -r -d '\n' grep -nIE '(^|[^a-z])/home/[a-z]+/' || true; } | report "A path of some machine:"
exit $failed
