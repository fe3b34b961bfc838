import pytest

from ballad.expression import agreed, read_label

LABELS = {
    "ph-like": ("ph_like", ""),
    "kmt2a": ("kmt2a_r", ""),
    "ph-pos (lymphoid)": ("ph", "lymphoid"),
}


@pytest.mark.parametrize(
    ("cell", "lesion", "sure"),
    [
        ("Ph-like", "ph_like", True),
        ("Ph-like (high-confidence)", "ph_like", True),
        ("Ph-like (unclassified)", "ph_like", False),  # outranks the name
        ("Ph-like; candidate", "ph_like", False),
        ("Ph-like|low", "ph_like", False),
        ("?Ph-like", "ph_like", False),
        ("Ph-like?", "ph_like", False),
        ("Unclassified", "", False),
        ("Ph-pos (lymphoid)", "ph", True),
        ("B-other", "", True),
    ],
)
def test_the_classifier_s_own_confidence_decides_whether_a_label_counts(
    cell, lesion, sure
):
    label = read_label(cell, LABELS)

    assert (label.lesion, label.sure) == (lesion, sure)


def test_a_blank_cell_is_no_label():
    assert read_label(" ", LABELS) is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], ""),
        (["Ph-like"], "ph_like"),
        (["Ph-like", "Ph-like (candidate)"], "ph_like"),
        (["Ph-like", "KMT2A"], "unclassified"),
        (["KMT2A (unclassified)"], "unclassified"),
        (["B-other"], "b-other"),
    ],
)
def test_labels_that_differ_decide_nothing(cells, expected):
    assert agreed([read_label(cell, LABELS) for cell in cells]) == expected
