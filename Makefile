# The commands of ballad. Everything is installed below this folder: .tools holds
# the installer (uv), .venv the locked environment of requirements.txt. It is compiled
# once, when it is installed: where PYTHONDONTWRITEBYTECODE is set, or .venv is read-only,
# each job would compile its packages anew, which takes longer than most jobs.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo $$p; break; }; done)
UV_VERSION := 0.13.9
BIN := .venv/bin
TOOLS := .tools/.installed-$(UV_VERSION)
CONFIG ?=
# make wheelhouse fills this folder; make install WHEELHOUSE=folder reads nothing else.
WHEELHOUSE ?=
OFFLINE := $(if $(filter wheelhouse,$(MAKECMDGOALS)),,$(if $(WHEELHOUSE),--no-index --find-links $(abspath $(WHEELHOUSE))))
export UV_PYTHON_DOWNLOADS := never

SNAPSHOT ?=
.PHONY: help install example run snapshot validate test test-browser oracle simulation benchmark reads-test check format lock slurm-test fault-test rerun-test cohorts-test reads-scale unlock wheelhouse clean-environment

help:
	@echo "make example                     the synthetic cohort, from files to report"
	@echo "make run CONFIG=config/mine.yaml      another cohort"
	@echo "make validate CONFIG=config/mine.yaml check all inputs of a cohort and stop"
	@echo "make snapshot CONFIG=config/mine.yaml keep what a later compare_with needs"
	@echo "make test                        all tests that need nothing outside the package index"
	@echo "make oracle                      every case that R computed, and the largest difference of each family"
	@echo "make test-browser                the report of the example in Chromium (Debian: chromium)"
	@echo "make simulation                  the replicate study: bias, coverage and type-I error of the Cox models"
	@echo "make benchmark [SIZE=small]      the reader of VCFs timed beside bcftools (Debian: bcftools tabix)"
	@echo "make reads-test                  planted variants through fastp, bwa, samtools, mosdepth and freebayes (Debian packages)"
	@echo "make reads-scale                 time and memory of 5, 10 and 50 samples that come as reads"
	@echo "make check                       format, lint, types, snakemake --lint"
	@echo "make slurm-test                  a small cohort on a one-node SLURM (root, Debian packages)"
	@echo "make fault-test                  killed jobs, full disks, lost nodes ... and what is left (as slurm-test)"
	@echo "make rerun-test                  one patient more among 267, panels and exomes: what runs again, how long"
	@echo "make cohorts-test                20 small cohorts one after the other: time and memory"
	@echo "make unlock CONFIG=config/mine.yaml   after a killed run: remove its lock"
	@echo "make wheelhouse                  download the locked packages for a machine without network;"
	@echo "                                 there: make install WHEELHOUSE=wheelhouse"
	@echo "make lock                        compile requirements.txt from pyproject.toml"

install: .venv/.installed

$(TOOLS):
	@if [ -z "$(PYTHON)" ]; then \
		echo "ballad needs Python 3.11, 3.12 or 3.13; found: $$(python3 --version 2>&1)."; \
		echo "Install one of them, or name it: make PYTHON=/path/to/python3.12 ..."; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
		echo "ballad needs Python 3.11, 3.12 or 3.13; $(PYTHON) is: $$($(PYTHON) --version 2>&1)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) lacks the module venv. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing the installer (uv $(UV_VERSION)) into .tools"
	@$(PYTHON) -m venv --clear .tools
	@.tools/bin/python -m pip --quiet --disable-pip-version-check install $(OFFLINE) uv==$(UV_VERSION)
	@touch $@

.venv/.installed: requirements.txt $(TOOLS)
	@echo "Installing the locked environment of requirements.txt into .venv"
	@.tools/bin/uv venv --quiet --clear --python "$$(.tools/bin/python -c 'import sys; print(sys.executable)')" .venv
	@.tools/bin/uv pip sync --quiet $(OFFLINE) --compile-bytecode --python $(BIN)/python --require-hashes requirements.txt
	@touch $@

