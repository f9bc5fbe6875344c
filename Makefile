# Two commands for a fresh machine: `make demo` and `make test`. CI runs `make check`, `make check-dist`
# and `make check-lowest`.
# Each makes the environment it needs under .venv/, once, and again when its requirements change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# one for each Python that is measured; `t` is free-threaded
BENCH := $(VENV)-bench-$(shell $(PYTHON) -c 'import sys, sysconfig; \
	print("%d.%d%s" % (*sys.version_info[:2], "t" * bool(sysconfig.get_config_var("Py_GIL_DISABLED"))))')
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
.DEFAULT_GOAL := help
.PHONY: help demo demo-shop test soak check docs check-site check-relay check-mypy check-mypy-oldest check-libraries check-peers check-migrate dist check-dist check-lowest format lint types imports imports-drawing coverage coverage-varied bench bench-quick bench-check bench-relay bench-scale clean
# a recipe that fails in the middle leaves no target that looks made
.DELETE_ON_ERROR:

help:  ## list what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.demo  ## run the example application, then let two checkers find its seeded mistakes
	@echo "demo: indexing the standard library with examples/indexer"
	$(BIN)/python -m examples.indexer
	@echo "demo: checking examples/indexer/broken.py, the same program with six mistakes"
	$(BIN)/python -m examples.check_broken

REDIS ?=

demo-shop: $(VENV)/.demo  ## run three programs that send each other signals, in memory; REDIS=redis://127.0.0.1:6379/0 for processes
	$(BIN)/python -m examples.shop $(if $(REDIS),--redis $(REDIS))

# a file is one worker's, and the longest files come first
TWO := -n 2 --dist loadfile --no-loadscope-reorder

test: $(VENV)/.check  ## run all tests, on two cores
	@echo "test: all tests"
	$(BIN)/python -m pytest $(TWO)

coverage: $(VENV)/.check  ## run all tests, and measure which lines and branches of src/aldis they reach
	@echo "coverage: all tests, with branch coverage of src/aldis"
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(TWO)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

SEEDS ?= 1 2 3

# by luck a line is reached in one order of the tests, or of a set, and not in another
coverage-varied: $(VENV)/.check  ## the same three times, with the order of tests and hashes varied; SEEDS="1 2 3"
	@set -e; for seed in $(SEEDS); do \
		echo "coverage-varied: all tests in the order $$seed, with the hash seed $$seed"; \
		$(BIN)/coverage erase; \
		PYTHONHASHSEED=$$seed $(BIN)/coverage run -m pytest $(TWO) --order-seed $$seed; \
		$(BIN)/coverage combine --quiet; \
		$(BIN)/coverage report; \
	done

PACKAGE ?= aldis._core
SEED ?= 1
MINUTES ?= 60
OPERATIONS ?= 10000000

soak: $(VENV)/.soak  ## the long form of tests/reliability; SEED=1 MINUTES=60 OPERATIONS=10000000
	@echo "soak: growth, then threads, a fuzzer, and the state machine against blinker"
	PYTHONPATH=tests:tests/adapter $(BIN)/python tests/reliability/soak.py \
		--seed $(SEED) --minutes $(MINUTES) --operations $(OPERATIONS)

check: lint types imports coverage docs check-mypy-oldest check-peers  ## all checks of what is here: format and lint, types, imports, tests, docs
	@echo "check: everything holds"

docs: $(VENV)/.check  ## build the site, into build/site/index.html; a warning is an error
	@echo "docs: the site, every reference checked"
	$(BIN)/python -m sphinx -n -W --keep-going -q -b html docs build/site
	@echo "docs: open build/site/index.html"

check-site: docs  ## look at the built site in a headless Chromium, where Debian's chromium is installed
	@echo "check-site: errors on the console, search, and pages at the width of a phone"
	$(BIN)/python docs/browser.py build/site

check-relay: $(VENV)/.check  ## kill processes that use the relay, and lose nothing; needs Debian's redis-server
	@echo "check-relay: 10,000 messages, and processes that are killed; it takes half a minute"
	$(BIN)/python -m pytest -q -p no:cacheprovider --relay tests/relay/test_redis_killed.py

# the plugin promises all of them; `make check` runs the pinned one
MYPY_VERSIONS ?= 1.13 1.14 1.15 1.16 1.17 1.18 1.19 1.20 2.0 2.1 2.2 2.3 2.4

check-mypy: $(MYPY_VERSIONS:%=check-mypy-%)  ## test the mypy plugin with every mypy, or MYPY_VERSIONS=1.13
	@echo "check-mypy: the plugin works with mypy $(MYPY_VERSIONS)"

OLDEST_MYPY := $(firstword $(MYPY_VERSIONS))

# each of its cases takes a second or more, so there are two files of them: all messages, all ways
check-mypy-oldest: $(VENV)-mypy-$(OLDEST_MYPY)/.made  ## test messages of the plugin with the oldest mypy
	@echo "check-mypy-oldest: what the plugin says, with mypy $(OLDEST_MYPY)"
	$(VENV)-mypy-$(OLDEST_MYPY)/bin/python -m pytest -q -p no:cacheprovider \
		tests/mypy_plugin/test_faults.yml tests/mypy_plugin/test_connecting.yml

