import pandas as pd
import pytest

from ballad.reads.quality import judged, with_failed

LIMITS = {
    **{"min_reads": 1000, "min_on_target_rate": 0.2, "min_mean_depth": 30},
    **{"min_fraction_at_min_depth": 0.5, "max_duplicate_rate": 0.9},
}
SOUND = {
    **{"reads": 50000, "on_target_rate": 0.6, "mean_depth": 400.0},
    **{"duplicate_rate": 0.3, "fraction_at_min_depth": 0.99},
}


def test_a_sound_sample_passes_without_a_reason():
    assert judged(SOUND, LIMITS, True) == ("passed", "")


@pytest.mark.parametrize(
    ("measure", "value", "reason"),
    [
        ("reads", 999, "reads 999 below 1000"),
        ("on_target_rate", 0.19, "on-target rate 0.19 below 0.2"),
        ("mean_depth", 29.9, "mean depth 29.9 below 30"),
        ("duplicate_rate", 0.95, "duplicate rate 0.95 above 0.9"),
        ("fraction_at_min_depth", 0.1, "fraction at min_depth 0.1 below 0.5"),
    ],
)
def test_each_limit_fails_a_sample_with_value_and_limit(measure, value, reason):
    assert judged({**SOUND, measure: value}, LIMITS, True) == ("failed", reason)


def test_all_limits_missed_are_named():
    poor = {**SOUND, "reads": 10, "mean_depth": 1.0}

    assert judged(poor, LIMITS, True)[1].count(";") == 1


def test_the_limit_itself_passes_and_what_is_not_measured_is_not_judged():
    assert judged({**SOUND, "mean_depth": 30}, LIMITS, True)[0] == "passed"
    assert judged({**SOUND, "duplicate_rate": None}, LIMITS, True)[0] == "passed"
    assert judged({**SOUND, "mean_depth": 1}, {}, True)[0] == "passed"


def test_most_reads_of_an_exome_lie_off_the_panel():
    exome = {**SOUND, "on_target_rate": 0.01}

    assert judged(exome, LIMITS, False)[0] == "passed"
    assert judged(exome, LIMITS, True)[0] == "failed"


def test_genes_of_a_failed_sample_are_indeterminate_with_its_reason():
    genes = pd.DataFrame(
        {
            **{"patient": ["1", "1", "2"], "sample": ["a", "a", "b"]},
            **{"assay": "PANEL", "gene": ["TP53", "NF1", "TP53"]},
            **{"state": ["callable", "not_assessed", "callable"], "source": "x.bed"},
        }
    )
    quality = pd.DataFrame(
        {
            **{"patient": ["1", "2"], "sample": ["a", "b"], "assay": "PANEL"},
            **{"status": ["failed", "passed"], "reason": ["reads 9 below 1000", ""]},
        }
    )

    found = with_failed(genes, quality)

    assert found["state"].tolist() == ["indeterminate", "not_assessed", "callable"]
    assert found["source"][0] == "failed reads: reads 9 below 1000"
    assert found["source"][2] == "x.bed"


def test_a_cohort_without_reads_stays_as_it_is():
    genes = pd.DataFrame(
        {
            **{"patient": ["1"], "sample": ["a"], "assay": ["PANEL"]},
            **{"gene": ["TP53"], "state": ["callable"], "source": ["x"]},
        }
    )
    nothing = pd.DataFrame(columns=["patient", "sample", "assay", "status", "reason"])

    pd.testing.assert_frame_equal(with_failed(genes, nothing), genes)
