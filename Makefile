# Thin aliases; each recipe is a line that a person could type.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

FUZZ_SECONDS ?= 60
# tests/conftest.py has the order
SIDE_BY_SIDE = -n auto --dist loadgroup --no-loadscope-reorder

.PHONY: help book pdf docx jats latex archive test test-quick lint bench bench-read fuzz clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(BIN)/countback: requirements.txt pyproject.toml # uv where it works, else pip
	@if uv --version >/dev/null 2>&1; then \
	  uv venv --quiet --clear --python $(PYTHON) $(VENV) && uv pip install --quiet --python $(BIN)/python -r requirements.txt; \
	else \
	  $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt; \
	fi
	@touch $@

book: $(BIN)/countback ## build the report
	$(BIN)/jupyter-book build .
	@echo "The report: $(CURDIR)/_build/html/index.html"
	@echo "As a PDF:   $(CURDIR)/_build/html/countback.pdf"

pdf: $(BIN)/countback ## set the report as PDF alone
	$(BIN)/jupyter-book build . --builder custom --custom-builder pdf
	@echo "The report: $(CURDIR)/_build/pdf/countback.pdf"

docx: $(BIN)/countback ## the same for Word
	$(BIN)/jupyter-book build . --builder custom --custom-builder docx
	@echo "The report: $(CURDIR)/_build/docx/countback.docx"

jats: $(BIN)/countback ## the same as JATS XML
	$(BIN)/jupyter-book build . --builder custom --custom-builder jats
	@echo "The report: $(CURDIR)/_build/jats/countback.xml"

latex: $(BIN)/countback ## pages and notebooks as PDF by LaTeX (needs xelatex)
	$(BIN)/jupyter-book build . --builder pdflatex
	@echo "The report: $(CURDIR)/_build/latex/countback.pdf"

archive: book ## all of it in one zip, for deposit
	$(BIN)/countback archive

test: $(BIN)/countback ## run every test (the browser tests need Chromium)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-quick: $(BIN)/countback ## run the tests that take seconds
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "not slow"

lint: $(BIN)/countback ## check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(BIN)/countback ## time the build and the procedures
	$(BIN)/python benchmarks/build.py
	$(BIN)/python benchmarks/procedures.py

bench-read: $(BIN)/countback ## measure reading on texts that people marked
	$(BIN)/python benchmarks/read.py

fuzz: $(BIN)/countback ## try bad input for FUZZ_SECONDS (60)
	FUZZ_SECONDS=$(FUZZ_SECONDS) $(BIN)/python -m pytest -q -n0 tests/fuzz
	@if $(BIN)/python -c "import atheris" 2>/dev/null; then \
	  $(BIN)/python tests/fuzz/guided.py -max_total_time=$(FUZZ_SECONDS); \
	else \
	  echo "atheris is not installed: not fuzzed by coverage (pip install atheris, then again)"; \
	fi

clean: ## remove what was built, not the environment
	rm -rf _build chapters/runs
