import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from ballad.report.page import Drawings, Method, page

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
    "survival": "endpoint population group_by group time_months survival ci_low "
    "ci_high n_at_risk n_events n_censored",
    "co_occurrence": "lesion_1 lesion_2 both first second neither odds_ratio p "
    "p_adjusted",
    "explanation": "patient part lesion state stance sentence evidence kind sample "
    "file record tier",
    "cross_checks": "patient check one other status detail",
    "discordant_samples": "patient lesion kind sample timepoint day counted state",
    "colours": "name colour meaning source",
    "places": "patient left right bottom top",
    "sensitivity": "variation model endpoint cause population method term level "
    "reference estimate ci_low ci_high p p_adjusted n events events_in_level "
    "ci_method note",
    "simon_makuch": "endpoint population exposed time_months survival",
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
        ["transplant", "os", "all", "hct_time_dependent", "Mantel-Byar", "3.1", "1"]
        + ["0.07", "", "267", "150", "9 transplanted"],
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
    "sensitivity": [
        ["mrd_all", "lfs", "lfs", "", "remission", "cox", "tp53", "present", "absent"]
        + ["2.5", "1.2", "4.9", "0.01", "", "150", "80", "4", "wald", ""],
        ["mrd_all", "lfs_univariable", "lfs", "", "remission", "cox", "ph", "", ""]
        + ["1.5", "1.2", "4.9", "0.01", "", "150", "80", "4", "wald", ""],
    ],
    "co_occurrence": [["tp53", "ph", "3", "20", "30", "150", "0.75", "0.8", "0.9"]],
    "explanation": [
        ["007", "subtype", *[""] * 3, "BCR_ABL1, class Ph+: the first rule", *[""] * 6],
        ["007", "conflict", *[""] * 3, "stale_curation: ph", *[""] * 6],
        ["007", "lesion", "tp53", "present", "", "TP53: present, by dna", *[""] * 6],
        ["007", "record", "tp53", "present", "supports", "said", "007:1", "dna_snv"]
        + ["007-D", "../../x", HOSTILE, "A"],
        ["007", "lesion", "ikzf1", "absent", "", "IKZF1: absent", *[""] * 6],
        ["007", "record", "ikzf1", "absent", "supports", "said", "007:2", "dna_snv"]
        + ["007-D", "a.vcf", "2024-06-30", ""],
        ["007", "lesion", "ph", "not_assessed", "", "Ph: not assessed", *[""] * 6],
        [FORMULA, "lesion", "tp53", "indeterminate", "", HOSTILE, *[""] * 6],
        [FORMULA, "record", "tp53", "indeterminate", "cannot decide", "", "x:1", "fish"]
        + ["</script><b>", "f", "r", ""],
        ["G_only", "subtype", *[""] * 3, "MEF2D: by its rule", *[""] * 6],
    ],
    "cross_checks": [
        ["007", "sex: clinical against karyotype", "F", "M", "contradicts", HOSTILE],
        ["A_1", "sex: clinical against karyotype", "F", "F", "agrees", ""],
    ],
    "discordant_samples": [
        ["007", "tp53", "dna_snv", s, "diagnosis", "-9", "yes", state]
        for s, state in (("007-D", "present"), ("007-E", "absent"))
    ],
    "colours": [["BCR_ABL1", "#0072B2", "BCR::ABL1", "s"]],
    "places": [["007", "0.2", "0.5", "0", "1"], [FORMULA, "0.5", "0.8", "0", "1"]],
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
    "co_occurrence",
    "swimmer",
    "simon_makuch",
)
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4">'
    b"<metadata>2026-01-01T00:00:00</metadata><path d='M0 0h9v4z'/></svg>"
)
VOID = {"meta", "img", "br", "link", "input", "hr"}
SECTIONS = (
    *("answer", "flow", "table-one", "genotypes", "response", "survival", "relapse"),
    *("transplant", "sensitivity"),
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
        files = dict.fromkeys(NAMES, SVG)
        drawings = Drawings(files, dict.fromkeys(NAMES, b"%PDF"))
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
    tags = read(write()).tags

    loaded = [held["src"] for tag, held in tags if "src" in held]
    assert len(loaded) == len(NAMES)
    assert all(link.startswith("data:image/svg+xml;base64,") for link in loaded)
    assert not [tag for tag, _ in tags if tag in ("link", "iframe", "object", "embed")]


def test_every_link_leads_into_the_page_or_to_a_figure_beside_it(write):
    reader = read(write())

    for link in reader.links:
        if link.startswith("#"):
            assert link[1:] in reader.ids, link
        else:
            assert link.startswith(("data:", "figures/")), link
    beside = {link for link in reader.links if link.startswith("figures/")}
    assert beside == {f"figures/{n}.{e}" for n in NAMES for e in ("svg", "png")}


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

    assert tags.count("img") == len(NAMES) - 2  # no oncoprint, no swimmer plot


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
        ("genotypes", "B OTHER", ["7 (23.3%)"], ["suppressed"]),
        ("genotypes", "BCR::ABL1", ["20 (66.7%)"], ["20 (66.7%)"]),
        (
            "relapse",
            "TP53 mutated",
            ["9 (75.0%)", "3 (25.0%)"],
            ["suppressed", "&lt;5"],
        ),
        ("response", "KMT2A-r", ["4", "2"], ["&lt;5", "suppressed"]),
        ("table-one", "sex", ["3 (9%)", "100 (43%)"], ["suppressed"]),
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
    assert "estimable: 2 events" not in write(audience="shareable")


def test_estimates_are_rounded_and_an_open_limit_is_named(write):
    texts = read(write()).texts

    assert "HR 6.84 (2.68 \N{EN DASH} 17.45)" in texts
    assert "HR 0.10 (open \N{EN DASH} 0.37)" in texts
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
    assert "1 check of the models failed" in written


def cards_of(html):
    found = re.search(
        r'<script type="application/json" id="cards">(.*?)</script>', html
    )
    return json.loads(found[1])


def test_a_card_has_the_lesions_their_evidence_and_the_course_in_days(write):
    cards = cards_of(write())
    card, names = cards["patients"]["007"], cards["names"]

    assert card["present"] == ["TP53: present, by dna"]
    assert [names[place] for place in card["not_assessed"]] == ["Ph"]
    assert card["evidence"][0][1:] == [
        *("supports", "dna snv", "007-D", "../../x", HOSTILE, "A")
    ]
    assert card["against"] == [["supports: dna snv, 007-D", [names.index("IKZF1")]]]
    assert ["subtype", "BCR::ABL1"] in card["known"]
    assert card["days"] == [
        [0, "treatment start"],
        [28, "response"],
        [400, "follow up"],
    ]


def test_a_card_says_the_rule_conflicts_checks_and_samples_that_contradict(write):
    card = cards_of(write())["patients"]["007"]

    assert card["said"] == [
        "BCR_ABL1, class Ph+: the first rule",
        "stale curation, the evidence has changed since the curator decided: ph",
    ]
    assert card["checks"][0][3] == "contradicts"
    assert [row[-1] for row in card["discordant"]] == ["present", "absent"]


def test_a_patient_without_a_clinical_row_has_a_card_of_the_genotype(write):
    rows = {**ROWS, "genotypes": [["G_only", "MEF2D", "NOS", "mef2d", "", ""]]}
    card = cards_of(write(rows))["patients"]["G_only"]

    assert card["days"] == []
    assert card["said"] == ["MEF2D: by its rule"]
    assert ["subtype", "MEF2D"] in card["known"]


def test_contradicting_sources_and_samples_have_a_chapter(write):
    html = write()

    assert row_of(html, "cross-checks", "Sex: clinical against karyotype")[1:] == [
        *("1", "1")
    ]
    part = html[html.index('<section id="cross-checks"') :].split("</section>")[0]
    assert part.count('data-patient="007"') == 4
    assert "stale curation" in part


def test_every_patient_has_a_card_that_a_row_and_the_oncoprint_lead_to(write):
    reader = read(write())

    linked = {held["data-patient"] for _, held in reader.tags if "data-patient" in held}
    (columns,) = [
        held["data-columns"] for _, held in reader.tags if "data-columns" in held
    ]
    assert linked == {"007", "A_1", FORMULA}
    assert linked | {"p"} == set(cards_of(write())["patients"])
    assert json.loads(columns)["patients"] == ["007", FORMULA]


def test_names_in_a_card_cannot_end_its_element(write):
    html = write()

    assert "</script><b>" not in html
    assert cards_of(html)["patients"][FORMULA]["evidence"][0][3] == "</script><b>"


def test_a_shareable_page_has_no_cards(write):
    html = write(audience="shareable")

    assert 'id="cards"' not in html
    assert "data-patient" not in html
    assert "TSV" not in html


def test_a_pair_of_lesions_with_a_small_cell_is_hidden_when_shareable(write):
    assert row_of(write(), "genotypes", "TP53")
    html = write(audience="shareable")
    pairs = html[html.index("Pairs of lesions") :].split("</table>")[0]

    assert pairs.count("suppressed") == 7
    assert "0.75" not in pairs


def test_the_answer_gives_the_median_of_each_endpoint_with_its_counts(write):
    said = "LFS of remission: median 13.2 (10.0 \N{EN DASH} open) months; 169 patients"

    assert any(said in text for text in read(write()).texts)


def test_a_variation_stands_with_its_multivariable_estimates(write):
    row = row_of(write(), "sensitivity", "MRD all")

    assert "HR 2.50 (1.20 \N{EN DASH} 4.90)" in row
    assert "univariable" not in row


def test_transplant_has_its_chapter_with_tests_or_says_why_not(write):
    assert "9 transplanted" in row_of(write(), "transplant", "Mantel-Byar")
    reason = "No model has transplant as a covariate, so nothing is estimated."
    assert reason in read(write({})).texts


def test_the_answer_counts_one_in_the_singular(write):
    texts = read(write()).texts

    assert "1 patient is on one side of the join only." in texts
    assert "1 check of the models failed: see the checks of the models." in texts


def cohort_where(**tables):
    return {**ROWS, **tables}


def test_a_cohort_without_relapses_says_so_in_each_chapter(write):
    none = [["", "all", "negative", "none", "0", "0", ""]]
    nobody = ["os_after_relapse", "relapsed", "", "all", "0", "0", "median"]
    curve = ["lfs", "remission", "tp53_status", "TP53 mutated", "0", "0", "median"]
    summary = [[*row, "", "", "", ""] for row in (nobody, curve)]
    texts = read(
        write(cohort_where(relapse_patterns=none, survival_summary=summary))
    ).texts

    assert "No patient with relapse." in texts
    said = "OS after relapse of relapsed: not estimable, as nobody is in this analysis"
    assert any(said in text for text in texts)
    said = "no patient of this analysis set is in any of these groups."
    assert said in " ".join(texts)


def test_a_cohort_without_fusions_names_what_nobody_was_assessed_for(write):
    unseen = [["p", "B_OTHER", "NOS", "", "absent", "not_assessed"]] * 6
    said = "No patient was assessed for: Ph-like. This cohort says nothing of them."

    assert said in " ".join(read(write(cohort_where(genotypes=unseen))).texts)
    assert said not in " ".join(read(write()).texts)


def test_a_cohort_of_one_group_says_why_nothing_is_compared(write):
    reason = "not estimable: 1 group with patients"
    tests = [
        ["survival", "lfs", "remission", "tp53_status", "log-rank", "", "", "", ""]
        + ["169", "102", reason]
    ]
    page_ = write(cohort_where(tests=tests, co_occurrence=[]))

    assert f"log-rank P {reason}" in page_
    assert "No pair of lesions is compared in this analysis." in read(page_).texts


def test_a_shareable_page_does_not_say_that_nobody_is_there(write):
    unseen = [["p", "B_OTHER", "NOS", "", "absent", "not_assessed"]] * 6
    nobody = [
        ["os_after_relapse", "relapsed", "", "all", "0", "0", "median"] + [""] * 4
    ]
    rows = cohort_where(genotypes=unseen, survival_summary=nobody)
    written = write(rows, audience="shareable")

    assert "nobody is in this analysis" not in written
    assert "No patient was assessed for" not in written


def test_a_difference_of_two_groups_does_not_give_the_hidden_one_away(write):
    # 8 together less the 6 that are shown would give the 2.
    curve = ["lfs", "remission", "tp53_status"]
    summary = [
        [*curve, "TP53 wild type", "6", "5", "median", "", "13", "10", ""],
        [*curve, "TP53 mutated", "2", "2", "median", "", "3", "1", ""],
        [*curve, "TP53 mutated - TP53 wild type", "8", "7", "rmst_difference", "36"]
        + ["-9.1", "-15", "-3"],
    ]
    rows = cohort_where(survival_summary=summary)
    name = "TP53 mutated - TP53 wild type"

    assert "-9.1" in " ".join(row_of(write(rows), "survival", name))
    hidden = row_of(write(rows, audience="shareable"), "survival", name)
    assert set(hidden[1:]) <= {"suppressed", ""}
    assert "wild type: 8 patients" not in write(rows, audience="shareable")
