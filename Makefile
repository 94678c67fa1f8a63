# make demo    see a customer in a page
# make shop    a whole shop to try it in, at the address that is printed (PORT=5000)
# make test    everything this machine can check; STRICT=1 fails where something had to be skipped
# make test-safety   every hostile value in every place of a page, every character alone, in three engines
# make test-engines  the tests of pages in Firefox and WebKitGTK
# make load    two apps under load, each response compared whole with its own customer's page (some ten minutes)
# make docs    the documentation as a site, in build/docs
# make bench   times against what one would write by hand
# make catalogue   a catalogue as static pages, beside a loop by hand: time and memory (RECORDS=100000)
# make fuzz    look for what breaks a promise, for SECONDS=600; what it comes upon lies in build/fuzz
# make mutation  change the library in every way that mutmut knows, and see a test fail each time (JOBS=1 for one core)
# make shop-pictures  the pictures of docs/shop.md, taken anew
# make nox     the tests under every Python from 3.11 on that this machine has
PYTHON ?= python3
BIN := .venv/bin
STRICT ?=
JOBS ?=
RECORDS ?=
SECONDS ?= 600
PORT ?= 5000
export NOSTO_TAGGING_STRICT := $(STRICT)

.PHONY: demo shop shop-pictures test suite pages test-engines test-safety load mutation docs bench catalogue fuzz nox clean

demo: .venv/made-for-use
	@$(BIN)/nosto-tagging render examples/static_site/page.html \
		--data examples/static_site/customers.jsonl --out build/demo
	@echo; echo "The snippet:"; $(BIN)/nosto-tagging snippet --data examples/static_site/customers.jsonl
	@echo; echo "The block:"; $(BIN)/nosto-tagging block --data examples/static_site/customers.jsonl
	@echo; echo "The page with both, to open in a browser: $(CURDIR)/build/demo/1.html"

shop: .venv/made-for-shop
	@PYTHONPATH=examples/shop $(BIN)/python -m boathouse build/shop --port $(PORT)

shop-pictures: .venv/made-for-development
	PYTHONPATH=tests:examples/shop $(BIN)/python -m shop_walk.pictures docs/shop

test: .venv/made-for-development build/npm/made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(BIN)/python tests/support/pyright.py
	@rm -rf build/wheel build/installed && mkdir -p build
	$(BIN)/python -m build --no-isolation --outdir build/wheel . >build/wheel.log 2>&1 || { cat build/wheel.log; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target build/installed build/wheel/*.whl
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target suite pages

# The two halves of the suite, side by side: without a browser, and in one.
INSTALLED = PYTHONSAFEPATH=1 PYTHONPATH=$(CURDIR)/build/installed
suite:
	$(INSTALLED) $(BIN)/pytest -q --numprocesses=auto --doctest-modules --pyargs nosto_tagging tests --ignore=tests/browser --ignore=tests/safety --ignore=tests/shop_walk --cov --cov-report=term-missing
pages:
	$(INSTALLED) $(BIN)/pytest -q tests/browser tests/safety tests/shop_walk

# The rest of what test-safety does, but for Chromium.
test-engines: .venv/made-for-development build/npm/made
	$(BIN)/pytest -q tests/safety --engines=firefox,webkit

# The documentation's table is a copy of what the last whole run saw.
test-safety: .venv/made-for-development build/npm/made
	$(BIN)/pytest -q tests/safety --ignore=tests/safety/test_report.py --safety=full --engines=chromium,firefox,webkit
	PYTHONPATH=tests $(BIN)/python tests/safety/report.py build/safety-report.json docs/places.md

# The documentation's table is a copy of what the last run saw.
load: .venv/made-for-development
	PYTHONPATH=tests $(BIN)/python -m load.run build/load-report.json docs/load.md

# The figures and the list in docs/mutation.md are what the last run saw.
mutation: .venv/made-for-development
	PYTHONPATH=tests $(BIN)/python -m mutation $(if $(JOBS),--jobs $(JOBS))

docs: .venv/made-for-development
	@PYTHONPATH=tests $(BIN)/python -m support.docs_site

bench: .venv/made-for-development
	$(BIN)/python benchmarks/run.py

catalogue: .venv/made-for-development
	$(BIN)/python benchmarks/catalogue.py $(RECORDS)

fuzz: .venv/made-for-fuzzing
	PYTHONPATH=tests $(BIN)/python -m fuzz.run $(SECONDS)

nox: .venv/made-for-development
	$(BIN)/nox --no-error-on-missing-interpreters

clean:
	rm -rf .venv .nox build dist

build/npm/made: .venv/made-for-development tests/browser/package.json
	@mkdir -p build/npm
	@PYTHONPATH=tests $(BIN)/python tests/browser/libraries.py
	@if [ -d build/npm/node_modules ]; then touch $@; fi

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/made-for-use: .venv/made pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[cli,flask]'
	@touch $@

.venv/made-for-shop: .venv/made-for-use examples/shop/requirements.txt constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement examples/shop/requirements.txt
	@touch $@

.venv/made-for-development: .venv/made-for-use requirements-dev.txt constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements-dev.txt
	@touch $@

.venv/made-for-fuzzing: .venv/made-for-development requirements-fuzz.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement requirements-fuzz.txt
	@touch $@
