from hypothesis import given
from hypothesis import strategies as st

from ballad.inputs.batches import batch_of, with_columns_given


@given(st.text(), st.integers(1, 50))
def test_a_batch_is_one_of_those_asked_for(patient, batches):
    assert batch_of(patient, batches) in {str(batch) for batch in range(batches)}


def test_the_batch_of_a_patient_is_the_same_on_every_machine_and_run():
    # The 16th hexadecimal digit of `printf %s P001 | sha256sum`, modulo 4.
    assert [batch_of(name, 4) for name in ("P001", "P002", "007")] == ["3", "0", "0"]


def test_patients_spread_over_all_batches():
    assert len({batch_of(f"P{number}", 8) for number in range(100)}) == 8


def test_columns_of_a_file_are_given_to_the_patient_its_normal_or_others():
    def row(patient, column, timepoint="diagnosis", vcf="two.vcf"):
        return {
            **{"patient": patient, "vcf_sample": column},
            **{"timepoint": timepoint, "vcf": vcf},
        }

    rows = with_columns_given(
        [
            row("A", "dx"),
            row("A", "rem", timepoint="remission"),
            row("A", "saliva", timepoint="normal"),
            row("B", "b"),
            row("B", "skin", timepoint="normal"),
            row("B", ""),
            row("A", "dx", vcf="other.vcf"),
        ]
    )

    keys = ("columns_of_patient", "normals_of_patient", "columns_of_others")
    of_a = ("dx\trem", "saliva", "b\tskin")
    of_b = ("b", "skin", "dx\trem\tsaliva")
    found = [tuple(row[key] for key in keys) for row in rows]
    assert found == [of_a] * 3 + [of_b] * 3 + [("dx", "", "")]
