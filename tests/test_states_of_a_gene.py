"""From the sample sheet's cells to the state of TP53, and what a model makes of it."""

import pandas as pd
import pytest

from ballad.callability import callability_table, sample_callability
from ballad.coverage import covered_bases
from ballad.evidence import variant_evidence
from ballad.exons import exons_of
from ballad.lesions import lesion_table, numbered
from ballad.outcomes.models import fit_models
from ballad.tables import read_table

CDS = ["chr17\t0\t1000\tTP53|NM_000546|exon1", "chr9\t0\t100\tPAX5|NM_016734|exon1"]
CODING = {"TP53": 1000, "PAX5": 100}
VARIANTS = pd.DataFrame(
    columns=[
        *("patient", "sample", "assay", "gene", "kept", "reason", "pathogenicity"),
        *("depth", "alt_reads", "vaf", "flags", "hotspot", "consequence", "filter"),
    ]
)


@pytest.fixture
def tp53(root, tmp_path):
    """Return a function: coverage text, targets, assay -> state of TP53 and basis."""
    lesions = read_table(root / "resources/genotypes/lesions.tsv")

    def state(covered=None, targeted=None, assume_covered=False):
        path = tmp_path / "covered.bed"
        path.write_text(covered or "")
        sample = {"patient": "P1", "sample": "T", "assay": "PANEL", "vcf": "t.vcf"}
        sample["coverage"] = "" if covered is None else str(path)
        assay = {"min_depth": 100, "assume_covered": assume_covered}
        found = (
            None if covered is None else covered_bases(str(path), 100, exons_of(CDS))
        )
        rows = sample_callability(
            sample, assay, ("TP53", "PAX5"), targeted, CODING, 0.95, found
        )
        table = callability_table(rows)
        evidence = numbered(variant_evidence(VARIANTS, table, lesions, [sample]))
        found = lesion_table(evidence, ["P1"], lesions).set_index("lesion")
        return found.loc["tp53", "state"]

    return state


def test_a_covered_gene_without_a_variant_is_absent(tp53):
    assert tp53("chr17\t0\t950\n") == "absent"


def test_an_uncovered_gene_is_indeterminate(tp53):
    assert tp53("chr17\t0\t949\n") == "indeterminate"
    assert tp53("") == "indeterminate"
    assert tp53("", assume_covered=True) == "indeterminate"


def test_a_gene_outside_the_targets_is_not_assessed(tp53):
    assert tp53("chr17\t0\t1000\n", targeted={"PAX5"}) == "not_assessed"


def test_without_a_coverage_file_a_gene_is_indeterminate_unless_assumed(tp53):
    assert tp53() == "indeterminate"
    assert tp53(assume_covered=True) == "absent"


SPECIFICATION = {
    **{"endpoint": "os", "cause": "death", "population": "all", "method": "cox"},
    "covariates": {"tp53": {}},
}
ENDPOINTS = {
    "os": {
        **{"kind": "time", "from": "treatment_start", "population": "all"},
        "to": {"death": {"date": "death_date"}},
    }
}
STATISTICS = {
    **{"confidence_level": 0.95, "ties": "efron", "min_events": 5},
    **{"events_per_variable": 10, "day_zero_days": 0.5, "rare_level": 0.2},
    **{"variance_inflation": 10, "proportional_hazards_p": 0.05},
    **{"period_split_months": 6},
}


def cohort(states):
    """Make a SYNTHETIC cohort; patient n is followed for n + 1 tens of days."""
    days = [10 * (n + 1) for n in range(len(states))]
    return pd.DataFrame(
        {
            "patient": [f"P{n}" for n in range(len(states))],
            "tp53": states,
            "in_all": "yes",
            "os_origin_day": "0",
            "os_days": [str(day) for day in days],
            "os_months": [str(day / 30.4375) for day in days],
            "os_event": [str(n % 3 != 0 and 1 or 0) for n in range(len(states))],
            "os_cause": ["death" if n % 3 else "" for n in range(len(states))],
        }
    )


@pytest.mark.parametrize("state", ["indeterminate", "not_assessed"])
def test_a_patient_whose_gene_was_not_told_changes_no_estimate(state):
    told = ["present", "absent", "absent", "present", "absent"] * 6
    estimates = ["estimate", "ci_low", "ci_high", "p", "n", "events"]

    without, added = (
        fit_models(cohort(states), {"os": SPECIFICATION}, ENDPOINTS, {}, STATISTICS)
        for states in (told, [*told, state])
    )

    assert without["estimate"].notna().all()
    assert without[estimates].equals(added[estimates])
