import pandas as pd
import pytest

from ballad.disclosure import SmallCounts
from ballad.figures.simon_makuch import simon_makuch


def curves(endpoints=("lfs",), events=6.0):
    side = pd.DataFrame(
        {
            "time_months": [3.0, 10, 20],
            "survival": [1.0, 0.6, 0.3],
            "ci_low": [None, 0.4, 0.1],
            "ci_high": [None, 0.8, 0.5],
            "n_at_risk": [9.0, 8, 5],
            "n_events": [0.0, events, 0],
            "n_censored": [0.0, 0, 5],
        }
    )
    return pd.concat(
        side.assign(endpoint=endpoint, population="all", landmark=3.0, exposed=exposed)
        for endpoint in endpoints
        for exposed in ("0", "1")
    )


def test_each_endpoint_has_a_panel_with_both_sides(colours):
    figure = simon_makuch(curves(("lfs", "os", "efs")), colours)

    assert [len(axes.lines) for axes in figure.axes] == [2, 2, 2]


def test_before_the_landmark_nobody_is_counted(colours):
    figure = simon_makuch(curves(), colours)

    written = [t.get_text() for t in figure.texts if t.get_label() == "n_at_risk"]
    assert written == ["–", "5", "0"] * 2  # at 0, 12 and 24 months


def test_the_landmark_and_the_level_are_named(colours, texts):
    said = " ".join(texts(simon_makuch(curves(), colours, confidence_level=0.9)))

    assert "from 3 months after the origin" in said
    assert "90% CI" in said


def test_a_side_with_few_events_is_not_drawn_when_shareable(colours):
    figure = simon_makuch(curves(events=4.0), colours, small=SmallCounts(5))

    assert not figure.axes[0].lines


@pytest.mark.parametrize("endpoints", [("lfs",), ("lfs", "a_long_name_of_an_endpoint")])
def test_everything_stays_on_the_page(colours, endpoints, inside):
    assert inside(simon_makuch(curves(endpoints), colours))


def test_without_transplant_the_figure_says_so(colours, texts):
    figure = simon_makuch(curves().iloc[:0], colours)

    assert "no transplant in this analysis" in texts(figure)
