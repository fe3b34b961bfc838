import os
import sys
from dataclasses import asdict
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.basedir).parent
sys.path.insert(0, f"{ROOT}/scripts")

from ballad.baseline import sample_days
from ballad.clinical.table import read_clinical
from ballad.genotype import COLUMNS as GENOTYPE_COLUMNS
from ballad.inputs.batches import batch_of
from ballad.inputs.configuration import (
    checkable,
    configuration_problems,
    located,
    without_switched_off,
)
from ballad.inputs.references import column_problems
from ballad.inputs.sheets import check_sheets
from ballad.inputs.variations import (
    OF_COHORT,
    changes_genotypes,
    variation_problems,
    varied,
)
from ballad.job import imported_modules
from ballad.problems import InputError
from ballad.settings import Settings
from ballad.tables import read_table

CONFIG = without_switched_off(config)
SCHEMA = yaml.safe_load(
    Path(f"{workflow.basedir}/schemas/config.schema.yaml").read_text()
)
PROBLEMS = configuration_problems(CONFIG, SCHEMA)
CLINICAL_COLUMNS = located("resources/clinical/columns.tsv", ROOT)
if "cohort" not in CONFIG:
    raise WorkflowError(str(InputError(PROBLEMS)))
if (CHECKABLE := checkable(CONFIG, SCHEMA)) is not None:
    PROBLEMS += column_problems(
        CHECKABLE, read_table(CLINICAL_COLUMNS).to_dict("records"), GENOTYPE_COLUMNS
    )
if not PROBLEMS:
    PROBLEMS = variation_problems(CONFIG, SCHEMA)
SHEETS = check_sheets(
    CONFIG,
    located(CONFIG["genotypes"]["tables"]["lesions"], ROOT),
    CLINICAL_COLUMNS,
)
if PROBLEMS or SHEETS.problems:
    raise WorkflowError(str(InputError([*PROBLEMS, *SHEETS.problems])))

SETTINGS = Settings.from_config(CONFIG)
ASSAYS = {name: asdict(assay) for name, assay in SETTINGS.assays.items()}
TABLES = {
    name: located(path, ROOT) for name, path in SETTINGS.genotypes["tables"].items()
}
CDS = {
    build: located(f"resources/panel/cds.{build}.bed", ROOT)
    for build in ("GRCh37", "GRCh38")
}
FASTAS = {build: paths["fasta"] for build, paths in SETTINGS.reference.items()}
LOCUS_RULES = located("resources/fusions/loci.tsv", ROOT)
LOCI = located("resources/panel/loci.tsv", ROOT)
RULE_LESIONS = located("resources/fusions/lesions.tsv", ROOT)
KARYOTYPE_PATTERNS = located("resources/cytogenetics/karyotype_patterns.tsv", ROOT)
FISH_PROBES = located("resources/cytogenetics/fish_probes.tsv", ROOT)
EXPRESSION_LABELS = located("resources/genotypes/expression_labels.tsv", ROOT)
COLOURS = located("resources/figures/colours.tsv", ROOT)
REFERENCES = located("resources/report/references.tsv", ROOT)
CHECKLISTS = located("resources/report/checklists.tsv", ROOT)
CONTIGS = located("resources/panel/contigs.tsv", ROOT)
ALLELES = located("resources/variants/alleles.tsv", ROOT)
CLASSES = located("resources/variants/classes.tsv", ROOT)
MAF_TABLES = [
    located(f"resources/variants/maf_{name}.tsv", ROOT)
    for name in ("columns", "classes")
]
CONSEQUENCES = located("resources/variants/consequences.tsv", ROOT)

REMADE_GENOTYPES = [
    name for name, changes in SETTINGS.sensitivity.items() if changes_genotypes(changes)
]
SAMPLES = SHEETS.samples
ROWS = SAMPLES.to_dict("records")
# What the genotypes need of the clinical table, as parameters: an edited line of it
# classifies again only if one of these changes.
CLINICAL = read_clinical(SETTINGS.clinical, read_table(CLINICAL_COLUMNS))[0]
DAYS = sample_days(
    ROWS, CLINICAL, SETTINGS.clinical.times, SETTINGS.clinical.date_format
)
SEQUENCED = [row for row in ROWS if row["vcf"]]
BATCHES = {
    batch: [
        row
        for row in SEQUENCED
        if batch_of(row["patient"], SETTINGS.variants.batches) == batch
    ]
    for batch in sorted(
        {batch_of(row["patient"], SETTINGS.variants.batches) for row in SEQUENCED}
    )
}

# First, unnamed input of every rule: Snakemake notices a changed entry by itself,
# but not a changed module that the entry imports. Relative paths, because a moved
# checkout is no change.
LIBRARY = {
    entry.stem: [
        os.path.relpath(module) for module in imported_modules(entry, ROOT / "scripts")
    ]
    for entry in sorted((ROOT / "scripts").glob("*.py"))
}


wildcard_constraints:
    batch=r"\d+",
    build="GRCh37|GRCh38",
