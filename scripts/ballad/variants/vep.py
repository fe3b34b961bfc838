"""The entries of VEP's CSQ."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ballad.variants.fractions import fraction
from ballad.variants.vocabulary import Consequence, common_terms, unescaped

_POPULATION = re.compile(r"^(MAX_AF|gnomAD\w*_?AF(_\w+)?)$", re.IGNORECASE)
_ORDER = (
    *("SYMBOL", "Feature", "Consequence", "HGVSc", "HGVSp", "BIOTYPE", "MANE_SELECT"),
    *("MANE", "CANONICAL", "MANE_PLUS_CLINICAL", "PICK", "Protein_position"),
    "Amino_acids",
)
# VEP's fields that are taken from an entry; of population frequencies the highest.
READ = frozenset(("Allele", "ALLELE_NUM", *_ORDER))


class Wanted(NamedTuple):
    """Whose entries are read: symbols, and transcripts without version."""

    genes: frozenset[str]
    transcripts: frozenset[str]


def consequences(
    text: str,
    fields: tuple[str, ...],
    ref: str,
    alts: list[str],
    alt_index: int,
    wanted: Wanted | None = None,
) -> list[Consequence] | None:
    """
    Read the consequences of one allele.

    Parameters
    ----------
    text
        Value of the CSQ key: entries joined by commas.
    fields
        Names of an entry's fields, from the header.
    ref, alts
        Alleles of the record.
    alt_index
        Position of the allele in `alts`, from 0.
    wanted
        Leave out the entries of other genes and transcripts, such as neighbours'.

    Returns
    -------
    list of Consequence, or None
        None: the allele has no entry. Empty: only ones that are not wanted.

    Raises
    ------
    ValueError
        If an entry has another number of fields than the header says.
    """
    places = _places(fields)
    entries = [entry.split("|") for entry in text.split(",")]
    for values in entries:
        if len(values) != len(fields):
            raise ValueError(
                f"annotation has {len(values)} fields, the header says {len(fields)}; "
                "a comma inside a field, such as a decimal comma, ends an entry: annotate "
                "the VCF again without it"
            )
    found = _allele_entries(entries, places, ref, alts, alt_index)
    if not found:
        return None
    if wanted is not None:
        found = _wanted_of(found, places, wanted)
    return [_consequence(values, places) for values in found]


class _Places(NamedTuple):
    """Where the fields of an entry stand; `fields` of an absent one: behind the last."""

    of: Mapping[str, int]
    read: tuple[int, ...]  # in the order of _ORDER
    population: tuple[str, ...]  # names of the fields of frequencies
    frequencies: tuple[int, ...]


def _wanted_of(
    entries: list[list[str]], places: _Places, wanted: Wanted
) -> list[list[str]]:
    gene, transcript = places.of.get("SYMBOL"), places.of.get("Feature")
    return [
        values
        for values in entries
        if (gene is not None and values[gene] in wanted.genes)
        or (
            transcript is not None
            and values[transcript].partition(".")[0] in wanted.transcripts
        )
    ]


@lru_cache(maxsize=64)
def _places(fields: tuple[str, ...]) -> _Places:
    of = {name: place for place, name in enumerate(fields)}
    read = tuple(of.get(name, len(fields)) for name in _ORDER)
    frequencies = tuple(n for n, name in enumerate(fields) if _POPULATION.match(name))
    return _Places(of, read, tuple(fields[n] for n in frequencies), frequencies)


def _allele_entries(
    entries: list[list[str]],
    places: _Places,
    ref: str,
    alts: list[str],
    alt_index: int,
) -> list[list[str]]:
    numbered = places.of.get("ALLELE_NUM")
    # A record split after VEP keeps the entries, and numbers, of all its alleles.
    if numbered is not None and all(
        entry[numbered].isdigit() and int(entry[numbered]) <= len(alts)
        for entry in entries
    ):
        return [e for e in entries if int(e[numbered]) == alt_index + 1]
    allele = places.of.get("Allele")
    told = ["" if allele is None else entry[allele] for entry in entries]
    names = [*trimmed_names(ref, alts, alt_index), alts[alt_index]]
    if len(set(told)) > len(alts):
        names.reverse()
    if len(ref) > 1 or len(alts[alt_index]) > 1:
        names.append(alts[alt_index][1:] or "-")
    # A masked reference has small letters, and some annotators repeat them.
    for said in (told, [text.upper() for text in told]):
        for name in names:
            if name in said:
                return [
                    e for e, text in zip(entries, said, strict=True) if text == name
                ]
    return []


def trimmed_names(ref: str, alts: list[str], alt_index: int) -> set[str]:
    """
    Name an allele as VEP may print it.

    VEP removes the first base if all alleles of the record share it and any of them
    differs in length; an allele that is empty then is printed as ``-``.
    """
    alt = alts[alt_index]
    others = [allele for allele in alts if allele != "*" and not allele.startswith("<")]
    indel = any(len(allele) != len(ref) for allele in others)
    shared = all(allele[:1] == ref[:1] for allele in others)
    return {(alt[1:] or "-") if indel and shared else alt}


def _consequence(values: list[str], places: _Places) -> Consequence:
    values.append("")  # what an absent field says
    told = [values[place] for place in places.read]
    gene, transcript, terms, hgvsc, hgvsp, biotype, *told = told
    mane_select, mane, canonical, plus_clinical, pick, position, amino_acids = told
    return Consequence(
        gene=gene,
        transcript=transcript,
        terms=common_terms(terms),
        hgvsc=unescaped(hgvsc).rpartition(":")[2],
        hgvsp=_hgvsp(hgvsp, terms, position, amino_acids),
        biotype=biotype,
        mane=bool(mane_select or mane),
        canonical=canonical == "YES",
        population_af=_highest(
            places.population, tuple([values[place] for place in places.frequencies])
        ),
        plus_clinical=bool(plus_clinical),
        picked=pick == "1",
    )


def _hgvsp(hgvsp: str, terms: str, position: str, amino_acids: str) -> str:
    """Return VEP's protein change; without HGVS, that of its amino acids."""
    text = unescaped(hgvsp).rpartition(":")[2]
    # VEP up to release 78 writes c.639A>G(p.=) for a synonymous change.
    if text and not text.endswith("(p.=)") and text != "p.=":
        return text
    place = position.partition("/")[0]
    before, _, after = amino_acids.partition("/")
    if not place.isdigit() or not before:
        return text
    if "frameshift_variant" in terms.split("&"):
        return f"p.{before[0]}{place}fs"
    if len(before) == 1 and len(after) <= 1 and "-" not in before + after:
        return f"p.{before}{place}{after or '='}"
    return text


def population_frequency(entry: Mapping[str, str]) -> float | None:
    """Return the highest of an entry's population frequencies; None without any."""
    names = tuple(filter(_POPULATION.match, entry))
    return _highest(names, tuple(entry[name] for name in names))


# All transcripts of a variant have its frequencies.
@lru_cache(maxsize=1024)
def _highest(names: tuple[str, ...], texts: tuple[str, ...]) -> float | None:
    frequencies = [
        frequency
        for name, text in zip(names, texts, strict=True)
        for value in text.split("&")
        if (frequency := fraction(value, name)) is not None
    ]
    return max(frequencies, default=None)
