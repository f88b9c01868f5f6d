#!/usr/bin/env bash
# run.sh [--preset NAME] [PHASE...]
#
# Installs what the tests need, builds, and runs the phases (default: all): checks unit integration scenario e2e.
# Tests start what they need (Redis, musterd) themselves, on free ports and in temporary folders.
# 安装测试所需的软件、编译并运行全部测试。
#
#   --preset NAME   how to build: release (default), dev, asan, tsan
#
# The last line is "N passed, N failed[, N skipped]". Exit status: 0 all passed, 1 something failed, 2 wrong use.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
mkdir -p build
LOG=$ROOT/build/tests.log
# shellcheck source-path=SCRIPTDIR source=../deploy/lib.sh
. deploy/lib.sh
# shellcheck source-path=SCRIPTDIR source=../deploy/node.sh
. deploy/node.sh

readonly ALL_PHASES=(checks unit integration scenario e2e)
readonly TEST_PACKAGES=(libgtest-dev libgmock-dev libbenchmark-dev postgresql redis-server strace)
readonly CHECK_PACKAGES=(clang-format clang-tidy shellcheck)
readonly E2E_PACKAGES=(curl jq chromium fonts-noto-cjk)
preset=release
phases=()
passed=0 failed=0 skipped=0 # of the phase at work
total_passed=0 total_failed=0 total_skipped=0
summary=() failures=()

usage() { sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; }

parse_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --preset)
        [ $# -ge 2 ] || die "--preset needs a name (see --help)" 2
        preset=$2
        shift
        ;;
      --help | -h) usage && exit 0 ;;
      *)
        [[ " ${ALL_PHASES[*]} " == *" $1 "* ]] || die "No phase or option $1 (see --help)" 2
        phases+=("$1")
        ;;
    esac
    shift
  done
  [ ${#phases[@]} -gt 0 ] || phases=("${ALL_PHASES[@]}")
  BUILD=$ROOT/build/$preset
}

wants() { [[ " ${phases[*]} " == *" $1 "* ]]; }
needs_build() { wants unit || wants integration || wants scenario || wants e2e; }

install_tools() {
  local packages=("${RUN_PACKAGES[@]}")
  ! needs_build || packages+=("${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}")
  ! wants checks || packages+=("${BUILD_PACKAGES[@]}" "${CHECK_PACKAGES[@]}") # clang-tidy reads headers of libraries
  ! wants e2e || packages+=("${E2E_PACKAGES[@]}")
  if wants checks || wants e2e; then packages+=("${NODE_PACKAGES[@]}"); fi
  install_packages "${packages[@]}"
  { wants checks || wants e2e; } || return 0
  provide_node
  if wants checks; then
    npm_install tests/checks
    npm_install services/console
  fi
  ! wants e2e || build_console
}

# With the benchmarks, which nothing runs here: they must go on compiling.
configure() {
  cmake --preset "$preset" -S "$ROOT" -DMUSTER_BUILD_TESTS=ON -DMUSTER_BUILD_BENCH=ON -DMUSTER_FAILPOINTS=ON
}

has_tests() {
  [ -e "$BUILD/build.ninja" ] && grep -qs '^MUSTER_BUILD_TESTS:BOOL=ON' "$BUILD/CMakeCache.txt" &&
    grep -qs '^MUSTER_BUILD_BENCH:BOOL=ON' "$BUILD/CMakeCache.txt" &&
    grep -qs '^MUSTER_FAILPOINTS:BOOL=ON' "$BUILD/CMakeCache.txt"
}

# Configured again only where the tree was made without tests (deploy/up.sh does so); nothing compiled is lost by that.
build() {
  has_tests || phase "Configure ($preset)" configure
  phase "Build" cmake --build "$BUILD" -j "$(build_jobs)"
}

fail() {
  failed=$((failed + 1))
  failures+=("$1")
}

run_checks() {
  local check name status
  for check in tests/checks/*.sh; do
    name=$(basename "$check" .sh) status=0
    [ "$name" = lib ] && continue
    "$check" >"build/check-$name.log" 2>&1 || status=$?
    case $status in
      0) passed=$((passed + 1)) && say "  ok       $name" ;;
      77) skipped=$((skipped + 1)) && say "  skipped  $name: $(tail -n 1 "build/check-$name.log")" ;;
      *)
        fail "checks: $name"
        say "  FAILED   $name"
        head -n 60 "build/check-$name.log" | sed 's/^/    /'
        ;;
    esac
  done
}

# attribute NAME FILE: the number that the first NAME="..." of an XML file holds, 0 where it has none.
attribute() {
  local value
  value=$(grep -om1 "[ ]$1=\"[0-9]*\"" "$2" | head -n 1 | tr -dc 0-9) || true
  echo "${value:-0}"
}

# Counts one program of ctest: by the cases that GoogleTest reported, else as one. What ctest calls failed counts as
# failed even where every case passed (a crash at exit, a leak, a time-out).
count_program() {
  local name=$1 state=$2 cases="$results/$1.xml" bad=0 left_out=0
  if [ -s "$cases" ]; then
    bad=$(($(attribute failures "$cases") + $(attribute errors "$cases")))
    left_out=$(($(attribute disabled "$cases") + $(grep -c '<testcase.* result="skipped"' "$cases" || true)))
    passed=$((passed + $(attribute tests "$cases") - bad - left_out))
    skipped=$((skipped + left_out))
    failed=$((failed + bad))
  elif [ "$state" = run ]; then
    passed=$((passed + 1))
  fi
  case $state in
    run) [ "$bad" = 0 ] || failures+=("$phase_name: $name") ;;
    notrun | disabled) skipped=$((skipped + 1)) && say "  skipped  $name" ;;
    *)
      [ "$bad" -gt 0 ] || failed=$((failed + 1))
      failures+=("$phase_name: $name")
      ;;
  esac
}

run_ctest() {
  local label=$1 status=0 name state
  results=$BUILD/results/$label
  rm -rf "$results" && mkdir -p "$results"
  GTEST_OUTPUT="xml:$results/" MUSTER_BIN="$BUILD/bin" ctest --test-dir "$BUILD" -L "^$label\$" -j2 \
    --output-on-failure --no-tests=ignore --output-junit "$results.xml" >"$results.log" 2>&1 || status=$?
  # A parameter of ctest's JUnit file per program: name="..." ... status="run|fail|notrun|disabled".
  while read -r name state; do
    count_program "$name" "$state"
  done < <(sed -nE 's/.*<testcase name="([^"]*)".* status="([^"]*)".*/\1 \2/p' "$results.xml" 2>/dev/null)
  [ $status = 0 ] || awk '/^ *[0-9]+\/[0-9]+ Test/ {show = !/Passed/} /tests passed/ {show = 1} show' "$results.log"
  if [ $status != 0 ] && [ $failed = 0 ]; then fail "$label: ctest ended with status $status ($results.log)"; fi
}

# A test of no phase would never run.
check_labels() {
  local others
  others=$(ctest --test-dir "$BUILD" -N -LE '^(unit|integration|scenario)$' | sed -nE 's/^ *Test +#[0-9]+: //p')
  [ -z "$others" ] || fail "without one of the labels unit, integration, scenario: $(tr '\n' ' ' <<<"$others")"
}

# count_node LOG STATUS NAME: adds up the last lines of `node --test`, "# pass 12" or "ℹ pass 12".
count_node() {
  local word count good=0 bad=0
  while read -r word count; do
    case $word in
      pass) good=$((good + count)) ;;
      fail | cancelled) bad=$((bad + count)) ;;
      skipped | todo) skipped=$((skipped + count)) ;;
    esac
  done < <(sed -nE 's/^(#|ℹ) (pass|fail|cancelled|skipped|todo) ([0-9]+)$/\2 \3/p' "$1")
  passed=$((passed + good)) failed=$((failed + bad))
  [ $bad = 0 ] || failures+=("e2e: $3")
  if [ "$2" != 0 ] && [ $bad = 0 ]; then fail "e2e: $3 ended with status $2"; fi
  if [ "$2" = 0 ] && [ $((good + bad)) = 0 ]; then fail "e2e: $3 ran no test"; fi
}

