#!/usr/bin/env bash
# Measures what the project gives figures for, and prints them as they stand in
# BENCHMARKS.md. COLD=1 measures the first run too, with caches of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

figures=$(mktemp -d)
trap 'rm -rf "$figures"' EXIT
# Gives the wall time of a command in seconds, and shows its output when it fails.
timed() {
	local begin
	begin=$(date +%s.%N)
	"$@" >"$figures/log" 2>&1 || { cat "$figures/log" >&2; return 1; }
	awk -v a="$begin" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f\n", b - a }'
}
# Gives one number of a run's results.json.
figure() { sed -n "s/^    \"$1\": \([0-9.]*\),*$/\1/p" "$figures/out/results.json"; }

echo "machine: $(uname -sm), $(nproc) cores, $(awk '/MemTotal/ { printf "%d GB", $2 / 1048576 }' /proc/meminfo), $(go version | cut -d' ' -f3), $(date -u +%F)"
if [ -n "${COLD:-}" ]; then
	echo "make e2e, empty caches but Go's modules: $(XDG_CACHE_HOME=$figures/cache GOCACHE=$figures/go OUT=$figures/out timed scripts/e2e.sh) s"
fi
OUT=$figures/out scripts/e2e.sh >/dev/null # warms what is cold
for run in 1 2 3; do
	seconds=$(OUT=$figures/out timed scripts/e2e.sh)
	echo "make e2e, warm, run $run: $seconds s, runner's peak memory $(figure peak_mb) MB," \
		"processor time $(figure cpu_seconds) s of the runner and $(figure servers_cpu_seconds) s of the servers"
done
bin/e2e.test -test.run TestRefusalRate -out "$figures/out" | grep -v '^PASS'
echo "a relay that records, beside one that only copies:"
go test -run NONE -bench Relay -benchtime 2s -count 3 ./harness/wire | grep '^Benchmark'
echo "a stand-in of a cluster, started and ended:"
go test -run NONE -bench ClusterStart -benchtime 2s -count 3 ./harness/deploy/standin | grep '^Benchmark'
QUICK=1 OUT=$figures/quick scripts/e2e.sh >/dev/null
echo "make e2e QUICK=1, warm: $(QUICK=1 OUT=$figures/quick timed scripts/e2e.sh) s"
scripts/test.sh >/dev/null # builds what is not built
export SPENT=$figures/spent
echo "make test, warm: $(GOFLAGS="-count=1 -exec=$PWD/scripts/spent.sh" timed scripts/test.sh) s, of which the tests took" \
	"$(awk -F'\t' '{ sum += $1 } END { print sum }' "$SPENT") processor seconds:"
sort -rn "$SPENT" | awk -F'\t' '$1 >= 0.5 { printf "  %6.1f processor seconds, %6.1f s  %s\n", $1, $2, $3 }'
