#!/usr/bin/env bash
# run.sh [--json] [NAME...]
#
# Builds and runs the benchmarks and prints one line per figure: name, figure, reference, ratio, target, met or short.
# Each figure is compared with a reference measured in the same run, so a slower machine gives the same ratios.
# 运行基准测试；每个数字都与同一次运行中测得的参照值比较。
#
#   --json   one JSON object per figure instead
#   NAME     only the program bench_NAME, or only figures whose name begins with NAME
#
# Exit status: 0 every target met, 1 one is short or a benchmark failed, 2 wrong use.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$ROOT"
mkdir -p build
LOG=$ROOT/build/bench.log
BUILD=$ROOT/build/release
# shellcheck source-path=SCRIPTDIR source=../../deploy/lib.sh
. deploy/lib.sh

json=0 names=() bad=0 shown=0

usage() { sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

configure() { cmake --preset release -S "$ROOT" -DMUSTER_BUILD_TESTS=ON -DMUSTER_BUILD_BENCH=ON; }
has_bench() { [ -e "$BUILD/build.ninja" ] && grep -qs '^MUSTER_BUILD_BENCH:BOOL=ON' "$BUILD/CMakeCache.txt"; }

# Benchmarks are added to the release tree and stay in it: what is measured is what runs.
build() {
  install_packages "${BUILD_PACKAGES[@]}" "${RUN_PACKAGES[@]}" libgtest-dev libgmock-dev libbenchmark-dev postgresql
  has_bench || phase "Configure" configure
  mapfile -t programs < <(cmake --build "$BUILD" --target help | sed -nE 's/^(bench_[a-z0-9_]+): phony$/\1/p' | sort)
  [ ${#programs[@]} -gt 0 ] || die "There is no benchmark to build."
  phase "Build" cmake --build "$BUILD" -j "$(build_jobs)" --target musterd muster "${programs[@]}"
}

# True when the program is asked for: by its name, or by the beginning of a figure's name, which its text holds.
is_wanted() {
  local name
  [ ${#names[@]} -gt 0 ] || return 0
  for name in "${names[@]}"; do
    [ "bench_$name" != "$1" ] || return 0
    ! grep -qaF -- "$name" "$BUILD/bin/$1" || return 0
  done
  return 1
}

# The figures among a program's lines that are asked for, judged; as a line for people or as JSON. `met` is decided here.
judge() {
  awk -v program="${1#bench_}" -v wanted="${names[*]}" -v json=$json '
    function text(key,    found) {
      if (!match($0, "\"" key "\" *: *\"[^\"]*\"")) return ""
      found = substr($0, RSTART, RLENGTH); sub(/^"[^"]*" *: *"/, "", found); sub(/"$/, "", found); return found
    }
    function number(key,    found) {
      if (!match($0, "\"" key "\" *: *-?[0-9.]+([eE][-+]?[0-9]+)?")) return ""
      found = substr($0, RSTART, RLENGTH); sub(/^.*: */, "", found); return found
    }
    BEGIN { count = split(wanted, list, " ") }
    /^\{.*"name"/ {
      name = text("name"); ratio = number("ratio"); target = number("target")
      show = count == 0
      for (i = 1; i <= count; ++i) if (list[i] == program || index(name, list[i]) == 1) show = 1
      if (!show) next
      shown = 1
      at_most = text("direction") == "at_most"
      met = ratio != "" && target != "" && (at_most ? ratio + 0 <= target + 0 : ratio + 0 >= target + 0)
      if (json) {
        printf "{\"name\":\"%s\",\"figure\":%s,\"reference\":%s,\"unit\":\"%s\",\"ratio\":%s,\"target\":%s,\"direction\":\"%s\",\"result\":\"%s\"}\n",
          name, number("figure"), number("reference"), text("unit"), ratio, target, at_most ? "at_most" : "at_least", met ? "met" : "short"
      } else {
        printf "%-44s %14s %14s %-6s %9s  %s %-8s %s\n", name, number("figure"), number("reference"), text("unit"), ratio,
          at_most ? "at most " : "at least", target, met ? "met" : "short"
      }
      if (!met) short = 1
    }
    END { exit short ? 3 : shown ? 0 : 4 }'
}

run_program() {
  local output=$BUILD/$1.out status=0 judged=0
  MUSTER_BIN="$BUILD/bin" "$BUILD/bin/$1" >"$output" 2>>"$LOG" || status=$?
  judge "$1" <"$output" || judged=$?
  [ $judged = 4 ] || shown=1
  [ $judged != 3 ] || bad=1
  if [ $status != 0 ]; then
    printf '%s ended with status %s (%s, %s)\n' "$1" "$status" "$output" "$LOG" >&2
    bad=1
  fi
  grep -q '^{.*"name"' "$output" || { printf '%s printed no figure\n' "$1" >&2 && bad=1; }
}

main() {
  while [ $# -gt 0 ]; do
    case $1 in
      --json) json=1 ;;
      --help | -h) usage && exit 0 ;;
      -*) die "No option $1 (see --help)" 2 ;;
      *) names+=("$1") ;;
    esac
    shift
  done
  : >"$LOG"
  build >&2
  [ $json = 1 ] || printf '%-44s %14s %14s %-6s %9s  %s\n' name figure reference unit ratio target
  local program
  for program in "${programs[@]}"; do
    if is_wanted "$program"; then run_program "$program"; fi
  done
  [ $shown = 1 ] || [ $bad = 1 ] || die "No figure has such a name: ${names[*]}" 2
  return $bad
}

main "$@"
