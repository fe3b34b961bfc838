"""Which job reads which patient's files."""

import hashlib
from collections.abc import Iterable, Mapping


def batch_of(patient: str, batches: int) -> str:
    """
    Name the batch of a patient: a stable hash, so that nobody's coming or going
    moves the others.

    Parameters
    ----------
    patient
        Identifier.
    batches
        Number of batches, 1 or more.

    Returns
    -------
    str
        ``0`` to ``batches - 1``.
    """
    digest = hashlib.sha256(patient.encode()).digest()
    return str(int.from_bytes(digest[:8], "big") % batches)


def with_columns_given(samples: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """
    Add to each row which columns of its VCF the sheet gives to whom.

    A normal is matched by patient, and a job that reads one batch does not see the whole
    sheet.

    Parameters
    ----------
    samples
        All rows of the sample sheet with a VCF.

    Returns
    -------
    list of dict
        With `columns_of_patient`, `normals_of_patient` (rows of timepoint ``normal``)
        and `columns_of_others`, of other patients: names in `vcf_sample`,
        tab-separated.
    """
    samples = list(samples)
    named: dict[str, dict[tuple[str, bool], set[str]]] = {}
    for row in samples:
        if row["vcf_sample"]:
            whose = (row["patient"], row["timepoint"] == "normal")
            of_file = named.setdefault(row["vcf"], {})
            of_file.setdefault(whose, set()).add(row["vcf_sample"])
    return [
        {**row, **_given(row["patient"], named.get(row["vcf"], {}))} for row in samples
    ]


def _given(
    patient: str, named: Mapping[tuple[str, bool], Iterable[str]]
) -> dict[str, str]:
    others = {name for (p, _), names in named.items() if p != patient for name in names}
    columns = {
        "columns_of_patient": named.get((patient, False), ()),
        "normals_of_patient": named.get((patient, True), ()),
        "columns_of_others": others,
    }
    return {key: "\t".join(sorted(names)) for key, names in columns.items()}
