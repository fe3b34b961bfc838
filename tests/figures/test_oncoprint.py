import pandas as pd
import pytest

from ballad.figures import style
from ballad.figures.oncoprint import (
    lesion_states,
    oncoprint,
    patient_order,
    share_present,
)
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT

GENOTYPES = pd.DataFrame(
    [
        ("001", "BCR_ABL1", "Ph+", PRESENT, ABSENT, ABSENT),
        ("002", "B_OTHER", "B_ALL_NOS", ABSENT, NOT_ASSESSED, ABSENT),
        ("003", "B_OTHER", "B_ALL_NOS", ABSENT, PRESENT, NOT_ASSESSED),
        ("004", "B_OTHER", "B_ALL_NOS", ABSENT, INDETERMINATE, ABSENT),
    ],
    columns=["patient", "subtype", "subtype_class", "ph", "tp53", "iamp21"],
)
LESIONS = pd.DataFrame(
    [("001", "erg_deletion", ABSENT), ("002", "erg_deletion", PRESENT)],
    columns=["patient", "lesion", "state"],
)
COHORT = pd.DataFrame(
    {"patient": ["001", "002"], "response": ["CR", ""], "indication": ["rr", "mrd"]}
)
NO_LESIONS = LESIONS.iloc[:0]


def drawn(colours, genotypes=GENOTYPES, **more):
    return oncoprint(genotypes, LESIONS, COHORT, colours, **more)


def many(number):
    copies = [
        GENOTYPES.assign(patient=GENOTYPES["patient"] + f"-{i}") for i in range(number)
    ]
    return pd.concat(copies, ignore_index=True)


def test_rows_are_flags_and_lesions_that_someone_has():
    states = lesion_states(GENOTYPES, LESIONS)

    assert sorted(states) == ["erg_deletion", "ph", "tp53"]  # nobody has iamp21


def test_a_patient_without_a_row_of_a_lesion_is_not_assessed():
    states = lesion_states(GENOTYPES, LESIONS)

    assert states["erg_deletion"].tolist() == [ABSENT, PRESENT, *[NOT_ASSESSED] * 2]


def test_the_largest_class_comes_first_and_nobody_is_left_out():
    states = lesion_states(GENOTYPES, NO_LESIONS)

    assert patient_order(GENOTYPES, states) == ["003", "002", "004", "001"]


def test_the_share_counts_neither_not_assessed_nor_indeterminate():
    states = pd.Series([PRESENT, ABSENT, ABSENT, NOT_ASSESSED, INDETERMINATE])

    assert share_present(states) == "1/3 (33%)"
    assert share_present(pd.Series([NOT_ASSESSED])) == "0/0"


def test_where_absence_cannot_be_said_there_is_no_percentage():
    states = pd.Series([PRESENT, PRESENT, *[INDETERMINATE] * 10, NOT_ASSESSED])

    assert share_present(states) == "2 found; absence known in 0"


def test_the_share_of_each_row_is_written(colours, texts):
    assert "1/2 (50%)" in texts(drawn(colours))  # tp53: 001 and 003


def test_not_assessed_cells_are_hatched_and_absent_ones_are_not(colours):
    cells = {c.get_label(): c for c in drawn(colours).axes[0].collections}

    assert cells[NOT_ASSESSED].get_hatch()
    assert not cells[ABSENT].get_hatch()
    different = cells[NOT_ASSESSED].get_facecolor() != cells[ABSENT].get_facecolor()
    assert different.any()


@pytest.mark.parametrize(("number", "images"), [(1, 0), (100, 0), (101, 1)])
def test_above_400_patients_the_cells_are_an_image(colours, number, images):
    assert len(drawn(colours, many(number)).axes[0].images) == images


def test_a_shareable_report_has_no_column_per_patient(colours, texts):
    figure = drawn(colours, shareable=True)

    assert not figure.axes
    assert "not part of a shareable report" in texts(figure)


def test_without_patients_the_figure_says_so(colours, texts):
    figure = oncoprint(GENOTYPES.iloc[:0], NO_LESIONS, COHORT.iloc[:0], colours)

    assert "no patients in this analysis" in texts(figure)


def test_a_cohort_without_any_lesion_keeps_its_patients(colours, texts):
    bare = GENOTYPES.assign(ph=ABSENT, tp53=NOT_ASSESSED, iamp21=ABSENT)
    figure = oncoprint(bare, NO_LESIONS, COHORT, colours)

    assert "Lesions by subtype (4 patients)" in texts(figure)


def test_hostile_and_long_names_stay_on_the_page(colours, hostile, texts, inside):
    genotypes = GENOTYPES.assign(
        patient=[*hostile, "a very long identifier of a patient", "P\x07"],
        subtype_class=[*hostile, "a very long name of a class " * 8, "Ph+"],
    )
    figure = oncoprint(genotypes, NO_LESIONS, COHORT, colours)

    assert set(hostile) <= set(texts(figure))
    assert inside(figure)


def test_the_same_tables_give_the_same_file(colours, tmp_path):
    for run in "12":
        files = [str(tmp_path / f"{run}.{end}") for end in ("svg", "pdf", "png")]
        style.save(drawn(colours), *files)

    for end in ("svg", "pdf", "png"):
        first, second = (tmp_path / f"{run}.{end}" for run in "12")
        assert first.read_bytes() == second.read_bytes()
