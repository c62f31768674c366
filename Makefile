# Everything works with make alone: each target brings the environment that it needs.
#
#   make PYTHON=/path/to/python3.12 test    with another Python
#   make JOBS=8 test                        on a larger machine

PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11 python
JOBS ?= 2
SECONDS ?= 900

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install -qq -c constraints.txt
# Two test processes on two cores leave no core for BLAS threads to wait on.
PYTEST := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup
CODE := src tests tools $(wildcard benchmarks)
PROSE := $(wildcard *.md docs) Makefile pyproject.toml

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check full fuzz mutants docs bench models jazz solos vectors emoji clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.runtime ## dinosaurs, jazz, words, then new models trained before your eyes
	@PATH="$(CURDIR)/$(BIN):$$PATH"; \
	folder=$$(mktemp -d) || exit 1; \
	trap 'rm -rf "$$folder"' EXIT; \
	trap 'exit 130' INT; \
	show() { printf '\n$$ %s\n' "$$*"; "$$@"; }; \
	set -e; mkdir -p build; \
	show rnnkit --version; \
	show rnnkit dino sample -n 10 --seed 1; \
	show rnnkit dino complete Tyra --seed 1; \
	show rnnkit dino score Velociraptor Qwzkxosaurus; \
	show rnnkit dino inspect Tyrannosaurus; \
	show rnnkit analogy italy italian spain; \
	show rnnkit similar delicious; \
	show rnnkit similar father mother; \
	show rnnkit vectors plot man:woman king:queen uncle:aunt; \
	show rnnkit emojify \
	    "Congratulations on the promotion! Lets get coffee and talk. Love you!"; \
	show rnnkit emojify "I am not feeling happy" --explain; \
	show rnnkit train dino assets/dino/names.txt --out "$$folder/mine.safetensors" \
	    --epochs 5 --seed 1; \
	show rnnkit dino sample -n 10 --seed 1 --model "$$folder/mine.safetensors"; \
	show rnnkit jazz --chords "Dm7 | G7 | Cmaj7 | A7alt" --choruses 6 --seed 1 \
	    --out build/solo.mid --wav build/solo.wav --html build/solo.html --force; \
	show rnnkit jazz score build/solo.mid; \
	show rnnkit train dino --text LICENSE --out "$$folder/text.safetensors" --seed 1 \
	    --hidden 128 --dropout 0.1 --epochs 15 --steps 64 --batch-size 8 \
	    --learning-rate 0.01 --mix auto; \
	show rnnkit dino complete "You may " --seed 1 --model "$$folder/text.safetensors"

test: $(VENV)/.dev ## run the fast tests
	@$(PYTEST)

check: $(VENV)/.dev ## format, lint, types, floors, module budget, spelling, what the pages show
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy $(CODE)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python tools/module_budget.py
	@$(BIN)/codespell $(CODE) $(PROSE)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python tools/pages.py --check

full: check ## check, then every test, slow ones and both kinds of install; reports on faults
	@PYTHONWARNINGS=error $(PYTEST) -m ""

docs: $(VENV)/.docs ## run the pages, write what they print, build the site in build/site
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python tools/pages.py
	@$(BIN)/python -m sphinx -q -W --keep-going -d build/doctrees docs build/site
	@echo "the site begins in build/site/index.html"

fuzz: $(VENV)/.fuzz ## look for bytes that break a parser, SECONDS=900 for each group (installs atheris)
	@set -e; for target in vectors own-vectors model midi chords charts tables; do \
	    OPENBLAS_NUM_THREADS=1 nice $(BIN)/python tools/fuzz.py $$target \
	        --seconds $(SECONDS); \
	done

mutants: $(VENV)/.dev ## change the engine in 100 places, one at a time, and see which tests notice
	@OPENBLAS_NUM_THREADS=1 nice $(BIN)/python tools/mutants.py --count 100

bench: $(VENV)/.bench ## measure rnnkit beside PyTorch (installs PyTorch)
	@$(BIN)/python -m benchmarks

models: $(VENV)/.runtime ## train the shipped model of names anew, as it was trained
	@$(BIN)/rnnkit train dino assets/dino/names.txt --out assets/dino/model.safetensors \
	    --hidden 256 --embedding 128 --dropout 0.5 --variational --distill 0.3 --epochs 12 \
	    --learning-rate 0.01 --weight-decay 0.02 --average 0.99 --test 0.1 --seed 1 --force
	@rm assets/dino/model.checkpoint.safetensors
	@$(BIN)/python tools/describe_models.py

solos: $(VENV)/.corpora ## make build/solos.jsonl, to train jazz on: make solos JAZZODATA=FOLDER
	@test -f "$(JAZZODATA)/wjd_transforms.rda" || { \
	    echo "error: no folder with wjd_transforms.rda was given" >&2; \
	    echo "hint: make solos JAZZODATA=FOLDER; see docs/models/jazz.md" >&2; \
	    exit 1; \
	}
	@mkdir -p build
	@$(BIN)/python tools/solos_of_jazzodata.py "$(JAZZODATA)" > build/solos.part
	@mv build/solos.part build/solos.jsonl
	@echo "the solos are in build/solos.jsonl"

