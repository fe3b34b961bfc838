"""FISH text, ISCN or plain words -> lesions; what is not understood is kept."""

import re
from collections.abc import Iterable, Mapping

from ballad.findings import Finding
from ballad.fish_words import (
    APART,
    EXCLUDED,
    FOUND,
    LOST,
    MISSING,
    NEGATIVE,
    NORMAL,
    PURPOSE,
    REARRANGED,
    SURE,
    UNDECIDED,
    further,
)
from ballad.states import ABSENT, INDETERMINATE, PRESENT


def fish_findings(
    fish: str, probes: Iterable[Mapping[str, str]], cutoffs: Mapping[str, float]
) -> list[Finding]:
    """
    Say what FISH text shows: ISCN ``nuc ish`` or plain words.

    Parameters
    ----------
    fish
        Results separated by ``;``, words also by ``,``: one clause per probe. In words
        a negator makes a clause absent, a positive word without one present; a clause
        that has both a share with the lesion and a negator decides nothing. All else
        names the probe's lesion indeterminate, finding ``unparsed``. English, and the
        words of resources/cytogenetics/fish_words.tsv. A bare share of nuclei beside
        a fusion written ``A::B`` is that of the fusion.
    probes
        lesion, genes (joined by |), positive: fusion, breakapart, loss, amplification;
        excludes: ``no`` if a negative result of this probe alone excludes nothing (one
        of several genes of the lesion); it is indeterminate then.
    cutoffs
        Percent of nuclei: fusion_pct, breakapart_pct, deletion_pct, gain_pct.
    """
    probes = list(probes)
    findings = []
    for result in re.split(r";\s*(?![^(]*\))", fish):
        negated = False
        for clause in _clauses(result):
            findings += _fish_result(clause, probes, cutoffs, negated)
            negated |= bool(_LEADING_NEGATOR.match(clause))
    return findings


_COUNTS = re.compile(r"\bx\d|\)x\d|[A-Z0-9]x\d")
_NO_NUCLEI = re.compile(r"\[(?:\d+/)?0\]")
_SHARE = re.compile(r"(?:in\s+)?[~<>]?\s*\d+(?:[.,]\d+)?\s*%")
_BOUND = re.compile(r"(?:[<≤]|cut-?off|below|unter|norm)\W*\d+(?:[.,]\d+)?\s*%", re.I)
# The share of nuclei with a fusion and nothing else: ETV6::RUNX1: 85%. Of a break or a
# loss the share could be that of the normal signals.
_FUSION_SHARE = re.compile(
    r"(?:FISH:?\s*)?\w+::\w+\s*[:=]?\s*(?:in\s+)?\d+(?:[.,]\d+)?\s*%"
    r"(?:\s*(?:of\s+|der\s+)?(?:nuclei|cells|Zellkerne|Kerne|Zellen))?",
    re.I,
)
_NOT_DONE = re.compile(
    r"fail|inconclusive|equivocal|pending|insufficient"
    r"|un(?:informative|clear|certain|satisfactory|evaluable|known|available)"
    r"|not? (?:done|tested|performed|assess|evalua|inform|avail|interpret|suffic|exclu)"
    r"|no (?:result|material|nuclei|probe|signal)"
    rf"|\b(?:{further(UNDECIDED)})\b",
    re.I,
)
# These negate what follows: not positive.
_NEGATIVE = (
    r"\b(?:no|not|none|non|nor|neither|without|absent|absence|neg|negative"
    rf"|lacks?|lacking|{further(NEGATIVE)})\b"
)
_NEGATES = re.compile(_NEGATIVE, re.I)
_EXCLUDED = re.compile(rf"\b(?:{further(EXCLUDED)})\b", re.I)
_NEGATOR = re.compile(
    rf"{_NEGATIVE}|\b(?:{further(NORMAL)}|{further(EXCLUDED)})\b", re.I
)
_LEADING_NEGATOR = re.compile(
    r"(?:no|not|none|neither|without|absence|negative|lacks?|lacking"
    rf"|{further(NEGATIVE)}|{further(EXCLUDED)})\b",
    re.I,
)
_PURPOSE = re.compile(rf"\b(?:{further(PURPOSE)})\b", re.I)
_MISSING = re.compile(rf"\b(?:{further(MISSING)})\b", re.I)
# What is found may be normal signals; what is lost or split is not normal.
_ONLY_FOUND = re.compile(rf"\b(?:detected|present|{further(FOUND)})\b", re.I)
_NORMAL_ITSELF = re.compile(rf"[:=]\s*(?:{further(NORMAL)})\b", re.I)
_ASIDE = re.compile(r"\([^)]*\)?|\b(?:bei|mit|neben|with|beside)\b.*", re.I)
# Normal signals beside one of a fusion are what a fusion looks like.
_FUSION_SIGNAL = re.compile(r"\bfusion(?:s?-?| )signal|\binta[ck]t\w* fusion", re.I)
_SURE = re.compile(rf"\b(?:pos|positive|{further(SURE)})\b", re.I)
_FOUND = (
    r"\b(?:pos|positive|detected|present|rearranged"
    rf"|{further(SURE)}|{further(FOUND)}|{further(REARRANGED)}"
)
_POSITIVE = {
    "fusion": re.compile(rf"{_FOUND})\b", re.I),
    "breakapart": re.compile(rf"{_FOUND}|split|{further(APART)})\b", re.I),
    "loss": re.compile(
        rf"\b(?:delet(?:ed|ion)|loss|lost|{further(LOST)}|{further(MISSING)})\b", re.I
    ),
    "amplification": re.compile(rf"{_FOUND}|amplif\w+|iamp21)\b", re.I),
}


