from itertools import combinations

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from ballad.disclosure import SmallCounts
from ballad.figures.cumulative_incidence import cumulative_incidence, gray_lines

CURVE = {
    "endpoint": "emd_relapse",
    "population": "remission",
    "group_by": "tp53_status",
    "title": "EMD relapse by TP53",
}
WHERE = {name: CURVE[name] for name in ("endpoint", "population", "group_by")}
CAUSES = ("emd", "non_emd", "death")


def incidence(*groups, causes=CAUSES):
    # Four patients: the first cause at 6 months, the last one censored at 30.
    points = pd.DataFrame(
        {
            "time_months": [0.0, 6, 14, 20, 30],
            "cif": [0.0, 0.25, 0.25, 0.25, 0.25],
            "ci_low": [None, 0.01, 0.01, 0.01, 0.01],
            "ci_high": [None, 0.6, 0.6, 0.6, 0.6],
            "n_at_risk": [4.0, 4, 3, 2, 1],
        }
    ).astype(float)
    return pd.concat(
        [
            points.assign(group=group, cause=cause, **WHERE)
            for group in groups
            for cause in causes
        ]
    )


def gray_rows(**p):
    columns = [*WHERE, "test", "cause", "p", "events"]
    rows = [(*WHERE.values(), "Gray", cause, p[cause], 7.0) for cause in p]
    return pd.DataFrame(rows, columns=columns).astype({"p": float, "events": float})


def test_every_cause_has_its_panel_side_by_side(colours, texts):
    figure = cumulative_incidence(incidence("a", "b"), gray_rows(), CURVE, colours)

    assert len(figure.axes) == 3
    assert len({round(axes.get_position().y0, 6) for axes in figure.axes}) == 1
    for label in (
        "extramedullary relapse",
        "relapse without EMD",
        "death in remission",
    ):
        assert label in texts(figure)


def test_gray_of_emd_is_not_that_of_non_emd():
    rows = gray_rows(non_emd=0.5, emd=0.03)

    assert gray_lines(rows, "emd") == ["7 events", "Gray p = 0.030"]
    assert gray_lines(rows, "non_emd") == ["7 events", "Gray p = 0.50"]


def test_a_test_without_p_was_not_estimable():
    assert gray_lines(gray_rows(emd=None), "emd") == ["7 events", "Gray: not estimable"]


def test_a_cause_that_was_not_tested_has_no_p():
    assert gray_lines(gray_rows(emd=0.03), "death") == []


def test_the_numbers_drawn_are_those_of_the_table(colours):
    figure = cumulative_incidence(incidence("a"), gray_rows(), CURVE, colours)

    numbers = [t.get_text() for t in figure.texts if t.get_label() == "n_at_risk"]
    assert numbers == ["4", "3", "1", "0"]  # at 0, 12, 24 and 36 months


def test_without_patients_the_figure_says_so(colours, texts):
    figure = cumulative_incidence(incidence("a").iloc[:0], gray_rows(), CURVE, colours)

    assert "no patients in this analysis" in texts(figure)
    assert not figure.axes


def test_the_headings_of_two_panels_do_not_touch(colours):
    causes = ("a cause with a rather long name", *CAUSES)
    tested = gray_rows(**dict.fromkeys(causes))
    points = incidence("TP53 wild type", causes=causes)
    figure = cumulative_incidence(points, tested, CURVE, colours)
    renderer = FigureCanvasAgg(figure).get_renderer()

    boxes = [t.get_window_extent(renderer) for t in figure.texts if t.get_text()]
    pairs = combinations(boxes, 2)
    assert not any(one.padded(-2).overlaps(other.padded(-2)) for one, other in pairs)


@pytest.mark.parametrize("causes", [("death",), CAUSES, tuple("abcdef")])
def test_hostile_and_long_names_stay_on_the_page(
    colours, hostile, texts, inside, causes
):
    groups = (*hostile, "a very long name of a group that needs several lines " * 2)
    points = incidence(*groups, causes=causes)
    figure = cumulative_incidence(points, gray_rows(), CURVE, colours)

    for name in hostile:
        assert f"{name}: n = 4" in texts(figure)
    assert inside(figure)


def test_a_cause_without_events_has_no_panel_and_is_named(colours, texts):
    points = incidence("a")
    points.loc[points["cause"] == "non_emd", "cif"] = 0.0
    figure = cumulative_incidence(
        points, gray_rows(), CURVE, colours, confidence_level=0.9
    )

    assert len(figure.axes) == 2
    said = "no panel, because nobody had the event: relapse without EMD"
    assert said in texts(figure)
    assert "Aalen-Johansen estimates; band: log-log 90% CI" in texts(figure)


def test_without_any_event_the_figure_says_so(colours, texts):
    figure = cumulative_incidence(
        incidence("a").assign(cif=0.0), gray_rows(), CURVE, colours
    )

    assert "no event in this analysis" in texts(figure)


def test_a_curve_of_few_steps_is_not_drawn_when_shareable(colours, texts):
    points = incidence("a", causes=("emd",)).assign(n_at_risk=9.0)
    figure = cumulative_incidence(
        points, gray_rows(emd=0.1), CURVE, colours, small=SmallCounts(5)
    )

    assert not figure.axes[0].lines
    assert "no curve of <5 steps is drawn" in texts(figure)
