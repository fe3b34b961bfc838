"""Start-stop rows: the order of events decides, and no event is lost."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballad.outcomes.splitting import split_follow_up

NEVER = float("nan")
DAY_ZERO = 0.5


def split(days, event, exposure_day):
    """Split one patient; returns rows of (start, stop, event, exposed)."""
    follow_up = pd.DataFrame({"patient": ["007"], "days": [days], "event": [event]})
    exposures = pd.DataFrame({"hct": [exposure_day]})
    rows = split_follow_up(follow_up, exposures, DAY_ZERO)
    return [tuple(row) for row in rows[["start", "stop", "event", "hct"]].to_numpy()]


@pytest.mark.parametrize(
    ("days", "event", "exposure_day", "rows"),
    [
        (100, 1, NEVER, [(0, 100, 1, 0)]),
        (100, 1, 40, [(0, 40, 0, 0), (40, 100, 1, 1)]),
        (100, 0, 40, [(0, 40, 0, 0), (40, 100, 0, 1)]),
        (100, 1, 99, [(0, 99, 0, 0), (99, 100, 1, 1)]),
        # The event comes first on its own day, and so does a censoring.
        (100, 1, 100, [(0, 100, 1, 0)]),
        (100, 0, 100, [(0, 100, 0, 0)]),
        (100, 1, 101, [(0, 100, 1, 0)]),
        (100, 1, 0, [(0, 100, 1, 1)]),
        (100, 1, -5, [(0, 100, 1, 1)]),
        (100, 1, 1, [(0, 1, 0, 0), (1, 100, 1, 1)]),
        (1, 1, 0, [(0, 1, 1, 1)]),
        # Both on day 0: the event comes first, and day 0 lasts half a day.
        (0, 1, 0, [(0, 0.5, 1, 0)]),
        (0, 1, -1, [(0, 0.5, 1, 1)]),
        (0, 0, NEVER, [(0, 0.5, 0, 0)]),
        # Day 1 lies after the event of day 0, though 0 counts as half a day.
        (0, 1, 1, [(0, 0.5, 1, 0)]),
    ],
)
def test_the_order_of_whole_days_decides_on_exposure(days, event, exposure_day, rows):
    assert split(days, event, exposure_day) == rows


def test_two_exposures_cut_twice():
    follow_up = pd.DataFrame({"patient": ["1"], "days": [90], "event": [1]})
    exposures = pd.DataFrame({"hct": [60], "gvhd": [30]})

    rows = split_follow_up(follow_up, exposures, DAY_ZERO)

    assert rows[["start", "stop", "event", "hct", "gvhd"]].to_numpy().tolist() == [
        [0, 30, 0, 0, 0],
        [30, 60, 0, 0, 1],
        [60, 90, 1, 1, 1],
    ]


@pytest.mark.parametrize("days", [float("nan"), -1])
def test_a_follow_up_that_cannot_be_is_named(days):
    with pytest.raises(ValueError, match="before the origin: 007"):
        split(days, 0, NEVER)


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.booleans(), st.none() | st.integers(-10, 60)),
        min_size=1,
        max_size=30,
    )
)
def test_splitting_keeps_every_event_and_every_day(patients):
    days, events, exposure = zip(*patients, strict=True)
    follow_up = pd.DataFrame(
        {
            "patient": [str(i) for i in range(len(days))],
            "days": days,
            "event": [int(event) for event in events],
        }
    )
    exposures = pd.DataFrame({"hct": pd.Series(exposure, dtype=float)})

    rows = split_follow_up(follow_up, exposures, DAY_ZERO)

    assert (rows["start"] < rows["stop"]).all()
    by_patient = rows.groupby("patient")
    expected = follow_up.set_index("patient").sort_index()
    assert by_patient["event"].sum().eq(expected["event"]).all()
    length = (rows["stop"] - rows["start"]).groupby(rows["patient"]).sum()
    assert length.eq(expected["days"].clip(lower=DAY_ZERO)).all()


@pytest.mark.parametrize(
    ("entry", "exposure_day", "rows"),
    [
        (30, NEVER, [(30, 100, 1, 0)]),
        (30, 40, [(30, 40, 0, 0), (40, 100, 1, 1)]),
        # Exposed before coming under observation: exposed from the entry.
        (30, 30, [(30, 100, 1, 1)]),
        (30, 10, [(30, 100, 1, 1)]),
    ],
)
def test_nobody_is_at_risk_before_the_delayed_entry(entry, exposure_day, rows):
    follow_up = pd.DataFrame({"patient": ["007"], "days": [100], "event": [1]})
    exposures = pd.DataFrame({"hct": [exposure_day]})

    split_rows = split_follow_up(follow_up, exposures, DAY_ZERO, pd.Series([entry]))

    columns = ["start", "stop", "event", "hct"]
    assert [tuple(row) for row in split_rows[columns].to_numpy()] == rows
