"""A page in Debian's Chromium; nothing is downloaded."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

MISSING = (
    "Chromium is not on the PATH. On Debian: apt-get install chromium "
    "(`make test-browser` never downloads a browser)."
)
NO_REPORT = "{} is missing: run `make example`, or name a report with BALLAD_REPORT."


@pytest.fixture(scope="session")
def browser():
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.exit(MISSING, returncode=1)
    # In a container root has no sandbox; the pages are local files.
    flags = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def report(root) -> Path:
    path = Path(os.environ.get("BALLAD_REPORT", root / "results/example/report.html"))
    if not path.is_file():
        pytest.exit(NO_REPORT.format(path), returncode=1)
    return path.resolve()


class Visit:
    """An open page, and what it complained of and asked for."""

    def __init__(self, context, path: Path):
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._dismiss)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        self.address = path.as_uri()

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _dismiss(self, dialog) -> None:
        self.complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def network(self) -> list[str]:
        """Give the requests for anything but the page and what it holds itself."""
        own = ("data:", "blob:")
        return [
            url
            for url in self.requests
            if not url.startswith(own) and url.split("#")[0] != self.address
        ]


@pytest.fixture
def visit(browser):
    """Return a function: open a file in a window of this width."""
    contexts = []

    def opened(path: Path, width: int = 1280) -> Visit:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}))
        return Visit(contexts[-1], path)

    yield opened
    for context in contexts:
        context.close()
