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


def with_columns_taken(samples: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """
    Add to each row which columns of its VCF the sheet gives to other samples.

    Of a file of two samples, the column beside the tumour's is its matched normal only
    if it is nobody else's; a job that reads one batch does not see the whole sheet.

    Parameters
    ----------
    samples
        All rows of the sample sheet with a VCF.

    Returns
    -------
    list of dict
        With ``columns_taken``, tab-separated; rows of timepoint ``normal`` take none.
    """
    samples = list(samples)
    taken: dict[str, set[tuple[str, str]]] = {}
    for row in samples:
        if row["vcf_sample"] and row["timepoint"] != "normal":
            known = taken.setdefault(row["vcf"], set())
            known.add((row["vcf_sample"], row["sample"]))
    return [
        {
            **row,
            "columns_taken": "\t".join(
                sorted(
                    name
                    for name, sample in taken.get(row["vcf"], ())
                    if sample != row["sample"]
                )
            ),
        }
        for row in samples
    ]
