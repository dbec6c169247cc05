# Needs python3 (3.11 or later), make and a package index that pip can reach; nothing else.
# `make help` lists what can be asked for.

PYTHON     := python3
# Plain assignments: a value counts only when given to make itself (`make report LANGUAGE=zh`).
# Many Linux desktops export LANGUAGE=en_US:en, which must not choose the report's language.
ENGAGEMENT := templates/engagements/manufacturer
LANGUAGE   := en
OUT        := out/$(notdir $(patsubst %/,%,$(ENGAGEMENT)))-$(LANGUAGE)

VENV    := .venv
BIN     := $(VENV)/bin
LOCK    := requirements.lock
EXTRAS  := dev,app,notify,spark
# One lock serves both installs: used as constraints, it pins and verifies (by hash) whatever part
# of it is installed, the tools that build the package included.
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode \
	--constraint $(LOCK) --build-constraint $(LOCK)
NOTEBOOKS := $(shell find notebooks -name '*.ipynb' -not -path '*/.*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help report test bench lock clean

help:
	@echo "make report   write the deliverables of an engagement into out/"
	@echo "              (ENGAGEMENT=$(ENGAGEMENT) LANGUAGE=en|zh OUT=folder)"
	@echo "make test     check style and types, then run every test"
	@echo "make bench    print the benchmarks' tables"
	@echo "make lock     renew $(LOCK) after a change of pyproject.toml"
	@echo "make clean    remove $(VENV), out/ and all caches"

report: $(VENV)/.base
	@echo "Writing the report of $(ENGAGEMENT) ($(LANGUAGE))"
	@$(BIN)/kpi report "$(ENGAGEMENT)" --out "$(OUT)" --language "$(LANGUAGE)"
	@echo "Done. The deliverables are in $(OUT); open $(OUT)/report.html"

test: $(VENV)/.dev
	@echo "Checking style"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "Checking types"
	@$(BIN)/mypy toolkit
ifneq ($(NOTEBOOKS),)
	@echo "Checking that notebooks carry no outputs"
	@$(BIN)/nbstripout --verify $(NOTEBOOKS)
	@echo "Running the notebooks"
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --nbval-lax notebooks
endif
	@echo "Running the tests, the examples in docstrings and the README's blocks"
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

bench: $(VENV)/.dev
	@echo "Running the benchmarks"
	@$(BIN)/python -m benchmarks

lock: $(VENV)/.uv
	@echo "Renewing $(LOCK)"
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-header --no-emit-index-url \
		--no-emit-find-links --python-version 3.11 --extra dev --extra app --extra notify --extra spark \
		--output-file $(LOCK) pyproject.toml
	@echo "Done. Run make test before you keep it."

clean:
	@echo "Removing $(VENV), out/ and caches"
	@rm -rf $(VENV) out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment, in three steps; a stamp stands for each, so that none is done twice ---

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed; $(PYTHON) is: $$($(PYTHON) --version 2>&1)." >&2; \
		echo "Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Creating $(VENV)"
	@rm -rf $(VENV)
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then $(PYTHON) -m venv --without-pip $(VENV); \
	else echo "This Python has neither ensurepip nor pip, so it cannot fill a virtual environment." >&2; \
		echo "On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; fi
	@echo "Installing the installer (uv)"
	@sed -n '/^uv==/,/# via/p' $(LOCK) > $(VENV)/uv.txt
	@if $(BIN)/python -c 'import pip' 2>/dev/null; then pip="$(BIN)/python -m pip"; \
	else pip="$(PYTHON) -m pip --python $(BIN)/python"; fi; \
	$$pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.txt
	@touch $@

$(VENV)/.base: $(VENV)/.uv pyproject.toml $(LOCK)
	@echo "Installing the toolkit and what it needs"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.uv pyproject.toml $(LOCK)
	@echo "Installing the toolkit with its tests' tools"
	@$(INSTALL) --editable '.[$(EXTRAS)]'
	@touch $@ $(VENV)/.base
