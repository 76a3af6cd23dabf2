#!/usr/bin/env bash
# Proves the harness itself, with the race detector on.
set -euo pipefail
cd "$(dirname "$0")/.."
exec go test -race ./...
