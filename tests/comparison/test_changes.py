"""Genotypes and estimates beside those of an earlier run."""

import pandas as pd

from ballad.comparison.causes import Causes, Difference
from ballad.comparison.changes import changes

ROW = {
    "model": "lfs",
    "endpoint": "lfs",
    "cause": "",
    "population": "remission",
    "method": "cox",
    "term": "tp53",
    "level": "",
    "note": "",
}


def run(calls, *models):
    genotypes = [
        {"patient": p, "subtype": s, "tp53": t, "evidence_fingerprint": f"{s}{t}"}
        for p, (s, t) in calls.items()
    ]
    return {
        "genotypes": pd.DataFrame(genotypes),
        "models": pd.DataFrame([{**ROW, **model} for model in models]).fillna(""),
    }


def fitted(estimate, low="1", high="4", n="20", events="9", **more):
    return {
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
        "n": n,
        "events": events,
        **more,
    }


def listed(table, *kinds):
    return [tuple(row) for row in table.to_numpy() if row[0] in kinds]


def test_moved_flags_and_patients_are_named_with_their_reason():
    before = run({"001": ("PH", "absent"), "002": ("B_OTHER", "absent")}, fitted("2"))
    after = run({"001": ("PH", "present"), "007": ("PH", "absent")}, fitted("2"))
    causes = Causes(
        [
            Difference("input", "001.vcf", "aa", "bb", "001"),
            Difference("input", "samples.tsv", "", "cc", "007"),
        ]
    )

    table = changes(before, after, causes)

    assert listed(table, "patient", "genotype") == [
        ("patient", "002", "genotypes.tsv", "in the cohort", "not in the cohort")
        + ("no recorded cause",),
        ("patient", "007", "genotypes.tsv", "not in the cohort", "in the cohort")
        + ("input: samples.tsv",),
        ("genotype", "001", "tp53", "absent", "present", "input: 001.vcf"),
    ]


def test_a_moved_estimate_shows_both_values_with_their_counts():
    before = run({"1": ("PH", "absent")}, fitted("2"))
    after = run({"1": ("PH", "present")}, fitted("2.5", low="", events="10"))

    assert listed(changes(before, after, Causes()), "estimate") == [
        (
            "estimate",
            "",
            "models: lfs, lfs, remission, cox, tp53",
            "2 (1 to 4), n 20, events 9",
            "2.5 (open to 4), n 20, events 10",
            "genotype of 1 patient moved",
        )
    ]


def test_an_estimate_that_became_not_estimable_says_so():
    refused = fitted("", "", "", events="4", note="not estimable: 4 events")
    table = changes(
        run({"1": ("PH", "")}, fitted("2")), run({"1": ("PH", "")}, refused), Causes()
    )

    assert listed(table, "estimate")[0][4] == "not estimable: 4 events, n 20, events 4"


def test_the_last_digits_of_a_machine_are_no_change():
    before = run({"1": ("PH", "")}, fitted("2.000000001"))
    after = run({"1": ("PH", "")}, fitted("2.000000002"))

    assert listed(changes(before, after, Causes()), "comparison", "estimate") == [
        ("comparison", "", "genotypes.tsv", "1", "1", "made from the same")
    ]


def test_rows_of_one_name_are_told_apart_by_their_order():
    both = [fitted("2"), fitted("3")]
    before = run({"1": ("PH", "")}, *both)
    after = run({"1": ("PH", "")}, fitted("2"), fitted("3.5"))

    found = listed(changes(before, after, Causes()), "estimate")

    assert [(row[3][:1], row[4][:3]) for row in found] == [("3", "3.5")]


def test_a_table_that_the_earlier_run_lacks_is_not_compared():
    before = {"genotypes": run({"1": ("PH", "")})["genotypes"]}

    table = changes(before, run({"1": ("PH", "")}, fitted("2")), Causes())

    assert listed(table, "estimate") == []
