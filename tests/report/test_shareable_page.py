"""What a page that may be shared does not show."""

import re

import pytest

from tests.report.pages import NAMES, cohort_where, read, row_of

PERIODS = "hazard ratio 3.1 before 6 months, 0.9 after"


def test_a_shareable_page_names_no_patient_and_no_file(write):
    html = write(audience="shareable")

    for name in ("007", "A_1", "014", "001.vcf", "HYPERLINK"):
        assert not re.search(rf"\b{re.escape(name)}\b", html), name


def test_a_shareable_page_has_no_drawing_of_single_patients(write):
    tags = [tag for tag, _ in read(write(audience="shareable")).tags]

    assert tags.count("img") == len(NAMES) - 2  # no oncoprint, no swimmer plot


@pytest.mark.parametrize(
    ("section", "name", "shown", "hidden"),
    [
        # The sum before less 2 would give 265: both are hidden.
        ("flow", "with genetic data", ["265", "2"], ["suppressed", "&lt;5"]),
        ("genotypes", "MEF2D", ["3 (10.0%)"], ["&lt;5"]),
        # 30 patients less 20 and 7 would give the 3: the 7 are hidden too.
        ("genotypes", "B OTHER", ["7 (23.3%)"], ["suppressed"]),
        ("genotypes", "BCR::ABL1", ["20 (66.7%)"], ["20 (66.7%)"]),
        ("relapse", "TP53 mutated", ["9 (75.0%)", "3 (25.0%)"], ["suppressed"]),
        ("response", "KMT2A-r", ["4", "2"], ["&lt;5", "suppressed"]),
        ("table-one", "sex", ["3 (9%)", "100 (43%)"], ["suppressed"]),
        ("published", "CD19 unknown", ["3", "yes"], ["suppressed"]),
        ("models", "KMT2A rearranged", ["2"], ["&lt;5"]),
        ("diagnostics", "LFS", [PERIODS, "6.10"], ["suppressed", "6.10"]),
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
