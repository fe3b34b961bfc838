import json

import pandas as pd
import pytest

from ballad.outcomes import significance
from ballad.outcomes.significance import adjusted, not_estimable


@pytest.mark.parametrize(
    ("sizes", "events", "reason"),
    [
        ([3, 2], 5, ""),
        ([3, 2], 4, "not estimable: 4 events, fewer than 5"),
        ([3, 2], None, ""),
        ([3, 0], 9, "not estimable: 1 group with patients"),
        ([], 9, "not estimable: 0 groups with patients"),
    ],
)
def test_the_reason_names_what_is_missing(sizes, events, reason):
    assert not_estimable(sizes, events, 5) == reason


def rows(p, **labels):
    plain = {"analysis": "survival", "endpoint": "os", "test": "log-rank"}
    same = {**plain, "population": "all", **labels}
    return significance.tests_table([same | {"p": value} for value in p])


def test_p_is_adjusted_within_one_endpoint(root):
    text = (root / "tests/oracle/expected/padjust.json").read_text()
    wanted = json.loads(text)["expected"]
    both = [rows(wanted["p"]), rows([0.04], endpoint="lfs")]

    table = adjusted(pd.concat(both, ignore_index=True))

    assert table["p_adjusted"].tolist() == pytest.approx(
        [*wanted["BH"], float("nan")], nan_ok=True
    )


def test_a_test_alone_has_no_family_to_be_adjusted_for():
    assert adjusted(rows([0.02])).loc[:, "p_adjusted"].isna().all()


def test_a_family_does_not_mix_populations():
    both = [rows([0.02, 0.5], population="rr"), rows([0.04, 0.5], population="mrd")]

    table = adjusted(pd.concat(both, ignore_index=True))

    assert table["p_adjusted"].tolist() == pytest.approx([0.04, 0.5, 0.08, 0.5])


def test_what_was_not_estimable_does_not_count_in_the_family():
    table = adjusted(rows([0.02, float("nan"), 0.5]))

    # Two tests: 0.02 * 2.
    assert table["p_adjusted"].iloc[0] == pytest.approx(0.04)
    assert table["p_adjusted"].isna().tolist() == [False, True, False]
