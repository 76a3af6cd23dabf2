#!/usr/bin/env bash
# Proves the harness itself, with the race detector on.
set -euo pipefail
cd "$(dirname "$0")/.."
# Most tests wait for a server that shares the cores with them.
# The suites alone take longer than the ten minutes that go test gives by itself, where the
# machine has more to do.
exec go test -race -timeout 20m -parallel 8 ./...
