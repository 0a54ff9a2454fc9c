# make run    set everything up and serve a demonstration on http://127.0.0.1:8000
# make test   set everything up that tests need, check the code, run all tests
# make test-all  the same, then random searches and what is marked exhaustive: takes long, and may find something new
# make lint   check the code only
# make bench  measure how fast it is; SECONDS_EACH=1 for a short look
# make bench-scale  measure how reading grows with the register; SIZE=1000000 for a million matters
# make install  install this version into PREFIX (/opt/huiyin), with a link in BIN (/usr/local/bin)
# make screenshots  pictures of thirty pages in each language, to be looked at, in build/screenshots
# make sbom   write what an installation consists of (CycloneDX) to dist/
# make lock   pin new versions of what requirements*.in name

SHELL := /bin/bash
PORT ?= 8000
export HUIYIN_HOME ?= $(CURDIR)/huiyin-data

# A stamp named by the digest of what it was made from: changed requirements are a new stamp, an old clock no matter.
DIGEST := $(shell cat requirements.txt requirements-dev.txt pyproject.toml | sha256sum | cut -c1-16)
RUN_STAMP := .venv/run-$(DIGEST)
TEST_STAMP := .venv/test-$(DIGEST)
HUIYIN := .venv/bin/huiyin

.PHONY: run demo test test-all test-quick lint types style format bench bench-scale screenshots install sbom lock clean

run: demo
	@exec $(HUIYIN) serve --port $(PORT)

# The accounts are printed by the server, each time it starts.
demo: $(RUN_STAMP)
	@[ -e "$(HUIYIN_HOME)/demo.json" ] || { $(HUIYIN) prepare && $(HUIYIN) demo >/dev/null; }

test: lint
	@tools/services.sh
	@tools/test.sh

test-all: test
	@tools/test.sh -m "hypothesis or exhaustive" --hypothesis-profile=search

test-quick: $(TEST_STAMP)
	@.venv/bin/python -m pytest -q -m "not slow and not e2e"

# On two cores the rest is done while mypy looks.
lint: $(TEST_STAMP)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target types style

# mypy reads the settings, which make their data folder: here one that may be thrown away.
types: $(TEST_STAMP)
	HUIYIN_HOME=$(CURDIR)/build/lint .venv/bin/mypy

style: $(TEST_STAMP)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djangofmt --check src/huiyin
	.venv/bin/python -m tools.css --check
	.venv/bin/python -m tools.subset --check
	.venv/bin/lint-imports --no-logo
	.venv/bin/python -m tools.unused

format: $(TEST_STAMP)
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djangofmt --quiet src/huiyin
	.venv/bin/python -m tools.css
	.venv/bin/python -m tools.subset

SECONDS_EACH ?= 10
bench: $(TEST_STAMP)
	@.venv/bin/python -m benchmarks.decide --seconds $(SECONDS_EACH)
	@.venv/bin/python -m benchmarks.prove
	@.venv/bin/python -m benchmarks.http --seconds $(SECONDS_EACH)
	@.venv/bin/python -m benchmarks.pressure
	@.venv/bin/python -m benchmarks.whatif
	@.venv/bin/python -m benchmarks.simulate

SIZE ?= 100000
bench-scale: $(TEST_STAMP)
	@.venv/bin/python -m benchmarks.scale --size $(SIZE)

PREFIX ?= /opt/huiyin
BIN ?= /usr/local/bin
install:
	@tools/install.sh "$(PREFIX)" "$(BIN)"

screenshots: $(TEST_STAMP)
	@.venv/bin/python -m tools.screenshots --keep

sbom: $(TEST_STAMP)
	@.venv/bin/python -m tools.sbom

# Addresses stay out of the pins: whoever installs them chooses the index.
LOCK := .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header
lock: $(TEST_STAMP)
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Whoever has what tests need has what running needs.
$(RUN_STAMP):
	@[ -e $(TEST_STAMP) ] || tools/environment.sh run
	@touch $@

$(TEST_STAMP):
	@tools/environment.sh test
	@touch $@
