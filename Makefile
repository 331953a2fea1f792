# Every task of this project; `make help` lists them. Only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := demo/checkpoints.sqlite
WORKERS ?= 4

# Bytecode is kept, whatever the machine says: starting takes four times as long without.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help terminal demo test check fast soak bench bench-full index-steps screenshots format
.PHONY: clean

help: ## list the tasks
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@$(BIN)/python -m compileall -q hitl_tui graphs || true
	@touch $@

demo: $(STAMP) ## set up, fill a sample file with waiting threads, open the inbox on it
	@mkdir -p demo
	@test -f $(DEMO) || $(BIN)/python -m graphs.seed $(DEMO)
	$(BIN)/hitl-tui $(DEMO) --config graphs/langgraph.json

test: $(STAMP) ## set up, check everything, run every test
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: $(STAMP) lint fast ## ruff, mypy --strict, import-linter, the fast tests

.PHONY: lint
lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

terminal: $(STAMP) ## only the tests of the app in a real pseudo-terminal
	$(BIN)/python -m pytest -n $(WORKERS) tests/terminal

fast: $(STAMP)
	$(BIN)/python -m pytest -n $(WORKERS) -m 'not slow and not terminal'

soak: $(STAMP) ## random operation, held to a model: ten minutes on a file, ten at a server (SOAK_SECONDS=600)
	SOAK_SECONDS=$${SOAK_SECONDS:-600} $(BIN)/python -m pytest tests/contract/send/test_random_operation.py

bench: $(STAMP) ## measure speed as ratios, side by side in one run
	$(BIN)/python -m tests.benchmarks

bench-full: $(STAMP) ## up to a million threads: an hour, 25 GB in TMPDIR, 12 in /tmp; KEEP=folder keeps them
	$(BIN)/python -m tests.benchmarks --sizes 1000,10000,100000,1000000 $(if $(KEEP),--keep $(KEEP))

index-steps: $(STAMP) ## ten thousand random steps of a file, its index compared after each
	HITL_TUI_INDEX_STEPS=10000 $(BIN)/python -m pytest tests/contract/test_index_steps.py

screenshots: $(STAMP) ## write the README's pictures from the demo data
	$(BIN)/python -m tests.screenshots

format: $(STAMP) ## sort imports, lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove the environment and the demo data
	rm -rf $(VENV) demo
