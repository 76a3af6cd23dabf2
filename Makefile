# One command each; the logic lives in Go and in scripts/.
.DEFAULT_GOAL := help
.PHONY: help e2e e2e-cluster soak chains rotation mutants e2e-docker images pin page ledger upgrade inspect docs check test test-fast lint plan schema matrix merge diff report manifests check-manifest doctor bench clean

help: ## this text
	@scripts/help.sh $(MAKEFILE_LIST)

e2e: ## judge real Milvus servers; results go to out/
	@scripts/e2e.sh

e2e-cluster: ## judge servers whose components are processes of their own
	@TOPOLOGY="$${TOPOLOGY:-cluster*}" scripts/e2e.sh

upgrade: ## judge an upgrade: make upgrade FROM=2.2.16 TO=2.3.5
	@scripts/e2e.sh upgrade

soak: ## judge every refusal SOAK=50 times on one server: a case with two verdicts fails
	@scripts/e2e.sh soak

page: ## run the code blocks of a documentation page, as printed, against a real server (PAGE=tls.md)
	@scripts/page.sh

ledger: ## print what changed in a page since the claims were taken from it (PAGE=tls.md)
	@scripts/ledger.sh

chains: ## show one server every client chain of BetterTLS, and hold it against the crypto/x509 of its own Go
	@scripts/e2e.sh chains

rotation: ## replace the files of a server under traffic, in each manner, and measure how long clients are not served
	@scripts/e2e.sh rotation

e2e-docker: ## judge them as containers, from local images, without a registry
	@scripts/e2e-docker.sh

images: ## make those local images
	@scripts/images.sh

pin: ## write the digests of the official images into fixtures/versions
	@scripts/pin.sh

test: ## prove the harness itself: no server, no download but Go modules (FULL=1: every claim on every fault)
	@scripts/test.sh

mutants: ## print which faults break which claims, with what survives first
	@scripts/mutants.sh

test-fast: ## prove what can be proved between two edits
	@FAST=1 scripts/test.sh

lint: ## check form and style
	@scripts/lint.sh

inspect: ## judge a deployment that already runs: TARGET=target.yaml [WRITES=yes] [METRICS=file]
	@scripts/inspect.sh

plan: ## print what e2e would judge, and write out/plan.json
	@scripts/plan.sh

matrix: ## print the jobs that judge everything, as JSON for GitHub Actions
	@scripts/matrix.sh

merge: ## join the shards of a run: RESULTS='a/results.json b/results.json'
	@scripts/merge.sh

diff: ## say what changed between two runs: BASE=before/results.json NEW=out/results.json
	@scripts/diff.sh

schema: ## write the JSON Schemas again, from the Go types
	@go generate ./schema
report: ## draw the reports anew from RESULTS= (default: out/results.json); BASE= shows what has changed
	@go build -o bin/milvus-tls-e2e ./cmd/milvus-tls-e2e
	@bin/milvus-tls-e2e report "$${RESULTS:-out/results.json}" $(if $(BASE),--base "$$BASE") $(if $(OUT),--out "$$OUT")

doctor: ## say what this machine has and lacks for a run
	@scripts/doctor.sh

manifests: ## write Compose, Operator and chart files for TOPOLOGY= to OUT= (default out/manifests)
	@scripts/manifests.sh

check-manifest: ## say what TLS the manifest FILE= configures, and what is wrong with it (CHART= renders it first)
	@scripts/manifests.sh check

bench: ## measure what the project gives figures for
	@scripts/bench.sh

clean: ## remove results and what killed runs left (CACHE=1: downloaded and built servers too)
	@go run ./cmd/milvus-tls-e2e clean --out "$${OUT:-out}" $(if $(CACHE),--cache)

# The old names of page and inspect, for one release.
docs check: NOW = $(if $(filter docs,$@),page,inspect)
docs check:
	@echo "make $@ is now called make $(NOW); the old name will be gone in the next release" >&2
	@$(MAKE) --no-print-directory $(NOW)
