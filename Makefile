# make run | class | test | check | lint | checkpoints | bench. Everything lives in .venv, made on first use.
# check is what one wants to know while working, in under a minute: the core's laws, the layers and the links, without a browser.
PYTHON ?= python3
PIP_FLAGS ?=
PORT ?= 8501
BIN := .venv/bin
# Three at a time on two cores: browsers and workers spend some of their time waiting.
LANES ?= 3
PYTEST := $(BIN)/python -m pytest -n $(LANES) --dist loadscope --no-loadscope-reorder
# Chooses what installs, and which build of PyTorch; --help says how else to use it.
INSTALL = @command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name yours: make run PYTHON=python3.12"; exit 1; }; \
  $(PYTHON) install.py --flags="$(PIP_FLAGS)"
CORE := app.py install.py vae ingest lessons explorer pages benchmarks tests
DOCUMENTS := README.md docs plans data/README.md checkpoints/README.md

.PHONY: run class test check lint checkpoints bench clean

run: .venv/installed
	@$(BIN)/streamlit run app.py --server.port $(PORT) || { echo "If port $(PORT) is taken, choose another: make run PORT=8600"; exit 1; }

# The app for a room: says where students join, as an address and as a QR code.
class: .venv/installed
	@$(BIN)/python -m explorer class --port $(PORT)

test: .venv/installed-dev
	$(PYTEST)

check: .venv/installed-dev
	$(PYTEST) -m "not slow"

lint: .venv/installed-dev node_modules/.installed
	$(BIN)/ruff check $(CORE)
	$(BIN)/ruff format --check $(CORE)
	$(BIN)/mypy
	$(BIN)/codespell $(CORE) $(DOCUMENTS)
	npm run --silent lint

# Trains every shipped model from its fixed seed, two at a time, and measures it.
checkpoints: .venv/installed
	$(BIN)/python -m vae family

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks.training
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.canvas || echo "The canvas was not measured."
	$(BIN)/python -m benchmarks.visit || echo "Visits were not measured."

clean:
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache

.venv/installed: requirements.txt
	$(INSTALL)

.venv/installed-dev: requirements.txt requirements-dev.txt
	$(INSTALL) --dev

# ESLint and TypeScript, which check the browser's code; the app itself needs neither them nor Node.
node_modules/.installed: package-lock.json
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' || \
	  { echo "make lint checks the browser's code too: install Node 18 or newer and npm."; exit 1; }
	npm ci --no-audit --no-fund
	touch $@
