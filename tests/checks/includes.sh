#!/usr/bin/env bash
# Arrows go one way, services -> libs -> proto:
# - a library includes only libraries that its CMakeLists.txt names, directly or through one of them, in no circle;
# - a service includes no other service; only musterd, cli and tests know several;
# - core/ of a service, libs/base and libs/domain are plain C++: no RPC, no generated code, no database, no sockets, and
#   no clock of the system.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Lines "FILE INCLUDED" for every include of the files named on standard input.
includes() { xargs -r grep -HoE '^#include [<"][^>"]+' | sed -E 's/:#include [<"]/ /'; }

# Lines "LIBRARY NEEDED" from the CMake files.
edges() {
  local file library
  for file in libs/*/CMakeLists.txt; do
    library=$(basename "$(dirname "$file")")
    { grep -oE 'muster::[a-z]+' "$file" || true; } | sed "s/muster::/$library /" | awk '$1 != $2' | sort -u
  done
}

check_libraries() {
  { edges | tsort >/dev/null; } 2>&1 | report "Libraries that need each other in a circle:"
  find libs -name '*.h' -o -name '*.cpp' | includes | awk -v edges="$(edges | sort -u)" '
    function reach(from, to,    i, count, next_ones) {
      if (from == to) return 1
      if (!(from in needs)) return 0
      count = split(needs[from], next_ones, " ")
      for (i = 1; i <= count; ++i) if (reach(next_ones[i], to)) return 1
      return 0
    }
    BEGIN {
      count = split(edges, rows, "\n")
      for (i = 1; i <= count; ++i) { split(rows[i], edge, " "); needs[edge[1]] = needs[edge[1]] " " edge[2] }
    }
    {
      split($1, path, "/"); split($2, header, "/"); from = path[2]
      if (header[1] == "services") print $1 " includes the service header " $2
      else if (header[1] == "muster" && $2 ~ /\.pb\.h$/) { if (!reach(from, "proto")) print $1 " includes " $2 " without muster::proto" }
      else if (header[1] == "muster" && !reach(from, header[2])) print $1 " includes " $2 ", which its CMakeLists.txt does not name"
    }' | report "Includes against the direction of the libraries:"
}

check_services() {
  [ -d services ] || return 0
  { find services \( -name '*.h' -o -name '*.cpp' \) -not -path 'services/musterd/*' -not -path 'services/cli/*' |
    includes | awk '{ split($1, path, "/"); split($2, header, "/") }
      header[1] == "services" && header[2] != path[2] { print $1 " includes " $2 }'; } |
    report "Services that include another service:"
}

# The files that are to be plain C++.
plain_files() { find services/*/core libs/base libs/domain -name '*.h' -o -name '*.cpp' 2>/dev/null; }

check_plain() {
  { plain_files | includes | grep -E ' (grpc|grpcpp|google/protobuf|sqlite3|libpq|hiredis|boost/(asio|beast)|spdlog)|\.pb\.h$' ||
    true; } | report "Outside things in plain C++:"
  { plain_files | grep -v '^libs/base/src/\(clock\|random\).cpp$' |
    xargs -r grep -nE '(system_clock|steady_clock)::now|\btime\(nullptr\)|random_device' || true; } |
    report "Time or randomness that is not passed in:"
}

check_libraries
check_services
check_plain
exit $failed
