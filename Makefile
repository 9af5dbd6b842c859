# From a fresh machine (Debian 12 with Python 3.11 or newer, git, make) to a running dashboard or a full test run.
# Every step is done once: stamps in .venv carry the hash of the requirement files.

PYTHON ?= python3
PORT ?= 8501
DEMO_HOME ?= $(CURDIR)/data/demo
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready-$(shell cat requirements.lock | sha256sum | cut -c1-12)
SPARK := .venv-spark
READY_SPARK := $(SPARK)/.ready-$(shell cat requirements-spark.txt | sha256sum | cut -c1-12)
READY_DEMO := $(VENV)/.ready-demo-$(shell cat requirements-demo.lock | sha256sum | cut -c1-12)
READY_DEV := $(VENV)/.ready-dev-$(shell cat requirements-dev.lock | sha256sum | cut -c1-12)

# How a missing Debian package is fetched: by root, or by a user who may use sudo without a password.
APT := if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else exit 1; fi; \
	command -v apt-get >/dev/null || exit 1; $$sudo apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends

.PHONY: setup upgrade demo demo-town test test-quick spark-test java run messages metrics pictures ways lint lock browser
.DEFAULT_GOAL := setup

setup: $(READY)
	@:

# The newest program of the branch (where this is a git checkout) and its packages; then the home is brought up beside itself, looked at and
# put in place. Where anything of it fails, the program goes back too, and the home has not changed. Root does it as the home's owner.
upgrade:
	@before="$$(git rev-parse HEAD 2>/dev/null)"; home="$${TONGXING_HOME:-data}"; as=; \
	owner="$$(stat -c %U "$$home" 2>/dev/null || id -un)"; \
	if [ "$$(id -u)" = 0 ] && [ "$$owner" != root ]; then as="runuser -u $$owner --"; fi; \
	if [ -n "$$before" ]; then git pull --quiet --ff-only || exit 1; fi; \
	$(MAKE) --no-print-directory setup && $$as env TONGXING_HOME="$$home" $(RUN) -m warehouse upgrade $(UPGRADE) && exit; \
	if [ -n "$$before" ] && [ "$$before" != "$$(git rev-parse HEAD)" ]; then \
		git reset --quiet --keep "$$before" && $(MAKE) --no-print-directory setup && echo "The program is the one before again." >&2; \
	fi; exit 1

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { ($(APT) python3-venv) && $(PYTHON) -m venv --clear $(VENV); } || \
		{ rm -rf $(VENV); echo "Python's venv module is missing; install it with: apt-get install python3-venv" >&2; exit 1; }

$(READY): | $(VENV)/bin/pip
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@rm -f $(VENV)/.ready-*; touch $@

$(READY_DEMO): | $(READY)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-demo.lock
	@rm -f $(VENV)/.ready-demo-*; touch $@

$(READY_DEV): | $(READY)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@rm -f $(VENV)/.ready-dev-*; touch $@

# The browser tests drive the system's Chromium; without a Chinese font its pictures would show boxes.
browser:
	@{ command -v chromium >/dev/null && ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1; } || \
		($(APT) chromium fonts-noto-cjk) || \
		{ echo "The browser tests need: apt-get install chromium fonts-noto-cjk" >&2; exit 1; }

# Where Python is told to keep no compiled files, every process of the tests would compile the program again.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(RUN) -m pytest -q -n 4 --dist worksteal

# Four workers for two cores, because browsers and disks are waited for; one that has done its part takes over from the others.
test: $(READY_DEV) browser
	$(PYTEST)

# The inner loop: no browser, no whole town.
test-quick: $(READY_DEV)
	$(PYTEST) -m "not slow"

# Spark's parser is a Java program. Its packages stay out of .venv: they are larger than all the others together.
java:
	@command -v java >/dev/null || ($(APT) openjdk-17-jre-headless) || \
		{ echo "The tests of Spark need: apt-get install openjdk-17-jre-headless" >&2; exit 1; }

$(SPARK)/bin/pip: | $(VENV)/bin/pip
	$(RUN) -m venv $(SPARK)

$(READY_SPARK): requirements-spark.txt | $(SPARK)/bin/pip
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-spark.txt
	@rm -f $(SPARK)/.ready-*; touch $@

# Spark's own parser takes every statement of the warehouse and of the rules.
spark-test: $(READY_SPARK) java
	$(SPARK)/bin/python -m pytest -q -p no:cacheprovider --confcutdir=tests/spark tests/spark

demo demo-town: export TONGXING_HOME = $(DEMO_HOME)
demo-town: $(READY_DEMO)
	@test -d $(DEMO_HOME)/ledgers || { $(RUN) -m etl demo $(DEMO_HOME)/ledgers.new && mv $(DEMO_HOME)/ledgers.new $(DEMO_HOME)/ledgers; }
	@test -f $(DEMO_HOME)/builds/published || { \
		for answers in $(DEMO_HOME)/ledgers/*.json; do test ! -f "$$answers" || $(RUN) -m etl layouts import "$$answers"; done; \
		$(RUN) -m etl load $(DEMO_HOME)/ledgers; }

demo: demo-town
	@$(RUN) -m pages.access demo
	@echo "http://127.0.0.1:$(PORT)"
	@$(VENV)/bin/streamlit run app.py --server.port $(PORT)

run: $(READY)
	@test -z "$(LEDGERS)" || $(RUN) -m etl load "$(LEDGERS)"
	@echo "http://127.0.0.1:$(PORT)"
	@$(VENV)/bin/streamlit run app.py --server.port $(PORT)

messages: $(READY_DEV)
	$(RUN) -m tests.locales.extract

# docs/metrics.md, from the SQL files.
metrics: $(READY_DEV)
	$(RUN) -m tests.warehouse.metrics.page

# The picture of the README, from the demo town.
pictures: $(READY_DEV) browser
	$(RUN) -m tests.browser.pictures

# The pictures of docs/architecture.md, from ways that are really gone and recorded.
ways: $(READY_DEV)
	$(RUN) -m tests.ways

lint: $(READY_DEV)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# The locks, after a change of what they are made of: every package with the hashes of its files, for all systems. Those of the demo and
# of the tests pin the packages that the program has too as its own lock does.
lock: $(READY_DEV)
	$(RUN) -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@for name in requirements requirements-demo requirements-dev; do \
		same="$$(test $$name = requirements || echo --constraint requirements.lock)"; \
		{ echo "# Every package that $$name.txt brings in, with the hashes of all its files, for Python 3.11 and newer on any system."; \
		echo "# Made by: make lock"; \
		$(VENV)/bin/uv pip compile $$name.txt --quiet --universal --python-version 3.11 --generate-hashes \
			--no-header --no-emit-index-url --no-emit-find-links $$same; } > $$name.lock.new && mv $$name.lock.new $$name.lock; \
	done
