#!/usr/bin/env bash
# Writes the digests of the official images into fixtures/versions.
set -euo pipefail
cd "$(dirname "$0")/.."
exec go run ./cmd/milvus-tls-e2e pin
