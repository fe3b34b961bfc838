"""Listed variants and classes of variants, and which of them an allele is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from ballad.variants.panel import spans

LOSS_OF_FUNCTION = frozenset(
    (
        *("stop_gained", "frameshift_variant", "start_lost", "stop_lost"),
        *("splice_acceptor_variant", "splice_donor_variant", "transcript_ablation"),
    )
)
IN_FRAME = frozenset(
    ("inframe_insertion", "inframe_deletion", "protein_altering_variant")
)
_RESIDUE = re.compile(r"([A-Z*])(\d+)")


@dataclass(frozen=True)
class Allele:
    """One alternative allele in one gene, as far as judging it needs."""

    gene: str
    build: str
    chrom: str
    pos: int
    ref: str
    alt: str
    terms: frozenset[str]  # SO terms
    protein_change: str  # one-letter, may be empty


@dataclass(frozen=True)
class Hotspot:
    """A row of the hotspot table that an allele matches."""

    gene: str
    change: str
    match: str  # exact, position, class, range or codon
    hotspot_class: str

    @property
    def label(self) -> str:
        """Name shown in tables."""
        return f"{self.gene} {self.change}"


class Hotspots:
    """The hotspot table, arranged for matching one allele after the other."""

    # A benign or artefact row beats every other; an exact row a wider one.
    ORDER = ("exact", "position", "class", "range", "codon")
    FIRST = ("benign_polymorphism", "artefact_suspect")

    def __init__(self, table: pd.DataFrame, alleles: pd.DataFrame) -> None:
        self._by_gene: dict[str, list[Mapping[str, str]]] = {}
        for row in table.to_dict("records"):
            self._by_gene.setdefault(row["gene"], []).append(row)
        self._changes = {
            (r["gene"], r["build"], r["chrom"], int(r["pos"]), r["ref"], r["alt"]): r[
                "protein_change"
            ]
            for r in alleles.to_dict("records")
        }
        # Where annotators' transcripts number residues differently, the bases decide.
        self._always = {
            (r["gene"], r["protein_change"])
            for r in alleles.to_dict("records")
            if r.get("decides", "always") == "always"
        }

    def listed_change(self, allele: Allele) -> str:
        """Return the protein change: annotated, or known for the genomic allele."""
        place = trimmed(allele.pos, allele.ref.upper(), allele.alt.upper())
        key = (allele.gene, allele.build, allele.chrom, *place)
        listed = self._changes.get(key, allele.protein_change)
        annotated = bool(allele.terms - {""})
        decides = (allele.gene, listed) in self._always
        if annotated and not decides and not _renumbered(allele.protein_change, listed):
            return allele.protein_change
        return listed

    def best(self, allele: Allele) -> Hotspot | None:
        """Return the row that decides about an allele, or None."""
        change = self.listed_change(allele)
        found = [
            Hotspot(row["gene"], row["protein_change"], row["match"], row["class"])
            for row in self._by_gene.get(allele.gene, ())
            if _matches(row, allele, change)
        ]
        return min(found, key=self._order, default=None)

    def _order(self, hotspot: Hotspot) -> tuple:
        first = hotspot.hotspot_class in self.FIRST
        rank = self.FIRST.index(hotspot.hotspot_class) if first else 0
        return (not first, rank, self.ORDER.index(hotspot.match), hotspot.change)


_SUBSTITUTION = re.compile(r"([A-Z*])(\d+)([A-Z*=])")


def _renumbered(annotated: str, listed: str) -> bool:
    """Say whether two changes differ by the residue's number alone, as isoforms do."""
    told, known = (_SUBSTITUTION.fullmatch(change) for change in (annotated, listed))
    return bool(told and known and told.group(1, 3) == known.group(1, 3))


def trimmed(pos: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Leave out the bases that both alleles share, first at their ends."""
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    return pos, ref, alt


def _matches(row: Mapping[str, str], allele: Allele, change: str) -> bool:
    match = row["match"]
    if match == "exact":
        return row["protein_change"] == change
    if match == "codon":
        return _other_residue(row["protein_change"], change) and bool(
            allele.terms & {"missense_variant"}
        )
    if match == "position":
        return _is_base(row, allele)
    if match == "range":
        return _in_range(row, allele)
    return _in_class(row, allele)


def _other_residue(residue: str, change: str) -> bool:
    listed, found = _RESIDUE.match(residue), _RESIDUE.match(change)
    return bool(listed and found and listed.groups() == found.groups())


def _span_column(allele: Allele) -> str:
    return f"{allele.build.lower()}_codon"


def _is_base(row: Mapping[str, str], allele: Allele) -> bool:
    """Say whether a substitution of one or several bases changes the listed base."""
    if len(allele.ref) != len(allele.alt):
        return False
    bases = enumerate(zip(allele.ref, allele.alt, strict=True), allele.pos)
    changed = {pos for pos, (ref, alt) in bases if ref != alt}
    return any(
        chrom == allele.chrom and start in changed
        for chrom, start, _ in spans(row[_span_column(allele)])
    )


def _in_range(row: Mapping[str, str], allele: Allele) -> bool:
    missense = "missense" in row["protein_change"]
    kinds = {"missense_variant"} if missense else IN_FRAME
    # Callers print parts of one in-frame event as a pair of frameshifts.
    if not missense and row["class"] != "likely_pathogenic":
        kinds = kinds | {"frameshift_variant"}
    end = allele.pos + len(allele.ref) - 1
    return bool(allele.terms & kinds) and any(
        chrom == allele.chrom and allele.pos <= stop and end >= start
        for chrom, start, stop in spans(row[_span_column(allele)])
    )


def _in_class(row: Mapping[str, str], allele: Allele) -> bool:
    wording = row["protein_change"]
    terms = set(LOSS_OF_FUNCTION)
    if "splice_donor" in wording:
        terms = {"splice_donor_variant", "splice_acceptor_variant"}
    elif "missense" in wording:
        terms = {"missense_variant"}
    elif "frameshift/stop_gained" in wording:
        terms -= {"splice_donor_variant", "splice_acceptor_variant"}
    return bool(allele.terms & terms)


def codon(change: str) -> int | None:
    """Return the codon of a one-letter protein change, if it has one."""
    found = _RESIDUE.match(change)
    return int(found.group(2)) if found else None


def suppressors(panel: pd.DataFrame) -> frozenset[str]:
    """Name the genes whose loss of function counts: their role says LOF."""
    roles: Iterable[tuple[str, str]] = zip(
        panel["symbol"], panel["role_in_panel"], strict=True
    )
    return frozenset(
        symbol for symbol, role in roles if "LOF" in role or "suppressor" in role
    )
