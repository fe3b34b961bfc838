"""The table of relapse patterns -> stacked bars by CD19 and extramedullary disease."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ballad.disclosure import NOTHING_HIDDEN, SmallCounts
from ballad.figures import style
from ballad.figures.style import Colours, Key
from ballad.shareable import TOTAL, shared

TITLE = "Pattern of relapse: CD19 and extramedullary disease"
CD19_TITLE = "Pattern of relapse: CD19; groups with a hidden count are not drawn"
CD19 = ("negative", "dim", "positive", "unknown")
HIDDEN = "hidden"
EMD = ("none", "isolated", "combined", "unknown")
HATCH = {"none": "", "isolated": "////", "combined": "xxxx", "unknown": "||||"}
BAR = 0.16  # inches
HEADING = 0.2  # inches
LABEL_SIZE = 5.5  # points


def without_small(patterns: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    """
    Leave out what a shareable figure may not tell: all that its table hides.

    Groups whose counts are hidden go; within a group EMD is summed up, and the CD19
    categories with hidden counts become one, called ``hidden``.
    """
    if small.limit is None:
        return patterns
    told = shared("relapse_patterns", patterns, small)
    kept = [
        _with_rest(its)
        for _, its in told[told["emd"] == TOTAL].groupby(
            ["group_by", "group"], sort=False
        )
        if its["denominator"].iat[0].isdigit() and its["n"].str.isdigit().any()
    ]
    return pd.concat(kept) if kept else patterns.iloc[:0]


def _with_rest(cells: pd.DataFrame) -> pd.DataFrame:
    total = int(cells["denominator"].iat[0])
    shown = cells[cells["n"].str.isdigit()]
    counts = dict(zip(shown["cd19"], shown["n"].astype(int), strict=True))
    counts[HIDDEN] = total - sum(counts.values())
    first = cells.iloc[0]
    return pd.DataFrame(
        {
            **{"group_by": first["group_by"], "group": first["group"]},
            **{"cd19": list(counts), "emd": "none", "n": list(counts.values())},
            "denominator": total,
            "percent": [100 * n / total for n in counts.values()],
        }
    )


@style.styled
def relapse_patterns(
    patterns: pd.DataFrame, colours: Colours, small: SmallCounts = NOTHING_HIDDEN
) -> Figure:
    """
    Draw a bar per group: percent of its relapses by CD19 (colour) and EMD (hatch).

    Parameters
    ----------
    patterns : columns group_by, group, cd19, emd, n, denominator, percent
        Rows where both `cd19` and `emd` are named; totals over one of them are not
        drawn. `denominator` counts the relapses of the group.
    colours
        Of ``cd19_negative`` and its like.
    small
        Counts that may not be shown; see `without_small`.

    Returns
    -------
    Figure
        One that says so where nobody relapsed. Numbers stand in the segments that
        have room for them, and the group's number of relapses beside its bar.
    """
    drawn = patterns[
        patterns["cd19"].isin(CD19)
        & patterns["emd"].isin(EMD)
        & (patterns["denominator"] > 0)
    ]
    if len(drawn) and small.limit is not None:
        drawn = without_small(drawn, small)
        if drawn.empty:
            return style.empty_figure(TITLE, "every group has a count that is hidden")
    if drawn.empty:
        return style.empty_figure(TITLE, "no relapse in this analysis")
    width, left, right = style.DOUBLE, 1.75, 0.65
    lines: list[tuple[list[str], str, pd.DataFrame | None]] = []
    for group_by, rows in drawn.groupby("group_by", sort=False):
        if group_by:
            lines.append(([style.spelled(str(group_by))], "", None))
        for group, cells in rows.groupby("group", sort=False):
            name = "all relapses" if not group_by else colours.label(str(group))
            label = style.wrapped(name, left - 0.25)
            lines.append((label, f"n = {int(cells['denominator'].iloc[0])}", cells))
    legend = style.key_lines(_keys(drawn, colours), width - 0.2)
    heights = [
        HEADING if cells is None else max(BAR, len(label) * style.LINE) + 0.07
        for label, _, cells in lines
    ]
    below = 0.4
    legend_height = 0.155 * len(legend) + 0.1
    height = below + sum(heights) + legend_height + 0.35
    figure = Figure(figsize=(width, height))
    style.write_title(figure, [TITLE if small.limit is None else CD19_TITLE])
    style.draw_key(figure, legend, 0.1, height - 0.27)
    axes = style.place(figure, left, below, width - left - right, sum(heights))
    axes.set_xlim(0, 100)
    axes.set_ylim(0, sum(heights))
    axes.set_yticks([])
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.set_xlabel("Percent of relapses", labelpad=1)
    paint = {
        name: colours.of([f"cd19_{name}"])[f"cd19_{name}"] for name in (*CD19, HIDDEN)
    }
    y = sum(heights)
    for (label, count, cells), tall in zip(lines, heights, strict=True):
        middle = below + y - tall / 2
        for part, line in enumerate(label):
            place = middle + ((len(label) - 1) / 2 - part) * style.LINE
            look = (
                {"ha": "left", "weight": "bold"} if cells is None else {"ha": "right"}
            )
            x = 0.1 if cells is None else left - 0.08
            style.write(figure, x, place, line, va="center", **look)
        style.write(figure, width - right + 0.08, middle, count, va="center")
        if cells is not None:
            _draw_bar(axes, cells, y - tall / 2, paint, width - left - right)
        y -= tall
    return figure


def _keys(drawn: pd.DataFrame, colours: Colours) -> dict[str, list[Key]]:
    seen = drawn[drawn["n"] > 0]
    cd19 = [name for name in (*CD19, HIDDEN) if (seen["cd19"] == name).any()]
    emd = [name for name in EMD if (seen["emd"] == name).any()]
    keys = {
        "CD19": [
            Key(
                colours.label(f"cd19_{name}"),
                [{"fc": colours.of([f"cd19_{name}"])[f"cd19_{name}"], "ec": "black"}],
            )
            for name in cd19
        ],
        "EMD": [
            Key(
                colours.label(f"emd_{name}"),
                [{"fc": "white", "ec": "black", "hatch": HATCH[name]}],
            )
            for name in emd
        ],
    }
    # Where only one is left the hatch tells nothing.
    return keys if len(emd) > 1 else {"CD19": keys["CD19"]}


def _draw_bar(
    axes: Axes, cells: pd.DataFrame, y: float, paint: dict[str, str], width: float
) -> None:
    sizes = {(row.cd19, row.emd): (row.percent, row.n) for row in cells.itertuples()}
    start = 0.0
    for cd19 in (*CD19, HIDDEN):
        for emd in EMD:
            percent, n = sizes.get((cd19, emd), (0.0, 0))
            if not percent > 0:
                continue
            # The edge colours the hatch, and a black one is not seen on a dark bar.
            axes.barh(
                *(y, percent, BAR, start),
                color=paint[cd19],
                edgecolor="white" if style.dark(paint[cd19]) else "black",
                hatch=HATCH[emd],
                lw=0.3,
                clip_on=False,
            )
            text = str(int(n))
            if percent / 100 * width > style.inches(text, LABEL_SIZE) + 0.06:
                axes.text(
                    *(start + percent / 2, y, text),
                    ha="center",
                    va="center",
                    size=LABEL_SIZE,
                    bbox={"fc": "white", "ec": "none", "pad": 0.6},
                )
            start += percent
