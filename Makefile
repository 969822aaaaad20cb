# Everything starts here; only Python 3.11+ and make are needed beforehand.
.PHONY: fuzz sweep env run test check format dev bench samples clean

PYTHON ?= python3
BIN := .venv/bin
LANDING ?= data/samples

env: .venv/ready  ## make the environment from the lock

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $$(grep '^uv==' requirements.lock) || true
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements.lock --no-deps -e . \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock -e .
	touch $@

run: env  ## run the main job on the committed samples; exit 3 (published with gaps) is success here
	$(BIN)/totalplace run --landing $(LANDING); code=$$?; [ $$code -eq 0 ] || [ $$code -eq 3 ]

test: env  ## the whole test suite
	$(BIN)/python -m pytest -n 2 --dist loadfile

fuzz: env  ## random texts through the reader and the judge for minutes, new ones each time
	TOTALPLACE_FUZZ_SECONDS=40 TOTALPLACE_FUZZ_SEED=$$(date +%s) $(BIN)/python -m pytest tests/fuzz

sweep: env  ## a million planted faults in two feeds, each to be found; hundreds of made-up places, counted twice
	TOTALPLACE_SWEEP=1 $(BIN)/python -m pytest tests/planted -k million
	TOTALPLACE_SWEEP=1 $(BIN)/python -m pytest tests/warehouse -k oracle_agree

check: env  ## lint, types, SQL style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests dbt_project/macros

format: env  ## format the Python code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

dev: env  ## the Dagster UI on this machine only, over the default home
	$(BIN)/totalplace dev

bench: env  ## speed, as ratios beside a hand-written baseline in the same run
	$(BIN)/python tests/bench/bench.py

samples: env  ## make the committed samples again (same seed, same bytes)
	rm -rf data/samples && $(BIN)/totalplace sample --out data/samples

clean:  ## remove the run-time rooms of the default home
	rm -rf data/raw data/quarantine data/warehouse data/published
