"""Which annotators a header declares, and what the first of them tells."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ballad.variants.bcsq import BCSQ_FIELDS, bcsq_consequences
from ballad.variants.snpeff import snpeff_consequences
from ballad.variants.vep import READ, Wanted, consequences
from ballad.variants.vocabulary import Consequence

_FORMAT = re.compile(r"Format:\s*([^\"]+)")
_QUOTED = re.compile(r"'([^']*\|[^']*)'")
VEP, SNPEFF, BCSQ = "vep", "snpeff", "bcsq"


class Dialect(NamedTuple):
    """How an annotator writes its consequences into INFO."""

    name: str  # vep, snpeff or bcsq
    key: str  # INFO key
    fields: tuple[str, ...]  # of an entry, in order


def dialects(header: Iterable[str]) -> list[Dialect]:
    """
    Find the annotations in a VCF header, the one to believe first in front.

    VEP tells itself by its description, under whatever key; SnpEff's ANN and bcftools'
    BCSQ by theirs. SnpEff's older EFF is not read.

    Raises
    ------
    ValueError
        If a description names a field twice that is read from it.
    """
    lines = [line for line in header if line.startswith("##INFO=<ID=")]
    found = []
    for line in lines:
        key = line[len("##INFO=<ID=") :].split(",")[0]
        layout, quoted = _FORMAT.search(line), _QUOTED.search(line)
        if layout and ("Ensembl VEP" in line or key == "CSQ"):
            fields = tuple(layout.group(1).strip().rstrip('">').split("|"))
            _refuse_read_twice(key, fields)
            found.append(Dialect(VEP, key, fields))
        elif "Functional annotations:" in line and quoted:
            names = tuple(name.strip() for name in quoted.group(1).split("|"))
            found.append(Dialect(SNPEFF, key, names))
        elif key == "BCSQ" or "BCFtools/csq" in line:
            found.append(Dialect(BCSQ, key, BCSQ_FIELDS))
    return sorted(found, key=lambda dialect: (VEP, SNPEFF, BCSQ).index(dialect.name))


def _refuse_read_twice(key: str, fields: tuple[str, ...]) -> None:
    """Refuse a layout in which nobody can tell which of two values is meant."""
    twice = sorted({name for name in fields if fields.count(name) > 1} & READ)
    if twice:
        raise ValueError(
            f"the header describes {key} with {', '.join(twice)} twice; which of them "
            "holds the value is not told: annotate again without the double field"
        )


def csq_fields(header: Iterable[str]) -> tuple[str, tuple[str, ...]] | None:
    """
    Find VEP's annotation in a VCF header.

    Returns
    -------
    tuple of INFO key and field names, or None
        The key may have been renamed: VEP's description gives it away.
    """
    found = [dialect for dialect in dialects(header) if dialect.name == VEP]
    return (found[0].key, found[0].fields) if found else None


def annotated(
    info: Mapping[str, str],
    known: Sequence[Dialect],
    ref: str,
    alts: list[str],
    alt_index: int,
    wanted: Wanted | None = None,
) -> list[Consequence]:
    """
    Read the consequences of one allele from the first annotation that has any.

    Parameters
    ----------
    info
        INFO key: value.
    known
        Annotations that the header declares.
    ref, alts, alt_index
        Alleles of the record; position of the allele in `alts`, from 0.
    wanted
        Whose entries are needed; others may be left out.

    Returns
    -------
    list of Consequence
        Empty: the allele is not annotated, which is no statement about its effect, or
        not for who is wanted.
    """
    for dialect in known:
        text = info.get(dialect.key, "")
        if text in ("", "."):
            continue
        entries: list[Consequence] | None
        if dialect.name == VEP:
            entries = consequences(text, dialect.fields, ref, alts, alt_index, wanted)
        elif dialect.name == SNPEFF:
            of_all = snpeff_consequences(text, dialect.fields, ref, alts, alt_index)
            entries = of_all or None
        else:
            entries = bcsq_consequences(text, ref, alts, alt_index) or None
        if entries is not None:
            return entries
    return []
