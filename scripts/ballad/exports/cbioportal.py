"""A cohort as a study folder of cBioPortal."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from ballad.exports.cells import identifier, one_line, short_hash
from ballad.exports.clinical_attributes import CANCER_TYPE

REFERENCE_GENOMES = {"GRCh37": "hg19", "GRCh38": "hg38"}
MUTATIONS, STRUCTURAL = "mutations", "structural_variants"
MUTATION_COLUMNS = (
    *("Hugo_Symbol", "Entrez_Gene_Id", "NCBI_Build", "Chromosome", "Start_Position"),
    *("End_Position", "Strand", "Variant_Classification", "Variant_Type"),
    *("Reference_Allele", "Tumor_Seq_Allele2", "Tumor_Sample_Barcode", "HGVSp_Short"),
    *("t_alt_count", "t_ref_count"),
)
NOT_PROFILED = "NA"
PANEL = "ballad_panel"


@dataclass
class Study:
    """What the study folder holds, before it is written."""

    metas: dict[str, dict[str, str]] = field(default_factory=dict)  # file: key: value
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)  # file: rows
    headers: dict[str, list[str]] = field(default_factory=dict)  # file: lines above


@dataclass(frozen=True)
class Panels:
    """Gene panels by their stable id, and which sample has which in which profile."""

    genes: Mapping[str, frozenset[str]]
    of_sample: Mapping[tuple[str, str], str]  # sample id, profile: panel


def panels(profiled: Mapping[tuple[str, str], Collection[str]]) -> Panels:
    """
    Make one gene panel per set of genes.

    Panels are global in a portal, and a panel once imported keeps its genes: the name
    holds a hash of them, so that the same genes are always the same panel.

    Parameters
    ----------
    profiled
        Sample id and profile: genes whose silence means wild type; samples without
        any are not profiled.
    """
    genes: dict[str, frozenset[str]] = {}
    of_sample: dict[tuple[str, str], str] = {}
    for key, symbols in profiled.items():
        if symbols:
            name = f"{PANEL}_{short_hash(','.join(sorted(symbols)))}"
            genes[name] = frozenset(symbols)
            of_sample[key] = name
    return Panels(dict(sorted(genes.items())), of_sample)


def panel_matrix(samples: Iterable[str], chosen: Panels) -> pd.DataFrame:
    """One row per sample, a column per profile of the study; NA: nothing may be said."""
    used = {profile for _, profile in chosen.of_sample}
    profiles = [profile for profile in (MUTATIONS, STRUCTURAL) if profile in used]
    rows = [
        [sample, *(chosen.of_sample.get((sample, p), NOT_PROFILED) for p in profiles)]
        for sample in samples
    ]
    return pd.DataFrame(rows, columns=["SAMPLE_ID", *profiles])


def assembled(
    study_id: str,
    title: str,
    description: str,
    build: str,
    clinical: Mapping[str, tuple[pd.DataFrame, list[str]]],
    mutations: pd.DataFrame,
    structural: pd.DataFrame,
    chosen: Panels,
) -> Study:
    """
    Put the study together.

    Parameters
    ----------
    clinical
        ``patient`` and ``sample``: table and the lines above it.
    mutations, structural
        Rows of profiled samples only. A profile without a profiled sample is left out.
    """
    study = Study()
    known = {"cancer_study_identifier": study_id}
    study.metas["meta_study.txt"] = {
        "type_of_cancer": CANCER_TYPE,
        **known,
        "name": one_line(title),
        "description": one_line(description),
        "add_global_case_list": "true",
        "reference_genome": REFERENCE_GENOMES[build],
    }
    for what, (table, lines) in clinical.items():
        _add(
            study,
            f"clinical_{what}",
            known,
            ("CLINICAL", f"{what.upper()}_ATTRIBUTES"),
            {},
            table,
            lines,
        )
    samples = list(clinical["sample"][0]["SAMPLE_ID"])
    for profile, name, rows, kinds, words in (
        (
            *(MUTATIONS, "mutations", mutations),
            *(("MUTATION_EXTENDED", "MAF"), "Mutations"),
        ),
        (
            *(STRUCTURAL, "sv", structural),
            *(("STRUCTURAL_VARIANT", "SV"), "Structural variants"),
        ),
    ):
        profiled = [s for s in samples if (s, profile) in chosen.of_sample]
        if not profiled:
            continue
        shown = {
            "stable_id": profile,
            "show_profile_in_analysis_tab": "true",
            "profile_name": words,
            "profile_description": f"{words} that passed the filters of ballad",
        }
        _add(study, name, known, kinds, shown, rows, [])
        suffix = "sequenced" if profile == MUTATIONS else "sv"
        study.metas[f"case_lists/cases_{suffix}.txt"] = {
            **known,
            "stable_id": f"{study_id}_{suffix}",
            "case_list_name": f"Samples profiled for {words.lower()}",
            "case_list_description": f"{words}: {len(profiled)} samples",
            "case_list_ids": "\t".join(profiled),
        }
    if chosen.of_sample:
        matrix = panel_matrix(samples, chosen)
        kinds = ("GENE_PANEL_MATRIX", "GENE_PANEL_MATRIX")
        _add(study, "gene_panel_matrix", known, kinds, {}, matrix, [])
    for panel, symbols in chosen.genes.items():
        study.metas[f"gene_panels/data_gene_panel_{panel}.txt"] = {
            "stable_id": panel,
            "description": f"{len(symbols)} genes whose silence means wild type",
            "gene_list": "\t".join(sorted(identifier(symbol) for symbol in symbols)),
        }
    return study


def _add(
    study: Study,
    name: str,
    known: Mapping[str, str],
    kinds: tuple[str, str],
    shown: Mapping[str, str],
    table: pd.DataFrame,
    lines: list[str],
) -> None:
    file = f"data_{name}.txt"
    study.metas[f"meta_{name}.txt"] = {
        **known,
        "genetic_alteration_type": kinds[0],
        "datatype": kinds[1],
        **shown,
        "data_filename": file,
    }
    study.tables[file] = table
    study.headers[file] = lines
