import pytest

from ballad.spelling import counted, spelled


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("mrd", "MRD"),
        ("rr", "R/R"),
        ("mrd_negative", "MRD negative"),
        ("tcf3_hlf", "TCF3::HLF"),
        ("etv6_runx1", "ETV6::RUNX1"),
        ("BCR_ABL1", "BCR::ABL1"),
        ("igh_il3", "IGH::IL3"),
        ("B_ALL_NOS", "B-ALL NOS"),
        ("tp53_deletion", "TP53 deletion"),
    ],
)
def test_names_are_written_as_the_clinic_writes_them(name, written):
    assert spelled(name) == written


def test_a_noun_agrees_with_its_count():
    assert [counted(n, "event") for n in (0, 1, 2)] == [
        "0 events",
        "1 event",
        "2 events",
    ]
