#!/usr/bin/env bash
# Runs a package's tests for `go test -exec`, and adds to the file $CPU_TIMES what
# processor seconds they took, their children's too, what seconds, and the package.
TIMEFORMAT='%U %S %R'
exec 3>&1 4>&2
took=$({ time "$@" >&3 2>&4; } 2>&1)
status=$?
awk -v name="${PWD##*/milvus-tls-e2e/}" '{ printf "%.1f %.1f %s\n", $1 + $2, $3, name }' <<<"$took" >>"$CPU_TIMES"
exit "$status"
