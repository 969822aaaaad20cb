# Everything starts here; only Python 3.11+ and make are needed beforehand.
.PHONY: help env spark-env spark-test run test test-quick check format model docs dictionary contract-docs picture coverage fuzz sweep dev desk
.PHONY: report report-pictures bench bench-smoke bench-scale samples clean

PYTHON ?= python3
BIN := .venv/bin
LANDING ?= data/samples

HOME_DIR ?= $(or $(TOTALPLACE_HOME),data)

help:  ## what can be made, a line each
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' | expand -t 12

env: .venv/ready  ## make the environment from the lock

spark-env: .venv/spark-ready  ## add what Spark needs to it (0.5 GB; Java is the machine's own)

.venv/spark-ready: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e '.[spark]'
	touch $@

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $$(grep '^uv==' requirements.lock) || true
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements.lock --no-deps -e . \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock -e .
	touch $@

run: env  ## run the main job on the committed samples; exit 3 (published with gaps) is success here
	$(BIN)/totalplace run --landing $(LANDING); code=$$?; [ $$code -eq 0 ] || [ $$code -eq 3 ]

report: env  ## open the Board's report of the current release in a browser
	$(BIN)/python -m webbrowser -t "file://$$(realpath $${TOTALPLACE_HOME:-data}/published/current)/report/index.html"

report-pictures: env  ## draw the README's pictures of the report again, of the SYNTHETIC samples (needs Chromium)
	$(BIN)/python -m tests.browser.pictures

test: env  ## the whole test suite
	$(BIN)/python -m pytest -n 2 --dist worksteal

test-quick: env  ## what answers soon: units and house rules, without the tests marked long
	$(BIN)/python -m pytest -n 2 --dist worksteal -m 'not long' tests/unit tests/rules tests/architecture

fuzz: env  ## random texts through the reader and the judge for minutes, new ones each time
	TOTALPLACE_FUZZ_SECONDS=40 TOTALPLACE_FUZZ_SEED=$$(date +%s) $(BIN)/python -m pytest tests/reader/fuzz

sweep: env  ## a million planted faults in two feeds, each to be found; hundreds of made-up places, counted twice
	TOTALPLACE_SWEEP=1 $(BIN)/python -m pytest tests/reader/planted -k million
	TOTALPLACE_SWEEP=1 $(BIN)/python -m pytest tests/warehouse -k oracle_agree
	$(BIN)/python -m tests.unit.forecast_worlds

spark-test: spark-env  ## the models on a Spark cluster of a master and two workers, beside DuckDB (needs Java)
	TOTALPLACE_SPARK=1 $(BIN)/python -m pytest tests/spark

check: env  ## lint, types, SQL style, and that Spark could read every model
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests dbt_project/macros
	$(BIN)/python -m orchestration.warehouse.spark.lint

format: env  ## format the Python code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

model: env  ## build and lint one model on a kept build: make model M=fct_place_spend
	@test -n "$(M)" || { echo "Name a model: make model M=fct_place_spend"; exit 2; }
	$(BIN)/python -m orchestration.warehouse.by_hand build --exclude-resource-type unit_test --select $(M)
	$(BIN)/sqlfluff lint $$(find dbt_project/models -name '$(M).sql')

docs: env  ## dbt's documentation of every model, with its lineage, on this machine only
	$(BIN)/python -m orchestration.warehouse.by_hand docs generate
	$(BIN)/python -m orchestration.warehouse.by_hand docs serve --host 127.0.0.1

dictionary: env  ## write docs/dictionary.md again from dbt's YAML
	$(BIN)/python docs/dictionary.py

contract-docs: env  ## write docs/contract.md again from the models of contracts
	$(BIN)/totalplace contract docs > docs/contract.md

picture:  ## draw docs/architecture.svg again from its text source (needs graphviz)
	dot -Tsvg docs/architecture.dot -o docs/architecture.svg

coverage: env  ## the test suite with the share of lines it runs
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov=orchestration --cov=expectations --cov-report=term

desk: env  ## the steward's desk on this machine only, over the default home: http://127.0.0.1:8100
	$(BIN)/totalplace desk

dev: env  ## the Dagster UI on this machine only, over the default home
	$(BIN)/totalplace dev

bench: env  ## speed, as ratios beside a hand-written baseline in the same run
	$(BIN)/python tests/bench/bench.py

bench-smoke: env  ## 100,000 lines beside the script; fails if the ratio is twice the committed one
	$(BIN)/python tests/bench/bench.py smoke

bench-scale: spark-env  ## many lines on DuckDB, with workers and on Spark: LINES="1000000 10000000" (needs Java)
	@for lines in $(or $(LINES),1000000 10000000 30000000); do \
	  $(BIN)/python tests/bench/scale.py $$lines 1 2 4 'local[*]' || exit 1; done

samples: env  ## make the committed samples again (same seed, same bytes)
	rm -rf data/samples && $(BIN)/totalplace sample --out data/samples

clean:  ## remove what a run can make again; the ledger, received files and releases stay
	rm -rf $(HOME_DIR)/warehouse/build.duckdb* $(HOME_DIR)/warehouse/dbt $(HOME_DIR)/warehouse/dagster \
	  $(HOME_DIR)/warehouse/judge-* $(HOME_DIR)/warehouse/spill $(HOME_DIR)/warehouse/workers dbt_project/target dbt_project/logs
