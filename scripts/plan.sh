#!/usr/bin/env bash
# Prints what a run would judge.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/platform.sh
. scripts/platform.sh
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
scripts/clients.sh
exec bin/milvus-tls-e2e plan --out "${OUT:-out}"
