# Two commands matter: `make run` and `make test`. Both set up what they need first.

# Debian's own goes first: it is built with optimisation, which one made by hand or by pyenv mostly is not.
ifndef PYTHON
PYTHON := $(shell for name in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
endif
VENV := .venv/bin
INSTANCE ?= instance
PORT ?= 8000
T ?= tests

# More workers than processors: many tests wait for servers, browsers and processes of their own.
WORKERS ?= 3
# A file's tests stay together, as they share a server, a desk or a demo; slow files come before the many small ones.
SPREAD := -n $(WORKERS) --dist loadscope --no-loadscope-reorder
# Tests make their own settings; the many processes they start are to find our modules compiled.
BARE = env -u BACKOFFICE_INSTANCE -u BACKOFFICE_PORT -u PYTHONDONTWRITEBYTECODE

export BACKOFFICE_INSTANCE = $(INSTANCE)
export BACKOFFICE_PORT = $(PORT)

.DEFAULT_GOAL := help
.PHONY: help run test coverage lint setup bench soak reset front-end catalogue python

help: ## Show these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: python ## Serve the demo university at http://127.0.0.1:8000/admin/ (PORT=, INSTANCE=); Ctrl-C ends it
	@$(PYTHON) -m tools.setup run
	@exec $(VENV)/flask demo start

test: setup lint ## Check everything and run all tests, real servers included (T=tests/rules for a part)
	@$(BARE) $(VENV)/python -m pytest $(SPREAD) $(T)

lint: setup ## Check style, types, the direction of dependence and the catalogue
	@echo "Style ..." && $(VENV)/ruff check . && $(VENV)/ruff format --check .
	@echo "Types ..." && $(VENV)/mypy
	@echo "Direction of dependence ..." && $(VENV)/lint-imports
	@echo "Persian catalogue ..." && $(VENV)/python -m tools.untranslated

setup: python
	@$(PYTHON) -m tools.setup test

coverage: setup ## Run all tests and list the lines that none of them reaches (T=tests/rules for a part)
	@$(BARE) $(VENV)/python -m pytest $(SPREAD) --cov=backoffice --cov-report=term-missing:skip-covered $(T)

bench: setup ## Measure reading, comparing, applying, registering and moving mail, as ratios
	@$(VENV)/python -m tools.bench

soak: python ## Run the long tests
	@$(PYTHON) -m tools.setup soak
	@$(BARE) BACKOFFICE_SOAK=1 $(VENV)/python -m pytest $(SPREAD) tests

reset: python ## Delete the demo university, so that the next `make run` builds it anew (INSTANCE=)
	@$(PYTHON) -m tools.setup run
	@$(VENV)/python -m tools.reset "$(INSTANCE)"

front-end: setup ## Fetch style sheets and fonts anew
	@rm -rf backoffice/static/vendor && $(VENV)/python -m tools.front_end

catalogue: setup ## Compile the Persian sentences
	@$(VENV)/python -m tools.catalogue

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and was not found." >&2; exit 1; }
