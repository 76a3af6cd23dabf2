#!/usr/bin/env bash
# Proves the harness itself. The race detector takes three quarters of what it watches, so
# it watches the packages that start goroutines, and of the suites one trial of each kind.
# FAST=1: what there is to know between two edits. FULL=1: every claim on every fault, and
# the race detector on everything, which CI does each night.
set -euo pipefail
cd "$(dirname "$0")/.."
# Compilers and tests take a tenth less where they collect their garbage less often.
export GOGC=${GOGC:-400}
# Most tests wait for a server that shares the cores with them, so there are more of them
# at once than cores. What vet finds, make lint finds, which looks at every package anyway.
# The suites alone may take longer than the ten minutes that go test gives by itself, where
# the machine has more to do.
args=(-vet=off -timeout 20m -parallel 16)
if [ -n "${FULL:-}" ]; then
	exec go test -race -timeout 60m -parallel 8 ./...
fi
if [ -n "${FAST:-}" ]; then
	exec go test -short "${args[@]}" ./...
fi
# Those whose own code, and not only their tests', starts a goroutine. Two that build Helm
# are left to FULL=1: each starts one, and Helm takes a quarter of all that would be built
# for the race detector.
mapfile -t concurrent < <(grep -rlE '^\s*(defer )?go (func|[a-z]\w*[.(])|\.Go\(func' --include='*.go' --exclude='*_test.go' cmd check harness |
	xargs -n1 dirname | sort -u | sed 's|^|./|' |
	xargs go list -f '{{.Dir}} {{.Deps}}' | grep -vF ' helm.sh/helm/' | cut -d' ' -f1)
# The suites take longest, so they begin first.
mapfile -t others < <(echo "$PWD/suites"; go list -f '{{.Dir}}' ./... | grep -vxF -f <(printf '%s\n' "${concurrent[@]}" "$PWD/suites"))
# The trials write thousands of small files: on a disk, a sixth of their processor time.
room=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1) || room=0
if [ "$room" -gt 1000000 ]; then export TRIALS=/dev/shm; fi
failed=
go test "${args[@]}" "${others[@]}" || failed=1
args+=(-parallel 8) # some tests give a server a second, which the race detector makes short
go test -race "${args[@]}" "${concurrent[@]}" || failed=1
kinds=$(go test -race "${args[@]}" -run '^TestTrialsOfEveryKind$' ./suites) || failed=1
echo "$kinds"
[[ -z $failed && $kinds != *"no tests to run"* ]]
