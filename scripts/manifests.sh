#!/usr/bin/env bash
# Writes manifests for a topology, or checks the user's own (with FILE).
set -euo pipefail
cd "$(dirname "$0")/.."
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
if [[ ${1:-} == check ]]; then
	[[ -n ${FILE:-}${CHART:-} ]] || { echo "milvus-tls-e2e: say which manifest: make check-manifest FILE=values.yaml" >&2; exit 2; }
	exec bin/milvus-tls-e2e manifests ${FILE:+--read "$FILE"} ${CHART:+--chart "$CHART"} ${SECRET:+--secret "$SECRET"} ${CHART_VERSION:+--chart-version "$CHART_VERSION"}
fi
[[ -n ${TOPOLOGY:-} ]] || { echo "milvus-tls-e2e: say which topology: make manifests TOPOLOGY=mode-2" >&2; exit 2; }
exec bin/milvus-tls-e2e manifests --topology "$TOPOLOGY" --out "${OUT:-out/manifests}" ${IMAGE:+--image "$IMAGE"} ${FORCE:+--force}