PROGRAMS ?=

check-libraries: $(VENV)-libraries/.made  ## run the mypy plugin over 30 libraries and the tests of three; PROGRAMS="flask quart"
	@echo "check-libraries: mypy with the plugin and without; it takes some minutes"
	$(VENV)-libraries/bin/python tests/mypy_plugin/libraries.py $(PROGRAMS)

check-peers: $(VENV)-peers/.made  ## try what docs/comparison.md says of every library, also of NiceGUI and mitmproxy
	@echo "check-peers: each cell of docs/comparison.md, with all libraries"
	$(VENV)-peers/bin/python -m pytest -q -p no:cacheprovider tests/pages/test_comparison.py

LIBRARIES ?=

check-migrate: $(VENV)-migrate/.made $(VENV)-migrate-indico/.made $(VENV)-migrate-by-hand/.made  ## migrate four libraries, and run their tests and checkers before and after; LIBRARIES="pelican"
	@echo "check-migrate: what is done is kept in build/migrate; it takes an hour the first time"
	$(VENV)-migrate/bin/python tests/migrate/real_libraries.py $(LIBRARIES)

dist: $(VENV)/.dist  ## build the source distributions and the wheels of aldis and of typings/, into dist/
	@echo "dist: sdists, and the wheels from those"
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m build --no-isolation --outdir dist typings

WHOLE ?= yes

check-dist: $(VENV)/.check dist  ## test what was built, where only that is installed; WHOLE=no leaves out the long test
	@echo "check-dist: metadata, contents, and the tests on the wheel in an environment of its own"
	$(BIN)/python -m pytest -q -p no:cacheprovider -n 2 tests/distribution $(if $(filter no,$(WHOLE)),-k "not tests_pass")

# the tests that use a dependency; the others test the same as elsewhere
LOWEST := cli relay sphinx_extension testing test_annotations.py test_async.py test_awaiting.py \
	test_cancellation.py test_debug.py test_declaration.py test_delivery.py test_events.py test_gather.py \
	test_observe.py test_observe_opentelemetry.py test_observing.py test_requirements.py test_surface.py

check-lowest: $(VENV)-lowest/.made  ## run the tests that use dependencies, with the lowest versions of all
	@echo "check-lowest: with the oldest Python that is here and the lowest dependencies"
	$(VENV)-lowest/bin/python -m pytest -q -p no:cacheprovider -n 2 --dist loadfile $(LOWEST:%=tests/%)

lint: $(VENV)/.check  ## check format and lint
	@echo "lint: ruff"
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(VENV)/.check  ## check the types of everything with mypy and pyright, both strict
	@echo "types: mypy strict, pyright strict"
	$(BIN)/mypy
	$(BIN)/pyright

imports: $(VENV)/.check  ## check that arrows point inward
	@echo "imports: import-linter"
	$(BIN)/lint-imports

imports-drawing: $(VENV)/.check  ## draw the imports of the core, into build/imports.svg; PACKAGE=aldis._core
	$(BIN)/python tests/layers.py $(PACKAGE) --svg build/imports.svg

format: $(VENV)/.check  ## format the code, and mend what ruff can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(BENCH)/.made  ## measure aldis and eleven others, for a quarter of an hour; PYTHON=python3.13 for another Python
	@echo "bench: times and memory on $(BENCH), then the tables and plots of the docs"
	$(BENCH)/bin/python benchmarks/run.py

bench-quick: $(BENCH)/.made  ## the same in a minute, which changes no tables
	$(BENCH)/bin/python benchmarks/run.py --quick

bench-check: $(BENCH)/.made  ## compare what was measured last with the targets of benchmarks/README.md
	$(BENCH)/bin/python benchmarks/goals.py --check

bench-relay: $(VENV)/.check  ## measure what the relay costs, and compare it with redis-py; needs Debian's redis-server
	$(BIN)/python benchmarks/relay.py

bench-scale: $(VENV)/.check  ## measure six type checkers with a large application
	@echo "bench-scale: 1,000 signals, 10,000 connects and 20,000 sends; it takes some minutes"
	$(BIN)/python benchmarks/scale.py --json benchmarks/results/scale.json

clean:  ## remove the environment and all that was made
	rm -rf $(VENV) $(VENV)-mypy-* $(VENV)-bench-* $(VENV)-peers $(VENV)-lowest $(VENV)-libraries $(VENV)-migrate $(VENV)-migrate-indico $(VENV)-migrate-by-hand build dist .coverage* .*_cache .hypothesis

# The environment of the checks holds that of the demo, too.
$(VENV)/.demo: pyproject.toml | $(BIN)/python
	@echo "installing what the demo needs into $(VENV)"
	$(PIP) --group demo -e .
	@touch $@

$(VENV)/.check: pyproject.toml typings/pyproject.toml | $(BIN)/python
	@echo "installing what the checks and tests need into $(VENV); the first time takes a minute"
	$(PIP) --group check -e . -e typings
	@touch $@ $(VENV)/.demo

