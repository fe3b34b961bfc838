import os
import sys
from dataclasses import asdict
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError
from snakemake.io import IOFile

# The place of this file, not of the main Snakefile: that may be another workflow,
# which imports this one as a module.
ROOT = Path(str(workflow.current_basedir)).parents[1]
sys.path.insert(0, f"{ROOT}/scripts")

from ballad.baseline import few_blast_samples, sample_days
from ballad.clinical.endpoints import lacking_dates
from ballad.clinical.table import read_clinical
from ballad.comparison.kept import KEPT, comparison_problems
from ballad.durations import write_durations
from ballad.genotype import COLUMNS as GENOTYPE_COLUMNS
from ballad.imports import imported_modules
from ballad.inputs.assay_genes import read_gene_names, with_approved_genes
from ballad.inputs.batches import batch_of, with_columns_given
from ballad.inputs.configuration import (
    checkable,
    configuration_problems,
    located,
    without_switched_off,
)
from ballad.inputs.references import column_problems
from ballad.inputs.sheets import check_sheets
from ballad.inputs.switched_off import applicable, with_dependents_off
from ballad.inputs.variations import (
    OF_COHORT,
    changes_genotypes,
    merged,
    undated_variations,
    variation_problems,
    varied,
)
from ballad.problems import InputError
from ballad.reads.programs import missing_programs
from ballad.reads.rna import rna_problems, rna_sets, rna_warnings, with_fusions
from ballad.reads.samples import (
    BWA_INDEX,
    read_sets,
    reads_problems,
    reads_warnings,
    tasks_of,
    with_calls,
)
from ballad.settings import Settings
from ballad.tables import CutShortError, cut_short, read_table

# Snakemake ignores `configfile:` where this workflow is imported as a module with a
# `config:` of its own; under any other, the method is merged a second time to no effect.
METHOD = yaml.load((ROOT / "config/config.yaml").read_text(), yaml.CSafeLoader)
WITH_NULLS, SWITCHED_OFF = with_dependents_off(METHOD, merged(METHOD, config))
# Folders of resources/ that no run reads.
NO_RULES = ("simulation", "example", "benchmark")
CONFIG = without_switched_off(WITH_NULLS)
NOT_VARIED = {}
if isinstance(CONFIG.get("sensitivity"), dict):
    CONFIG["sensitivity"], NOT_VARIED = applicable(CONFIG["sensitivity"], WITH_NULLS)
SCHEMA = yaml.load(
    (ROOT / "workflow/schemas/config.schema.yaml").read_text(), yaml.CSafeLoader
)
PROBLEMS = configuration_problems(CONFIG, SCHEMA)
CLINICAL_COLUMNS = located("resources/clinical/columns.tsv", ROOT)
READ_PROGRAMS = located("resources/reads/programs.tsv", ROOT)
if "cohort" not in CONFIG:
    raise WorkflowError(str(InputError(PROBLEMS)))
if (CHECKABLE := checkable(CONFIG, SCHEMA)) is not None:
    PROBLEMS += column_problems(
        CHECKABLE, read_table(CLINICAL_COLUMNS).to_dict("records"), GENOTYPE_COLUMNS
    )
if not PROBLEMS:
    PROBLEMS = variation_problems(CONFIG, SCHEMA)
PROBLEMS += comparison_problems(CONFIG)
SHEETS = check_sheets(
    CONFIG,
    located(CONFIG["genotypes"]["tables"]["lesions"], ROOT),
    CLINICAL_COLUMNS,
)
if PROBLEMS or SHEETS.problems:
    raise WorkflowError(str(InputError([*PROBLEMS, *SHEETS.problems])))

SETTINGS = Settings.from_config(CONFIG)
# By its date alone, a result that lost its end on the disk counts as finished.
if workflow.is_main_process:
    for table in sorted(Path(f"results/{SETTINGS.cohort}").rglob("*.tsv")):
        if cut_short(table):
            raise WorkflowError(str(CutShortError(table)))

GENE_NAMES, _ = read_gene_names(
    *(
        located(CONFIG["genotypes"]["tables"][x], ROOT)
        for x in ("gene_aliases", "panel")
    )
)
ASSAYS = with_approved_genes(
    {name: asdict(assay) for name, assay in SETTINGS.assays.items()}, GENE_NAMES
)
GIVEN = SHEETS.samples.to_dict("records")
SHEETS_OF_READS = read_sets(GIVEN, ASSAYS)
RNA_SETS, UNUSED_RNA = rna_sets(GIVEN, ASSAYS)
SHEETS.warnings += rna_warnings(SETTINGS.samples, UNUSED_RNA)
SHEETS.warnings += reads_warnings(SETTINGS.samples, GIVEN, ASSAYS)
CLINICAL = read_clinical(SETTINGS.clinical, read_table(CLINICAL_COLUMNS))[0]
PROBLEMS = lacking_dates(CLINICAL, CONFIG["endpoints"])
if not PROBLEMS:
    SHEETS.warnings += undated_variations(CONFIG, CLINICAL)
