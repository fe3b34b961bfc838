from hypothesis import given
from hypothesis import strategies as st

from ballad.inputs.batches import batch_of, with_columns_taken


@given(st.text(), st.integers(1, 50))
def test_a_batch_is_one_of_those_asked_for(patient, batches):
    assert batch_of(patient, batches) in {str(batch) for batch in range(batches)}


def test_the_batch_of_a_patient_is_the_same_on_every_machine_and_run():
    # The 16th hexadecimal digit of `printf %s P001 | sha256sum`, modulo 4.
    assert [batch_of(name, 4) for name in ("P001", "P002", "007")] == ["3", "0", "0"]


def test_patients_spread_over_all_batches():
    assert len({batch_of(f"P{number}", 8) for number in range(100)}) == 8


def test_a_column_of_the_sheet_is_taken_for_others_but_not_that_of_a_normal():
    def row(sample, column, timepoint="diagnosis", vcf="two.vcf"):
        return {
            **{"sample": sample, "vcf_sample": column},
            **{"timepoint": timepoint, "vcf": vcf},
        }

    rows = with_columns_taken(
        [
            row("A", "a"),
            row("B", "b"),
            row("N", "n", timepoint="normal"),
            row("C", "c", vcf="other.vcf"),
        ]
    )

    assert [row["columns_taken"] for row in rows] == ["b", "a", "a\tb", ""]
