"""A cohort as a study folder of cBioPortal."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ballad.exports.cells import identifier, one_line, short_hash
from ballad.exports.names import NONE, Names
from ballad.exports.selection import fusion_genes

CANCER_TYPE = "bll"  # OncoTree: B-lymphoblastic leukemia/lymphoma
CANCER_NAME = "B-Lymphoblastic Leukemia/Lymphoma"
REFERENCE_GENOMES = {"GRCh37": "hg19", "GRCh38": "hg38"}
MUTATIONS, STRUCTURAL = "mutations", "structural_variants"
MUTATION_COLUMNS = (
    *("Hugo_Symbol", "Entrez_Gene_Id", "NCBI_Build", "Chromosome", "Start_Position"),
    *("End_Position", "Strand", "Variant_Classification", "Variant_Type"),
    *("Reference_Allele", "Tumor_Seq_Allele2", "Tumor_Sample_Barcode", "HGVSp_Short"),
    *("t_alt_count", "t_ref_count"),
)
SV_COLUMNS = (
    *("Sample_Id", "SV_Status", "Site1_Hugo_Symbol", "Site1_Chromosome"),
    *("Site1_Position", "Site2_Hugo_Symbol", "Site2_Chromosome", "Site2_Position"),
    *("NCBI_Build", "Class", "Tumor_Split_Read_Count", "Tumor_Paired_End_Read_Count"),
    *("Event_Info", "DNA_Support", "RNA_Support", "Comments"),
)
CLASSES = {
    "DEL": "DELETION",
    "DUP": "DUPLICATION",
    "INS": "INSERTION",
    "INV": "INVERSION",
    "TRA": "TRANSLOCATION",
}
NOT_PROFILED = "NA"
PANEL = "ballad_panel"
NO_SAMPLE = "no sample"


@dataclass(frozen=True)
class Attribute:
    """One column of clinical data with the four lines above its values."""

    name: str  # upper case
    display: str
    description: str
    datatype: str  # STRING, NUMBER or BOOLEAN
    priority: str  # 0 hides its chart


@dataclass
class Study:
    """What the study folder holds, before it is written."""

    metas: dict[str, dict[str, str]] = field(default_factory=dict)  # file: key: value
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)  # file: rows
    headers: dict[str, list[str]] = field(default_factory=dict)  # file: lines above


def clinical_table(
    rows: Iterable[Mapping[str, str]], attributes: Sequence[Attribute]
) -> tuple[pd.DataFrame, list[str]]:
    """Write values below their names; return also the four lines above."""
    table = pd.DataFrame(list(rows), columns=[a.name for a in attributes], dtype=object)
    parts = [
        [a.display for a in attributes],
        [a.description for a in attributes],
        [a.datatype for a in attributes],
        [a.priority for a in attributes],
    ]
    lines = ["#" + "\t".join(one_line(text) for text in part) for part in parts]
    return table.fillna(""), lines


def patient_attributes(
    cohort: pd.DataFrame,
    listed: Iterable[Mapping[str, str]],
    flags: Mapping[str, str],
    survival: Iterable[str],
) -> list[tuple[Attribute, str]]:
    """
    Choose the patient attributes and the column of the cohort each is filled from.

    Parameters
    ----------
    cohort
        One row per patient.
    listed : columns column, attribute, display, description, datatype, priority
        Clinical columns and what they are called; those the cohort lacks are left out.
    flags
        Four-state columns and their labels.
    survival
        Time endpoints; each becomes a pair ``_STATUS`` and ``_MONTHS``.
    """
    chosen = [
        (
            Attribute(
                name=row["attribute"],
                display=row["display"],
                description=row["description"],
                datatype=row["datatype"],
                priority=row["priority"],
            ),
            row["column"],
        )
        for row in listed
        if row["column"] in cohort
    ]
    for column, label in flags.items():
        if column in cohort:
            said = f"{label}: present, absent, not assessed or indeterminate"
            name = column.upper()
            chosen.append((Attribute(name, label, said, "STRING", "1"), column))
    for endpoint in survival:
        if f"{endpoint}_months" not in cohort:
            continue
        name, words = endpoint.upper(), endpoint.replace("_", " ").upper()
        since = "event or censored, within the endpoint's population"
        status = Attribute(f"{name}_STATUS", f"{words} status", since, "STRING", "1")
        since = "months since the endpoint's time zero, not since diagnosis"
        months = Attribute(f"{name}_MONTHS", f"{words} (months)", since, "NUMBER", "1")
        chosen += [(status, f"{endpoint}_event"), (months, f"{endpoint}_months")]
    return chosen


def patient_rows(
    cohort: pd.DataFrame,
    attributes: Sequence[tuple[Attribute, str]],
    names: Mapping[str, str],
    labels: Mapping[str, Mapping[str, str]],
) -> list[dict[str, str]]:
    """Fill the patient attributes; `labels` gives codes of a column their words."""
    rows = []
    for row in cohort.to_dict("records"):
        filled = {}
        for attribute, column in attributes:
            text = row[column]
            if attribute.name == "PATIENT_ID":
                text = names[row["patient"]]
            elif attribute.name.endswith("_STATUS") and column.endswith("_event"):
                text = survival_status(column.removesuffix("_event"), text)
            else:
                text = labels.get(column, {}).get(text, text)
            filled[attribute.name] = text
        rows.append(filled)
    return rows


def survival_status(endpoint: str, event: str) -> str:
    """Write 1 or 0 as cBioPortal reads it; empty outside the population."""
    if event == "":
        return ""
    happened = float(event) == 1
    if endpoint.startswith("os"):
        return "1:DECEASED" if happened else "0:LIVING"
    return "1:EVENT" if happened else "0:NO EVENT"


SAMPLE_ATTRIBUTES = (
    Attribute("PATIENT_ID", "Patient", "Identifier of the patient", "STRING", "1"),
    Attribute("SAMPLE_ID", "Sample", "Identifier of the sample", "STRING", "1"),
    Attribute(
        *("SAMPLE_DISPLAY_NAME", "Sample name", "Name in the sample sheet"),
        *("STRING", "0"),
    ),
    Attribute("TIMEPOINT", "Timepoint", "When the sample was taken", "STRING", "1"),
    Attribute("ASSAYS", "Assays", "Assays of the sample sheet", "STRING", "1"),
    Attribute("CANCER_TYPE", "Cancer type", "Cancer type", "STRING", "0"),
    Attribute(
        *("CANCER_TYPE_DETAILED", "Cancer type, detailed", "Cancer type, detailed"),
        *("STRING", "0"),
    ),
    Attribute("ONCOTREE_CODE", "OncoTree code", "Code of the OncoTree", "STRING", "0"),
)


def sample_rows(
    cohort: Iterable[str], samples: pd.DataFrame, names: Names
) -> list[dict[str, str]]:
    """
    List the samples of the cohort; a patient without one gets one that was never taken.

    Without it the portal would leave the patient out of every survival curve.
    """
    own: dict[str, dict[str, list[Mapping[str, str]]]] = {}
    for row in samples.to_dict("records"):
        own.setdefault(row["patient"], {}).setdefault(row["sample"], []).append(row)
    rows = []
    for patient in cohort:
        for sample, its in (own.get(patient) or {NONE: []}).items():
            rows.append(
                {
                    "PATIENT_ID": names.patients[patient],
                    "SAMPLE_ID": names.samples[patient, sample],
                    "SAMPLE_DISPLAY_NAME": sample or NO_SAMPLE,
                    "TIMEPOINT": its[0]["timepoint"] if its else NO_SAMPLE,
                    "ASSAYS": ", ".join(dict.fromkeys(row["assay"] for row in its)),
                    "CANCER_TYPE": CANCER_NAME,
                    "CANCER_TYPE_DETAILED": CANCER_NAME,
                    "ONCOTREE_CODE": CANCER_TYPE.upper(),
                }
            )
    return rows


def structural_rows(
    fusions: pd.DataFrame,
    names: Mapping[tuple[str, str], str],
    builds: Mapping[tuple[str, str], str],
) -> pd.DataFrame:
    """Write fusions and structural variants as rows of data_sv."""
    rows = [
        _structural_row(row, names, builds[row["patient"], row["sample"]])
        for row in fusions.to_dict("records")
    ]
    table = pd.DataFrame(rows, columns=list(SV_COLUMNS)).astype(str)
    order = ["Sample_Id", "Site1_Hugo_Symbol", "Site2_Hugo_Symbol", "RNA_Support"]
    return table.sort_values(order, kind="stable")


def _structural_row(
    row: Mapping[str, Any], names: Mapping[tuple[str, str], str], build: str
) -> dict[str, str]:
    five, three = fusion_genes(row)
    partners = "::".join(
        gene for gene in (row["gene5"], row["gene3"]) if gene
    )  # neighbours joined by a comma
    places = [row[point].partition(":") for point in ("breakpoint1", "breakpoint2")]
    (chrom1, _, pos1), (chrom2, _, pos2) = places
    of_rna = row["molecule"] == "RNA"
    crossing = chrom1 and chrom2 and chrom1 != chrom2
    event = "TRA" if of_rna and crossing else row["event"]
    return {
        "Sample_Id": names[row["patient"], row["sample"]],
        "SV_Status": "SOMATIC",
        "Site1_Hugo_Symbol": identifier(five) if five else "",
        "Site1_Chromosome": chrom1,
        "Site1_Position": pos1.partition(":")[0],
        "Site2_Hugo_Symbol": identifier(three) if three else "",
        "Site2_Chromosome": chrom2,
        "Site2_Position": pos2.partition(":")[0],
        "NCBI_Build": build,
        "Class": CLASSES.get(event, ""),
        "Tumor_Split_Read_Count": row["split_reads"],
        "Tumor_Paired_End_Read_Count": row["spanning_reads"],
        "Event_Info": f"{partners} {'fusion' if five and three else row['event']}"
        f" ({row['molecule']})",
        "DNA_Support": "No" if of_rna else "Yes",
        "RNA_Support": "Yes" if of_rna else "No",
        "Comments": f"tier {row['tier']}; rule {row['rule']}; callers {row['callers']}",
    }


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
