# shellcheck shell=bash
# Node and npm packages for checks and end-to-end tests. Sourced after deploy/lib.sh; ROOT is set.

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
