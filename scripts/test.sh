#!/usr/bin/env bash
# Proves the harness itself, with the race detector on.
set -euo pipefail
cd "$(dirname "$0")/.."
# Most tests wait for a server that shares the cores with them.
exec go test -race -parallel 8 ./...
