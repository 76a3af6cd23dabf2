#!/usr/bin/env bash
# Makes local images of the servers that PyPI has, of etcd and of MinIO.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/platform.sh
. scripts/platform.sh
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
exec bin/milvus-tls-e2e images