# An environment for each mypy, which is tested whenever it is asked for.
.PHONY: $(MYPY_VERSIONS:%=check-mypy-%)
$(MYPY_VERSIONS:%=check-mypy-%): check-mypy-%: $(VENV)-mypy-%/.made
	@echo "check-mypy: the tests of the plugin with mypy $*"
	$(VENV)-mypy-$*/bin/python -m pytest -q -p no:cacheprovider tests/mypy_plugin

.PRECIOUS: $(VENV)-mypy-%/.made
$(VENV)-mypy-%/.made: pyproject.toml typings/pyproject.toml
	@echo "making the environment $(VENV)-mypy-$*"
	$(PYTHON) -m venv $(VENV)-mypy-$*
	$(VENV)-mypy-$*/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(VENV)-mypy-$*/bin/python -m pip install --quiet --disable-pip-version-check --group plugin 'mypy==$*.*' -e . -e typings
	@touch $@

# There is not an atheris for every platform; the soak says so where there is none.
$(VENV)/.soak: pyproject.toml $(VENV)/.check
	@echo "installing what the soak needs into $(VENV)"
	$(PIP) --group soak -e . || echo "soak: no atheris for this interpreter"
	@touch $@

$(BENCH)/.made: pyproject.toml
	@echo "making the environment $(BENCH) with $(PYTHON)"
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --group bench -e .
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --group bench-wheels \
		|| echo "bench: NiceGUI has no wheels for this interpreter, and is left out"
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --group bench-alone
	@touch $@

# NiceGUI asks for other versions than libraries that other tests need.
$(VENV)-peers/.made: pyproject.toml
	@echo "making the environment $(VENV)-peers"
	$$(.ci/find-python 3.11 3.12 3.13) -m venv --clear $(VENV)-peers
	$(VENV)-peers/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(VENV)-peers/bin/python -m pip install --quiet --disable-pip-version-check \
		--group test --group checker --group bench-wheels -e .
	$(VENV)-peers/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --group bench-alone
	@touch $@

# Of each pinned library the package alone: what is missing is of no type, to mypy.
$(VENV)-libraries/.made: pyproject.toml
	@echo "making the environment $(VENV)-libraries"
	$$(.ci/find-python 3.11) -m venv --clear $(VENV)-libraries
	$(VENV)-libraries/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(VENV)-libraries/bin/python -m pip install --quiet --disable-pip-version-check --group checker -e .
	$(VENV)-libraries/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --group libraries
	@touch $@

# The sources are the ones that are tested; what is installed is there for its dependencies and metadata.
$(VENV)-migrate/.made: pyproject.toml
	@echo "making the environment $(VENV)-migrate"
	$$(.ci/find-python 3.11) -m venv --clear $(VENV)-migrate
	$(VENV)-migrate/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(VENV)-migrate/bin/python -m pip install --quiet --disable-pip-version-check --group migrate-libraries -e '.[cli]'
	@touch $@

# Indico's wheel pins all that it requires, at versions that ask for other ones than they get here.
$(VENV)-migrate-indico/.made: pyproject.toml $(VENV)-migrate/.made
	@echo "making the environment $(VENV)-migrate-indico"
	$$(.ci/find-python 3.11) -m venv --clear $(VENV)-migrate-indico
	$(VENV)-migrate-indico/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(VENV)-migrate/bin/python tests/migrate/real_sources.py indico > $(VENV)-migrate-indico/requirements.txt
	$(VENV)-migrate-indico/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
		-r $(VENV)-migrate-indico/requirements.txt
	$(VENV)-migrate-indico/bin/python -m pip install --quiet --disable-pip-version-check --group migrate-indico -e '.[cli]'
	@touch $@

# The libraries whose types were judged by hand ask for other versions than each other.
$(VENV)-migrate-by-hand/.made: pyproject.toml
	@echo "making the environment $(VENV)-migrate-by-hand"
	$$(.ci/find-python 3.11) -m venv --clear $(VENV)-migrate-by-hand
	$(VENV)-migrate-by-hand/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(VENV)-migrate-by-hand/bin/python -m pip install --quiet --disable-pip-version-check \
		--group checker 'pyright[nodejs]==1.1.414' -e '.[cli]'
	$(VENV)-migrate-by-hand/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --group migrate-by-hand
	@touch $@

$(VENV)/.dist: pyproject.toml | $(BIN)/python
	@echo "installing what builds a distribution into $(VENV)"
	$(PIP) --group dist
	@touch $@

$(VENV)-lowest/.made: pyproject.toml
	@echo "making the environment $(VENV)-lowest"
	$$(.ci/find-python 3.11 3.12 3.13) -m venv $(VENV)-lowest
	$(VENV)-lowest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(VENV)-lowest/bin/python -m pip install --quiet --disable-pip-version-check --group lowest -e .
	@touch $@

# dependency groups are read by pip from 25.1 on
$(BIN)/python:
	@echo "making the environment $(VENV) with $(PYTHON)"
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade 'pip>=25.1'
