"""Checks of models: none tells what its model hides."""

import pandas as pd
import pytest

from ballad.disclosure import SmallCounts
from ballad.shareable import shared
from tests.test_shareable_outcomes import models

SMALL = SmallCounts(5)
COLUMNS = "model check term statistic df p status note".split()


def diagnostics(*rows):
    """Lay out (model, check, term, statistic, status, note)."""
    cells = [(*row[:4], "", "", *row[4:]) for row in rows]
    return pd.DataFrame(cells, columns=COLUMNS, dtype=object)


def interaction(in_rr):
    return models(
        ("lfs", "tp53", "present", 94, 15),
        ("lfs", "arm", "R/R", 94, 56),
        ("lfs", "both", "tp53 present and arm R/R", 94, in_rr),
        ("lfs", "age", "per 10", 94, ""),
    ).assign(n="158")


@pytest.mark.parametrize(("in_rr", "told"), [(9, "15"), (12, "suppressed")])
def test_no_check_tells_the_events_of_a_hidden_interaction(in_rr, told):
    table = diagnostics(
        ("lfs", "zero_cell", "tp53", "15", "ok", ""),
        ("lfs", "zero_cell", "both", str(in_rr), "ok", ""),
        ("lfs", "events_per_parameter", "", "23.5", "ok", "94 events, 4 covariates"),
    )

    shown = shared("diagnostics", table, SMALL, {"models": interaction(in_rr)})

    rest = told if told == "suppressed" else str(in_rr)
    # The model tells its 94 events in the row of age.
    assert shown["statistic"].tolist() == [told, rest, "23.5"]


def test_where_all_rows_hide_the_events_no_check_tells_them():
    # 60 patients less 57 events are the 3 without one.
    note = "57 events, 1 covariate"
    table = diagnostics(("os", "events_per_parameter", "", "57", "ok", note))

    beside = {"models": models(("os", "age", "per 10", 57, ""))}
    shown = shared("diagnostics", table, SMALL, beside)

    assert shown[["statistic", "note"]].to_numpy().tolist() == [["suppressed"] * 2]


def test_a_level_with_nothing_but_events_is_not_named():
    note = "only events in tp53 present"
    table = diagnostics(("os", "zero_cell", "tp53", "9", "warning", note))
    beside = {"models": models(("os", "tp53", "present", 40, 9))}

    shown = shared("diagnostics", table, SMALL, beside)

    assert shown["note"].tolist() == ["suppressed"]
    assert shared("diagnostics", table, SmallCounts())["note"].tolist() == [note]


def test_hazards_that_are_not_proportional_do_not_give_the_events_of_periods():
    note = "hazard ratio (95% CI) until 6 months 3.1 (1.2-8; 9 events), after 2 (1-3; "
    table = diagnostics(
        ("os", "proportional_hazards", "tp53", "6.1", "violated", note + "48 events)"),
        ("os", "proportional_hazards", "age", "0.1", "ok", ""),
        ("os", "convergence", "cox", "", "ok", "12 steps"),
    )

    shown = shared("diagnostics", table, SMALL)

    assert shown["note"].tolist() == ["suppressed", "", "12 steps"]
    assert shown["statistic"].tolist() == ["6.1", "0.1", ""]
