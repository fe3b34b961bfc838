import pandas as pd
import pytest

from ballad.disclosure import SmallCounts
from ballad.figures.relapse_patterns import relapse_patterns

COLUMNS = ["group_by", "group", "cd19", "emd", "n", "denominator", "percent"]
# Four relapses: one CD19 negative with EMD, three CD19 positive without.
ROWS = [
    ("", "all", "negative", "isolated", 1, 4, 25.0),
    ("", "all", "positive", "none", 3, 4, 75.0),
]


def patterns(rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def widths(figure):
    return [round(patch.get_width(), 6) for patch in figure.axes[0].patches]


def test_segments_are_the_percents_of_the_table(colours, texts):
    figure = relapse_patterns(patterns(ROWS), colours)

    assert widths(figure) == [25, 75]
    assert "n = 4" in texts(figure)


def test_emd_is_told_by_hatch_and_cd19_by_colour(colours):
    first, second = relapse_patterns(patterns(ROWS), colours).axes[0].patches

    assert first.get_hatch()
    assert not second.get_hatch()
    assert first.get_facecolor() != second.get_facecolor()


def test_the_hatch_is_white_on_a_dark_colour_and_black_on_a_light_one(colours):
    rows = [
        ("", "all", cd19, "combined", 2, 4, 50.0) for cd19 in ("negative", "positive")
    ]

    light, dark = relapse_patterns(patterns(rows), colours).axes[0].patches

    assert light.get_edgecolor()[:3] == (0, 0, 0)
    assert dark.get_edgecolor()[:3] == (1, 1, 1)


def test_the_legend_names_only_what_is_drawn(colours, texts):
    figure = relapse_patterns(
        patterns([*ROWS, ("", "all", "dim", "unknown", 0, 4, 0.0)]), colours
    )

    assert not {"CD19-dim relapse", "EMD unknown"} & set(texts(figure))


def test_totals_over_one_of_the_two_are_not_stacked_again(colours):
    total = ("", "all", "negative", "", 1, 4, 25.0)

    assert widths(relapse_patterns(patterns([*ROWS, total]), colours)) == [25, 75]


@pytest.mark.parametrize("rows", [[], [("", "all", "negative", "none", 0, 0, None)]])
def test_without_relapses_the_figure_says_so(colours, texts, rows):
    figure = relapse_patterns(patterns(rows), colours)

    assert "no relapse in this analysis" in texts(figure)
    assert not figure.axes


def test_hostile_and_long_names_stay_on_the_page(colours, hostile, texts, inside):
    names = (*hostile, "a very long name of a group that needs several lines " * 2)
    rows = [("genotype", name, *row[2:]) for name in names for row in ROWS]
    figure = relapse_patterns(patterns(rows), colours)

    assert set(hostile) <= set(texts(figure))
    assert inside(figure)


def of_cd19(group_by, group, negative, positive, unknown=0):
    total = negative + positive + unknown
    counts = {"negative": negative, "positive": positive, "unknown": unknown}
    return [
        (group_by, group, cd19, "none", n, total, 100 * n / total)
        for cd19, n in counts.items()
    ]


def test_what_the_shareable_table_hides_the_figure_does_not_draw(colours, texts):
    # The 4 of one grouping hide all groups, those of the other grouping too.
    rows = [
        *of_cd19("", "all", 30, 20),
        *of_cd19("sex", "F", 16, 9),
        *of_cd19("sex", "M", 14, 11),
        *of_cd19("tp53", "mutated", 8, 4),
        *of_cd19("tp53", "wild type", 22, 16),
    ]
    figure = relapse_patterns(patterns(rows), colours, SmallCounts(5))

    assert [text for text in texts(figure) if text.startswith("n = ")] == ["n = 50"]


def test_hidden_categories_of_everybody_are_one_segment(colours, texts):
    # 2 unknown would follow from 50 less 30 and 18: the 18 go too.
    rows = of_cd19("", "all", 30, 18, 2)
    figure = relapse_patterns(patterns(rows), colours, SmallCounts(5))

    assert sorted(widths(figure)) == [40, 60]


def test_groups_that_are_large_everywhere_are_drawn_when_shareable(colours, texts):
    rows = [*of_cd19("sex", "F", 16, 9, 5), *of_cd19("sex", "M", 14, 11, 7)]
    figure = relapse_patterns(patterns(rows), colours, SmallCounts(5))

    assert {"n = 30", "n = 32"} <= set(texts(figure))
