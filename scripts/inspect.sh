#!/usr/bin/env bash
# Judges a deployment that already runs.
set -euo pipefail
if [ -z "${TARGET:-}" ]; then
	echo "milvus-tls-e2e: say what to inspect: make inspect TARGET=target.yaml (bin/milvus-tls-e2e inspect --example prints one)" >&2
	exit 2
fi
cd "$(dirname "$0")/.."
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
args=(--out "${OUT:-out}")
case ${WRITES:-no} in
yes) args+=(--writes) ;;
no) ;;
*)
	echo "milvus-tls-e2e: WRITES=$WRITES is neither yes nor no" >&2
	exit 2
	;;
esac
[ -z "${METRICS:-}" ] || args+=(--metrics "$METRICS")
exec bin/milvus-tls-e2e inspect "${args[@]}" -- "$TARGET"
