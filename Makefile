# One command each; the logic lives in Go and in scripts/.
.DEFAULT_GOAL := help
.PHONY: help e2e upgrade test lint plan doctor bench clean

help: ## this text
	@scripts/help.sh $(MAKEFILE_LIST)

e2e: ## judge real Milvus servers; results go to out/
	@scripts/e2e.sh

upgrade: ## judge an upgrade: make upgrade FROM=2.2.16 TO=2.3.5
	@scripts/e2e.sh upgrade

test: ## prove the harness itself: no server, no download but Go modules
	@scripts/test.sh

lint: ## check form and style
	@scripts/lint.sh

plan: ## print what e2e would judge, and write out/plan.json
	@scripts/plan.sh

doctor: ## say what this machine has and lacks for a run
	@scripts/doctor.sh

bench: ## measure what the project gives figures for
	@scripts/bench.sh

clean: ## remove results and what killed runs left (CACHE=1: downloaded and built servers too)
	@go run ./cmd/milvus-tls-e2e clean --out "$${OUT:-out}" $(if $(CACHE),--cache)