def _clauses(result: str) -> list[str]:
    """Split at commas outside brackets; ISCN and a share of nuclei stay with theirs."""
    clauses: list[str] = []
    # A comma between digits is a decimal comma.
    for part in re.split(r"(?:(?<!\d),|,(?!\d))(?![^(\[]*[)\]])", result):
        part = part.strip()
        own = bool(_COUNTS.search(part))
        if clauses and (
            _SHARE.match(part) or (own and _COUNTS.search(clauses[-1]) is not None)
        ):
            clauses[-1] += f", {part}"
        elif own:
            clauses.append(part)
        else:
            clauses += _sentences(part)
    return [clause for clause in clauses if clause]


def _sentences(words: str) -> list[str]:
    """Split words where each side has a verdict of its own."""
    for joint in re.finditer(r"\.\s+|\s(?:and|but|while|und|aber)\s", words):
        sides = words[: joint.start()], words[joint.end() :]
        if _FUSION_SIGNAL.search(words) and not _NEGATES.search(words):
            continue  # its normal signals belong to it
        if all(_has_verdict(side) for side in sides):
            return [sides[0].strip(), *_sentences(sides[1].strip())]
    return [words]


def _has_verdict(words: str) -> bool:
    words = _PURPOSE.sub(" ", words)
    return any(p.search(words) for p in (_NEGATOR, _NOT_DONE, *_POSITIVE.values()))


def _fish_result(
    text: str,
    probes: list[Mapping[str, str]],
    cutoffs: Mapping[str, float],
    negated: bool,
) -> list[Finding]:
    percent = _percent(text)
    findings = []
    for probe in _named_probes(text, probes):
        kind, lesion = probe["positive"], probe["lesion"]
        cutoff = cutoffs[_CUTOFFS[kind]]
        if _COUNTS.search(text):
            positive = _positive(text, kind, probe["genes"].split("|"))
            if positive is None:
                continue
            if _NO_NUCLEI.search(text):
                positive = None
        else:
            positive = _positive_words(text, kind, cutoff)
            if kind == "fusion" and _FUSION_SHARE.fullmatch(text) and not negated:
                positive = True  # the share, against its cut-off, decides
            # A negation may reach over the comma, unless the clause is plain.
            if negated and positive and percent is None and not _SURE.search(text):
                positive = None
        if positive is None:
            finding = Finding(lesion, INDETERMINATE, "", "unparsed", percent, text)
        elif not positive and probe.get("excludes") == "no":
            note = "a negative probe of this kind alone excludes nothing"
            finding = Finding(
                lesion, INDETERMINATE, "", "negative", percent, text, note
            )
        elif not positive:
            finding = Finding(lesion, ABSENT, "", "negative", percent)
        elif percent is not None and percent < cutoff:
            note = f"below the cut-off of {cutoff:g} percent"
            below = f"{kind} below cut-off"
            state = INDETERMINATE if probe.get("excludes") == "no" else ABSENT
            finding = Finding(lesion, state, "", below, percent, note=note)
        else:
            finding = Finding(lesion, PRESENT, "A", kind, percent, text)
        findings.append(finding)
    return findings or [Finding("", "", "", "unparsed", percent, text)]


