#!/usr/bin/env bash
# Says what changed between two results.json.
set -euo pipefail
if [ -z "${BASE:-}" ] || [ -z "${NEW:-}" ]; then
	echo "milvus-tls-e2e: say what to compare: make diff BASE=before/results.json NEW=out/results.json" >&2
	exit 2
fi
cd "$(dirname "$0")/.."
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
exec bin/milvus-tls-e2e diff -- "$BASE" "$NEW"
