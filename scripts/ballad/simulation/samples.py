"""Rows of the SYNTHETIC sheets about samples, and the files they name."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ballad.simulation.assay_texts import fish, fusion_table, karyotype, segment_table
from ballad.simulation.assays import OUTSIDE, Assays
from ballad.simulation.biology import Patient
from ballad.simulation.design import Design
from ballad.simulation.dialects import Form, vcf_texts, write_vcf
from ballad.simulation.variant_files import (
    Site,
    coverage_text,
    sample_sites,
    write_gzip,
)
from ballad.tables import read_table

SYNTHETIC = "SYNTHETIC"
SAMPLE_COLUMNS = [
    *("patient", "sample", "timepoint", "date", "assay", "genome_build", "vcf"),
    *("vcf_sample", "arriba", "star_fusion", "fusioncatcher", "copy_number"),
    *("coverage", "expression_subtype", "blast_pct", "purity", "x_synthetic"),
]
REMISSION_BLASTS = 2  # percent
Exon = tuple[str, int, int, str]


@dataclass(frozen=True)
class Panel:
    """Genes and coding exons of the DNA panel."""

    genes: Mapping[str, Mapping[str, str]]
    exons: Mapping[str, Mapping[str, Exon]]  # by build and region
    offsets: Mapping[str, Mapping[str, int]]  # by build and gene, from GRCh38

    @classmethod
    def read(cls, genes: str, coding_exons: Mapping[str, str], design: Design):
        """Read resources/panel; a gene is shifted as a whole between the builds."""
        exons = {build: _exons(path, design) for build, path in coding_exons.items()}
        first = exons["GRCh38"]
        return cls(
            {row["symbol"]: row for row in read_table(genes).to_dict("records")},
            exons,
            {
                build: {
                    region.split("|")[0]: found[region][1] - first[region][1]
                    for region in first
                    if region in found
                }
                for build, found in exons.items()
            },
        )


def _exons(path: str, design: Design) -> dict[str, Exon]:
    found = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        chrom, start, end, region = line.split("\t")[:4]
        if region.split("|")[0] in design.panel:
            found[region] = (chrom, int(start), int(end), region)
    return found


def sample_rows(
    rng: np.random.Generator,
    folder: Path,
    patient: Patient,
    assays: Assays,
    form: Form,
    clinical: Mapping[str, object],
    design: Design,
    panel: Panel,
) -> list[dict[str, object]]:
    """Write the files of a patient's samples; return their rows of samples.tsv."""
    name, sample = patient.patient, f"{patient.patient}-D"
    relapsed = patient.indication == "rr"
    days = int(rng.integers(1, 22))
    before = _shifted(clinical["treatment_start"], -days)
    common = {
        "patient": name,
        "sample": sample,
        "timepoint": "pre_treatment" if relapsed else "diagnosis",
        "date": before if relapsed else clinical["diagnosis_date"],
        "genome_build": "GRCh38",
        "x_synthetic": SYNTHETIC,
    }
    sites = sample_sites(rng, patient, assays, design)
    coverage = f"coverage/{name}.thresholds.bed.gz"
    exons = panel.exons["GRCh38"], panel.exons[form.build]
    write_gzip(coverage_text(rng, assays, *exons), folder / coverage)
    dna = {
        **common,
        "assay": "PANEL_WITHOUT_TP53" if assays.tp53 == OUTSIDE else "PANEL",
        "coverage": coverage,
        "purity": round(patient.purity, 3),
    }
    if patient.extras.dna_in_remission:
        dna |= {"sample": f"{name}-R", "timepoint": "pre_treatment", "date": before}
        dna |= {"blast_pct": REMISSION_BLASTS, "purity": ""}
    rows = _vcf_rows(folder, dna, sites["own"], form, design, panel)
    timepoint = patient.extras.second_sample
    if timepoint:
        second = _second(dna, timepoint, clinical)
        rows += _vcf_rows(folder, second, sites[timepoint], form, design, panel)
    written = fusion_table(rng, patient, design, form.fusions)
    if "rna" in assays.done:
        path = f"fusions/{name}.{form.fusions}.SYNTHETIC.tsv"
        (folder / path).write_text(written, encoding="utf-8")
        label = "Ph-like" if "expression" in assays.done else ""
        rows.append({**common, "assay": "RNA", form.fusions: path})
        rows[-1]["expression_subtype"] = label
    if "array" in assays.done:
        path = f"copy_number/{name}.seg"
        segments = segment_table(rng, patient, design)
        (folder / path).write_text(segments, encoding="utf-8")
        rows.append({**common, "assay": "ARRAY", "copy_number": path})
    return rows


def _shifted(date: object, days: int) -> str:
    return str(datetime.date.fromisoformat(str(date)) + datetime.timedelta(days=days))


def _second(
    dna: Mapping[str, object], timepoint: str, clinical: Mapping[str, object]
) -> dict[str, object]:
    """Describe the second sample: in remission or at relapse."""
    patient = clinical["patient"]
    if timepoint == "relapse":
        date = clinical["relapse_date"]
        return {**dna, "sample": f"{patient}-L", "timepoint": "relapse", "date": date}
    date = clinical["response_date"] or clinical["mrd_response_date"]
    if timepoint == "before_start":
        date = _shifted(clinical["treatment_start"], -1)
    told = {"timepoint": "remission", "date": date, "purity": ""}
    return {**dna, "sample": f"{patient}-R", **told, "blast_pct": REMISSION_BLASTS}


def _vcf_rows(
    folder: Path,
    dna: Mapping[str, object],
    sites: list[Site],
    form: Form,
    design: Design,
    panel: Panel,
) -> list[dict[str, object]]:
    """Write the VCFs of one sample; Strelka2's two files stand in two rows."""
    sample, offsets = str(dna["sample"]), panel.offsets[form.build]
    texts = vcf_texts(sites, sample, form, design, panel.genes, offsets)
    rows = []
    for part, text in texts.items():
        name = ".".join(filter(None, [sample, form.caller.lower(), part]))
        file = write_vcf(text, folder / "vcf", name, form.container)
        named = "Sample1" if form.caller == "VarScan" else ""
        own = {"vcf": f"vcf/{file}", "vcf_sample": named, "genome_build": form.build}
        rows.append({**dna, **own})
    return rows


def cytogenetics_row(
    rng: np.random.Generator,
    patient: Patient,
    assays: Assays,
    clinical: Mapping[str, object],
    design: Design,
) -> list[dict[str, object]]:
    """Write a patient's row of cytogenetics.tsv, if there is one."""
    iscn, probes = karyotype(rng, patient, design), fish(rng, patient, assays, design)
    row = {
        "patient": patient.patient,
        "timepoint": "diagnosis",
        "date": clinical["diagnosis_date"],
        "karyotype": iscn if "karyotype" in assays.done else "",
        "fish": probes,
        "x_synthetic": SYNTHETIC,
    }
    return [row] if row["karyotype"] or row["fish"] else []


def flow_row(patient: Patient) -> dict[str, str]:
    """Write a patient's CRLF2 by flow as a row of curation.tsv."""
    positive = "crlf2_r" in patient.lesions
    return {
        "patient": patient.patient,
        "lesion": "crlf2_r",
        "state": "present" if positive else "absent",
        "source": f"flow: CRLF2 {'strong' if positive else 'negative'}",
        "note": SYNTHETIC,
    }
