"""Results of a few invented patients, as the rules before the exports write them."""

from pathlib import Path

import pandas as pd
import pytest
import write_exports
import yaml

from ballad.clinical.cut_points import with_levels
from ballad.tables import write_table
from ballad.variants.calls import COLUMNS as VARIANT_COLUMNS

FUSION_COLUMNS = (
    *("patient", "sample", "assay", "gene5", "gene3", "callers", "split_reads"),
    *("spanning_reads", "confidence", "tier", "source", "lesion", "rule"),
)
COLUMNS = {
    "cohort": (
        *("patient", "sex", "age", "subtype", "tp53", "ph", "in_rr", "os_days"),
        *("os_months", "os_event", "os_cause"),
    ),
    "variants": VARIANT_COLUMNS,
    "lesions": ("patient", "lesion", "state", "basis", "evidence"),
    "evidence": (
        "evidence",
        "patient",
        "sample",
        "assay",
        "lesion",
        "supports",
        "kind",
    ),
    "callability": ("patient", "sample", "assay", "gene", "state", "fraction_covered"),
    "fusions": (*FUSION_COLUMNS, "breakpoint5", "breakpoint3"),
    "structural_variants": (*FUSION_COLUMNS, "event", "breakpoint1", "breakpoint2"),
    "samples": (
        *("patient", "sample", "timepoint", "assay", "genome_build", "blast_pct"),
    ),
}
SOUND = {
    **{"sample": "S1", "assay": "PANEL", "timepoint": "diagnosis", "vaf": "0.4"},
    **{"genome_build": "GRCh38", "chrom": "17", "pos": "7674220", "ref": "C"},
    **{"alt": "T", "gene": "TP53", "transcript": "ENST00000269305.9"},
    **{"consequence": "missense_variant", "protein_change": "R248Q", "depth": "500"},
    **{"hgvsp": "p.Arg248Gln", "alt_reads": "200", "filter": "PASS", "kept": "yes"},
    **{"pathogenicity": "pathogenic", "hotspot": "TP53 R248Q"},
}


def frame(name: str, *rows: dict) -> pd.DataFrame:
    """Make a table of text; what a row does not say is empty."""
    columns = list(COLUMNS[name])
    filled = [{**dict.fromkeys(columns, ""), **row} for row in rows]
    return pd.DataFrame(filled, columns=columns, dtype=object)


def variant(**cells: str) -> dict:
    """A kept TP53 R248Q of patient P1, with some cells changed."""
    return {"patient": "P1", **SOUND, **cells}


@pytest.fixture(scope="session")
def delivered(root):
    """Return the delivered settings."""
    return yaml.safe_load((root / "config/config.yaml").read_text())


@pytest.fixture
def export(root, tmp_path, delivered):
    """Return a function that runs the rule on tables; returns the folder of exports."""

    def run(name="export", audience="internal", cohort_name="few", **tables) -> Path:
        paths = {}
        for table in COLUMNS:
            paths[table] = tmp_path / "in" / f"{table}.tsv"
            write_table(tables.get(table, frame(table)), paths[table])
        samples = tables.get("samples", frame("samples"))
        paths.pop("samples")
        resources = root / "resources"
        folder = tmp_path / name
        write_exports.main(
            exports=str(folder),
            samples=samples.to_dict("records"),
            cohort_name=cohort_name,
            genome_build="GRCh38",
            remission_below_blasts_pct=20,
            names={
                "population": list(delivered["populations"]),
                "endpoint": list(delivered["endpoints"]),
            },
            survival=["os", "lfs"],
            groups={k: with_levels(g) for k, g in delivered["groups"].items()},
            report={**delivered["report"], "audience": audience},
            panel=resources / "panel/genes.tsv",
            consequences=resources / "variants/consequences.tsv",
            classifications=resources / "exports/variant_classifications.tsv",
            lesion_rules=resources / "genotypes/lesions.tsv",
            attributes=resources / "exports/cbioportal_attributes.tsv",
            dictionary=resources / "exports/dictionary.tsv",
            clinical_columns=resources / "clinical/columns.tsv",
            **paths,
        )
        return folder

    return run


@pytest.fixture
def few():
    """
    Four patients, each for one thing the exports must say.

    P1 has TP53 R248Q. P2 has BCR::ABL1 by RNA and no TP53 result: outside the targets.
    P3 has no sample. P4 has Ph by FISH alone: RNA was done and shows no fusion.
    """
    person = {"sex": "F", "age": "40", "os_event": "0", "os_months": "10"}
    return {
        "cohort": frame(
            "cohort",
            {"patient": "P1", **person, "tp53": "present", "ph": "not_assessed"},
            {"patient": "P2", **person, "tp53": "not_assessed", "os_event": "1"},
            {"patient": "P3", **person, "os_event": "", "os_months": ""},
            {"patient": "P4", **person, "tp53": "absent", "ph": "present"},
        ),
        "samples": frame(
            "samples",
            *(
                {"patient": p, "sample": s, "timepoint": "diagnosis", "assay": a}
                for p, s, a in (
                    *(("P1", "S1", "PANEL"), ("P2", "S2", "OLD_PANEL")),
                    *(("P2", "S2", "RNA"), ("P4", "S4", "PANEL"), ("P4", "S4", "RNA")),
                )
            ),
        ),
        "variants": frame("variants", variant()),
        "callability": frame(
            "callability",
            *(
                {"patient": p, "sample": s, "assay": a, "gene": gene, "state": state}
                for p, s, a, gene, state in (
                    ("P1", "S1", "PANEL", "TP53", "indeterminate"),
                    ("P1", "S1", "PANEL", "KRAS", "callable"),
                    ("P2", "S2", "OLD_PANEL", "TP53", "not_assessed"),
                    ("P2", "S2", "OLD_PANEL", "KRAS", "callable"),
                    ("P4", "S4", "PANEL", "TP53", "assumed"),
                    ("P4", "S4", "PANEL", "KRAS", "callable"),
                )
            ),
        ),
        "fusions": frame(
            "fusions",
            {
                **{"patient": "P2", "sample": "S2", "assay": "RNA", "gene5": "BCR"},
                **{"gene3": "ABL1", "callers": "arriba", "split_reads": "12"},
                **{"spanning_reads": "7", "tier": "A", "lesion": "ph"},
                **{"rule": "BCR::ABL1", "breakpoint5": "22:23290413"},
                **{"breakpoint3": "9:130854064"},
            },
        ),
        "lesions": frame(
            "lesions",
            *(
                {"patient": p, "lesion": lesion, "state": state}
                for p, lesion, state in (
                    ("P2", "ph", "present"),
                    ("P2", "abl_class", "absent"),
                    ("P2", "pax5_fusion", "absent"),
                    ("P4", "ph", "present"),
                    ("P4", "abl_class", "absent"),
                    ("P4", "pax5_fusion", "absent"),
                )
            ),
        ),
        "evidence": frame(
            "evidence",
            {"patient": "P2", "sample": "S2", "kind": "rna_fusion", "lesion": "ph"},
            {
                "patient": "P4",
                "sample": "S4",
                "kind": "rna_fusion",
                "lesion": "abl_class",
            },
            {"patient": "P4", "kind": "fish", "lesion": "ph"},
        ),
    }
