# shellcheck shell=bash
# Node, npm packages and what is built with them: the console, checks, end-to-end tests. Sourced after deploy/lib.sh;
# ROOT is set.

readonly OLDEST_NODE=20

node_is_new_enough() {
  local version
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  [ "${version%%.*}" -ge $OLDEST_NODE ]
}

# Puts Node on PATH: the system's where it is new enough, else npm's package of the plain program in build/tools.
provide_node() {
  local tools=$ROOT/build/tools machine
  node_is_new_enough && return
  machine=$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
  local package=node-linux-$machine
  [ -x "$tools/node_modules/$package/bin/node" ] || phase "Node 22" npm install --prefix "$tools" --no-audit --no-fund "$package@22"
  PATH=$tools/node_modules/$package/bin:$PATH
  hash -r
  node_is_new_enough || die "No Node $OLDEST_NODE or newer could be provided."
}

npm_ci() { (cd "$1" && npm ci --no-audit --no-fund --ignore-scripts); }

# npm_install FOLDER: installs what its package-lock.json pins, unless that is there already.
npm_install() {
  local folder=$ROOT/$1
  [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return
  phase "npm packages of $1" npm_ci "$folder"
  touch "$folder/node_modules/.package-lock.json"
}

# Debian's packages for npm, where it is not there in another way.
# shellcheck disable=SC2034
if command -v npm >/dev/null; then NODE_PACKAGES=(); else NODE_PACKAGES=(nodejs npm); fi

CONSOLE=$ROOT/build/console

# True while nothing that the console is made of is newer than what was built.
console_is_built() {
  [ -e "$CONSOLE/index.html" ] &&
    [ -z "$(find "$ROOT/proto" "$ROOT/services/console" -name node_modules -prune -o -path '*/src/generated' -prune -o \
      -type f -newer "$CONSOLE/index.html" -print -quit)" ]
}

console_build() { (cd "$ROOT/services/console" && MUSTER_CONSOLE_OUT=$1 npm run --silent build); }

# build_console: builds the console into build/console, unless it is there already. What is served changes at once.
build_console() {
  console_is_built && return
  provide_node
  npm_install services/console
  phase "Console" console_build "$CONSOLE.new"
  rm -rf "$CONSOLE"
  mv "$CONSOLE.new" "$CONSOLE"
}