jazz: $(VENV)/.runtime ## train the shipped soloist anew: make jazz SOLOS=build/solos.jsonl
	@test -f "$(SOLOS)" || { \
	    echo "error: no file of solos was given" >&2; \
	    echo "hint: make jazz SOLOS=FILE; see docs/models/jazz.md" >&2; \
	    exit 1; \
	}
	@$(BIN)/rnnkit train jazz "$(SOLOS)" --out assets/jazz/model.safetensors \
	    --hidden 224 --dropout 0.55 --input-dropout 0.2 --variational \
	    --weight-decay 0.2 --epochs 26 --average 0.998 --seed 1 --force
	@rm assets/jazz/model.checkpoint.safetensors
	@$(BIN)/python tools/describe_models.py

vectors: $(VENV)/.runtime ## train the shipped word vectors anew: make vectors TEXTS=FOLDER
	@test -n "$(TEXTS)" || { \
	    echo "error: no folder with the texts of assets/words/SOURCES.md was given" >&2; \
	    echo "hint: make vectors TEXTS=FOLDER" >&2; \
	    exit 1; \
	}
	@OPENBLAS_NUM_THREADS=1 $(BIN)/rnnkit train vectors --recipe assets/words/recipe.toml \
	    --texts "$(TEXTS)" --out assets/words/vectors.safetensors --type packed --seed 1 --force
	@$(BIN)/python tools/describe_models.py

emoji: $(VENV)/.runtime ## train the shipped models of emoji anew: make emoji TEXTS=FOLDER
	@test -f "$(TEXTS)/tatoeba.txt" -a -f "$(TEXTS)/goemotions.tsv" || { \
	    echo "error: no folder with tatoeba.txt and goemotions.tsv was given" >&2; \
	    echo "hint: make emoji TEXTS=FOLDER; see assets/emojify/SOURCES.md" >&2; \
	    exit 1; \
	}
	@set -e; cd assets/emojify; export OPENBLAS_NUM_THREADS=1; \
	train() { "$(CURDIR)/$(BIN)/rnnkit" train emojify "$$@" --seed 1 --force; }; \
	weak() { train "$$@" --plain "$(TEXTS)/tatoeba.txt" --emotions "$(TEXTS)/goemotions.tsv" \
	    --batch-size 128 --learning-rate 0.003; }; \
	tune=../../tests/data/emojify/tune; \
	train sentences/five.tsv --arch v2 --epochs 4 --out course.safetensors; \
	weak sentences/five.tsv --also sentences/wide.tsv --most 1500 --epochs 5 \
	    --out five.safetensors \
	    --tune $$tune/plain.tsv --tune $$tune/pairs.tsv --tune $$tune/novel.tsv \
	    --tune $$tune/style.tsv --tune $$tune/neutral.tsv; \
	weak sentences/wide.tsv --also sentences/five.tsv --most 150 --epochs 4 --none-cost 1.5 \
	    --out wide.safetensors \
	    --tune $$tune/wide_telling.tsv --tune $$tune/wide_context.tsv \
	    --tune $$tune/neutral.tsv; \
	rm course.checkpoint.safetensors five.checkpoint.safetensors wide.checkpoint.safetensors
	@$(BIN)/python tools/describe_models.py

clean: ## remove everything that make has made
	@rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

# Each stamp marks an install that is done, until what it was made from changes.
$(VENV)/.runtime: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing rnnkit into $(VENV)"
	@$(INSTALL) -e .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing rnnkit and what checks it into $(VENV)"
	@$(INSTALL) -e ".[dev]"
	@touch $@ $(VENV)/.runtime

$(VENV)/.docs: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing rnnkit and what builds its site into $(VENV)"
	@$(INSTALL) -e ".[docs]"
	@touch $@ $(VENV)/.runtime

$(VENV)/.corpora: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing rnnkit and what reads R's files into $(VENV)"
	@$(INSTALL) -e ".[corpora]"
	@touch $@ $(VENV)/.runtime

$(VENV)/.fuzz: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing rnnkit and the fuzzer into $(VENV)"
	@$(INSTALL) -e ".[dev,fuzz]"
	@touch $@ $(VENV)/.runtime $(VENV)/.dev

$(VENV)/.bench: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing rnnkit and PyTorch into $(VENV)"
	@$(INSTALL) -e ".[bench]"
	@touch $@ $(VENV)/.runtime

# A Python without ensurepip makes environments without pip, so it does not count.
$(BIN)/python:
	@for python in $(PYTHON); do \
	    if $$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' \
	        >/dev/null 2>&1; then \
	        echo "making $(VENV) with $$($$python --version)"; \
	        $$python -m venv --clear $(VENV) && exit 0; \
	        rm -rf $(VENV); \
	        exit 1; \
	    fi; \
	done; \
	echo "error: rnnkit needs Python 3.11 or newer with its venv module; tried: $(PYTHON)" >&2; \
	echo "hint: install it (on Debian and Ubuntu: python3-venv), or name one:" \
	    "make PYTHON=/path/to/python3.12" >&2; \
	exit 1
