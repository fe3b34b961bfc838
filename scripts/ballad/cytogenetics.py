"""Karyotype (ISCN) and FISH text -> lesions; what is not understood is kept."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ballad.states import ABSENT, INDETERMINATE, PRESENT

COLUMNS = (
    *("patient", "timepoint", "date_given", "method", "lesion", "supports", "tier"),
    *("finding", "percent", "token", "note"),
)
PLOIDY = {
    "near_haploid": "near_haploid",
    "low_hypodiploid": "low_hypodiploid",
    "hyperdiploid": "high_hyperdiploid",
}
MASKED = "masked_hypodiploidy"

_MODAL = re.compile(r"^\s*(?:mos\s+)?(\d{2,3})(?:[~\-–](\d{2,3}))?(?:<[1-4]n[+-]?>)?,")
_CELLS = re.compile(r"\[(?:cp)?(\d+)(?:/\d+)?\]\s*$")
_ABNORMALITY = re.compile(
    r"^(?:[XY?]+|[+-]?(?:\d{1,2}|[XY]|Ph|mar\d*)(?:~\d+)?c?(?:x\d(?:~\d+)?)?"
    r"|\+?\d?~?\d?mar\w*|\d*dmin|idem(?:x\d)?|sl(?:x\d)?|sdl\d*(?:x\d)?|iAMP21|inc"
    r"|[+-]?\??(?:add|del|der|dic|dup|fis|fra|hsr|i|idic|ins|inv|isodic|mar|neo|psu"
    r"|r|rec|rob|t|tas|tel|ter|trc|trp|tr|upd|min|dmin)\??\(.*)(?:\[(?:cp)?\d+\])?$"
)
_OTHER_TECHNIQUE = re.compile(r"\.?\s*\b(?:nuc ish|ish|arr|ogm|sseq)\b")
_FAILED = re.compile(
    r"fail|no (?:growth|metaphases|mitos)|not? (?:done|evaluable)", re.I
)


@dataclass(frozen=True)
class Clone:
    """One clone of a karyotype."""

    text: str
    low: int  # chromosomes; a range has two ends
    high: int
    cells: int
    abnormalities: tuple[str, ...]  # without number and sex chromosomes

    @property
    def abnormal(self) -> bool:
        """It is no normal male or female clone."""
        return (self.low, self.high) != (46, 46) or bool(self.abnormalities)


@dataclass(frozen=True)
class Finding:
    """What a text says about one lesion, or a token nobody understood."""

    lesion: str
    supports: str
    tier: str
    finding: str
    percent: float | None = None  # of nuclei
    token: str = ""
    note: str = ""


def clones(karyotype: str) -> tuple[list[Clone], list[str]]:
    """
    Split a karyotype into its clones; of ``recipient//donor`` the recipient counts.

    Returns
    -------
    list of Clone, list of str
        The second holds the tokens that are no ISCN, in their order.
    """
    text = _OTHER_TECHNIQUE.split(karyotype)[0].split("//")[0].strip().rstrip(".")
    found, unparsed = [], []
    for part in re.split(r"/(?![^\[]*\])", text):
        modal = _MODAL.match(part)
        if modal is None:
            unparsed.append(part.strip())
            continue
        low = int(modal.group(1))
        cells = _CELLS.search(part)
        tokens = _tokens(_CELLS.sub("", part[modal.end() :]))
        unparsed += [token for token in tokens if not _is_iscn(token)]
        changes = tuple(t for t in tokens if not re.fullmatch(r"[XY?]+c?", t))
        high = int(modal.group(2) or low)
        n_cells = int(cells.group(1)) if cells else 0
        found.append(Clone(part.strip(), low, high, n_cells, changes))
    return found, [token for token in unparsed if token]


def _is_iscn(token: str) -> bool:
    closed = token.count("(") == token.count(")")
    return closed and bool(_ABNORMALITY.match(token))


def _tokens(text: str) -> list[str]:
    """Split at the commas that stand outside brackets."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]


