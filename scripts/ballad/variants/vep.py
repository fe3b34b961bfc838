"""The entries of VEP's CSQ."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ballad.variants.fractions import fraction
from ballad.variants.vocabulary import Consequence, common_terms, unescaped

_POPULATION = re.compile(r"^(MAX_AF|gnomAD\w*_?AF(_\w+)?)$", re.IGNORECASE)
# VEP's fields that are taken from an entry; of population frequencies the highest.
READ = frozenset(
    (
        *("Allele", "ALLELE_NUM", "Consequence", "SYMBOL", "Feature", "BIOTYPE"),
        *("HGVSc", "HGVSp", "Protein_position", "Amino_acids", "CANONICAL", "PICK"),
        *("MANE", "MANE_SELECT", "MANE_PLUS_CLINICAL"),
    )
)


def consequences(
    text: str, fields: tuple[str, ...], ref: str, alts: list[str], alt_index: int
) -> list[Consequence]:
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
    return [
        _consequence(values, places)
        for values in _allele_entries(entries, places, ref, alts, alt_index)
    ]


class _Places(NamedTuple):
    """Where the fields of an entry stand; -1 is a field the file does not have."""

    of: Mapping[str, int]
    population: tuple[tuple[str, int], ...]


@lru_cache(maxsize=64)
def _places(fields: tuple[str, ...]) -> _Places:
    of = {name: place for place, name in enumerate(fields)}
    population = tuple(
        (name, place) for place, name in enumerate(fields) if _POPULATION.match(name)
    )
    return _Places(of, population)


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
    def value(name: str) -> str:
        place = of.get(name)
        return "" if place is None else values[place]

    of = places.of
    mane = value("MANE_SELECT") or value("MANE")
    return Consequence(
        gene=value("SYMBOL"),
        transcript=value("Feature"),
        terms=common_terms(value("Consequence")),
        hgvsc=unescaped(value("HGVSc")).rpartition(":")[2],
        hgvsp=_hgvsp(value),
        biotype=value("BIOTYPE"),
        mane=bool(mane),
        canonical=value("CANONICAL") == "YES",
        population_af=_population_af(values, places),
        plus_clinical=bool(value("MANE_PLUS_CLINICAL")),
        picked=value("PICK") == "1",
    )


def _hgvsp(value: Callable[[str], str]) -> str:
    """Return VEP's protein change; without HGVS, that of its amino acids."""
    text = unescaped(value("HGVSp")).rpartition(":")[2]
    # VEP up to release 78 writes c.639A>G(p.=) for a synonymous change.
    if text and not text.endswith("(p.=)") and text != "p.=":
        return text
    place = value("Protein_position").partition("/")[0]
    before, _, after = value("Amino_acids").partition("/")
    if not place.isdigit() or not before:
        return text
    if "frameshift_variant" in value("Consequence").split("&"):
        return f"p.{before[0]}{place}fs"
    if len(before) == 1 and len(after) <= 1 and "-" not in before + after:
        return f"p.{before}{place}{after or '='}"
    return text


def _population_af(values: list[str], places: _Places) -> float | None:
    return _highest((name, values[place]) for name, place in places.population)


def population_frequency(entry: Mapping[str, str]) -> float | None:
    """Return the highest of an entry's population frequencies; None without any."""
    return _highest(pair for pair in entry.items() if _POPULATION.match(pair[0]))


def _highest(texts: Iterable[tuple[str, str]]) -> float | None:
    frequencies = [
        frequency
        for name, text in texts
        for value in text.split("&")
        if (frequency := fraction(value, name)) is not None
    ]
    return max(frequencies, default=None)
