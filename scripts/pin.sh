#!/usr/bin/env bash
# Writes the digests of the official images into fixtures/versions.
set -euo pipefail
cd "$(dirname "$0")/.."
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
exec bin/milvus-tls-e2e pin
