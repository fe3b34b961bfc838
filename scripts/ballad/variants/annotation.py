"""Annotated consequences -> gene, transcript, consequence, HGVS."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ballad.variants.fractions import fraction
from ballad.variants.knowledge import rows_of

_TABLE = os.path.join(
    os.path.dirname(__file__), "../../../resources/variants/consequences.tsv"
)


def _vocabulary() -> tuple[tuple[str, ...], dict[str, str]]:
    rows = sorted(rows_of(_TABLE), key=lambda row: int(row["rank"]))
    other = {
        name: row["term"]
        for row in rows
        for name in row["other_names"].split("|")
        if name
    }
    return tuple(row["term"] for row in rows), other


# Most severe first, as Ensembl VEP documents it; SnpEff's and bcftools' own names.
SEVERITY, OTHER_NAMES = _vocabulary()
_RANK = {term: rank for rank, term in enumerate(SEVERITY)}

AMINO_ACIDS = {
    **{"Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q"},
    **{"Glu": "E", "Gly": "G", "His": "H", "Ile": "I", "Leu": "L", "Lys": "K"},
    **{"Met": "M", "Phe": "F", "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W"},
    **{"Tyr": "Y", "Val": "V", "Ter": "*", "Sec": "U"},
}
_THREE_LETTERS = re.compile("|".join(AMINO_ACIDS))
_POPULATION = re.compile(r"^(MAX_AF|gnomAD\w*_?AF(_\w+)?)$", re.IGNORECASE)
_FORMAT = re.compile(r"Format:\s*([^\"]+)")
_QUOTED = re.compile(r"'([^']*\|[^']*)'")
# A line end or tab, were it written, would break the table.
_ESCAPE = re.compile(r"%([2-9A-Fa-f][0-9A-Fa-f])")
VEP, SNPEFF, BCSQ = "vep", "snpeff", "bcsq"
# bcftools leaves the amino acids and bases out where no codon changes.
_BCSQ_FIELDS = (
    *("Consequence", "gene", "transcript", "biotype", "strand"),
    *("amino_acid_change", "dna_change"),
)
_BCSQ_CODON = re.compile(
    r"(\d+)([A-Z*]*)(?:\.\.(\d+))?(?:>(\d+)([A-Z*]*)(?:\.\.\d+)?)?"
)


class Dialect(NamedTuple):
    """How an annotator writes its consequences into INFO."""

    name: str  # vep, snpeff or bcsq
    key: str  # INFO key
    fields: tuple[str, ...]  # of an entry, in order


class Consequence(NamedTuple):
    """What one allele does to one transcript."""

    gene: str
    transcript: str
    terms: str  # SO terms joined by &
    hgvsc: str  # c. part
    hgvsp: str  # p. part
    biotype: str
    mane: bool
    canonical: bool
    population_af: float | None  # highest population; None: not annotated
    plus_clinical: bool = False  # MANE Plus Clinical
    picked: bool = False  # the annotator's own choice


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
            found.append(Dialect(BCSQ, key, _BCSQ_FIELDS))
    return sorted(found, key=lambda dialect: (VEP, SNPEFF, BCSQ).index(dialect.name))


def _refuse_read_twice(key: str, fields: tuple[str, ...]) -> None:
    """Refuse a layout in which nobody can tell which of two values is meant."""
    twice = sorted({name for name in fields if fields.count(name) > 1} & _READ)
    if twice:
        raise ValueError(
            f"the header describes {key} with {', '.join(twice)} twice; which of them "
            "holds the value is not told: annotate again without the double field"
        )


# VEP's fields that are taken from an entry; of population frequencies the highest.
_READ = frozenset(
    (
        *("Allele", "ALLELE_NUM", "Consequence", "SYMBOL", "Feature", "BIOTYPE"),
        *("HGVSc", "HGVSp", "Protein_position", "Amino_acids", "CANONICAL", "PICK"),
        *("MANE", "MANE_SELECT", "MANE_PLUS_CLINICAL"),
    )
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

    Returns
    -------
    list of Consequence
        Empty: the allele is not annotated, which is no statement about its effect.
    """
    read = {VEP: consequences, SNPEFF: snpeff_consequences}
    for dialect in known:
        text = info.get(dialect.key, "")
        if text in ("", "."):
            continue
        if dialect.name == BCSQ:
            entries = bcsq_consequences(text, ref, alts, alt_index)
        else:
            entries = read[dialect.name](text, dialect.fields, ref, alts, alt_index)
        if entries:
            return entries
    return []


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
                "a comma inside a field, such as a decimal comma, ends an entry"
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


def snpeff_consequences(
    text: str, fields: tuple[str, ...], ref: str, alts: list[str], alt_index: int
) -> list[Consequence]:
    """
    Read the consequences of one allele from SnpEff's ANN.

    The entries name the whole alternative allele and do not keep the order of ALT.
    Effects of a somatic on a germline allele (``G-C``, cancer mode) are left out: the
    panel judges changes of the reference.

    Raises
    ------
    ValueError
        If an entry has fewer fields than up to the protein change.
    """
    entries = []
    for entry in text.split(","):
        values = [value.strip() for value in entry.split("|")]
        if len(values) < _SNPEFF_PROTEIN:
            raise ValueError(
                f"annotation has {len(values)} fields, SnpEff writes {len(fields)}; a "
                "comma inside a field ends an entry"
            )
        if alts[alt_index] in (values[0], values[0].upper()):
            # The first eleven fields are fixed by the ANN format, their names are not.
            terms, gene, transcript, biotype = (values[i] for i in (1, 3, 6, 7))
            entries.append(
                Consequence(
                    gene=gene,
                    transcript=transcript,
                    terms=common_terms(terms),
                    hgvsc=values[9],
                    hgvsp=values[10],
                    biotype=_biotype(biotype),
                    mane=False,
                    canonical=False,
                    population_af=None,
                )
            )
    return entries


