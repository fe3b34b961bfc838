"""Names from the sheets that would run, link or lead elsewhere, in a browser."""

from pathlib import Path

import pandas as pd
import pytest

from ballad.figures.style import empty_figure, save
from ballad.report.page import Drawings, Method, named, page
from ballad.tables import read_table

NAMES = (
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://example.org","x")',
    "../../x",
    "</script><script>alert(2)</script>",
    "__proto__",
)


def hostile(table: pd.DataFrame) -> pd.DataFrame:
    """Give the first patients, and whatever texts they bring, hostile names."""
    if "patient" not in table:
        return table
    patients = sorted(set(table["patient"]))[: len(NAMES)]
    table = table.replace({"patient": dict(zip(patients, NAMES, strict=False))})
    free = [c for c in ("record", "file", "detail", "sentence") if c in table]
    return table.assign(**dict.fromkeys(free, NAMES[0]))


@pytest.fixture(scope="module")
def written(root, report, tmp_path_factory) -> Path:
    """The report of the example with hostile names in every table."""
    folder = tmp_path_factory.mktemp("hostile") / "results"
    (folder / "figures").mkdir(parents=True)
    results = report.parent
    paths = {
        **{path.stem: path for path in results.glob("*.tsv")},
        **{path.stem: path for path in (results / "checks").glob("*.tsv")},
        **{path.stem: path for path in (results / "run").glob("*.tsv")},
        "incidence": results / "cumulative_incidence.tsv",
        "comparison": results / "published_comparison.tsv",
        "places": results / "figures/oncoprint.tsv",
        "colours": root / "resources/figures/colours.tsv",
    }
    tables = {name: hostile(read_table(path)) for name, path in paths.items()}
    figures = []
    for name in ("flow", "oncoprint", "swimmer"):
        ends = [str(folder / f"figures/{name}.{end}") for end in ("svg", "pdf", "png")]
        save(empty_figure(NAMES[0], " ".join(NAMES)), *ends)
        figures.append(ends)
    drawings = Drawings(
        named(svg for svg, _, _ in figures), named(pdf for _, pdf, _ in figures)
    )
    settings = {"title": NAMES[0], "text": NAMES[3], "audience": "internal"}
    settings |= {"min_cell": 5, "forest_models": []}
    method = Method(NAMES[0], settings, {}, {}, [12, 24], 0.95, {NAMES[0]: {"a": 1}})
    template = (root / "workflow/report/report.html.jinja").read_text(encoding="utf-8")
    path = folder / "report.html"
    path.write_text(page(template, tables, drawings, NAMES[0], method), "utf-8")
    return path


def test_nothing_runs_and_nothing_is_asked_for(visit, written):
    visited = visit(written)
    visited.page.wait_for_load_state("networkidle")

    assert visited.complaints == []
    assert visited.network() == []
    assert visited.page.locator("img:not(figure img)").count() == 0
    assert visited.page.locator("a[href^=http], iframe, object").count() == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_text_and_its_card_opens(visit, written, name):
    visited = visit(written)
    page = visited.page
    links = page.locator("#patients a[data-patient]").filter(has_text=name)

    assert links.first.text_content() == name
    links.first.click()
    assert page.locator("#card-title").text_content() == f"Patient {name}"
    assert page.locator("#card-content img, #card-content script").count() == 0
    assert visited.complaints == []


def test_no_file_is_written_outside_its_folder(written):
    found = [path for path in written.parents[1].rglob("*") if path.is_file()]

    assert all(written.parent in path.parents for path in found)
    assert {path.suffix for path in found} == {".html", ".svg", ".pdf", ".png"}
