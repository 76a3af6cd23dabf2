#!/usr/bin/env bash
# Prints the jobs that judge everything, as JSON for a GitHub Actions matrix.
# WHOLE=1 prints each release and provider once, for the jobs that join shards.
set -euo pipefail
cd "$(dirname "$0")/.."
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
args=()
[ -z "${SHARDS:-}" ] || args+=(--shards "$SHARDS")
[ -z "${WHOLE:-}" ] || args+=(--whole)
exec bin/milvus-tls-e2e matrix "${args[@]}"
