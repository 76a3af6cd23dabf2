#!/usr/bin/env bash
# Prints what has changed in a copy of the page since the claims were taken from it.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${PAGE:-}" ]; then
	echo "milvus-tls-e2e: name the page: make ledger PAGE=tls.md" >&2
	exit 2
fi
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
args=()
[ -z "${LINE:-}" ] || args+=(--line "$LINE")
[ -z "${LANGUAGE:-}" ] || args+=(--language "$LANGUAGE")
[ -z "${EDITION:-}" ] || args+=(--edition "$EDITION")
[ -z "${UPDATE:-}" ] || args+=(--update)
exec bin/milvus-tls-e2e ledger "${args[@]}" -- "$PAGE"
