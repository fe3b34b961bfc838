import pandas as pd
import pytest

from ballad.figures.forest import forest, limits, rows_shown

COLUMNS = [
    *("model", "method", "term", "level", "reference", "estimate", "ci_low"),
    *("ci_high", "p", "n", "events", "note"),
]
NAME = "cd19_negative_relapse"


def models(*rows):
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def row(model=NAME, method="firth_cox", term="tp53", level="", reference="", **values):
    numbers = {"estimate": "6.84", "ci_low": "2.68", "ci_high": "17.45", "p": "0.0001"}
    numbers |= {"n": "169", "events": "22", "note": ""}
    numbers |= {name: str(value) for name, value in values.items()}
    return (model, method, term, level, reference, *numbers.values())


OPEN_LOW = row(term="hct_time_dependent", estimate=0.1, ci_low="", ci_high=0.37)
NOTHING = row(
    **{"term": "emd_history", "estimate": "", "ci_low": ""},
    **{"ci_high": "", "p": "", "events": 2},
    note="not estimable: 2 events, fewer than 5",
)


def marks(figure, gid):
    return [line for line in figure.axes[0].lines if line.get_label() == gid]


def test_only_penalised_multivariable_rows_of_the_models_asked_for_are_shown():
    table = models(
        row(),
        row(method="cox", estimate=9.0),
        row(model=f"{NAME}_univariable", estimate=8.0),
        row(model="nrm", estimate=7.0),
    )

    shown = [line.estimate for line in rows_shown(table, [NAME]) if not line.heading]
    assert shown == [6.84]


def test_models_stand_in_the_order_asked_for():
    table = models(row(), row(model="nrm"))

    headings = [r.label for r in rows_shown(table, ["nrm", NAME]) if r.heading]
    assert headings[0].startswith("non-relapse mortality")


def test_n_events_and_interval_are_written(texts):
    written = texts(forest(models(row()), [NAME]))

    assert "169 / 22" in written
    assert "6.84 (2.68–17.45)" in written
    assert "< 0.001" in written


def test_not_estimable_is_written_instead_of_a_point(texts):
    figure = forest(models(row(), NOTHING), [NAME])

    assert "not estimable" in texts(figure)
    assert "169 / 2" in texts(figure)
    assert len(marks(figure, "estimate")) == 1


def test_an_open_interval_ends_in_an_arrow(texts):
    figure = forest(models(row(), OPEN_LOW), [NAME])

    assert len(marks(figure, "open_low")) == 1
    assert not marks(figure, "open_high")
    assert "0.10 (open–0.37)" in texts(figure)


def test_an_interval_beyond_the_axis_ends_in_an_arrow_too():
    figure = forest(models(row(ci_high=1e6)), [NAME])

    assert len(marks(figure, "open_high")) == 1


def test_the_axis_is_logarithmic_and_holds_one():
    figure = forest(models(row()), [NAME])

    assert figure.axes[0].get_xscale() == "log"
    low, high = limits(rows_shown(models(row()), [NAME]))
    assert low < 1 < high


def test_the_level_and_reference_of_a_group_are_named():
    table = models(row(term="indication_group", level="R/R", reference="MRD"))

    assert rows_shown(table, [NAME])[1].label == "indication group: R/R v MRD"


@pytest.mark.parametrize("names", [[], ["unknown"], [NAME]])
def test_without_rows_the_figure_says_so(texts, names):
    figure = forest(models(row()).iloc[:0], names)

    assert "no model in this analysis" in texts(figure)
    assert not figure.axes


def test_hostile_and_long_names_stay_on_the_page(hostile, texts, inside):
    long = "a very long name of a level that needs several lines " * 2
    table = models(row(level=hostile[0], reference=hostile[1]), row(level=long))
    figure = forest(table, [NAME])

    assert any(hostile[0] in text for text in texts(figure))
    assert inside(figure)


def test_a_genotype_keeps_its_colour_and_the_interval_its_level(colours, texts):
    table = models(row(level="present", reference="absent"), OPEN_LOW)
    figure = forest(table, [NAME], colours, confidence_level=0.9)

    shown = [mark.get_color() for mark in marks(figure, "estimate")]
    assert shown == [colours.colour["TP53 mutated"], colours.colour["estimate"]]
    assert "HR (90% CI)" in texts(figure)


def test_what_may_not_be_shown_has_no_count_no_point_and_no_p(texts):
    hidden = dict.fromkeys(("estimate", "ci_low", "ci_high", "p"), "suppressed")
    figure = forest(models(row(**hidden, events="suppressed")), [NAME])

    assert {"169 / hidden", "suppressed"} <= set(texts(figure))
    assert not marks(figure, "estimate")
    assert "< 0.001" not in texts(figure)