_SNPEFF_PROTEIN = 11


def _biotype(text: str) -> str:
    # SnpEff up to 4.1 and refSeq databases write Coding or mRNA.
    coding = text.lower() in ("coding", "protein_coding", "mrna")
    return "protein_coding" if coding else text


@lru_cache(maxsize=4096)
def common_terms(terms: str) -> str:
    """Translate an annotator's terms, joined by &, to Sequence Ontology's."""
    return "&".join(
        dict.fromkeys(OTHER_NAMES.get(term, term) for term in terms.split("&"))
    )


def bcsq_consequences(
    text: str, ref: str, alts: list[str], alt_index: int
) -> list[Consequence]:
    """
    Read the consequences of one allele from bcftools' BCSQ.

    An entry names its allele only by its DNA change; those without one (splice sites,
    introns, UTR) hold for an allele of which no entry names the change. ``@position``
    sends to the record that tells the change of several records together: its terms
    are ``@position`` here. Several entries of one transcript are one consequence.
    """
    entries = []
    for entry in text.split(","):
        values = entry.split("|")
        if entry.startswith("@"):
            values = [entry]
        values += [""] * (len(_BCSQ_FIELDS) - len(values))
        entries.append(values)
    here = [values for values in entries if _names(values[6], ref, alts[alt_index])]
    if not here or len(alts) == 1:
        others = [alt for alt in alts if alt != alts[alt_index]]
        here += [
            values
            for values in entries
            if values not in here
            and not any(_names(values[6], ref, other) for other in others)
        ]
    return _by_transcript(_bcsq_consequence(values) for values in here)


def _by_transcript(told: Iterable[Consequence]) -> list[Consequence]:
    """Join the entries of a transcript: bcftools tells a splice region apart."""
    joined: dict[tuple[str, str], Consequence] = {}
    for number, entry in enumerate(told):
        key = (entry.gene, entry.transcript or str(number))
        first = joined.get(key)
        if first is not None:
            terms = dict.fromkeys([*first.terms.split("&"), *entry.terms.split("&")])
            hgvsp = first.hgvsp or entry.hgvsp
            entry = first._replace(terms="&".join(terms), hgvsp=hgvsp)
        joined[key] = entry
    return list(joined.values())


def _names(dna_change: str, ref: str, alt: str) -> bool:
    return any(
        change.lstrip("0123456789").upper() == f"{ref}>{alt}"
        for change in dna_change.split("+")
    )


def _bcsq_consequence(values: list[str]) -> Consequence:
    # A leading * marks what follows a stop of the same haplotype.
    terms = common_terms(values[0].lstrip("*"))
    change = bcsq_protein_change(values[5], terms)
    return Consequence(
        gene=values[1],
        transcript=values[2],
        terms=terms,
        hgvsc="",
        hgvsp=f"p.{change}" if change else "",
        biotype=values[3],
        mane=False,
        canonical=False,
        population_af=None,
    )


def bcsq_protein_change(text: str, terms: str) -> str:
    """
    Shorten bcftools' amino acids: ``175R>175H`` -> ``R175H``, ``213R`` -> ``R213=``.

    Residues that both sides share are left out: ``746ELREA>746K`` is
    ``E746_A750delinsK``. A frameshift is told by its first changed residue.
    """
    match = _BCSQ_CODON.fullmatch(text)
    if match is None:
        return ""
    position, before, last, moved, after = match.groups()
    start = int(position)
    if moved is None:
        return f"{before}{start}=" if len(before) == 1 else ""
    while len(before) > 1 and after[1:] and before[0] == after[0]:
        before, after, start = before[1:], after[1:], start + 1
    if "frameshift_variant" in terms:
        return f"{before[:1]}{start}fs"
    if last or not before:  # shortened by --brief-predictions
        return ""
    if len(before) == len(after) == 1:
        return f"{before}{start}{after}"
    while len(before) > 1 and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    if len(before) > 1 and after and before[0] == after[0]:
        before, after, start = before[1:], after[1:], start + 1
    end = f"_{before[-1]}{start + len(before) - 1}" if len(before) > 1 else ""
    kind = f"delins{after}" if after else "del"
    return f"{before[0]}{start}{end}{kind}"


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
        hgvsc=_unescaped(value("HGVSc")).rpartition(":")[2],
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
    text = _unescaped(value("HGVSp")).rpartition(":")[2]
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


def _unescaped(text: str) -> str:
    if "%" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text)


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


@lru_cache(maxsize=4096)
def severity(terms: str) -> int:
    """Rank the worst of the SO terms joined by &; 0 is the most severe."""
    return min(_RANK.get(term, len(SEVERITY)) for term in terms.split("&"))


def protein_change(hgvsp: str) -> str:
    """
    Shorten HGVS protein text to one-letter form: ``p.Arg248Gln`` -> ``R248Q``.

    A synonymous change ends in ``=``, a frameshift in ``fs``; the empty text stays.
    """
    text = hgvsp.removeprefix("p.").strip("()")
    text = _THREE_LETTERS.sub(lambda match: AMINO_ACIDS[match.group()], text)
    if "fs" in text:
        first = re.match(r"([A-Z*]\d+)", text)
        return f"{first.group(1)}fs" if first else text
    same = re.fullmatch(r"([A-Z*])(\d+)\1", text)
    return f"{same.group(1)}{same.group(2)}=" if same else text.replace("X", "*")
