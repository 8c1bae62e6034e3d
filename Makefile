# Everything a contributor types. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
STAMP := .venv/.installed
ONCE ?=

.PHONY: help run test check lint types imports format schemas settings views lock broker faults clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Copydesk needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python" >&2; exit 1; }
ifneq ($(UV),)
	@echo "Installing with uv …"
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
	@echo "Installing with pip (a minute or two the first time) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@touch $@

run: $(STAMP)  ## start the demo newsroom and everything against it (ONCE=1: drain and exit)
	@$(BIN)/copydesk demo $(if $(ONCE),--once) || { code=$$?; test $$code -eq 130 || exit $$code; }

test: check  ## everything: checks, then unit, contract, integration and e2e tests on a real Kafka and Postgres
	@$(BIN)/pytest --numprocesses 3 --dist loadfile

check: lint types imports schemas  ## the checks without the tests

lint: $(STAMP)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Not formatted: run make format" >&2; exit 1; }

types: $(STAMP)
	@$(BIN)/mypy

imports: $(STAMP)
	@$(BIN)/lint-imports

schemas: $(STAMP)
	@$(BIN)/copydesk schemas check

format: $(STAMP)  ## format the code and mend what ruff can
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

settings: $(STAMP)  ## renew docs/settings.md
	@$(BIN)/python -m copydesk.cli.settings_page > docs/settings.md

views: $(STAMP)  ## renew docs/database.md
	@$(BIN)/python -m copydesk.cli.views_page > docs/database.md.new && mv docs/database.md.new docs/database.md

broker: $(STAMP)  ## a real Kafka on this machine, until Ctrl-C
	@exec $(BIN)/copydesk broker

faults: $(STAMP)  ## kill and cut things while messages flow; minutes
	@$(BIN)/pytest tests/faults -m faults --timeout 3600 -s

lock:  ## renew requirements.lock from pyproject.toml (needs uv)
	@$(UV) pip compile pyproject.toml --extra all --group dev --universal --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --python-version 3.11 --quiet --output-file requirements.lock
	@echo hatchling | $(UV) pip compile - --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--no-annotate --python-version 3.11 --quiet --constraint requirements.lock --output-file deploy/docker/requirements-build.lock
	@for s in crawler cleaner tagger writer; do $(UV) pip compile pyproject.toml --extra $$s --universal --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 --quiet \
		--constraint requirements.lock --output-file deploy/docker/requirements-$$s.lock; done

clean:  ## remove the environment, caches and the data directory
	@rm -rf .venv .copydesk .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
