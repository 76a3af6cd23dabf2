#!/usr/bin/env bash
# Joins the results of all shards of a run, and writes the reports of the whole.
set -euo pipefail
if [ -z "${RESULTS:-}" ]; then
	echo "milvus-tls-e2e: say what to join: make merge RESULTS='a/results.json b/results.json' OUT=out" >&2
	exit 2
fi
cd "$(dirname "$0")/.."
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
read -ra files <<<"$RESULTS"
exec bin/milvus-tls-e2e merge --out "${OUT:-out}" --base "${BASE:-}" -- "${files[@]}"
