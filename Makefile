# Everyday commands. Each target is one or two plain commands; `make help` lists them.
# `make run ARGS='--listen 127.0.0.1:9000 --data-dir data'` passes flags on.

SHELL := /bin/bash
CARGO ?= cargo
ARGS ?=

# The built program that black-box tests and the browser tests drive.
export AVOPS_BIN := $(CURDIR)/target/debug/avops

UI_SOURCES := $(shell find ui -type f -not -path 'ui/node_modules/*' -not -path 'ui/dist/*' -not -path 'ui/e2e/*' -not -path 'ui/test-results/*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run test build check format lint recipe-test rust-test ui ui-test e2e spec kill mcp-peers openapi types bench

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

run: ui/dist/index.html ## build the page and the program, start it on the simulated campus, print a sign-in link
	$(CARGO) build --profile quick -p avops-cli
	./target/quick/avops serve --mock $(ARGS)

test: check rust-test ui-test e2e ## run every check that CI runs

build: ui/dist/index.html ## build the release program with the page inside: target/release/avops
	$(CARGO) build --release -p avops-cli

check: format lint ## formatting and lints, Rust only

format:
	$(CARGO) fmt --all --check

lint: ui/dist/index.html
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

recipe-test: target/debug/avops ## the tests of the recipes that ship
	$(AVOPS_BIN) test recipes/tests

rust-test: target/debug/avops mcp-peers ## unit, architecture, black-box and kill-loop tests (AVOPS_KILLS=1000 for a long kill loop)
	$(CARGO) nextest run --workspace --locked

target/debug/avops: ui/dist/index.html FORCE
	$(CARGO) build -p avops-cli --locked

mcp-peers: spec/mcp/node_modules/.installed ## install the public MCP servers that tests speak with

ui-test: ui/node_modules/.installed ## types, lints and unit tests of the page
	cd ui && npm run check && npm test

e2e: target/debug/avops ## the page in Chromium against the built program
	cd ui && npm run e2e

spec: target/debug/avops ## only the black-box tests
	$(CARGO) nextest run -p avops-spec

kill: target/debug/avops ## only the kill loop, longer
	AVOPS_KILLS=$${AVOPS_KILLS:-300} $(CARGO) nextest run -p avops-spec kill_loop --no-capture

openapi: target/debug/avops ## write openapi.json anew, after a change of what the API takes or gives
	AVOPS_WRITE_OPENAPI=1 $(CARGO) nextest run -p avops-spec the_checked_in_openapi_description

types: ui/node_modules/.installed ## write the page's types of the API anew, from openapi.json
	cd ui && npm run schema

bench: ## durable four-step runs through the API at 1, 32 and 256 clients; how late runs of 10,000 schedules come
	$(CARGO) build --profile fast -p avops-cli
	AVOPS_BIN=$(CURDIR)/target/fast/avops $(CARGO) run --profile fast -p avops-spec --bin throughput
	AVOPS_BIN=$(CURDIR)/target/fast/avops $(CARGO) run --profile fast -p avops-spec --bin schedules

ui: ui/dist/index.html ## build only the page

spec/mcp/node_modules/.installed: spec/mcp/package-lock.json
	cd spec/mcp && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

ui/node_modules/.installed: ui/package-lock.json
	cd ui && npm ci
	@touch $@

# The file that embeds the page is touched, so that the next build of the program takes the new one in.
ui/dist/index.html: ui/node_modules/.installed $(UI_SOURCES)
	cd ui && npm run build
	@touch $@ crates/server/src/assets.rs

FORCE:
