import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from ballad.figures.style import Colours
from ballad.tables import read_table

HOSTILE = ("$a_b$", "<img onerror=x>")


@pytest.fixture(scope="session")
def colours(root) -> Colours:
    return Colours.from_table(read_table(root / "resources/figures/colours.tsv"))


@pytest.fixture
def hostile() -> tuple[str, str]:
    return HOSTILE


@pytest.fixture
def texts():
    """Return a function: all that is written in a figure."""

    def written(figure) -> list[str]:
        return [text.get_text() for text in figure.texts]

    return written


@pytest.fixture
def inside():
    """Return a function: whether all texts lie in the page and none on another."""

    def fits(figure) -> bool:
        renderer = FigureCanvasAgg(figure).get_renderer()
        page = figure.bbox
        boxes = [text.get_window_extent(renderer) for text in figure.texts]
        within = all(
            box.x0 >= page.x0 - 1
            and box.x1 <= page.x1 + 1
            and box.y0 >= page.y0 - 1
            and box.y1 <= page.y1 + 1
            for box in boxes
        )
        # Half a point of leading may be shared.
        apart = all(
            min(a.x1, b.x1) - max(a.x0, b.x0) < 1
            or min(a.y1, b.y1) - max(a.y0, b.y0) < 2
            for place, a in enumerate(boxes)
            for b in boxes[:place]
        )
        return within and apart

    return fits
