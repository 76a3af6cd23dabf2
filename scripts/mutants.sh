#!/usr/bin/env bash
# Prints which faults break which claims, and which mutations of the harness are noticed.
# Anything that survives fails it.
set -euo pipefail
cd "$(dirname "$0")/.."
go test -tags mutants -count=1 -timeout 20m -parallel 8 -v -run 'TestKillTable|TestMutationsAreNoticed' ./suites | grep -vE '^(=== |ok  |PASS| *--- PASS)'