PROBLEMS += reads_problems(
    SETTINGS.samples,
    GIVEN,
    SHEETS_OF_READS,
    SETTINGS.reference,
    SETTINGS.reads["align_to"],
)
PROBLEMS += rna_problems(RNA_SETS, SETTINGS.reads["rna"], list(SETTINGS.reference))
# With --sdm conda the programs come with the rules' environments.
if "conda" not in str(workflow.deployment_settings.deployment_method).lower():
    PROBLEMS += missing_programs(
        tasks_of(SHEETS_OF_READS, RNA_SETS),
        read_table(READ_PROGRAMS).to_dict("records"),
    )
if PROBLEMS:
    raise WorkflowError(str(InputError(PROBLEMS)))
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
REFSEQ = located("resources/panel/refseq.tsv", ROOT)
CONSEQUENCES = located("resources/variants/consequences.tsv", ROOT)

REMADE_GENOTYPES = [
    name for name, changes in SETTINGS.sensitivity.items() if changes_genotypes(changes)
]
SAMPLES = SHEETS.samples
# Rows whose VCF and coverage are made from reads have these files in their cells.
MADE = f"results/{SETTINGS.cohort}/work/reads"
ROWS = with_fusions(with_calls(GIVEN, SHEETS_OF_READS, MADE), RNA_SETS, MADE)
# What the genotypes need of the clinical table, as parameters: an edited line of it
# classifies again only if one of these changes.
DAYS = sample_days(
    ROWS, CLINICAL, SETTINGS.clinical.times, SETTINGS.clinical.date_format
)
SEQUENCED = [row for row in ROWS if row["vcf"]]
BATCHES = {
    batch: [
        row
        for row in with_columns_given(SEQUENCED)
        if batch_of(row["patient"], SETTINGS.variants.batches) == batch
    ]
    for batch in sorted(
        {batch_of(row["patient"], SETTINGS.variants.batches) for row in SEQUENCED}
    )
}

# What a run is made from beside its inputs, by the name inside the checkout.
RULE_TABLES = {
    **{
        path.relative_to(ROOT).as_posix(): located(
            path.relative_to(ROOT).as_posix(), ROOT
        )
        for path in sorted((ROOT / "resources").glob("*/*"))
        if path.suffix in (".tsv", ".bed") and path.parent.name not in NO_RULES
    },
    **{path: located(path, ROOT) for path in SETTINGS.genotypes["tables"].values()},
    **{
        assay["targets"]: assay["targets"]
        for assay in ASSAYS.values()
        if assay["targets"]
    },
}
CODE = {
    path.relative_to(ROOT).as_posix(): os.path.relpath(path)
    for folder in ("scripts", "workflow")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".smk", ".jinja") and "simulation" not in path.parts
}
EARLIER_NAMES = [
    name for name in KEPT if Path(f"{SETTINGS.compare_with or ''}/{name}").is_file()
]
EARLIER = [f"{SETTINGS.compare_with}/{name}" for name in EARLIER_NAMES]

# First, unnamed input of every rule: Snakemake notices a changed entry by itself,
# but not a changed module that the entry imports. Relative paths, because a moved
# checkout is no change.
LIBRARY = {
    entry.stem: [
        os.path.relpath(module) for module in imported_modules(entry, ROOT / "scripts")
    ]
    for entry in sorted((ROOT / "scripts").glob("*.py"))
}

READ_SETS = {reads.key: reads for reads in SHEETS_OF_READS}
RNA_READS = {reads.key: reads for reads in RNA_SETS}


def plain_genome(build):
    """Return the genome that freebayes can read: it does not read bgzip."""
    fasta = FASTAS[build]
    return f"<results>/work/reads/{build}.fa" if fasta.endswith(".gz") else fasta


def genome_index(build):
    """Return what bwa aligns to: the whole genome, or the panel's stretches."""
    prefix = (
        FASTAS[build]
        if SETTINGS.reads["align_to"] == "genome"
        else f"<results>/work/reads/{build}.panel.fa"
    )
    return [f"{prefix}{ending}" for ending in BWA_INDEX]


def build_of(wildcards):
    return READ_SETS[wildcards.reads].genome_build


def rna_setting(wildcards, name):
    return SETTINGS.reads["rna"][RNA_READS[wildcards.reads].genome_build][name]


def assay_of(wildcards):
    return ASSAYS[READ_SETS[wildcards.reads].assay]


def recorded(path):
    """Return what Snakemake knows of an output: rule, start and end of its job, log."""
    return workflow.persistence.metadata(IOFile(path))


wildcard_constraints:
    batch=r"\d+",
    build="GRCh37|GRCh38",