resources/example/.written: .venv/.installed scripts/simulate_cohort.py $(wildcard scripts/ballad/simulation/*.py) $(wildcard resources/simulation/*)
	@echo "Writing the SYNTHETIC cohort of 267 patients into resources/example"
	@$(BIN)/python scripts/simulate_cohort.py --output resources/example
	@touch $@

# Snakemake's own message about a lock does not know of clusters.
EXPLAIN = { [ -z "$$(ls .snakemake/locks 2>/dev/null)" ] || echo "If it says above that the directory cannot be locked: another run works here (wait for it), or one was killed. If none runs: end the jobs it left behind (ps; on SLURM: scancel --name RUN_ID, which the run named at its begin), then make unlock CONFIG=..., then the same command again."; exit 1; }

example: .venv/.installed resources/example/.written
	$(BIN)/snakemake --configfile config/example.yaml || $(EXPLAIN)
	@echo "The report: results/example/report.html"

run validate unlock: .venv/.installed
	@if [ -z "$(CONFIG)" ]; then echo "Name the cohort: make $@ CONFIG=config/mine.yaml (config/README.md says what stands in it)"; exit 1; fi
	$(BIN)/snakemake $(if $(filter validate,$@),validate --quiet host progress rules reason) $(if $(filter unlock,$@),--unlock) --configfile $(CONFIG) || $(EXPLAIN)

snapshot: .venv/.installed
	@if [ -z "$(CONFIG)" ]; then echo "Name the cohort: make snapshot CONFIG=config/mine.yaml [SNAPSHOT=before-rules-2]"; exit 1; fi
	@$(BIN)/python scripts/keep_snapshot.py --config $(CONFIG) --name "$(SNAPSHOT)"

test: .venv/.installed
	$(BIN)/python -m pytest

oracle: .venv/.installed
	$(BIN)/python -m pytest -q tests/oracle

# A browser is no package of the index: these tests stand beside those of `make test`.
test-browser: .venv/.installed
	@command -v chromium >/dev/null || { \
		echo "chromium is missing: apt-get install chromium (it is never downloaded)"; exit 1; }
	@[ -f results/example/report.html ] || $(MAKE) example
	$(BIN)/python -m pytest tests/browser

# One thread per process: the matrices are small and the processes fill the cores.
simulation: .venv/.installed
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python scripts/run_replicates.py --output results
	@echo "The figures: results/simulation.tsv, results/simulation_acceptance.tsv, results/simulation.json"

# SIZE=small: a minute instead of an hour.
SIZE ?= full
benchmark: .venv/.installed
	@$(BIN)/python scripts/run_benchmark.py --size $(SIZE) --output results

# Reads are SYNTHETIC, the sequence is that of BALLAD_TEST_DATA. READS="--depths 60" for a try.
READS ?=
reads-test: .venv/.installed
	@for program in fastp bwa samtools mosdepth freebayes bcftools; do command -v $$program >/dev/null || { \
		echo "$$program is missing: apt-get install fastp bwa samtools mosdepth libhts-dev freebayes bcftools"; exit 1; }; done
	@$(BIN)/python tests/reads/truth.py --output results/reads_test $(READS)
	@$(BIN)/python tests/reads/three_ways.py --output results/reads_test
	@$(BIN)/python tests/reads/faulty.py --output results/reads_test

# About ten minutes: 5, 10 and 50 samples, and 5 samples of two and four times the reads.
SCALE ?=
reads-scale: .venv/.installed
	@$(BIN)/python tests/reads/scale.py --output results/reads_scale $(SCALE)

slurm-test fault-test: .venv/.installed
	@for program in slurmctld slurmd slurmdbd munged mariadbd; do command -v $$program >/dev/null || { \
		echo "$$program is missing: apt-get install --no-install-recommends slurm-wlm slurmdbd munge mariadb-server"; exit 1; }; done
	$(if $(filter slurm-test,$@),tests/slurm/test-slurm.sh,$(BIN)/python -m pytest -v tests/faults/on_this_machine.py tests/faults/on_slurm.py)

# SIZES=panels or SIZES=exomes: only one of the two.
SIZES ?=
rerun-test: .venv/.installed resources/example/.written
	@PYTHONPATH=scripts:. $(BIN)/python tests/faults/one_new_patient.py $(SIZES)

# COHORTS: how many; AT_ONCE: how many Snakemakes at the same time.
COHORTS ?= 20
AT_ONCE ?= 1
cohorts-test: .venv/.installed
	@PYTHONPATH=scripts:. $(BIN)/python tests/faults/many_cohorts.py $(COHORTS) $(AT_ONCE)

check: .venv/.installed
	$(BIN)/ruff format --check scripts tests
	$(BIN)/ruff check scripts tests
	$(BIN)/mypy
	$(BIN)/snakefmt --check workflow
	$(BIN)/snakemake --lint --configfile tests/cohort/config.yaml

format: .venv/.installed
	$(BIN)/ruff check --fix scripts tests
	$(BIN)/ruff format scripts tests
	$(BIN)/snakefmt workflow

# Two packages of the lock come as source: setuptools builds them where they are
# installed. The wheels fit this Python's minor version and this platform.
wheelhouse: $(TOOLS)
	@.tools/bin/python -m pip --quiet --disable-pip-version-check download --require-hashes --no-deps \
		--dest $(or $(WHEELHOUSE),wheelhouse) -r requirements.txt
	@.tools/bin/python -m pip --quiet --disable-pip-version-check download --no-deps \
		--dest $(or $(WHEELHOUSE),wheelhouse) uv==$(UV_VERSION) setuptools wheel
	@echo "Copy $(or $(WHEELHOUSE),wheelhouse) beside the checkout of the other machine, there: make install WHEELHOUSE=$(or $(WHEELHOUSE),wheelhouse)"

lock: $(TOOLS)
	env -u UV_DEFAULT_INDEX -u UV_INDEX -u UV_INDEX_URL .tools/bin/uv pip compile pyproject.toml --quiet \
		--group test --universal --generate-hashes --no-emit-index-url --no-header -o requirements.txt

clean-environment:
	rm -rf .tools .venv
