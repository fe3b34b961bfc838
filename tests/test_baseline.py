import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballad.baseline import (
    choice_table,
    choose_samples,
    counted_samples,
    discordant_table,
    few_blast_samples,
    in_window,
    sample_days,
    without_few_blast_negatives,
)
from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.lesions import Evidence
from ballad.states import ABSENT, PRESENT


def sample(name="T", assay="PANEL", timepoint="diagnosis", **files):
    blank = dict.fromkeys(SAMPLE_COLUMNS, "")
    own = {"patient": "P1", "sample": name, "assay": assay, "timepoint": timepoint}
    return {**blank, **own, **files}


def names(samples):
    return [row["sample"] for row in counted_samples(samples)]


@pytest.mark.parametrize("timepoint", ["remission", "relapse", "normal"])
def test_a_sample_from_after_the_start_of_therapy_is_no_baseline(timepoint):
    assert names([sample(timepoint=timepoint)]) == []


def test_the_sample_before_therapy_counts_and_not_the_one_of_diagnosis():
    diagnosis, later = sample("D"), sample("B", timepoint="pre_treatment")

    assert names([diagnosis, later]) == ["B"]
    assert names([later, diagnosis]) == ["B"]


def test_each_assay_has_its_own_latest_sample():
    rows = [sample("D", assay="RNA"), sample("B", timepoint="pre_treatment")]

    assert names(rows) == ["D", "B"]


def test_two_files_of_one_sample_both_count():
    assert names([sample(vcf="snv.vcf"), sample(vcf="indel.vcf")]) == ["T", "T"]


@pytest.mark.parametrize(
    ("blast_pct", "supports", "expected"),
    [
        ("19.9", "absent", "indeterminate"),
        ("20", "absent", "absent"),  # a value equal to the limit is enough
        ("", "absent", "absent"),  # unknown is not few
        ("5", "present", "present"),  # what is seen is there
    ],
)
def test_a_specimen_with_few_blasts_proves_no_absence(blast_pct, supports, expected):
    item = Evidence("1", "S", "PANEL", "tp53", supports, "dna_snv", "f", "r", "")
    sample = {"patient": "1", "sample": "S", "assay": "PANEL", "blast_pct": blast_pct}

    (found,) = without_few_blast_negatives([item], [sample], 20)

    assert found.supports == expected


TWO = [
    sample("A", timepoint="pre_treatment", blast_pct="80"),
    sample("B", timepoint="pre_treatment", blast_pct="60"),
]


def test_of_two_pre_treatment_samples_the_last_one_counts():
    kept = counted_samples(TWO, [-60, -10], 20)

    assert [row["sample"] for row in kept] == ["B"]


def test_the_last_sample_with_overt_disease_counts_before_a_later_one_without():
    rows = [TWO[0], {**TWO[1], "blast_pct": "5"}]

    assert [c.reason for c in choose_samples(rows, [-60, -10], 20)] == [
        "counts",
        "few blasts; another sample has overt disease",
    ]


def test_where_a_day_is_unknown_all_samples_of_the_timepoint_count():
    assert len(counted_samples(TWO, [None, -10], 20)) == 2


def test_a_sample_without_overt_disease_counts_if_there_is_no_other():
    (only,) = choose_samples([{**TWO[0], "blast_pct": "5"}], [-10], 20)

    assert only.counted


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (-91, "outside"),
        (-90, "inside"),
        (7, "inside"),
        (8, "outside"),
        (None, "unknown"),
    ],
)
def test_both_ends_of_the_window_are_inside(day, expected):
    assert in_window(day, [-90, 7]) == expected


def test_a_sample_outside_the_window_is_kept_and_flagged():
    (row,) = choice_table(choose_samples([TWO[0]], [-120]), [-90, 7]).to_dict("records")

    assert (row["counted"], row["window"], row["day"]) == ("yes", "outside", -120)


def test_days_are_counted_from_the_first_dose():
    starts = pd.DataFrame({"patient": ["P1"], "_start": [pd.Timestamp("2020-03-01")]})
    rows = [sample(date="2020-02-01"), sample(date=""), sample(date="02/2020")]

    assert sample_days(rows, starts, "dates", "%Y-%m-%d") == [-29, None, None]
    assert sample_days([sample(date="-29")], starts, "days", "") == [-29]


def evidence(name, supports, tier="", assay="PANEL"):
    return Evidence("P1", name, assay, "tp53", supports, "dna_snv", "f", "r", tier)


def test_samples_that_contradict_each_other_are_listed():
    choices = choose_samples(TWO, [-60, -10], 20)
    found = [
        evidence("A", PRESENT, "A"),
        evidence("A", ABSENT),  # the other exons
        evidence("B", ABSENT),
    ]

    table = discordant_table(found, choices)

    assert table[["sample", "day", "counted", "state"]].values.tolist() == [
        ["A", -60, "no", PRESENT],
        ["B", -10, "yes", ABSENT],
    ]


def test_samples_that_agree_and_weak_findings_are_not_listed():
    choices = choose_samples(TWO, [-60, -10], 20)

    assert discordant_table(
        [evidence("A", ABSENT), evidence("B", ABSENT)], choices
    ).empty
    weak = [evidence("A", PRESENT, "C"), evidence("B", ABSENT)]
    assert discordant_table(weak, choices).empty


@given(st.permutations(range(4)))
def test_the_order_of_the_sample_sheet_does_not_matter(order):
    rows = [
        *TWO,
        sample("C", timepoint="diagnosis"),
        sample("D", timepoint="pre_treatment", assay="RNA"),
    ]
    days = [-60, -10, -300, None]

    kept = counted_samples([rows[i] for i in order], [days[i] for i in order], 20)

    assert {row["sample"] for row in kept} == {"B", "D"}


def test_a_specimen_in_remission_is_known_by_its_own_blasts():
    rows = [
        {"patient": "P1", "sample": sample, "blast_pct": blasts}
        for sample, blasts in (("A", "19.9"), ("A", "19.9"), ("B", "20"), ("C", ""))
    ]

    assert few_blast_samples(rows, 20) == [("P1", "A")]
