"""Differences of restricted means against R, and where there is none."""

import json
import math

import pandas as pd
import pytest

from ballad.outcomes.kaplan_meier import kaplan_meier, restricted_mean
from ballad.outcomes.restricted_means import (
    difference_rows,
    restricted_mean_differences,
)
from ballad.outcomes.survival import SUMMARY

STATISTICS = {"confidence_level": 0.95, "min_events": 5, "rmst_months": 24}


@pytest.fixture(scope="module")
def arms(root):
    """Return KMsurv's bmt by disease; days stand for months."""
    bmt = pd.read_csv(root / "tests/oracle/data/bmt.csv")
    table = bmt.rename(columns={"t2": "months", "d3": "event"})
    return {group: table[table["group"] == group] for group in ("ALL", "AMLhigh")}


def test_the_difference_and_its_interval_are_those_of_r(root, arms):
    path = root / "tests/oracle/expected/rmst_bmt_1000.json"
    expected = json.loads(path.read_text())["expected"]
    difference = expected["rmean"][1] - expected["rmean"][0]
    half = 1.959963984540054 * math.hypot(*expected["se"][:2])

    (row,) = restricted_mean_differences(arms, 1000, STATISTICS)

    assert row["group"] == "AMLhigh - ALL"
    assert (row["n"], row["events"]) == (
        sum(map(len, arms.values())),
        sum(int(arm["event"].sum()) for arm in arms.values()),
    )
    found = (row["value"], row["ci_low"], row["ci_high"])
    assert found == pytest.approx((difference, difference - half, difference + half))


def test_the_order_of_the_groups_only_turns_the_sign(arms):
    (there,) = restricted_mean_differences(arms, 1000, STATISTICS)
    turned = dict(reversed(arms.items()))
    (back,) = restricted_mean_differences(turned, 1000, STATISTICS)

    assert back["value"] == pytest.approx(-there["value"])
    assert back["ci_low"] == pytest.approx(-there["ci_high"])


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (lambda arm: arm.iloc[:0], "not estimable: no patients"),
        (lambda arm: arm.assign(event=0), "a group has no event up to 1000 months"),
    ],
)
def test_a_group_that_cannot_be_compared_has_a_reason(arms, change, note):
    changed = {**arms, "AMLhigh": change(arms["AMLhigh"])}

    (row,) = restricted_mean_differences(changed, 1000, STATISTICS)

    assert math.isnan(row["value"])
    assert note in row["note"]


def test_too_few_events_are_not_compared(arms):
    (row,) = restricted_mean_differences(arms, 1000, {**STATISTICS, "min_events": 99})

    assert row["note"] == f"not estimable: {row['events']} events, fewer than 99"


def test_every_grouped_curve_has_its_rows():
    cohort = pd.DataFrame(
        {
            "in_all": "yes",
            "sex": ["F", "M"] * 6,
            "os_months": [str(month) for month in range(1, 13)],
            "os_event": "1",
            "os_cause": "death",
        }
    )
    curves = {"a": {"endpoint": "os", "population": "all", "group_by": "sex"}}

    rows = difference_rows(cohort, {}, {**STATISTICS, "curves": curves})

    assert list(rows) == list(SUMMARY)
    assert list(rows["group"]) == ["M - F"]
    assert list(rows["time_months"]) == [11]
    # Survival falls by 1/6 at each event; areas to 11: F 6 - 0 ... by hand 36/6 and
    # (2+4+6+8+10+11)/6.
    assert rows["value"].iloc[0] == pytest.approx(41 / 6 - 36 / 6)


def test_the_difference_counts_delayed_entry_as_the_means_do(arms):
    # Nobody is at risk before 50: who enters then does not thin the first events.
    late = {
        name: arm[arm["months"] > 50].assign(entry=50.0) for name, arm in arms.items()
    }
    means = [
        restricted_mean(
            kaplan_meier(arm["months"], arm["event"], 0.95, arm["entry"]), 1000
        )[0]
        for arm in late.values()
    ]
    mixed = {"ALL": late["ALL"].assign(entry=[0.0, 50.0] * (len(late["ALL"]) // 2)
             + [0.0] * (len(late["ALL"]) % 2)), "AMLhigh": late["AMLhigh"]}  # fmt: skip

    (row,) = restricted_mean_differences(late, 1000, STATISTICS)
    (other,) = restricted_mean_differences(mixed, 1000, STATISTICS)

    assert row["value"] == pytest.approx(means[1] - means[0])
    assert other["value"] != pytest.approx(row["value"])
