"""Rule classify_genotypes: four-state lesions -> one genotype per patient."""

import csv
from collections.abc import Iterable, Mapping

import pandas as pd

from ballad.bcr_abl1 import bcr_exons, isoform
from ballad.cross_checks import assay_conflicts
from ballad.curation import curation_conflicts
from ballad.evidence import RECIPROCAL
from ballad.expression import Label, agreed, read_label, read_labels
from ballad.genotype import COLUMNS, Knowledge, Results, counted_variants, genotype
from ballad.inputs.curation import read_curation
from ballad.job import log_to
from ballad.lesions import COUNTED_TIERS, Evidence, alternatives, fingerprint
from ballad.states import PRESENT
from ballad.tables import read_table, write_table

KEY = ("patient", "sample", "assay")
BREAKPOINTS = ("breakpoint5", "breakpoint3", "breakpoint1", "breakpoint2")


def main(
    lesions: str,
    evidence: str,
    counted_samples: str,
    variants: str,
    fusions: str,
    structural_variants: str,
    curation: list[str],
    lesion_rules: str,
    precedence: str,
    subtypes: str,
    expression_labels: str,
    hotspots: str,
    cds_grch37: str,
    cds_grch38: str,
    genotypes: str,
    samples: list[dict],
    settings: dict,
) -> None:
    """Classify every patient of the lesion table."""
    lesion_rows = read_table(lesion_rules)
    knowledge = Knowledge(
        read_table(precedence).to_dict("records"),
        read_table(subtypes).set_index("subtype").to_dict("index"),
        tuple(lesion_rows.loc[lesion_rows["targetable_kinase"] == "yes", "lesion"]),
        _hotspot_classes(read_table(hotspots)),
    )
    excluding = dict(zip(lesion_rows["lesion"], lesion_rows["absent_by"], strict=True))
    absent_by = {lesion: alternatives(text) for lesion, text in excluding.items()}
    chosen = read_table(counted_samples)
    counts = chosen[chosen["counted"] == "yes"]
    keys = set(zip(*(counts[c] for c in KEY), strict=True))
    counted = [s for s in samples if tuple(s[c] for c in KEY) in keys]
    own_calls = _calls(variants, counted, keys)
    labels = read_labels(read_table(expression_labels).to_dict("records"))
    exons = {
        "GRCh37": _exons(cds_grch37),
        "GRCh38": _exons(cds_grch38),
    }
    builds = {tuple(s[c] for c in KEY): s["genome_build"] for s in counted}
    breaks = _breakpoints(
        [read_table(fusions), read_table(structural_variants)], builds
    )
    said = _by_patient(read_table(evidence))
    decisions = _rows_of(read_curation(curation))
    rows = []
    for owner, its in read_table(lesions).groupby("patient", sort=False):
        patient = str(owner)
        found = [
            label
            for s in counted
            if s["patient"] == patient
            and (label := read_label(s["expression_subtype"], labels))
        ]
        own, whole = said.get(patient, []), fingerprint(said.get(patient, []))
        prints = dict(zip(its["lesion"], its["evidence_fingerprint"], strict=True))
        decided = decisions.get(patient, [])
        results = Results(
            patient=patient,
            states=dict(zip(its["lesion"], its["state"], strict=True)),
            bases=dict(zip(its["lesion"], its["basis"], strict=True)),
            variants=own_calls.get(patient, _NONE),
            expression=agreed(found),
            variant_of_label=_variant(found),
            decisions={row["lesion"]: row["state"] for row in decided},
            conflicts=(
                *curation_conflicts(decided, own, prints, whole, absent_by),
                *assay_conflicts(own, excluding),
                *_outside(counts[counts["patient"] == patient]),
            ),
            isoform=isoform(
                breaks.get(patient, []),
                [e.record for e in own if e.lesion == "ph"],
                exons,
            ),
            reciprocal_only=_reciprocal(own),
            fingerprint=whole,
        )
        rows.append(genotype(results, knowledge, settings))
    write_table(pd.DataFrame(rows, columns=list(COLUMNS)), genotypes)


_NONE = pd.DataFrame(
    columns=[
        *("patient", "gene", "hotspot", "protein_change", "genome_build", "chrom"),
        *("pos", "ref", "alt", "vaf", "flags", "purity"),
    ]
)


def _hotspot_classes(table: pd.DataFrame) -> dict[str, str]:
    """Return the class of each row of the hotspot table, by its name in variants.tsv."""
    names = table["gene"] + " " + table["protein_change"]
    return dict(zip(names, table["class"], strict=True))


def _calls(path: str, counted: list[dict], keys: set[tuple]) -> dict[str, pd.DataFrame]:
    """Return by patient the calls of the samples that count."""
    calls = counted_variants(read_table(path, numeric=["vaf"]))
    places = list(zip(*(calls[c] for c in KEY), strict=True))
    purities = {
        tuple(s[c] for c in KEY): float(s["purity"]) for s in counted if s["purity"]
    }
    calls = calls.assign(
        purity=pd.Series(map(purities.get, places), calls.index, dtype=float)
    )
    here = pd.Series([k in keys for k in places], index=calls.index, dtype=bool)
    return {str(p): its for p, its in calls[here].groupby("patient")}


def _exons(bed: str) -> dict[int, tuple[int, int]]:
    with open(bed, encoding="utf-8", newline="") as lines:
        return bcr_exons(csv.reader(lines, delimiter="\t"))


def _breakpoints(
    tables: Iterable[pd.DataFrame], builds: Mapping[tuple, str]
) -> dict[str, list[tuple[str, str]]]:
    """Return by patient: build and place of both breaks of the pairs that count."""
    found: dict[str, list[tuple[str, str]]] = {}
    for table in tables:
        for row in table[table["lesion"] == "ph"].to_dict("records"):
            key = tuple(row[c] for c in KEY)
            if row["tier"] not in COUNTED_TIERS or key not in builds:
                continue
            places = [row.get(name, "") for name in BREAKPOINTS]
            here = found.setdefault(row["patient"], [])
            here += [(builds[key], place) for place in places if place]
    return found


def _by_patient(evidence: pd.DataFrame) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for row in evidence.drop(columns="evidence").to_dict("records"):
        item = Evidence(**{str(k): v for k, v in row.items()})
        found.setdefault(item.patient, []).append(item)
    return found


def _rows_of(curation: pd.DataFrame) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in curation.to_dict("records"):
        decision = {str(k): v for k, v in row.items()}
        found.setdefault(decision["patient"], []).append(decision)
    return found


def _variant(labels: list[Label]) -> str:
    """Return the variant all sure labels name, if they name one."""
    named = {label.variant for label in labels if label.sure}
    return named.pop() if len(named) == 1 else ""


def _outside(counts: pd.DataFrame) -> list[str]:
    far = counts[counts["window"] == "outside"].drop_duplicates(["sample", "day"])
    return sorted(
        f"sample_outside_window: {row['sample']} (day {row['day']})"
        for row in far.to_dict("records")
    )


def _reciprocal(evidence: Iterable[Evidence]) -> bool:
    """Say whether a transcript of ABL1::BCR is all that shows BCR::ABL1."""
    strong = [
        e
        for e in evidence
        if e.lesion == "ph" and e.supports == PRESENT and e.tier in COUNTED_TIERS
    ]
    return bool(strong) and all(e.record.endswith(f"({RECIPROCAL})") for e in strong)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
