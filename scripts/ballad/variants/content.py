"""What one VCF says about the panel in one sample, and what its rows prove of it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from ballad.variants.files import VcfError
from ballad.variants.header import NOT_DETERMINABLE, Header, snvs_alone
from ballad.variants.panel import Panel
from ballad.variants.rows import COLUMNS

COUNT_COLUMNS = ("patient", "sample", "assay", "reason", "n")
ANNOTATION = "annotation"
KIND, SNVS_ALONE = "variant_types", "snvs_alone"  # a check and its result
CHECK_COLUMNS = ("path", "check", "status", "message")
_CHROM, _POS, _REF, _ALT, _GENE, _CONSEQUENCE = (
    COLUMNS.index(name)
    for name in ("chrom", "pos", "ref", "alt", "gene", "consequence")
)
COUNTED = ("records", "outside_panel", "in_panel", "not_a_variant", "rows")


class VcfContent:
    """
    What one VCF says about the panel in one of its samples.

    Sent to another process it keeps the text of its rows, which is taken apart again
    only if somebody asks for them.

    Parameters
    ----------
    rows
        In COLUMNS order.
    counts
        Of each of COUNTED.
    checks
        In CHECK_COLUMNS order.
    """

    def __init__(
        self,
        rows: list[tuple[str, ...]] | None = None,
        counts: dict[str, int] | None = None,
        checks: list[tuple[str, ...]] | None = None,
    ) -> None:
        self._text = ""
        self.rows = [] if rows is None else rows
        self.counts = dict.fromkeys(COUNTED, 0) if counts is None else counts
        self.checks = [] if checks is None else checks

    @cached_property
    def rows(self) -> list[tuple[str, ...]]:
        """The rows, in COLUMNS order."""
        return [tuple(line.split("\t")) for line in self._text.split("\n")[:-1]]

    def text(self) -> str:
        """Write the rows as lines of a table."""
        if "rows" not in self.__dict__:
            return self._text
        return "\n".join([*map("\t".join, self.rows), ""])

    def __getstate__(self) -> tuple:
        """Give away text: it is quicker sent than its cells."""
        return self.text(), self.counts, self.checks

    def __setstate__(self, state: tuple) -> None:
        """Take over what `__getstate__` gave."""
        self._text, self.counts, self.checks = state


def joined(parts: Sequence[VcfContent]) -> VcfContent:
    """Join what stretches of one file say about a sample, in their order."""
    rows = [row for part in parts for row in part.rows]
    counts = {key: sum(part.counts[key] for part in parts) for key in COUNTED}
    return VcfContent(rows, counts)


def followed(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """
    Follow bcftools' ``@position`` to the record that tells the joint change.

    The change is told there once; a row that points to it changes the coding sequence
    and says no more. One that points to nothing in this file is not annotated.
    """
    if not any(terms.startswith("@") for terms in {row[_CONSEQUENCE] for row in rows}):
        return rows
    told = {
        (row[_CHROM], row[_POS], row[_GENE])
        for row in rows
        if row[_CONSEQUENCE] and not row[_CONSEQUENCE].startswith("@")
    }
    resolved = []
    for row in rows:
        if row[_CONSEQUENCE].startswith("@"):
            target = (row[_CHROM], row[_CONSEQUENCE][1:], row[_GENE])
            term = "coding_sequence_variant" if target in told else ""
            row = (*row[:_CONSEQUENCE], term, *row[_CONSEQUENCE + 1 :])
        resolved.append(row)
    return resolved


def name_check(sample: Mapping[str, str], header: Header) -> list[tuple[str, ...]]:
    """Tell that the only column of a VCF may be another sample's."""
    if sample.get("vcf_sample") or len(header.samples) != 1:
        return []
    (named,) = header.samples
    if named == sample["sample"]:
        return []
    message = (
        f"the only column is called {named}, the sample {sample['sample']}; if they are "
        f"the same, write {named} in vcf_sample"
    )
    return [(sample["vcf"], "sample_name", "differs", message)]


def kind_check(path: str, header: Header) -> list[tuple[str, ...]]:
    """Tell that a file can hold no indel, whatever the assay detects."""
    if not snvs_alone(header.meta):
        return []
    message = (
        "Strelka's SNVs; its indels are another file, which is a second row of the "
        "sample sheet with the same sample and assay"
    )
    return [(path, KIND, SNVS_ALONE, message)]


def annotation_check(path: str, content: VcfContent) -> list[tuple[str, ...]]:
    """Tell how many rows of a file have no consequence."""
    bare = [row[_CONSEQUENCE] for row in content.rows].count("")
    if not bare:
        return []
    message = (
        f"{bare} of {len(content.rows)} rows have no consequence: called only where "
        "their bases are listed, their genes are otherwise indeterminate"
    )
    status = "missing" if bare == len(content.rows) else "incomplete"
    return [(path, ANNOTATION, status, message)]


def sentinel_check(
    sample: Mapping[str, str], content: VcfContent, panel: Panel
) -> tuple[str, str, str, str] | None:
    """
    Compare REF with the bases that a hotspot's residue allows in the declared build.

    Returns
    -------
    tuple in CHECK_COLUMNS order, or None
        ``confirmed`` if so many bases agree that fewer than 1 in 20 files of another
        sequence would do so by chance; None if there are too few.

    Raises
    ------
    VcfError
        If a REF base is none of the allowed ones.
    """
    declared, path = sample["genome_build"], sample["vcf"]
    agreed: dict[tuple[str, int], str] = {}
    for row in content.rows:
        chrom, pos = row[_CHROM], int(row[_POS])
        for offset, base in enumerate(row[_REF].upper()):
            allowed = panel.sentinels.get((chrom, pos + offset), "")
            if not allowed or base not in "ACGT":
                continue
            if base not in allowed:
                raise VcfError(
                    f"{path}: genome build contradicted: REF has {base} at "
                    f"{chrom}:{pos + offset}, {declared} has {' or '.join(allowed)}; "
                    "correct genome_build"
                )
            agreed[chrom, pos + offset] = allowed
    chance = math.prod(len(allowed) / 4 for allowed in agreed.values())
    if chance > _CHANCE:
        return None
    message = f"REF agrees with {declared} at {len(agreed)} hotspot bases"
    return (path, "genome_build", "confirmed", message)


_CHANCE = 0.05


def unproven_builds(checks: Iterable[tuple[str, ...]]) -> list[VcfError]:
    """Name the files whose genome build nothing proves, for a run that demands it."""
    return [
        VcfError(
            f"{path}: genome build not determinable and variants.require_build_proof is "
            f"true: {message}; add contig lengths to the header (bcftools reheader --fai)"
        )
        for path, check, status, message in checks
        if (check, status) == ("genome_build", NOT_DETERMINABLE)
    ]
