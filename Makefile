# Everything runs inside .venv; only Python ≥ 3.11 with venv is expected on the machine.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test test-sqlite test-postgresql check serve sweep lock messages clean

help: ## What can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

demo: .venv/.runtime ## Install, rehearse a cohort from application to verified certificate, then serve it
	@$(BIN)/tancai demo $(ARGS)

test: .venv/.dev ## Every test, on SQLite and on PostgreSQL (browser and fonts included)
	@scripts/system-packages
	@$(BIN)/python -m tests.run $(ARGS)

check: .venv/.dev ## Lint, types, contracts, migrations, translations
	@scripts/system-packages gettext
	$(BIN)/ruff check src tests
	$(BIN)/ruff format --check src tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	TANCAI_DATA=$$(mktemp -d) $(BIN)/tancai makemigrations --check --dry-run
	TANCAI_DATA=$$(mktemp -d) $(BIN)/tancai texts --check

serve: .venv/.runtime ## Serve the installation in ./var (made on first use, brought up to date later)
	@$(BIN)/tancai prepare
	@$(BIN)/tancai serve $(ARGS)

sweep: .venv/.dev ## The long runs that the ordinary suite does reduced
	@TANCAI_SWEEP=1 $(BIN)/python -m pytest -m sweep $(ARGS)

messages: .venv/.dev ## Gather interface texts into the catalogues
	@scripts/system-packages gettext
	@TANCAI_DATA=$$(mktemp -d) $(BIN)/tancai texts

lock: ## Pin the dependencies anew (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -c requirements-dev.lock --extra production pyproject.toml -o requirements.lock

clean: ## Remove the environment and what tests left
	rm -rf .venv build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.runtime: .venv/bin/python requirements.lock pyproject.toml
	@echo "Installing (about a minute) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
