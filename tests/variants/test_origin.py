import pandas as pd
import pytest

from ballad.variants.origin import one_strand, with_origin_flags

GERMLINE = [[0.40, 0.60], [0.90, 1.0]]
ROW = {
    **{"patient": "P1", "sample": "P1-D", "timepoint": "diagnosis"},
    "genome_build": "GRCh38",
    **{"chrom": "17", "pos": 7674220, "ref": "C", "alt": "T", "gene": "TP53"},
    **{"vaf": 0.45, "flags": "", "reason": "", "kept": "yes"},
}


def flags(*rows, few_blasts=()):
    calls = pd.DataFrame([{**ROW, **row} for row in rows])
    found = with_origin_flags(calls, GERMLINE, 0.05, few_blasts)
    assert found.drop(columns="flags").equals(calls.drop(columns="flags"))
    return found["flags"].tolist()


@pytest.mark.parametrize(
    ("before", "remission", "flag"),
    [
        (0.45, 0.45, "germline_suspect"),
        (0.45, 0.40, "germline_suspect"),
        (0.45, 0.60, "germline_suspect"),
        (0.45, 0.39, ""),
        (0.95, 0.90, "germline_suspect"),
        (0.45, 0.61, ""),
        (0.10, 0.05, "possible_chip"),
        (0.10, 0.15, "possible_chip"),
        (0.11, 0.05, ""),
        (0.45, 0.01, ""),
        (0.45, None, ""),
        (None, 0.03, ""),
    ],
)
def test_what_remission_shows_again_is_flagged_in_every_sample(before, remission, flag):
    after = {"timepoint": "remission", "vaf": remission}

    assert flags({"vaf": before}, after) == [flag, flag]


def test_another_patient_or_variant_is_not_flagged():
    found = flags(
        {},
        {"patient": "P2", "timepoint": "remission"},
        {"pos": 7674221, "timepoint": "remission", "vaf": 0.2},
    )

    assert found == ["", "germline_suspect", ""]


@pytest.mark.parametrize(
    ("vaf", "flag"), [(0.48, "germline_suspect"), (0.95, "germline_suspect"), (0.2, "")]
)
def test_few_blasts_cannot_give_the_vaf_of_an_inherited_variant(vaf, flag):
    # Two percent of blasts: a variant of the leukaemia has a VAF of .02 at most.
    scanty = {"sample": "P1-R", "timepoint": "pre_treatment", "vaf": vaf}

    assert flags(scanty, few_blasts={("P1", "P1-R")}) == [flag]
    assert flags({}, scanty, few_blasts={("P1", "P1-R")}) == [flag, flag]
    assert flags(scanty, few_blasts={("P2", "P1-R")}) == [""]


def test_few_blasts_tell_nothing_of_an_old_clone():
    scanty = {"sample": "P1-R", "timepoint": "pre_treatment", "vaf": 0.1}

    assert flags({"vaf": 0.1}, scanty, few_blasts={("P1", "P1-R")}) == ["", ""]


def test_a_relapse_says_nothing_about_the_origin():
    assert flags({}, {"timepoint": "relapse"}) == ["", ""]


def test_flags_that_stand_there_stay_and_a_rejected_row_tells_too():
    found = flags(
        {"flags": "exon_end_review"},
        {"timepoint": "remission", "kept": "no", "reason": "low_depth"},
    )

    assert found == ["exon_end_review,germline_suspect", "germline_suspect"]


def test_no_call_gives_an_empty_table():
    assert with_origin_flags(pd.DataFrame([ROW]).iloc[:0], GERMLINE, 0.05).empty


@pytest.mark.parametrize(
    ("forward", "reverse", "expected"),
    [(5, 0, True), (0, 5, True), (3, 2, False), (None, 5, False), (0, 0, False)],
)
def test_reads_of_one_strand_alone(forward, reverse, expected):
    assert one_strand(forward, reverse) is expected
