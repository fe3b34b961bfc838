"""Which job reads which patient's files."""

import hashlib


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
