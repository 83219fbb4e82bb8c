# GeoZones. `make maps` is all that a first visit needs; `make help` lists the rest.
.DEFAULT_GOAL := help
BIN := .venv/bin
set_up = @python=$$(tools/find_python) && "$$python" -E -S tools/set_up.py

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

maps: ## set up what is missing, then layers/ -> maps_out/index.html
	$(set_up) maps
	@$(BIN)/geozones build

test: ## set up what the tests need, then run every test
	$(set_up) test
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: ## lint, format, types, what old browsers understand, import direction
	$(set_up) check
	@$(MAKE) --keep-going --no-print-directory lint types pages tree

lint:
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types:
	$(BIN)/mypy

pages:
	$(BIN)/python tools/check_pages.py

tree:
	$(BIN)/python -m pytest tests/test_tree.py

format: ## put the code into its one format
	$(set_up) check
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format

bench: ## run every benchmark
	$(set_up) check
	@for bench in bench/bench_*.py; do \
	    [ ! -e "$$bench" ] || $(BIN)/python "$$bench" || exit 1; \
	done

faults: ## kill, fill up and race everything that writes, in full
	$(set_up) check
	@for faults in bench/faults_*.py; do \
	    [ ! -e "$$faults" ] || $(BIN)/python "$$faults" || exit 1; \
	done

locks: ## pin the newest allowed versions anew
	$(set_up) check
	@$(BIN)/python tools/refresh_locks.py

clean: ## remove everything that was set up or generated; layers/ and .geozones/ stay
	rm -rf .venv node_modules geozones/maps/static/vendor geozones.egg-info build dist
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis bench/.data
	find maps_out -mindepth 1 ! -name .gitkeep -delete
	find geozones tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help maps test check lint types pages tree format bench faults locks clean
