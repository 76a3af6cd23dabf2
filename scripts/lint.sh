#!/usr/bin/env bash
# Checks form and style. golangci-lint is built from its Go module, pinned here.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/again.sh
. scripts/again.sh
lint=github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
actionlint=github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
again go run "$lint" version >/dev/null # which fetches it; and the other
again go run "$actionlint" -version >/dev/null
go run "$lint" run
# The binary is for macOS and arm64 too, where it checks what runs elsewhere.
go build -o bin/typecheck ./scripts/typecheck
bin/typecheck darwin/arm64 ./...
bin/typecheck linux/arm64 ./harness/deploy/process/isolate ./harness/page/sandbox
for module in servers compose; do (cd "fixtures/$module" && ../../bin/typecheck linux/amd64 ./...); done
go run "$actionlint"
for script in scripts/*.sh fixtures/clients/*.sh .ci/run; do bash -n "$script"; done
if command -v shellcheck >/dev/null; then
	shellcheck scripts/*.sh fixtures/clients/*.sh .ci/run
else
	echo "shellcheck is not installed: the scripts were only parsed"
fi
go mod tidy -diff
