#!/usr/bin/env bash
# Sets a fresh machine up for the tests and runs the whole suite. Ends with "N passed, N failed".
# Usage: ./test.sh [more arguments for "dotnet test", for example --filter RateLimiting]
set -u
cd "$(dirname "$0")"

fail() {
  echo "test.sh: $*" >&2
  exit 1
}

install() {
  local as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo"
  echo "test.sh: installing $*"
  if command -v apt-get >/dev/null; then
    $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  elif command -v dnf >/dev/null; then
    $as_root dnf install -y -q "${@/redis-server/redis}"
  elif command -v apk >/dev/null; then
    $as_root apk add -q "${@/redis-server/redis}"
  elif command -v brew >/dev/null; then
    brew install -q "${@/redis-server/redis}"
  else
    fail "no package manager found: install $* yourself"
  fi || fail "could not install $*"
}

command -v dotnet >/dev/null || fail "the .NET SDK is missing: https://dotnet.microsoft.com/download (version in global.json)"
command -v redis-server >/dev/null || install redis-server

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No server process may outlive the build: it would hold files of the next one.
dotnet build Gateway.sln --nodereuse:false -p:UseSharedCompilation=false -clp:ErrorsOnly || fail "the build failed"

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
broken=0
for project in tests/*.Tests; do
  name=$(basename "$project")
  echo "== $name"
  # One after the other: tests under load on few cores measure each other otherwise.
  dotnet test "$project" --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" "$@" || broken=1
done

count() {
  cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

passed=$(count passed)
failed=$(count failed)
# A run that broke before it could count is a failure too.
[ "$broken" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
