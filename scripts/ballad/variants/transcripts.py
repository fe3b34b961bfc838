"""Which transcript speaks for an allele in a gene."""

from collections.abc import Iterable

from ballad.variants.vocabulary import Consequence, severity


def chosen(
    entries: Iterable[Consequence], gene: str, transcripts: frozenset[str]
) -> Consequence | None:
    """
    Choose the transcript that speaks for an allele in a gene.

    The panel's own transcript (ENST or NM without version) comes first, then MANE
    Select, MANE Plus Clinical, canonical and the annotator's pick, then the worst
    consequence on a protein-coding one.
    """
    here = [
        entry for entry in entries if entry.gene == gene or _own(entry, transcripts)
    ]
    return min(here, key=lambda entry: _order(entry, transcripts), default=None)


def worst_elsewhere(
    entries: Iterable[Consequence], gene: str, speaker: Consequence | None
) -> str:
    """
    Name the coding transcript of a gene on which an allele does worse than it is told.

    Returns
    -------
    str
        ``transcript:terms``; empty if no transcript has a more severe consequence.
    """
    if speaker is None:
        return ""
    limit = severity(speaker.terms)
    worse = [
        (severity(entry.terms), entry.transcript, entry.terms)
        for entry in entries
        if entry.gene == gene
        and entry.biotype == "protein_coding"
        and severity(entry.terms) < limit
    ]
    if not worse:
        return ""
    _, transcript, terms = min(worse)
    return f"{transcript}:{terms}"


def _own(entry: Consequence, transcripts: frozenset[str]) -> bool:
    return entry.transcript.split(".")[0] in transcripts


def _order(entry: Consequence, transcripts: frozenset[str]) -> tuple:
    return (
        not _own(entry, transcripts),
        not entry.mane,
        not entry.plus_clinical,
        not entry.canonical,
        not entry.picked,
        entry.biotype != "protein_coding",
        severity(entry.terms),
        entry.transcript,
    )
