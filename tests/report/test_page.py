"""The whole page: well formed, self-contained, and each chapter with its figures."""

import re

import pytest

from tests.report.pages import FORMULA, HOSTILE, NAMES, ROWS, SECTIONS, read, row_of


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

    assert len(re.findall("<table[ >]", html)) == html.count("<caption>") > 10
    assert 'scope="row"' in html
    assert not re.search(r"<th(?! scope=)(?!ead)", html)


def test_a_check_that_failed_is_shown_and_one_that_passed_is_counted(write):
    written = write(ROWS)

    assert "1 of 2 checks passed" in written
    assert "hazard ratio 3.1 before 6 months, 0.9 after" in written
    assert "1 check of the models failed" in written


def test_contradicting_sources_and_samples_have_a_chapter(write):
    html = write()

    assert row_of(html, "cross-checks", "Sex: clinical against karyotype")[1:] == [
        *("1", "1")
    ]
    part = html[html.index('<section id="cross-checks"') :].split("</section>")[0]
    assert part.count('data-patient="007"') == 4
    assert "stale curation" in part


def test_the_answer_gives_the_median_of_each_endpoint_with_its_counts(write):
    said = "LFS (remission): median 13.2 (10.0 \N{EN DASH} open) months; 169 patients"

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
    told = "1 fact is told differently by two sources: see the cross-checks."

    assert told in texts
    assert "1 patient is on one side of the join only." in texts
    assert "1 check of the models failed: see the checks of the models." in texts


def test_variants_that_nothing_annotates_are_to_be_kept_in_mind(write):
    bare = [["001.vcf", "annotation", "missing", "2 of 2 rows have no consequence"]]

    said = [t for t in read(write({**ROWS, "inputs": bare})).texts if "annotated" in t]

    assert said[0].startswith("1 file of variants is not annotated, or not in full: ")


def test_an_unproven_genome_build_is_to_be_kept_in_mind(write):
    unproven = [["001.vcf", "genome_build", "not_determinable", "no contig lengths"]]

    html = write(rows={**ROWS, "inputs": unproven})

    said = "1 VCF has a genome build that nothing proves"
    assert said in html
    assert said not in write()


def test_a_lesion_whose_absence_cannot_be_said_has_no_percentage(write):
    rows = [
        *(["p", "B_OTHER", "NOS", "", "absent", "indeterminate"] for _ in range(20)),
        *(["p", "B_OTHER", "NOS", "", "present", "present"] for _ in range(8)),
    ]
    given = {**ROWS, "genotypes": rows}

    assert row_of(write(given), "genotypes", "TP53")[-1] == "28.6%"
    assert row_of(write(given), "genotypes", "Ph-like")[-1] == "absence rarely known"
    said = [t for t in read(write(given)).texts if t.startswith("Absence can rarely")]
    assert any(t.startswith("Absence can rarely be said of Ph-like: no") for t in said)
    # A lesion is not named where its count may be small.
    shared = read(write(given, audience="shareable")).texts
    assert not [t for t in shared if "rarely be said of" in t and "Ph-like" in t]
    assert any("rarely be said of some lesions" in t for t in shared)


def test_a_ratio_of_the_headline_that_changes_with_time_is_said_to(write):
    said = (
        "The hazard ratio of TP53 in CD19 negative relapse changes with time: the one "
        "above is an average; see its periods in the models."
    )
    [failed, passed] = ROWS["diagnostics"]
    of_all = [*failed[:2], "GLOBAL", *failed[3:]]
    rows = [["cd19_negative_relapse", *row[1:]] for row in (failed, of_all, passed)]

    texts = read(write({**ROWS, "diagnostics": rows})).texts
    assert [text for text in texts if "changes with time" in text] == [said]
    assert not any("changes with time" in text for text in read(write(ROWS)).texts)
