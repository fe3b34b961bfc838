"""A patient's genotype as a readable card: each call, its rule, and the records."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from ballad.derived_lesions import DERIVED, PH_LIKE_LESIONS
from ballad.lesions import CURATED
from ballad.states import ABSENT, NOT_ASSESSED, PRESENT

COLUMNS = (
    *("patient", "part", "lesion", "state", "stance", "sentence", "evidence", "kind"),
    *("sample", "file", "record", "tier"),
)
SUBTYPE, LESION, RECORD, CONFLICT = "subtype", "lesion", "record", "conflict"
SUPPORTS, AGAINST, OPEN, DECIDES = "supports", "against", "cannot decide", "decides"
COVERED = "covers the rest"
# What each derived lesion is worked out from.
FOLLOWS_FROM = {
    "ph_like": ("ph", *PH_LIKE_LESIONS),
    "pax5_alt": ("pax5_fusion", "pax5_amplification", "pax5_mutation"),
    "pax5_alteration": ("pax5_fusion", "pax5_amplification", "pax5_mutation"),
    "ikzf1_plus": (
        *("ikzf1_deletion", "cdkn2a_deletion", "cdkn2b_deletion", "pax5_deletion"),
        *("par1_deletion", "erg_deletion"),
    ),
    "targetable_kinase": ("ph", *PH_LIKE_LESIONS),
}


def explain(
    genotype: Mapping[str, str],
    lesions: Iterable[Mapping[str, str]],
    evidence: Iterable[Mapping[str, str]],
    labels: Mapping[str, str],
) -> pd.DataFrame:
    """
    Explain one patient's genotype.

    Parameters
    ----------
    genotype
        The patient's row of genotypes.tsv.
    lesions
        The patient's rows of lesions.tsv.
    evidence
        The patient's rows of evidence.tsv.
    labels
        Lesion: its name in words.

    Returns
    -------
    DataFrame with COLUMNS
        First the subtype with the rule that fired (part ``subtype``), each conflict,
        then every lesion that was assessed, present ones first, each followed by its
        records. `stance` of a record: supports, against, cannot decide the state of its
        lesion, covers the rest of a gene in which the same assay found something, or
        decides (a curator). A lesion nobody looked for is named at the end,
        without records.
    """
    patient = genotype["patient"]
    rows = [_row(patient, SUBTYPE, sentence=_subtype_sentence(genotype))]
    for conflict in filter(None, genotype["conflicts"].split("; ")):
        rows.append(_row(patient, CONFLICT, sentence=conflict))
    records: dict[str, list[Mapping[str, str]]] = {}
    for item in evidence:
        records.setdefault(item["lesion"], []).append(item)
    # Of the genotype table: ploidy may be open where the karyotype alone looked sure.
    states = {
        row["lesion"]: genotype.get(row["lesion"], row["state"]) for row in lesions
    }
    derived = {name: genotype[name] for name in DERIVED if name in genotype}
    found = {**states, **derived}
    bases = {row["lesion"]: row["basis"] for row in lesions}
    for lesion in sorted(found, key=lambda x: (_RANK.get(found[x], 2), x)):
        state = found[lesion]
        words = labels.get(lesion, lesion)
        basis = bases.get(lesion, "")
        if lesion in derived:
            basis = _parts(lesion, states)
        sentence = _lesion_sentence(words, state, basis)
        rows.append(_row(patient, LESION, lesion, state, sentence=sentence))
        rows += _records(patient, lesion, state, records.get(lesion, []))
    return pd.DataFrame(rows, columns=list(COLUMNS))


_RANK = {PRESENT: 0, ABSENT: 3, NOT_ASSESSED: 4}


def _row(
    patient: str,
    part: str,
    lesion: str = "",
    state: str = "",
    stance: str = "",
    sentence: str = "",
) -> tuple:
    return (patient, part, lesion, state, stance, sentence, *[""] * 6)


def _subtype_sentence(genotype: Mapping[str, str]) -> str:
    names = [n for n in (genotype["icc"], genotype["who"]) if n]
    basis = f" ({genotype['basis']})" if genotype["basis"] else ""
    said = f"{genotype['subtype']}, class {genotype['subtype_class']}: "
    if genotype["rule"] == CURATED:
        said += "decided by a curator"
    else:
        said += f"the first rule that fits is {genotype['rule']}{basis}"
    return said + (f"; ICC 2022: {names[0]}" if names else "")


def _lesion_sentence(words: str, state: str, basis: str) -> str:
    said = f"{words}: {state.replace('_', ' ')}"
    return f"{said}, by {basis.replace(',', ', ')}" if basis else said


def _parts(lesion: str, states: Mapping[str, str]) -> str:
    """Name what a derived lesion rests on: what was found, else what was not."""
    from_ = [x for x in FOLLOWS_FROM[lesion] if x in states]
    here = [x for x in from_ if states[x] == PRESENT]
    shown = here or [x for x in from_ if states[x] != NOT_ASSESSED]
    return ",".join(f"{x} {states[x]}" for x in shown)


def _records(
    patient: str, lesion: str, state: str, items: Iterable[Mapping[str, str]]
) -> Iterator[tuple]:
    items = list(items)
    # An assay that found something has nothing to say against it where it found none.
    seen = {(i["sample"], i["kind"]) for i in items if i["supports"] == PRESENT}
    for item in items:
        stance = _stance(item, state)
        if item["supports"] == ABSENT and (item["sample"], item["kind"]) in seen:
            stance = COVERED
        yield (
            patient,
            RECORD,
            lesion,
            state,
            stance,
            f"{item['kind']} says {item['supports']}{_weak(item)}: {item['record']}",
            *(
                item[c]
                for c in ("evidence", "kind", "sample", "file", "record", "tier")
            ),
        )


def _weak(item: Mapping[str, str]) -> str:
    weak = item["supports"] == PRESENT and item["tier"] == "C"
    return ", but too weak to count (tier C)" if weak else ""


def _stance(item: Mapping[str, str], state: str) -> str:
    if item["kind"] == CURATED:
        return DECIDES
    if item["supports"] not in (PRESENT, ABSENT):
        return OPEN
    if state in (PRESENT, ABSENT):
        return SUPPORTS if item["supports"] == state else AGAINST
    # An open or unassessed lesion: what was found speaks for it, a negative against.
    return SUPPORTS if item["supports"] == PRESENT else AGAINST
