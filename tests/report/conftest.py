import pytest

from ballad.report.page import Drawings, Method, page
from tests.report.pages import CURVES, INCIDENCES, NAMES, ROWS, SVG, frames


@pytest.fixture(scope="session")
def template(root):
    return (root / "workflow/report/report.html.jinja").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def write(template):
    def written(rows=ROWS, audience="internal", text="SYNTHETIC: nobody"):
        settings = {"title": "Genotype & outcome", "text": text, "audience": audience}
        settings |= {"min_cell": 5, "forest_models": ["cd19_negative_relapse"]}
        definitions = {"endpoints": {"lfs": {"to": ["relapse", "death"]}}, "groups": {}}
        method = Method(
            "dozen", settings, CURVES, INCIDENCES, [12, 24], 0.95, definitions
        )
        files = dict.fromkeys(NAMES, SVG)
        drawings = Drawings(files, dict.fromkeys(NAMES, b"%PDF"))
        config = 'clinical: {data_cutoff: "2024-06-30"}'
        return page(template, frames(rows), drawings, config, method)

    return written
