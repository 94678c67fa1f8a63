# make demo    see a customer in a page
# make test    everything this machine can check; STRICT=1 fails where something had to be skipped
# make bench   times against what one would write by hand
# make nox     the tests under every Python from 3.11 on that this machine has
PYTHON ?= python3
BIN := .venv/bin
STRICT ?=
export NOSTO_TAGGING_STRICT := $(STRICT)

.PHONY: demo test bench nox clean

demo: .venv/made-for-use
	@$(BIN)/nosto-tagging render examples/static_site/page.html \
		--data examples/static_site/customers.jsonl --out build/demo
	@echo; echo "The snippet:"; $(BIN)/nosto-tagging snippet --data examples/static_site/customers.jsonl
	@echo; echo "The block:"; $(BIN)/nosto-tagging block --data examples/static_site/customers.jsonl
	@echo; echo "The page with both, to open in a browser: $(CURDIR)/build/demo/1.html"

test: .venv/made-for-development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(BIN)/python tests/support/pyright.py
	@rm -rf build/wheel build/installed && mkdir -p build
	$(BIN)/python -m build --no-isolation --outdir build/wheel . >build/wheel.log 2>&1 || { cat build/wheel.log; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target build/installed build/wheel/*.whl
	PYTHONSAFEPATH=1 PYTHONPATH=$(CURDIR)/build/installed $(BIN)/pytest -q --doctest-modules --pyargs nosto_tagging tests --cov --cov-report=term-missing

bench: .venv/made-for-development
	$(BIN)/python benchmarks/run.py

nox: .venv/made-for-development
	$(BIN)/nox --no-error-on-missing-interpreters

clean:
	rm -rf .venv .nox build dist

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/made-for-use: .venv/made pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[cli,flask]'
	@touch $@

.venv/made-for-development: .venv/made-for-use requirements-dev.txt constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements-dev.txt
	@touch $@
