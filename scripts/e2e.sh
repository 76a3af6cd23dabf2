#!/usr/bin/env bash
# Judges real servers: builds the harness, plans the run, runs the suite.
# Every variable that it reads is explained by `make help`. With the argument
# "upgrade" it judges an upgrade from FROM to TO, with "soak" each check that must be
# refused many times, with "chains" every client chain, and with "rotation" how files are
# replaced under traffic.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/platform.sh
. scripts/platform.sh
out=${OUT:-out}
# A first look: the release that needs no engine, as the pages configure it, with the clients
# that need no interpreter.
if [ -n "${QUICK:-}" ]; then
	export VERSION=${VERSION:-2.3} TOPOLOGY=${TOPOLOGY:-mode-0,mode-1,mode-2} CLIENTS=${CLIENTS:-raw,go,rest,curl}
fi

if [ "${1:-}" = soak ]; then
	export SOAK=${SOAK:-50} VERSION=${VERSION:-2.3} TOPOLOGY=${TOPOLOGY:-mode-0,mode-1,mode-2} CLIENTS=${CLIENTS:-raw}
fi

if [ "${1:-}" = chains ]; then
	export CHAINS=all VERSION=${VERSION:-2.3} TOPOLOGY=${TOPOLOGY:-mode-2} CLIENTS=raw LABELS=${LABELS:-client-chains-as-go} FOCUS=${FOCUS:-every chain}
fi

if [ "${1:-}" = rotation ]; then
	export FULL=1 VERSION=${VERSION:-2.3} TOPOLOGY=${TOPOLOGY:-mode-2} CLIENTS=${CLIENTS:-raw,go,rest}
	export LABELS=${LABELS:-rotation-under-traffic || removed-ca-refused}
fi

echo "building the harness"
go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
go test -c -tags e2e -o bin/e2e.test ./suites
plan=(plan --quiet --out "$out")
vary=(SOAK CHAINS ROLLING MILVUS_BIN MILVUS_LIB MILVUS_CONFIGS STORAGE PROVIDER IMAGES)
if [ "${1:-e2e}" = upgrade ]; then
	plan+=(--upgrade)
	vary+=(FROM TO FROM_BIN FROM_LIB FROM_CONFIGS STOP DOWNGRADE)
else
	scripts/clients.sh
fi
bin/milvus-tls-e2e "${plan[@]}"

# What a command that judges one case again has to set, besides its cell.
again=()
for name in "${vary[@]}"; do
	[ -z "${!name:-}" ] || again+=("$name=${!name}")
done

args=(-test.run TestE2E -test.timeout 60m -out "$out" -revision "$(git describe --always --dirty 2>/dev/null || echo unknown)" -again "${again[*]:-}")
[ -z "${BASE:-}" ] || args+=(-base "$BASE")
[ -z "${PARALLEL:-}" ] || args+=(-cells "$PARALLEL")
[ -z "${SOAK:-}" ] || args+=(-soak "$SOAK")
[ -z "${V:-}" ] || args+=(-ginkgo.v)
[ -z "${KEEP:-}" ] || args+=(-keep)
[ -z "${FOCUS:-}" ] || args+=(-ginkgo.focus "$FOCUS")
[ -z "${LABELS:-}" ] || args+=(-ginkgo.label-filter "$LABELS")
exec bin/e2e.test "${args[@]}"
