# Everything here needs Python 3.11 or newer, pip and make; nothing else. PYTHON=python3.12 make … picks another interpreter.
PYTHON ?= python3
BIN := .venv/bin
# Tests run in this many processes; most of them wait for a clock, so it may exceed the cores.
TESTS_AT_ONCE ?= 4
# The runner with its options: make test PYTEST="pytest -k flow"
PYTEST ?= pytest

.DEFAULT_GOAL := help
.PHONY: help demo test chaos bench lint screenshots release lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

demo: .venv/.runtime ## the bot, a local Slack and a local CodeArts; prints the address of the page
	@$(BIN)/python -m bot demo

test: .venv/.dev ## every test (browser and server tests skip with a reason where there is none)
	@$(BIN)/python -m $(PYTEST) -n $(TESTS_AT_ONCE) --dist worksteal

chaos: .venv/.dev ## the long runs: 200 kills on SQLite, 50 on PostgreSQL (TEST_DATABASE_URL), a rolling restart behind nginx
	@$(BIN)/python -m tests.chaos --kills 200 --database sqlite
	@$(BIN)/python -m tests.chaos --kills 50 --database postgres
	@$(BIN)/python -m tests.chaos.rolling

bench: .venv/.bench ## the bot beside its peers, in ratios of one run; BENCH="--quick" for a look of a few minutes
	@$(BIN)/python -m benchmarks $(BENCH)

lint: .venv/.dev ## style, types, and who may import whom
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

screenshots: .venv/.dev ## every picture of README and docs/what-people-see.md, of the real bot (needs chromium)
	@$(BIN)/python -m tests.pictures

release: .venv/.release ## wheel, sdist, SBOM and their hashes in dist/; asks for known vulnerabilities
	@$(BIN)/python .ci/release.py

# The two locks share one environment: the demo waits for the first only.
.venv/.runtime: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what the bot needs (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: .venv/.runtime requirements-test.txt
	@echo "Installing what the tests need (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.bench: .venv/.dev requirements-bench.txt
	@echo "Installing what is measured beside the bot (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@touch $@

.venv/.release: .venv/.dev requirements-release.txt
	@echo "Installing what makes and checks a release (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-release.txt
	@touch $@

lock: ## compile the lock files anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra test -c requirements.txt pyproject.toml -o requirements-test.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra bench -c requirements-test.txt pyproject.toml -o requirements-bench.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra release -c requirements-test.txt pyproject.toml -o requirements-release.txt
	echo uv | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header - -o deploy/uv.txt

clean: ## remove the environment and caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
