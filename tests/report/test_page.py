import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from ballad.report.page import Method, page

HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://example.org","x")'
ESTIMATED = "endpoint population group_by group n events".split()
COLUMNS = {
    "cohort": "patient indication subtype subtype_class tp53 response response_day "
    "relapse_day relapse_cd19 relapse_emd hct_day death_day follow_up_day",
    "flow": "step n excluded reason",
    "join_report": "patient side reason",
    "table_one": "characteristic level group n value missing test p smd group_by",
    "genotypes": "patient subtype subtype_class rule tp53 ph_like",
    "response": "endpoint group_by group n responders rate ci_low ci_high",
    "survival_summary": "endpoint population group_by group n events statistic "
    "time_months value ci_low ci_high",
    "incidence": "endpoint cause population group_by group time_months cif ci_low "
    "ci_high n_at_risk",
    "tests": "analysis endpoint population group_by test statistic df p p_adjusted n "
    "events note",
    "models": "model endpoint cause population method term level reference estimate "
    "ci_low ci_high p p_adjusted n events events_in_level ci_method note",
    "diagnostics": "model check term statistic df p status note",
    "relapse_patterns": "group_by group cd19 emd n denominator percent",
    "failure_patterns": "group_by group cd19 emd n denominator percent",
    "comparison": "id quantity published published_low published_high ours ours_low "
    "ours_high tolerance within patients",
    "inputs": "path check status message",
    "filter_counts": "patient sample assay reason n",
    "warnings": "file row column value rule cure",
    "versions": "name version",
    "checksums": "path sha256",
}
ROWS = {
    "cohort": [
        [
            "007",
            "rr",
            "BCR_ABL1",
            "Ph+",
            "absent",
            "CR",
            "28",
            "",
            "",
            "",
            "",
            "",
            "400",
        ],
        ["A_1", "rr", HOSTILE, "NOS", "present", "NR", "30", "", "", "", "", "9", "9"],
        [FORMULA, "mrd", "", "", "", "", "", "180", "negative", "none", "", "", "300"],
    ],
    "flow": [
        ["clinical table", "267", "0", ""],
        ["with genetic data", "265", "2", "no assay"],
        ["population remission", "169", "98", "does not fit"],
    ],
    "join_report": [["014", "sheets only", "no row in the clinical table"]],
    "table_one": [
        ["age", "", "all", "266", "48.0", "1", "", "", "", ""],
        ["sex", "F", "all", "103", "103 (38.6%)", "0", "", "", "", ""],
        ["sex", "M", "all", "164", "164 (61.4%)", "0", "", "", "", ""],
        ["age", "", "tp53: wild", "232", "46.0", "0", "w", "0.0002", "0.9", "tp53"],
        ["age", "", "tp53: mutated", "34", "60.0", "1", "w", "0.0002", "0.9", "tp53"],
        ["sex", "F", "tp53: wild", "100", "100 (43%)", "0", "f", "0.04", "0.8", "tp53"],
        ["sex", "M", "tp53: wild", "132", "132 (57%)", "0", "f", "0.04", "0.8", "tp53"],
        ["sex", "F", "tp53: mutated", "3", "3 (9%)", "0", "f", "0.04", "0.8", "tp53"],
        [
            "sex",
            "M",
            "tp53: mutated",
            "32",
            "32 (91%)",
            "0",
            "f",
            "0.04",
            "0.8",
            "tp53",
        ],
    ],
    "genotypes": [
        *(["p", "BCR_ABL1", "Ph+", "ph", "absent", "absent"] for _ in range(20)),
        *(["p", "MEF2D", "NOS", "mef2d", "present", "not_assessed"] for _ in range(3)),
        *(["p", "B_OTHER", "NOS", "", "indeterminate", "present"] for _ in range(7)),
    ],
    "response": [
        ["response", "", "all", "150", "89", "0.5933", "0.5133", "0.6687"],
        ["response", "genotype", "KMT2A-r", "4", "2", "0.5", "0.15", "0.85"],
    ],
    "survival_summary": [
        ["lfs", "remission", "", "all", "169", "102", "median", "", "13.25", "10", ""],
        ["lfs", "remission", "tp53_status", "TP53 mutated", "21", "18"]
        + ["survival", "24", "0.1234", "0.05", "0.3"],
        [
            "os",
            "all",
            "",
            "all",
            "267",
            "150",
            "follow_up_median",
            "",
            "40",
            "36",
            "44",
        ],
    ],
    "incidence": [
        ["cd19_relapse", cause, "remission", "tp53_status", "TP53 mutated"]
        + [time, cif, "", "", risk]
        for cause, last in (("cd19_negative", "0.4321"), ("death", "0.05"))
        for time, cif, risk in (("0", "0", "21"), ("20", last, "6"), ("30", last, "5"))
    ],
    "tests": [
        ["survival", "lfs", "remission", "tp53_status", "log-rank", "12", "1"]
        + ["0.00004", "", "169", "102", ""],
    ],
    "diagnostics": [
        ["lfs", "proportional_hazards", "tp53", "6.1", "1", "0.0135", "violated"]
        + ["hazard ratio 3.1 before 6 months, 0.9 after"],
        ["lfs", "convergence", "cox", "", "", "", "ok", ""],
    ],
    "models": [
        ["cd19_negative_relapse", "cd19_relapse", "cd19_negative", "remission"]
        + ["firth_cox", "tp53", "", "", "6.8412", "2.68", "17.45", "0.00006", "", "169"]
        + ["22", "9", "profile", ""],
        ["cd19_negative_relapse", "cd19_relapse", "cd19_negative", "remission"]
        + ["firth_cox", "hct_time_dependent", "", "", "0.1", "", "0.37", "0.0003", ""]
        + ["169", "22", "3", "profile", "separation"],
        [
            "response_univariable",
            "response",
            "",
            "rr",
            "logistic",
            "kmt2a_r",
            "",
            "",
            "",
        ]
        + [
            "",
            "",
            "",
            "",
            "150",
            "89",
            "2",
            "",
            "not estimable: 2 events, fewer than 5",
        ],
    ],
    "relapse_patterns": [
        ["tp53_status", "TP53 mutated", "negative", "none", "9", "12", "75"],
        ["tp53_status", "TP53 mutated", "positive", "none", "3", "12", "25"],
    ],
    "failure_patterns": [],
    "comparison": [
        ["T11c", "CD19 unknown", "3", "", "", "3", "", "", "equal", "yes", "3"],
        ["T12", "HR", "6.84", "2.68", "17.45", "6.5", "2", "19", "2 SE", "yes", ""],
    ],
    "inputs": [["001.vcf", "genome_build", "contradicted", "contigs are GRCh37"]],
    "filter_counts": [
        ["001", "001-T", "PANEL", "records", "10"],
        ["002", "002-T", "PANEL", "records", "31"],
    ],
    "warnings": [
        ["c.tsv", "line 2, patient 007", "hct_date", "2021-03-04", "after relapse", ""],
        ["c.tsv", "line 3", "hct_date", "04.03.2021", "after relapse", ""],
    ],
    "versions": [["ballad", "0.1.0"]],
    "checksums": [["vcf/patient_007.vcf", "ab" * 32]],
}
CURVES = {
    "lfs_by_tp53": {
        **{"endpoint": "lfs", "population": "remission", "group_by": "tp53_status"},
        "title": "LFS by TP53",
    }
}
INCIDENCES = {
    "cd19_by_tp53": {
        **{"endpoint": "cd19_relapse", "population": "remission"},
        **{"group_by": "tp53_status", "title": "CD19-typed relapse"},
    }
}
NAMES = (
    "flow",
    "oncoprint",
    *CURVES,
    *INCIDENCES,
    "forest_relapse",
    "relapse_patterns",
)
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4">'
    b"<metadata>2026-01-01T00:00:00</metadata><path d='M0 0h9v4z'/></svg>"
)
VOID = {"meta", "img", "br", "link", "input", "hr"}
SECTIONS = (
    *("answer", "flow", "table-one", "genotypes", "response", "survival", "relapse"),
    *(
        "competing-risks",
        "models",
        "diagnostics",
        "published",
        "patients",
        "definitions",
        "checks",
    ),
    "provenance",
)


