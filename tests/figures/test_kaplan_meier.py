import pandas as pd
import pytest

from ballad.disclosure import SmallCounts
from ballad.figures.kaplan_meier import kaplan_meier, numbers_at_risk, ticks

CURVE = {
    "endpoint": "lfs",
    "population": "remission",
    "group_by": "tp53_status",
    "title": "LFS by TP53",
}
WHERE = {name: CURVE[name] for name in ("endpoint", "population", "group_by")}
# Five patients: events at 3 and 20, censored at 12 (two) and 30 months.
POINTS = pd.DataFrame(
    {
        "time_months": [0.0, 3, 12, 20, 30],
        "survival": [1.0, 0.8, 0.8, 0.4, 0.4],
        "ci_low": [None, 0.2, 0.2, 0.05, 0.05],
        "ci_high": [None, 0.97, 0.97, 0.8, 0.8],
        "n_at_risk": [5.0, 5, 4, 2, 1],
        "n_events": [0.0, 1, 0, 1, 0],
        "n_censored": [0.0, 0, 2, 0, 1],
    }
).astype(float)


def survival(*groups):
    return pd.concat([POINTS.assign(group=group, **WHERE) for group in groups])


def summary(*groups):
    return pd.DataFrame(
        [{**WHERE, "group": group, "n": 5.0, "events": 2.0} for group in groups],
        columns=[*WHERE, "group", "n", "events"],
    )


def log_rank_row(p, note):
    row = {**WHERE, "analysis": "survival", "test": "log-rank", "p": p, "note": note}
    return pd.DataFrame([row])


def drawn(*groups, colours, tested=None):
    tested = log_rank_row(0.0123, "") if tested is None else tested
    return kaplan_meier(survival(*groups), summary(*groups), tested, CURVE, colours)


@pytest.mark.parametrize(
    ("month", "left"),
    [(0, 5), (3, 5), (3.1, 4), (12, 4), (12.1, 2), (24, 1), (30, 1), (36, 0)],
)
def test_at_risk_is_who_had_neither_event_nor_censoring_before(month, left):
    assert numbers_at_risk(POINTS, [month]) == [left]


def test_who_is_left_after_the_last_row_is_still_at_risk():
    assert numbers_at_risk(POINTS.iloc[:4], [24]) == [1]


def test_the_numbers_drawn_are_those_of_the_table(colours):
    figure = drawn("TP53 wild type", colours=colours)

    numbers = [t.get_text() for t in figure.texts if t.get_label() == "n_at_risk"]
    assert numbers == ["5", "4", "1", "0"]  # at 0, 12, 24 and 36 months


def test_the_numbers_stand_below_their_ticks(colours):
    figure = drawn("TP53 wild type", colours=colours)
    figure.canvas.draw()

    axes = figure.axes[0]
    ticks_at = [axes.transData.transform((tick, 0))[0] for tick in axes.get_xticks()]
    written = [t for t in figure.texts if t.get_label() == "n_at_risk"]
    places = [t.get_transform().transform(t.get_position())[0] for t in written]
    assert places == pytest.approx(ticks_at)


def test_the_legend_says_n_and_events_the_band_and_the_p(colours, texts):
    written = texts(drawn("TP53 wild type", "TP53 mutated", colours=colours))

    assert "TP53 mutated: n = 5, 2 events" in written
    assert "band: log-log 95% CI; upright mark: censored" in written
    assert "log-rank p = 0.012" in written


def test_a_test_that_was_not_done_gives_its_reason_never_a_number(colours, texts):
    note = "not estimable: 2 events, fewer than 5"
    figure = drawn("TP53 mutated", colours=colours, tested=log_rank_row(None, note))

    assert f"log-rank {note}" in texts(figure)


def test_the_stratified_test_is_not_taken_for_the_plain_one(colours, texts):
    stratified = log_rank_row(0.5, "").assign(test="log-rank stratified by indication")
    tested = pd.concat([stratified, log_rank_row(0.0123, "")])

    assert "log-rank p = 0.012" in texts(drawn("a", colours=colours, tested=tested))


def test_the_p_of_another_population_is_not_taken(colours, texts):
    tested = log_rank_row(0.0123, "").assign(population="all")
    figure = drawn("TP53 mutated", "TP53 wild type", colours=colours, tested=tested)

    assert not any("log-rank" in text for text in texts(figure) if "band" not in text)


