import pandas as pd

from ballad.disclosure import SmallCounts
from ballad.figures.flow import boxes, flow_chart

FLOW = pd.DataFrame(
    [
        ("clinical table", 13, 0, ""),
        ("with genetic data", 12, 1, "no assay"),
        ("population all", 13, 0, ""),
        ("population remission", 9, 4, "in the clinical table, but does not fit"),
        ("population relapsed", 5, 4, "in remission, but does not fit"),
        ("endpoint lfs in remission", 8, 1, "no origin"),
    ],
    columns=["step", "n", "excluded", "reason"],
)


def test_a_population_hangs_below_the_one_it_is_part_of():
    found = {box.step: box for box in boxes(FLOW)}

    assert found["population relapsed"].parent == "population remission"
    assert found["population remission"].parent == "clinical table"
    assert found["population relapsed"].depth == 2


def test_every_step_is_drawn_once_with_its_number(texts):
    written = texts(flow_chart(FLOW))

    for text in ("clinical table: n = 13", "with genetic data: n = 12", "all: n = 13"):
        assert written.count(text) == 1


def test_the_excluded_are_counted_with_their_reason(texts):
    assert "1: no assay" in texts(flow_chart(FLOW))


def test_an_endpoint_stands_beside_its_population_with_who_is_not_analysed():
    remission = next(box for box in boxes(FLOW) if box.step == "population remission")

    assert remission.analysed == ["LFS: n = 8 (1 not: no origin)"]


def test_a_step_with_two_reasons_shows_both():
    rows = [
        ("clinical table", 13, 0, ""),
        ("seen", 12, 1, "late"),
        ("seen", 9, 3, "lost"),
    ]
    found = boxes(pd.DataFrame(rows, columns=FLOW.columns))

    assert found[1].excluded == ["1: late", "3: lost"]
    assert found[1].n == "9"


def test_without_patients_the_figure_says_so(texts):
    assert "no patients in this analysis" in texts(flow_chart(FLOW.iloc[:0]))


def test_hostile_and_long_names_stay_on_the_page(hostile, texts, inside):
    long = "a very long reason that needs several lines " * 4
    rows = [*FLOW.itertuples(index=False), (f"population {hostile[1]}", 1, 2, long)]
    rows.append((f"endpoint {hostile[0]} in {hostile[1]}", 1, 1, long))
    figure = flow_chart(pd.DataFrame(rows, columns=FLOW.columns))

    assert f"{hostile[1]}: n = 1" in texts(figure)
    assert inside(figure)


def test_a_hidden_number_is_no_number_and_not_given_away(texts):
    written = texts(flow_chart(FLOW, small=SmallCounts(5)))

    assert "remission: n suppressed" in written
    assert "LFS: n suppressed (<5 not: no origin)" in written
