import pandas as pd
import pytest

from ballad.figures.swimmer import swimmer, swimmers

COLUMNS = [
    *("patient", "subtype_class", "relapse_cd19", "follow_up_day", "response_day"),
    *("hct_day", "relapse_day", "death_day"),
]


def cohort(n, name="P{}", relapse="120"):
    rows = [
        (name.format(i), "Ph+" if i % 3 else "NOS", "negative" if relapse else "")
        + (str(100 + 10 * i), "30", "" if i % 2 else "60", relapse, "")
        for i in range(n)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_the_largest_class_comes_first_and_in_it_the_longest_course():
    table = swimmers(cohort(4))  # P0 and P3 are NOS; P1 and P2 Ph+

    assert table["patient"].tolist() == ["P3", "P0", "P2", "P1"]


def test_of_many_only_those_who_relapsed_are_drawn_and_it_says_so(colours, texts):
    many = pd.concat([cohort(99), cohort(3, "Q{}", relapse="")])
    figure = swimmer(many, colours)

    assert len(swimmers(many)) == 99
    assert any("99 of 102" in text for text in texts(figure))


def test_marks_stand_at_their_months(colours):
    axes = swimmer(cohort(2), colours).axes[0]

    (transplant,) = [line for line in axes.lines if line.get_label() == "hct_day"]
    assert list(transplant.get_xdata())[0] == pytest.approx(60 / 30.4375)


@pytest.mark.parametrize("n", [3, 30, 3000])
def test_everything_stays_on_the_page(n, colours, inside, hostile):
    name = hostile[1] + "a long name of a patient {}"

    assert inside(swimmer(cohort(n, name), colours))


def test_without_patients_or_relapses_the_figure_says_why(colours, texts):
    assert "no patients in this analysis" in texts(swimmer(cohort(0), colours))
    none = swimmer(cohort(101, relapse=""), colours)
    assert "no relapse among these patients" in texts(none)


def test_a_shareable_figure_shows_nobody(colours, texts):
    figure = swimmer(cohort(3), colours, shareable=True)

    assert not figure.axes
    assert "not part of a shareable report" in texts(figure)