def karyotype_findings(
    karyotype: str,
    patterns: Iterable[tuple[str, str]],
    excludable: Iterable[str],
    ploidy: Mapping[str, list[int]],
    min_metaphases: int,
) -> list[Finding]:
    """
    Say what a karyotype shows and what it excludes.

    Parameters
    ----------
    karyotype
        ISCN text; a failed culture gives nothing.
    patterns
        Pairs (lesion, regular expression over the text).
    excludable
        Lesions that a complete karyotype without them excludes.
    ploidy
        near_haploid, low_hypodiploid, high_hyperdiploid, masked_check: chromosomes,
        inclusive.
    min_metaphases
        Cells needed to exclude.

    Returns
    -------
    list of Finding
        Unparsed tokens have no lesion.
    """
    if not karyotype or _FAILED.search(karyotype):
        return []
    found, unparsed = clones(karyotype)
    findings = [Finding("", "", "", "unparsed", token=token) for token in unparsed]
    if not found:
        return findings
    present = {
        lesion: token.group(0)
        for lesion, pattern in patterns
        if (token := re.search(pattern, karyotype.split("//")[0]))
    }
    if "tp53_deletion" not in present and any(_lost(c, "17") for c in found):
        present["tp53_deletion"] = "-17"
    present |= _ploidy_classes(found, ploidy)
    findings += [
        Finding(lesion, PRESENT, "A", "present", token=token)
        for lesion, token in present.items()
    ]
    enough = sum(clone.cells for clone in found) >= min_metaphases
    for lesion in excludable:
        if lesion in present:
            continue
        if MASKED in present and lesion in PLOIDY:
            note = "a doubled hypodiploid clone is suspected"
            findings.append(Finding(lesion, INDETERMINATE, "", "doubtful", note=note))
        elif enough:
            findings.append(Finding(lesion, ABSENT, "", "absent"))
        else:
            note = f"fewer than {min_metaphases} metaphases"
            findings.append(Finding(lesion, INDETERMINATE, "", "too few", note=note))
    return findings


def _lost(clone: Clone, chromosome: str) -> bool:
    # -17 is relative to the ploidy level: two copies are left in a triploid clone.
    # Three cells make a clone that lost a chromosome; 0: nobody counted them.
    clonal = clone.cells not in (1, 2)
    return clonal and clone.high <= 46 and f"-{chromosome}" in clone.abnormalities


def _ploidy_classes(
    found: list[Clone], ploidy: Mapping[str, list[int]]
) -> dict[str, str]:
    clonal = [
        c
        for c in found
        if c.abnormal and (c.cells >= 2 or len(found) == 1 or not c.cells)
    ]
    for lesion in ("near_haploid", "low_hypodiploid"):
        low, high = ploidy[lesion]
        # Two cells make a clone, three if chromosomes are lost.
        for clone in clonal:
            if low <= clone.low and clone.high <= high and clone.cells != 2:
                return {lesion: f"{clone.low} chromosomes"}
    for clone in clonal:
        if _doubled(clone, found, ploidy["masked_check"]):
            return {MASKED: f"{clone.low} chromosomes"}
    low, high = ploidy["high_hyperdiploid"]
    for clone in clonal:
        if low <= clone.low and clone.high <= high:
            return {"hyperdiploid": f"{clone.low} chromosomes"}
    return {}


def _doubled(clone: Clone, found: list[Clone], bounds: list[int]) -> bool:
    """Suspect a doubled hypodiploid clone (Haematology sources of the README)."""
    if not bounds[0] <= clone.low <= bounds[1]:
        return False
    if any(other.high < 40 for other in found):
        return True
    if any(re.fullmatch(r"(?:idem|sl)x2", token) for token in clone.abnormalities):
        return True
    kept_low = sum(f"-{chromosome}" in clone.abnormalities for chromosome in "37")
    kept_low += "-17" in clone.abnormalities
    gains = [token for token in clone.abnormalities if re.fullmatch(r"\+\d+", token)]
    tetrasomies = [token for token in set(gains) if gains.count(token) > 1]
    not_gained = sum(f"+{chromosome}" not in gains for chromosome in ("3", "7", "17"))
    return kept_low >= 2 or (not_gained >= 2 and len(tetrasomies) > len(set(gains)) / 2)


def fish_findings(
    fish: str, probes: Iterable[Mapping[str, str]], cutoffs: Mapping[str, float]
) -> list[Finding]:
    """
    Say what FISH text shows: ISCN ``nuc ish`` or plain words.

    Parameters
    ----------
    fish
        Results separated by ``;``.
    probes
        lesion, genes (joined by |), positive: fusion, breakapart, loss, amplification.
    cutoffs
        Percent of nuclei: fusion_pct, breakapart_pct, deletion_pct, gain_pct.
    """
    results = [part.strip() for part in re.split(r";\s*(?![^(]*\))", fish)]
    probes = list(probes)
    return [
        finding
        for result in results
        if result
        for finding in _fish_result(result, probes, cutoffs)
    ]


