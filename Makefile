# Two commands for users: make demo, make test. The others are for contributors.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
SOURCE ?= generated
NAME ?=
ARGS ?=
# Processes that tests run in side by side: each has a Spark session of its own and takes about 3 GB.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-nightly check bench notebooks docs clean

help:  ## Show the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): constraints.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --upgrade pip
	@echo "Installing the locked packages (once; about a minute) ..."
	@$(BIN)/python -m pip install -q --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/holdfast fetch-jars
	@$(BIN)/python -m holdfast.jobs.cli.class_archive
	@touch $@

demo: $(STAMP)  ## Raw exports to gold tables and a report; SOURCE=journey for a real grocery panel.
	@$(BIN)/holdfast doctor
	@$(BIN)/holdfast demo $(SOURCE)

test: $(STAMP)  ## What a contributor needs to trust; WORKERS=0 for one Spark session.
	@$(PYTEST) -m "not slow and not nightly"

test-slow: $(STAMP)  ## Both demos, a second day, poison, kills at every kind of write, Connect, catalog, notebooks.
	@$(PYTEST) -m slow -rs

test-nightly: $(STAMP)  ## The long forms: every job killed, four days, every job on a cluster behind Connect.
	@$(PYTEST) -m nightly

check: $(STAMP)  ## ruff and its format, mypy --strict, import-linter.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(STAMP)  ## Figures beside their rivals (of the extra bench: pip install ".[bench]"); NAME=cdnow for one.
	@for bench in $(or $(NAME),$(basename $(notdir $(wildcard bench/*.py)))); do $(BIN)/python -m bench.$$bench $(ARGS) || exit 1; done

notebooks: $(STAMP)  ## Run the notebooks on a published root and keep what they show; ROOT=holdfast-generated.
	@$(BIN)/python notebooks/refresh.py $(or $(ROOT),holdfast-generated)

docs: $(STAMP)  ## Render the pages that follow from contracts and registry.
	@$(BIN)/python -m holdfast.jobs.cli.docs

clean:  ## Remove the demos' data.
	rm -rf holdfast-generated holdfast-journey
