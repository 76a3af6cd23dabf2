#!/usr/bin/env bash
# Runs a test binary for `go test -exec`, and adds a line to the file SPENT: the seconds of
# processor time that it and its children took, how long that was, and its package.
set -euo pipefail
package=$(realpath --relative-to="$(dirname "$0")/.." .)
if go version -m "$1" 2>/dev/null | grep -q -- '-race=true'; then package+=" under the race detector"; fi
TIMEFORMAT='%U %S %R' times=$(mktemp "$SPENT.XXXXXX") failed=0
{ time "$@" 2>&3 || failed=$?; } 3>&2 2>"$times"
awk -v package="$package" '{ printf "%.1f\t%.1f\t%s\n", $1 + $2, $3, package }' "$times" >>"$SPENT"
rm "$times"
exit "$failed"
