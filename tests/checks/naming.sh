#!/usr/bin/env bash
# Types, functions, members and constants in headers are named as .clang-tidy says. Headers of generated or RPC code,
# which need a build, are left out: they define few names of their own.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need clang-tidy
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
all=$folder/all_headers.cpp

# The headers of libraries as "muster/...", those of services from the root.
plain_headers() { { own_files '*.h' | grep -E '^\./(libs/[a-z]+/include|services/[a-z]+/core)/' || true; } | sed 's|^\./||'; }
plain_headers |
  { xargs -r grep -LE '#include [<"](.*\.pb\.h|grpcpp?/.*|google/.*|boost/asio.*|boost/beast.*)[>"]' || true; } |
  sed -E 's|libs/[a-z]+/include/||; s|.*|#include "&"|' >"$all"
includes=("-I$ROOT")
for library in libs/*/include; do includes+=("-I$ROOT/$library"); done

# Only what is ours, each fault once.
{ clang-tidy --quiet --config-file=.clang-tidy --checks='-*,readability-identifier-naming' --header-filter='.*/(libs|services)/.*' "$all" -- \
  -std=c++20 "${includes[@]}" 2>&1 || true; } |
  { grep -E '(libs|services)/.*(error|warning): |error: .*file not found' || true; } | sed "s|$ROOT/||" | sort -u |
  report "Names:"
exit $failed