def test_steps_and_censoring_marks_are_those_of_the_table(colours):
    steps, marks = drawn("TP53 mutated", colours=colours).axes[0].lines

    assert list(steps.get_xdata()) == [0, 0, 3, 12, 20, 30]
    assert list(steps.get_ydata()) == [1, 1, 0.8, 0.8, 0.4, 0.4]
    assert list(marks.get_xdata()) == [12, 30]


def test_without_patients_the_figure_says_so(colours, texts):
    none = survival("x").iloc[:0]
    figure = kaplan_meier(
        none, summary(), log_rank_row(0.0123, "").iloc[:0], CURVE, colours
    )

    assert "no patients in this analysis" in texts(figure)
    assert not figure.axes


def test_hostile_and_long_names_are_drawn_as_they_are(colours, hostile, texts, inside):
    groups = (*hostile, "a very long name of a group that needs several lines " * 2)
    tested = log_rank_row(None, "not estimable: a reason that is long " * 4)
    figure = drawn(*groups, colours=colours, tested=tested)

    for name in hostile:
        assert f"{name}: n = 5, 2 events" in texts(figure)
    assert not any(text.get_parse_math() for text in figure.texts)
    assert inside(figure)


@pytest.mark.parametrize("n", [5, 3000])
def test_the_first_number_at_risk_does_not_touch_the_name(n, colours, inside):
    groups = (
        "TP53 wild type",
        "TP53 mutated in the words of the laboratory, 60 letters",
    )
    many = survival(*groups).assign(
        n_at_risk=lambda points: points["n_at_risk"] * n / 5
    )
    tested = log_rank_row(0.01, "")

    figure = kaplan_meier(many, summary(), tested, CURVE, colours)

    assert str(n) in {text.get_text() for text in figure.texts}
    assert inside(figure)


def test_the_ungrouped_curve_is_of_all_patients(colours, texts):
    curve = {"endpoint": "lfs", "population": "remission", "title": "LFS"}
    points = survival("all").assign(group_by="")
    sizes = summary("all").assign(group_by="")
    figure = kaplan_meier(points, sizes, log_rank_row(0.0123, ""), curve, colours)

    assert "all patients: n = 5, 2 events" in texts(figure)


@pytest.mark.parametrize(
    ("last", "marks"),
    [
        (5, [0, 3, 6, 9, 12]),
        (13, [0, 12, 24]),
        (84, [0, 12, 24, 36, 48, 60, 72, 84]),
        (85, [0, 24, 48, 72, 96]),
    ],
)
def test_ticks_are_whole_years_until_they_are_too_many(last, marks):
    assert ticks(last) == marks


def test_the_band_is_named_by_its_level(colours, texts):
    figure = kaplan_meier(
        *(survival("a"), summary("a"), log_rank_row(0.1, ""), CURVE, colours),
        confidence_level=0.9,
        left_out="not drawn: 2 of 7",
    )

    assert "band: log-log 90% CI; upright mark: censored" in texts(figure)
    assert "not drawn: 2 of 7" in texts(figure)


def test_a_small_group_is_named_but_not_drawn_when_shareable(colours, texts):
    # Few events in one group, few without one in the other, ten of each in the third.
    large = POINTS.assign(n_at_risk=[20.0, 9, 8, 6, 5], group="large", **WHERE)
    sizes = pd.concat([summary("small"), summary("nearly"), summary("large")])
    sizes = sizes.assign(n=[9.0, 12, 20], events=[3.0, 8, 10])
    figure = kaplan_meier(
        pd.concat([survival("small", "nearly"), large]),
        *(sizes, log_rank_row(0.1, ""), CURVE, colours),
        small=SmallCounts(5),
    )

    assert "large: n = 20, 10 events" in texts(figure)
    assert not any(text.startswith(("small: n", "nearly: n")) for text in texts(figure))
    assert any("betraying one: small, nearly" in text for text in texts(figure))
    assert len(figure.axes[0].lines) == 1  # the steps alone: no mark of a censored one


def test_a_shareable_curve_ends_and_its_numbers_are_hidden_below_the_limit(colours):
    points = POINTS.assign(n_at_risk=[9.0, 9, 8, 3, 2], group="a", **WHERE)
    sizes = summary("a").assign(n=12.0, events=7.0)
    figure = kaplan_meier(
        *(points, sizes, log_rank_row(0.1, ""), CURVE, colours), small=SmallCounts(5)
    )

    assert max(figure.axes[0].lines[0].get_xdata()) == 12
    numbers = [t.get_text() for t in figure.texts if t.get_label() == "n_at_risk"]
    assert numbers == ["9", "9", "8", "8", "8"]  # at 0, 3, 6, 9 and 12 months