class Reader(HTMLParser):
    """Reads a page; an element that is closed out of order is a fault."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.ids = [], [], []
        self.links, self.tags, self.texts = [], [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        self.links += [attributes[a] for a in ("src", "href") if a in attributes]
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(data.strip())


def frames(rows):
    return {
        name: pd.DataFrame(rows.get(name, []), columns=columns.split(), dtype=str)
        for name, columns in COLUMNS.items()
    }


@pytest.fixture(scope="module")
def template(root):
    return (root / "workflow/report/report.html.jinja").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def write(template):
    def written(rows=ROWS, audience="internal", text="SYNTHETIC: nobody"):
        settings = {"title": "Genotype & outcome", "text": text, "audience": audience}
        settings |= {"min_cell": 5, "forest_models": ["cd19_negative_relapse"]}
        definitions = {"endpoints": {"lfs": {"to": ["relapse", "death"]}}, "groups": {}}
        method = Method(
            "dozen", settings, CURVES, INCIDENCES, [12, 24], 0.95, definitions
        )
        drawings = dict.fromkeys(NAMES, SVG)
        config = 'clinical: {data_cutoff: "2024-06-30"}'
        return page(template, frames(rows), drawings, config, method)

    return written


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("audience", ["internal", "shareable"])
@pytest.mark.parametrize("rows", [ROWS, {}], ids=["filled", "empty"])
def test_the_page_is_well_formed_and_has_every_section(write, rows, audience):
    reader = read(write(rows, audience))

    assert (reader.faults, reader.open) == ([], [])
    assert len(reader.ids) == len(set(reader.ids))
    assert set(SECTIONS) <= set(reader.ids)


def test_an_empty_section_says_why(write):
    texts = read(write({})).texts

    for reason in (
        "The cohort has no patient.",
        "No patient is in a response population, or no response is known.",
        "The configuration asks for no model.",
        "The cohort's configuration names no table of published estimates.",
        "No variant file was read.",
    ):
        assert reason in texts


def test_names_from_the_sheets_are_text_and_nothing_else(write):
    html = write()

    assert HOSTILE not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert FORMULA in read(html).texts
    assert not any("onerror" in attributes for _, attributes in read(html).tags)


def test_the_page_loads_nothing(write):
    links = read(write()).links

    assert len(links) > len(NAMES)
    assert all(link.startswith(("#", "data:image/svg+xml;base64,")) for link in links)


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_no_calendar_date_reaches_the_page(write, audience):
    html = write(audience=audience)

    assert not re.search(r"\d{4}-\d{2}-\d{2}", html)
    assert "04.03.2021" not in html


def test_the_same_tables_give_the_same_page(write):
    assert write() == write()


def test_the_text_of_the_configuration_stands_before_the_title(write):
    html = write(text="SYNTHETIC: nobody")

    assert html.index("SYNTHETIC: nobody") < html.index("<h1>")


def test_identifiers_stay_as_the_sheet_has_them(write):
    texts = read(write()).texts

    assert "007" in texts
    assert "A_1" in texts


def test_a_shareable_page_names_no_patient_and_no_file(write):
    html = write(audience="shareable")

    for name in ("007", "A_1", "014", "001.vcf", "HYPERLINK"):
        assert not re.search(rf"\b{re.escape(name)}\b", html), name


def test_a_shareable_page_has_no_drawing_of_single_patients(write):
    tags = [tag for tag, _ in read(write(audience="shareable")).tags]

    assert tags.count("img") == len(NAMES) - 1  # all but the oncoprint


def row_of(html, section, name):
    """Texts of the cells of one table row."""
    part = html[html.index(f'<section id="{section}"') :]
    start = part.index(f">{name}</th>", part.index("<tbody>"))
    row = part[part.rindex("<tr>", 0, start) :].split("</tr>")[0]
    return re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", row)


@pytest.mark.parametrize(
    ("section", "name", "shown", "hidden"),
    [
        # The sum before less 2 would give 265: both are hidden.
        ("flow", "with genetic data", ["265", "2"], ["suppressed", "&lt;5"]),
        ("genotypes", "MEF2D", ["3 (10.0%)"], ["&lt;5"]),
        # 30 patients less 20 and 7 would give the 3: the 7 are hidden too.
        ("genotypes", "B_OTHER", ["7 (23.3%)"], ["suppressed"]),
        ("genotypes", "BCR_ABL1", ["20 (66.7%)"], ["20 (66.7%)"]),
        (
            "relapse",
            "TP53 mutated",
            ["9 (75.0%)", "3 (25.0%)"],
            ["suppressed", "&lt;5"],
        ),
        ("response", "KMT2A-r", ["4", "2"], ["&lt;5", "suppressed"]),
        ("table-one", "sex", ["3 (9%)", "100 (43%)"], ["&lt;5", "100 (43%)"]),
        ("published", "CD19 unknown", ["3", "yes"], ["suppressed"]),
        ("models", "KMT2A rearranged", ["2"], ["&lt;5"]),
    ],
)
def test_small_cells_are_hidden_only_when_shareable(
    write, section, name, shown, hidden
):
    internal = row_of(write(), section, name)
    shareable = row_of(write(audience="shareable"), section, name)

    assert set(shown) <= set(internal)
    assert set(hidden) <= set(shareable)


def test_a_note_with_a_small_count_is_shortened_when_shareable(write):
    assert "not estimable: 2 events, fewer than 5" in write()
    assert "2 events" not in write(audience="shareable")


def test_estimates_are_rounded_and_an_open_limit_is_named(write):
    texts = read(write()).texts

    assert "6.84 (2.68 \N{EN DASH} 17.45)" in texts
    assert "0.10 (open \N{EN DASH} 0.37)" in texts
    assert "<0.001" in texts
    assert "59.3% (51.3% \N{EN DASH} 66.9%)" in texts


def test_a_figure_says_n_events_and_p(write):
    images = [attributes for tag, attributes in read(write()).tags if tag == "img"]

    alternatives = {image["alt"] for image in images}
    assert any("TP53 mutated: 21 patients, 18 events" in alt for alt in alternatives)
    assert any("log-rank P <0.001" in alt for alt in alternatives)


def test_cumulative_incidence_is_read_at_the_set_times(write):
    html = write()
    part = html[html.index('<section id="competing-risks"') :]
    row = part[part.index("CD19 negative") :].split("</tr>")[0]

    cells = re.findall(r"<td[^>]*>([^<]*)</td>", row)
    # The curve is 0 until month 20, and 43.2% from there to its end at month 30.
    assert cells == ["21", "0.0%", "43.2%"]


def test_tables_have_captions_and_scopes(write):
    html = write()

    assert html.count("<table>") == html.count("<caption>") > 10
    assert 'scope="row"' in html
    assert not re.search(r"<th(?! scope=)(?!ead)", html)


def test_a_check_that_failed_is_shown_and_one_that_passed_is_counted(write):
    written = write(ROWS)

    assert "1 of 2 checks passed" in written
    assert "hazard ratio 3.1 before 6 months, 0.9 after" in written
    assert "1 checks of the models failed" in written
