"""The report of the example in a browser: opened from disk, read, used, printed."""

import re
from urllib.parse import unquote, urlparse

import pytest

PRINTED = 15_000_000  # bytes: what a mail server takes
RENDERED = """image => image.decode().then(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 200; canvas.height = 200;
    const paper = canvas.getContext("2d");
    paper.drawImage(image, 0, 0, 200, 200);
    const dots = paper.getImageData(0, 0, 200, 200).data;
    let inked = 0;
    for (let i = 0; i < dots.length; i += 4)
        inked += dots[i + 3] > 0 && dots[i] + dots[i + 1] + dots[i + 2] < 600;
    return { wide: image.naturalWidth, high: image.naturalHeight, inked };
}, () => ({ wide: 0, high: 0, inked: 0 }))"""
PATIENTS = "#patients table"


@pytest.fixture
def visited(visit, report):
    return visit(report)


def column(page, table, place):
    cells = page.locator(f"{table} tbody tr:visible > :nth-child({place})")
    return [text.strip() for text in cells.all_text_contents()]


def test_it_opens_without_a_complaint_and_asks_the_network_for_nothing(visited):
    visited.page.wait_for_load_state("networkidle")

    assert visited.complaints == []
    assert visited.network() == []


def test_every_link_leads_somewhere(visited, report):
    links = visited.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    ids = set(visited.page.eval_on_selector_all("[id]", "all => all.map(e => e.id)"))

    assert len(links) > 100
    for link in links:
        address = urlparse(link)
        if address.scheme == "data":
            assert len(link) > 100
            continue
        assert address.scheme == "file", link
        if unquote(address.path) == str(report):
            assert unquote(address.fragment) in ids, link
        else:
            # What the script replaces, for those who read without it.
            beside = unquote(address.path)
            assert (report.parent / "figures").joinpath(beside).is_file(), link


def test_every_figure_is_rendered(visited):
    images = visited.page.locator("figure img")
    names = visited.page.eval_on_selector_all(
        "figure", "all => all.map(f => f.dataset.figure)"
    )

    assert images.count() == len(names) > 10
    for place, name in enumerate(names):
        found = images.nth(place).evaluate(RENDERED)
        assert min(found["wide"], found["high"]) > 0, name
        assert found["inked"] > 50, name


def test_a_click_on_a_head_sorts_up_and_down(visited):
    page = visited.page
    head = page.locator(f"{PATIENTS} thead th", has_text="Last seen, day")
    place = 1 + head.evaluate("cell => cell.cellIndex")

    head.get_by_role("button").click()
    up = [float(text) for text in column(page, PATIENTS, place) if text]
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").click()
    down = [float(text) for text in column(page, PATIENTS, place) if text]

    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert up[0] < down[0]


def test_a_search_leaves_the_rows_that_hold_the_words(visited):
    page = visited.page
    first = column(page, PATIENTS, 1)[3]

    page.locator("#patients .search input").fill(first)

    assert column(page, PATIENTS, 1) == [first]
    said = page.locator("#patients .search [role=status]").text_content()
    assert said.startswith("1 of ")


def test_a_long_table_is_turned_page_by_page(visited):
    page = visited.page
    pages = page.locator("#patients .pages")
    before = column(page, PATIENTS, 1)

    pages.get_by_role("button", name="Next rows").click()
    after = column(page, PATIENTS, 1)

    assert len(before) == len(after) == 50
    assert not set(before) & set(after)
    assert "Rows 51 to 100" in pages.locator("[role=status]").text_content()
    pages.get_by_role("button", name="Previous rows").click()
    assert column(page, PATIENTS, 1) == before


def test_a_mouse_opens_the_card_of_a_patient_and_closes_it(visited):
    page = visited.page
    link = page.locator(f"{PATIENTS} a[data-patient]").nth(2)
    name = link.text_content()

    link.click()

    card = page.locator("dialog#card")
    assert card.is_visible()
    assert page.locator("#card-title").text_content() == f"Patient {name}"
    for chapter in ("Rule that fired", "Lesions", "Course"):
        assert card.get_by_role("heading", name=re.compile(chapter)).is_visible()
    page.locator("#card-close").click()
    assert not card.is_visible()


def test_the_keyboard_alone_opens_and_closes_a_card(visited):
    page = visited.page
    link = page.locator(f"{PATIENTS} a[data-patient]").first
    name = link.text_content()

    link.focus()
    page.keyboard.press("Enter")
    assert page.locator("#card-title").text_content() == f"Patient {name}"
    page.keyboard.press("Escape")
    assert not page.locator("dialog#card").is_visible()
    assert page.evaluate("document.activeElement.textContent") == name

    page.locator("#card-search input").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    assert page.locator("#card-title").text_content() == f"Patient {name}"


def test_the_first_tab_skips_to_the_report(visited):
    page = visited.page

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_click_on_a_column_of_the_oncoprint_opens_its_patient(visited):
    page = visited.page
    image = page.locator("img[data-columns]")
    image.scroll_into_view_if_needed()
    columns = image.evaluate("image => JSON.parse(image.dataset.columns)")
    box = image.bounding_box()
    patients = columns["patients"]

    for place in (0, len(patients) // 2, len(patients) - 1):
        step = (columns["right"] - columns["left"]) / len(patients)
        across = columns["left"] + (place + 0.5) * step
        image.click(position={"x": across * box["width"], "y": box["height"] / 2})
        title = page.locator("#card-title").text_content()
        assert title == f"Patient {patients[place]}"
        page.keyboard.press("Escape")


def test_a_figure_is_handed_out_as_png(visited):
    page = visited.page
    with page.expect_download() as handed:
        page.locator("figure [data-kind=png]").first.click()

    with open(handed.value.path(), "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n"


def test_it_prints_as_a_pdf_that_can_be_mailed(visited):
    printed = visited.page.pdf(format="A4")

    assert printed.startswith(b"%PDF")
    assert len(printed) < PRINTED
    assert visited.complaints == []


@pytest.mark.parametrize("width", [400, 768, 1280])
def test_no_page_is_wider_than_its_window(visit, report, width):
    page = visit(report, width).page

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(f"{PATIENTS} a[data-patient]").first.click()
    box = page.locator("dialog#card").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_a_wide_figure_is_scrolled_on_a_phone_and_not_shrunk(visit, report):
    image = visit(report, 400).page.locator("figure.two-columns img").first

    image.scroll_into_view_if_needed()

    assert image.bounding_box()["width"] > 600


def test_the_estimates_stand_on_the_first_screen_beside_the_sentences(visited):
    page = visited.page
    table = page.locator("#answer table").bounding_box()
    sentence = page.locator("#answer > p").first.bounding_box()

    assert table["y"] < page.viewport_size["height"]
    assert table["x"] > sentence["x"] + sentence["width"]


def test_no_table_is_wider_than_a_printed_page(visit, report):
    # A4 less a centimetre at each side, at 96 dots per inch.
    page = visit(report, 718).page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.emulate_media(media="print")

    cut = page.evaluate(
        "[...document.querySelectorAll('main table')]"
        ".filter(t => t.getBoundingClientRect().right > innerWidth)"
        ".map(t => t.caption.textContent)"
    )

    assert cut == []
