# shellcheck shell=bash
# Sourced by what runs servers: says in one line where that cannot be.
if [ "$(uname -s)/$(uname -m)" != Linux/x86_64 ] && [ "${PROVIDER:-}" != docker ]; then
	echo "milvus-tls-e2e: real servers run as processes on Linux x86_64 only, and this is $(uname -s)/$(uname -m): it needs PROVIDER=docker" >&2
	exit 2
fi
if ! command -v go >/dev/null; then
	echo "milvus-tls-e2e: go is not on PATH: install Go (https://go.dev/dl)" >&2
	exit 2
fi