# Each script of tests/e2e that can be run is one test.
run_e2e_scripts() {
  local script log status
  for script in tests/e2e/*.sh; do
    [ -x "$script" ] || continue
    log=$BUILD/e2e-$(basename "$script" .sh).log status=0
    MUSTER_BIN="$BUILD/bin" timeout -k 10 300 "$script" >"$log" 2>&1 </dev/null || status=$?
    if [ $status = 0 ]; then
      passed=$((passed + 1))
    else
      fail "e2e: $script ended with status $status"
      tail -n 40 "$log" | sed 's/^/    /'
    fi
  done
}

run_e2e_packages() {
  local package folder log status
  for package in tests/e2e/package.json tests/e2e/*/package.json; do
    [ -e "$package" ] || continue
    folder=$(dirname "$package") status=0
    log=$BUILD/e2e-$(basename "$folder").log
    npm_install "$folder"
    (cd "$folder" && MUSTER_BIN="$BUILD/bin" timeout -k 10 900 npm test --silent) >"$log" 2>&1 </dev/null || status=$?
    count_node "$log" $status "$folder"
    [ $status = 0 ] || tail -n 80 "$log" | sed 's/^/    /'
  done
}

# Runs one phase, prints its line and adds it to the whole.
run_phase() {
  local start=${EPOCHREALTIME/[.,]/} line
  phase_name=$1 passed=0 failed=0 skipped=0
  say "$1"
  case $1 in
    checks) run_checks ;;
    e2e) run_e2e_scripts && run_e2e_packages ;;
    unit) check_labels && run_ctest unit ;;
    *) run_ctest "$1" ;;
  esac
  # A phase without a test has lost its tests.
  [ $((passed + failed + skipped)) -gt 0 ] || fail "$1: there is no test"
  line=$(printf '%-12s %6d passed %4d failed %4d skipped %8s s' "$1" $passed $failed $skipped "$(seconds_since "$start")")
  say "  $line"
  summary+=("$line")
  total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed))
  total_skipped=$((total_skipped + skipped))
}

finish() {
  say ""
  printf '%s\n' "${summary[@]}"
  [ ${#failures[@]} = 0 ] || printf 'failed: %s\n' "${failures[@]}"
  say ""
  local skips=""
  [ $total_skipped = 0 ] || skips=", $total_skipped skipped"
  say "$total_passed passed, $total_failed failed$skips"
  [ $total_failed = 0 ]
}

main() {
  parse_arguments "$@"
  : >"$LOG"
  # What ends the script before the tests (an installation, the build) is a failure that the last line shows too.
  trap 'printf "\n%d passed, %d failed\n" $total_passed $((total_failed + 1))' EXIT
  install_tools
  ! needs_build || build
  local name
  for name in "${phases[@]}"; do run_phase "$name"; done
  trap - EXIT
  finish
}

main "$@"
