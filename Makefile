# Endpoint Triage: `make` alone lists what can be made.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Settings of this shell that must not decide what a test says.
BARE := env -u ARM_ENDPOINT -u AZURE_SUBSCRIPTIONS -u DATABASE_HOST -u BROKER_URL -u DATA_DIR -u STATIC_ROOT \
	-u CLOCK_BASE -u CLOCK_REAL -u CLOCK_SPEED -u SECRET_KEY -u ALLOWED_HOSTS -u TRUSTED_ORIGINS \
	-u SECURE_COOKIES -u BEHIND_TLS_PROXY -u LOG_LEVEL -u WORKER_THREADS -u PORT -u DJANGO_SETTINGS_MODULE \
	-u SECRET_KEY_FALLBACKS -u PUBLIC_URL -u NOTICE_ALLOW -u EMAIL_HOST -u EMAIL_PORT -u EMAIL_SECURITY -u EMAIL_USER \
	-u EMAIL_PASSWORD -u EMAIL_FROM
PYTEST := $(BARE) $(PY) -m pytest -p tests.databases
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header
PARTS := lint types walls migrations-check on-postgres journeys on-sqlite

.PHONY: help setup setup-dev demo demo-reset run doctor test $(PARTS) browser stories bench chaos screenshot docs lock
.DEFAULT_GOAL := help

help:  ## list these targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-17s %s\n", $$1, $$2}'

setup: $(VENV)/made-run  ## install what runs, into .venv, by hashes

setup-dev: $(VENV)/made-dev  ## install what the tests need as well

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "This needs Python 3.11 or later, and '$(PYTHON)' is $$($(PYTHON) --version 2>&1); name another: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python cannot make a virtual environment here; on Debian: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/made-run: requirements.txt | $(PY)
	@echo "Installing what runs (about half a minute)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/made-dev: requirements-dev.txt $(VENV)/made-run | $(PY)
	@echo "Installing what the tests need"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: setup  ## the whole product with an emulated Azure (PORT=8000 SEED=… SPEED=20)
	@exec $(PY) manage.py demo $(if $(SEED),--seed $(SEED)) $(if $(SPEED),--speed $(SPEED))

demo-reset: setup  ## remove the demo's data, so that the next demo starts over
	@$(PY) manage.py demo --reset

run: setup  ## the dashboard for real subscriptions (AZURE_SUBSCRIPTIONS=…, see docs/running.md)
	@exec $(PY) manage.py run

doctor: setup  ## ask Azure each question once, and name the permission that is missing
	@$(PY) manage.py doctor

test: setup-dev  ## every check: lint, types, walls, migrations, PostgreSQL 18, browser, the suite on SQLite
	@for part in $(PARTS); do echo "== $$part"; $(MAKE) --no-print-directory $$part || exit 1; done

lint: setup-dev  ## ruff
	@$(PY) -m ruff check .

types: setup-dev  ## mypy
	@$(BARE) $(PY) -m mypy

walls: setup-dev  ## the import law of the house
	@$(PYTEST) -q tests/test_walls.py

migrations-check: setup-dev  ## no table change without its migration
	@$(BARE) $(PY) manage.py makemigrations --check --dry-run

on-sqlite: setup-dev  ## the whole suite, without a browser
	@$(PYTEST) -m "not browser"

on-postgres: setup-dev  ## storage and the way through, on PostgreSQL 18 from its wheel
	@$(PYTEST) -p tests.on_postgres -m "postgres and not browser"

journeys: setup-dev  ## the journeys in headless Chromium
	@$(PYTEST) -rs -m browser

browser:  ## install Chromium where it is missing
	@if [ -n "$$CHROMIUM" ] || command -v chromium || command -v chromium-browser || command -v google-chrome; then \
		echo "A browser is there."; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium; \
	else \
		echo "No Chromium found. Install it (Debian: 'apt-get install chromium' as root), or name one: CHROMIUM=/path" >&2; exit 1; \
	fi

stories: setup-dev  ## the stories of twenty seeded fleets, told rightly (the suite takes eight)
	@STORY_SEEDS=20 $(PYTEST) -q tests/journeys/test_stories.py

chaos: setup-dev  ## ten rounds of kill -9 against a running demo; nothing may be lost or doubled
	@$(BARE) $(PY) -m tests.chaos

bench: setup-dev  ## figures of speed beside their baselines, into var/bench.json
	@$(BARE) $(PY) -m tests.bench

screenshot: setup-dev  ## take docs/screenshot.png from a fresh demo
	@$(BARE) $(PY) -m tests.screenshot

docs: setup  ## print the handbook of causes into docs/causes
	@$(BARE) $(PY) manage.py handbook

lock:  ## compile requirements*.txt with hashes from requirements*.in (needs uv)
	@command -v uv >/dev/null || { echo "This needs uv on the path." >&2; exit 1; }
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) -c requirements.txt requirements-dev.in -o requirements-dev.txt