def _fish_result(
    text: str, probes: list[Mapping[str, str]], cutoffs: Mapping[str, float]
) -> list[Finding]:
    percent = _percent(text)
    findings = []
    for probe in probes:
        genes = probe["genes"].split("|")
        if not all(
            re.search(rf"(?<![A-Z0-9]){gene}(?![A-Z0-9])", text) for gene in genes
        ):
            continue
        kind = probe["positive"]
        cutoff = cutoffs[_CUTOFFS[kind]]
        positive = _positive(text, kind, genes)
        if positive is None:
            continue
        if positive and percent is not None and percent < cutoff:
            note = f"below the cut-off of {cutoff:g} percent"
            findings.append(
                Finding(
                    probe["lesion"],
                    ABSENT,
                    "",
                    f"{kind} below cut-off",
                    percent,
                    note=note,
                )
            )
        elif positive:
            finding = Finding(probe["lesion"], PRESENT, "A", kind, percent, text)
            findings.append(finding)
        else:
            findings.append(Finding(probe["lesion"], ABSENT, "", "negative", percent))
    return findings or [Finding("", "", "", "unparsed", percent, text)]


_CUTOFFS = {
    "fusion": "fusion_pct",
    "breakapart": "breakapart_pct",
    "loss": "deletion_pct",
    "amplification": "gain_pct",
}


def _percent(text: str) -> float | None:
    if counts := re.search(r"\[(\d+)/(\d+)\]", text):
        return 100 * int(counts.group(1)) / int(counts.group(2))
    if stated := re.search(r"(\d+(?:\.\d+)?)\s*%", text):
        return float(stated.group(1))
    return None


def _positive(text: str, kind: str, genes: list[str]) -> bool | None:
    """Say whether a result is positive; None if the probe does not look for it."""
    if not re.search(r"\bx\d|\)x\d|[A-Z0-9]x\d", text):
        if re.search(
            r"\bnegative\b|not (?:detected|rearranged)|no (?:evidence|re)", text, re.I
        ):
            return False
        words = re.search(
            r"positive|rearranged|detected|split|amplif|delet", text, re.I
        )
        return True if words else None
    if kind == "fusion":
        return " con " in text
    if kind == "breakapart":
        return " sep " in text or None if " con " in text else " sep " in text
    counts = _signals(text, genes[0])
    if not counts:
        return None
    return min(counts) < 2 if kind == "loss" else max(counts) >= 5


def _signals(text: str, gene: str) -> list[int]:
    own = re.search(rf"{gene}x(\d+)(?:~(\d+))?", text)
    if own is None:
        own = re.search(rf"\([^)]*{gene}[^)]*\)x(\d+)(?:~(\d+))?", text)
    return [int(count) for count in own.groups() if count] if own else []


def cytogenetics_table(
    sheet: pd.DataFrame,
    patterns: list[tuple[str, str]],
    probes: list[Mapping[str, str]],
    excludable: list[str],
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Read the karyotypes and FISH results of a cohort.

    Parameters
    ----------
    sheet : columns patient, timepoint, date, karyotype, fish
        Text; a blank cell means not done.
    patterns, probes, excludable
        See `karyotype_findings` and `fish_findings`.
    settings
        The genotypes section: ploidy, fish, karyotype_min_metaphases.

    Returns
    -------
    DataFrame with COLUMNS
        One row per finding; a finding without lesion is an unparsed token.
    """
    rows = []
    for row in sheet.to_dict("records"):
        key = (row["patient"], row["timepoint"], "yes" if row["date"] else "no")
        found = karyotype_findings(
            row["karyotype"],
            patterns,
            excludable,
            settings["ploidy"],
            settings["karyotype_min_metaphases"],
        )
        rows += [_row(key, "karyotype", finding) for finding in found]
        found = fish_findings(row["fish"], probes, settings["fish"])
        rows += [_row(key, "fish", finding) for finding in found]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(key: tuple[str, str, str], method: str, finding: Finding) -> tuple:
    return (
        *key,
        method,
        finding.lesion,
        finding.supports,
        finding.tier,
        finding.finding,
        finding.percent,
        finding.token,
        finding.note,
    )
