# Everything here makes its own virtual environment in .venv and needs Python 3.11 or newer, make and a package index.

PYTHON ?= python3
BIN := .venv/bin
# Until the first release: `make migration` writes the one migration anew. After it: make migration message="add quotes"
message ?= initial
PIN := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help demo test check bench lock migration texts

help:
	@echo "make demo       try Rapport: a Slack workspace and an Exchange server to play with, on this machine"
	@echo "make test       run every test, on SQLite and on PostgreSQL"
	@echo "make check      lint, format, types, import contracts"
	@echo "make bench      speed against a floor, into bench/results.json"
	@echo "make lock       pin every dependency anew"
	@echo "make migration  write what the tables lack as a migration"
	@echo "make texts      bring the French and Dutch catalogs up to the code"

.venv/runtime: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

.venv/dev: .venv/runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

demo: .venv/runtime
	$(BIN)/rapport demo

test: .venv/dev
	@test -x /usr/bin/chromium || echo "The browser tests will be skipped. To run them: apt-get install chromium"
	$(BIN)/pytest

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/dev
	$(BIN)/python -m bench

lock: .venv/dev
	$(PIN) --extra distributed --output-file requirements.txt pyproject.toml
	$(PIN) --extra distributed --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

migration: .venv/dev
	$(BIN)/python -m store.migrations.writing "$(message)"

texts: .venv/dev
	$(BIN)/python -m templates.update
