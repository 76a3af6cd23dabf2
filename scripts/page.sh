#!/usr/bin/env bash
# Carries out a copy of the documentation page against a real server.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/platform.sh
. scripts/platform.sh
CLIENTS=pymilvus scripts/clients.sh
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
exec bin/milvus-tls-e2e page --out "${OUT:-out}" --revision "$(git describe --always --dirty 2>/dev/null || echo unknown)" -- "${PAGE:-fixtures/pages/tls.md}"