def _named_probes(
    text: str, probes: list[Mapping[str, str]]
) -> list[Mapping[str, str]]:
    """Name the probes whose genes the text has; in words the one of most genes."""
    genes = [set(probe["genes"].split("|")) for probe in probes]
    named = [
        (probe, its)
        for probe, its in zip(probes, genes, strict=True)
        if all(
            # The x of a count (KMT2Ax2) ends a name.
            re.search(rf"(?<![A-Z0-9]){gene}(?!x\D|[A-WYZ0-9])", text, re.I)
            for gene in its
        )
    ]
    counted = bool(_COUNTS.search(text))
    # ETV6::RUNX1 in words says nothing about an amplified RUNX1, and a probe of ABL1
    # and BCR nothing about an ABL1 that breaks apart.
    return [
        probe
        for probe, its in named
        if (counted and probe["positive"] != "breakapart")
        or not any(its < other for _, other in named)
    ]


_CUTOFFS = {
    "fusion": "fusion_pct",
    "breakapart": "breakapart_pct",
    "loss": "deletion_pct",
    "amplification": "gain_pct",
}


def _percent(text: str) -> float | None:
    counts = re.search(r"\[(\d+)/(\d+)\]", text)
    if counts and int(counts.group(2)):
        return 100 * int(counts.group(1)) / int(counts.group(2))
    if stated := re.search(r"(\d+(?:[.,]\d+)?)\s*%", text):
        return float(stated.group(1).replace(",", "."))
    return None


def _positive_words(text: str, kind: str, cutoff: float) -> bool | None:
    """Say whether words report a positive result; None if they do not tell."""
    text = _PURPOSE.sub(" ", text)
    if _NOT_DONE.search(text) or "?" in text:
        return None
    if kind != "loss" and _MISSING.search(text):
        return None
    if _NEGATOR.search(text):
        return None if _contradicts(text, kind, cutoff) else False
    return True if _POSITIVE[kind].search(text) else None


def _contradicts(text: str, kind: str, cutoff: float) -> bool:
    """Say whether words with a negator may report a positive result all the same."""
    negates, sure = _NEGATES.search(text), _SURE.search(text)
    # "positive (normal below 5%)" contradicts itself; "not positive" does not.
    if sure and not (negates and negates.start() < sure.start()):
        return True
    if negates and _EXCLUDED.search(text):
        return True  # a negation twice
    only_normal = not negates and not _EXCLUDED.search(text)
    if only_normal and _normal_elsewhere(text, kind, cutoff):
        return True
    # Detected (controls normal), deleted (KMT2A negative).
    main = _ASIDE.sub(" ", text)
    if _POSITIVE[kind].search(main) and not _NEGATOR.search(main):
        return True
    # A loss in 70% of nuclei, 30% without.
    parts = re.split(r",(?!\d)|\(", text)
    return any(_found_share(part, kind, cutoff) for part in parts)


def _normal_elsewhere(text: str, kind: str, cutoff: float) -> bool:
    """Say whether what is normal may be other signals, nuclei or probes."""
    if kind == "fusion" and _FUSION_SIGNAL.search(text):
        return True
    # Normal in 30% of nuclei: in the others perhaps not.
    share = _percent(_BOUND.sub("", text))
    if share is not None and cutoff <= share <= 100 - cutoff:
        return True
    if _NORMAL_ITSELF.search(text):
        return False
    # A loss beside a normal allele.
    return _POSITIVE[kind].search(_ONLY_FOUND.sub(" ", text)) is not None


def _found_share(part: str, kind: str, cutoff: float) -> bool:
    """Say whether a positive word and a share stand there, before any negator."""
    negator = _NEGATOR.search(part)
    before = part[: negator.start()] if negator else part
    percent = _percent(before)
    return (
        percent is not None
        and percent >= cutoff
        and _POSITIVE[kind].search(before) is not None
    )


def _positive(text: str, kind: str, genes: list[str]) -> bool | None:
    """Say whether an ISCN result is positive; None if the probe does not look for it."""
    if kind == "fusion":
        return _joined(text, "con")
    if kind == "breakapart":
        return _joined(text, "sep") or None if " con " in text else _joined(text, "sep")
    counts = _signals(text, genes[0])
    if not counts:
        return None
    return min(counts) < 2 if kind == "loss" else max(counts) >= 5


def _joined(text: str, sign: str) -> bool:
    """Say whether signals are written as joined or apart, other than in no nucleus."""
    return bool(re.search(rf" {sign} (?![^()\[\]]*x0\b)", text))


def _signals(text: str, gene: str) -> list[int]:
    own = re.search(rf"{gene}x(\d+)(?:~(\d+))?", text)
    if own is None:
        own = re.search(rf"\([^)]*{gene}[^)]*\)x(\d+)(?:~(\d+))?", text)
    return [int(count) for count in own.groups() if count] if own else []
