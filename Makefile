# foedus: `make help` lists what there is. Needs Python 3.12 or newer; everything else comes into .venv, in this folder.

VENV ?= .venv
AS_OF ?= 2025-08-01T09:52:00+09:00
export VENV
# Caches stay in the folder too: HOME may be empty, or not ours to write.
export MPLCONFIGDIR ?= $(CURDIR)/$(VENV)/cache/matplotlib
RUN = $(VENV)/bin/python -m
FOEDUS = $(RUN) foedus
PYTEST = $(RUN) pytest -n 2
CODE = model tests scenarios notebooks

.DEFAULT_GOAL := help
.PHONY: help report test test-long check lint format bench lock clean setup setup-test

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 20

report: setup  ## forecast the worked case and write reports/rok-us-2025/
	@$(FOEDUS) report scenarios/rok-us-2025 --as-of $(AS_OF) --lang en,ko --out reports/rok-us-2025

test: setup-test  ## run the tests
	$(PYTEST) -m "not slow"

test-long: setup-test  ## run the tests with the long ones, on inputs that are new each time
	HYPOTHESIS_PROFILE=explore $(PYTEST)

check: lint test  ## lint, types and tests

lint: setup-test  ## style and types
	$(RUN) ruff check $(CODE)
	$(RUN) ruff format --check $(CODE)
	$(RUN) mypy

format: setup-test  ## put the code into its form
	$(RUN) ruff check --fix $(CODE)
	$(RUN) ruff format $(CODE)

bench:  ## measure speed: cold starts, panels, event data, the core, and (for an hour) the core beside its PyMC reference
	@.ci/setup bench
	@$(VENV)/bin/python tests/benchmarks/cold_start.py
	@$(VENV)/bin/python tests/benchmarks/panels.py
	@$(VENV)/bin/python tests/benchmarks/event_data.py
	@$(FOEDUS) bench

lock: ## write constraints.txt anew, from the newest versions that the ranges in pyproject.toml allow
	@.ci/lock

clean:  ## remove the virtual environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@.ci/setup

setup-test:
	@.ci/setup test
