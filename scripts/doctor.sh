#!/usr/bin/env bash
# Says what this machine has and lacks for a run.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/platform.sh
. scripts/platform.sh
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
exec bin/milvus-tls-e2e doctor
