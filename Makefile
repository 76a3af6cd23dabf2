# One command each; the logic lives in Go and in scripts/.
.DEFAULT_GOAL := help
.PHONY: help e2e test lint check plan schema matrix merge diff doctor bench clean

help: ## this text
	@scripts/help.sh $(MAKEFILE_LIST)

e2e: ## judge real Milvus servers; results go to out/
	@scripts/e2e.sh

test: ## prove the harness itself: no server, no download but Go modules
	@scripts/test.sh

lint: ## check form and style
	@scripts/lint.sh

check: ## judge a deployment that already runs: TARGET=target.yaml [WRITES=yes] [METRICS=file]
	@scripts/check.sh

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

doctor: ## say what this machine has and lacks for a run
	@scripts/doctor.sh

bench: ## measure what the project gives figures for
	@scripts/bench.sh

clean: ## remove results and what killed runs left (CACHE=1: downloaded and built servers too)
	@go run ./cmd/milvus-tls-e2e clean --out "$${OUT:-out}" $(if $(CACHE),--cache)
