"""Karyotype (ISCN) -> clones and lesions; what is not understood is kept."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ballad.findings import Finding
from ballad.states import ABSENT, INDETERMINATE, PRESENT

PLOIDY = {
    "near_haploid": "near_haploid",
    "low_hypodiploid": "low_hypodiploid",
    "hyperdiploid": "high_hyperdiploid",
}
MASKED = "masked_hypodiploidy"
# Metaphases that make a clone (ISCN): two, three where chromosomes are lost.
CLONE_CELLS = 2
LOSS_CELLS = 3
QUESTIONABLE = "written with a question mark"
# The number of chromosomes is what the laboratory counted; it decides, with this said.
UNEXPLAINED = "the changes written do not make this number of chromosomes"
UNREAD = "the text was not understood in full"
UNCLONAL = "in fewer cells than make a clone (2, or 3 for a loss)"

_MODAL = re.compile(r"^\s*(?:mos\s+)?(\d{2,3})(?:[~\-–](\d{2,3}))?(?:<[1-4]n[+-]?>)?,")
_CELLS = re.compile(r"\[(?:cp)?(\d+)(?:/\d+)?\]\s*$")
_ABNORMALITY = re.compile(
    r"^(?:[XY?]+|[+-]?(?:\d{1,2}|[XY]|Ph|mar\d*)(?:~\d+)?c?(?:x\d(?:~\d+)?)?"
    r"|\+?\d?~?\d?mar\w*|\d*dmin|idem(?:x\d)?|sl(?:x\d)?|sdl\d*(?:x\d)?|iAMP21|inc"
    r"|[+-]?\??(?:add|del|der|dic|dup|fis|fra|hsr|i|idic|ins|inv|isodic|mar|neo|psu"
    r"|r|rec|rob|t|tas|tel|ter|trc|trp|tr|upd|min|dmin)\??\(.*)(?:\[(?:cp)?\d+\])?$"
)
_NEEDS_BANDS = re.compile(r"^[+-]?\??(?:add|del|dup|ins|inv|t|tas|trp)\([^)]*\)$")
# A translocation names its chromosomes in order, with semicolons between.
_TRANSLOCATED = re.compile(r"t\(([^)]*)\)")
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


def clones(karyotype: str) -> tuple[list[Clone], list[str]]:
    """
    Split a karyotype into its clones; of ``recipient//donor`` the recipient counts.

    Returns
    -------
    list of Clone, list of str
        The second holds the tokens that are no ISCN, in their order.
    """
    text = _OTHER_TECHNIQUE.split(_closed(karyotype))[0].split("//")[0]
    text = text.strip().rstrip(".")
    found, unparsed = [], []
    for part in re.split(r"/(?![^\[]*\])", text):
        modal = _MODAL.match(part)
        if modal is None:
            unparsed.append(part.strip())
            continue
        low = int(modal.group(1))
        cells = _CELLS.search(part)
        tokens = _tokens(_CELLS.sub("", part[modal.end() :]))
        unparsed += [
            token
            for token in tokens
            if not _is_iscn(token) or _without_bands(token, text)
        ]
        changes = tuple(t for t in tokens if not re.fullmatch(r"[XY?]+c?", t))
        high = int(modal.group(2) or low)
        if not changes and not _explained(low, high, tokens):
            unparsed.append(modal.group(0).strip(" ,"))
        n_cells = int(cells.group(1)) if cells else 0
        found.append(Clone(part.strip(), low, high, n_cells, changes))
    return found, [token for token in unparsed if token]


def _closed(karyotype: str) -> str:
    """Drop the blanks that laboratories write within one change."""
    return re.sub(r"(?<=;)\s+|(?<=\))\s+(?=\()", "", karyotype)


def _without_bands(token: str, karyotype: str) -> bool:
    """Say whether a change lacks the bands it needs, here and earlier in the text."""
    return bool(_NEEDS_BANDS.match(token)) and f"{token.lstrip('+-')}(" not in karyotype


def _explained(low: int, high: int, tokens: list[str]) -> bool:
    """Say whether sex chromosomes alone make up the number, give or take one."""
    sexes = [len(t.rstrip("c")) for t in tokens if re.fullmatch(r"[XY?]+c?", t)]
    return bool(sexes) and low - 1 <= 44 + sexes[0] <= high + 1


def _is_iscn(token: str) -> bool:
    closed = token.count("(") == token.count(")")
    return closed and bool(_ABNORMALITY.match(token)) and _in_order(token)


def _in_order(token: str) -> bool:
    """Say whether a translocation is written t(9;22), neither t(22;9) nor t(9,22)."""
    rank = {"X": -2, "Y": -1}
    for inside in _TRANSLOCATED.findall(token):
        if "," in inside:
            return False
        names = [name.strip("?") for name in inside.split(";")]
        known = [n for n in names if n in rank or n.isdigit()]
        places = [rank[n] if n in rank else int(n) for n in known]
        if places != sorted(places):
            return False
    return True


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
        ISCN text; a failed culture without any clone gives nothing.
    patterns
        Pairs (lesion, regular expression over a clone's text). A lesion seen in fewer
        cells than make a clone (2, or 3 for a lost chromosome), or written with ``?``
        alone, is indeterminate; a clone without a cell count counts.
    excludable
        Lesions that a complete karyotype without them excludes, if all of it was
        understood; a number of chromosomes needs only clones whose number was.
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
    karyotype = _closed(karyotype)
    found, unparsed = clones(karyotype)
    if not found and _FAILED.search(karyotype):
        return []
    findings = [Finding("", "", "", "unparsed", token=token) for token in unparsed]
    if not found:
        return findings
    present, unclonal = _clonal_lesions(karyotype, found, patterns)
    questioned = {
        lesion: token
        for lesion, token in (present | unclonal).items()
        if _questioned(karyotype, patterns, lesion)
    }
    present = {x: token for x, token in present.items() if x not in questioned}
    unclonal = {x: token for x, token in unclonal.items() if x not in questioned}
    present |= _ploidy_classes(
        [c for c in found if _is_clone(c, CLONE_CELLS)], found, ploidy
    )
    every = _ploidy_classes(found, found, ploidy, counted=False)
    unclonal |= every
    unclonal = {x: token for x, token in unclonal.items() if x not in present}
    told = UNEXPLAINED if _no_number(unparsed) else ""
    findings += [
        Finding(
            *(lesion, PRESENT, "A", "present"),
            token=token,
            note=told if lesion in (*PLOIDY, MASKED) else "",
        )
        for lesion, token in present.items()
    ]
    findings += [
        Finding(lesion, INDETERMINATE, "", "not clonal", token=token, note=UNCLONAL)
        for lesion, token in unclonal.items()
    ]
    findings += [
        Finding(lesion, INDETERMINATE, "", "doubtful", token=token, note=QUESTIONABLE)
        for lesion, token in questioned.items()
    ]
    answered = {*present, *unclonal, *questioned}
    enough = sum(clone.cells for clone in found) >= min_metaphases
    doublable = _doublable(found, ploidy)
    for lesion in excludable:
        if lesion in answered:
            continue
        if MASKED in answered and lesion in PLOIDY:
            note = "a doubled hypodiploid clone is suspected"
            findings.append(Finding(lesion, INDETERMINATE, "", "doubtful", note=note))
        elif unparsed and (lesion not in (*PLOIDY, MASKED) or _no_number(unparsed)):
            # The lesion may hide in what nobody could read.
            findings.append(Finding(lesion, INDETERMINATE, "", "doubtful", note=UNREAD))
        elif not enough:
            note = f"fewer than {min_metaphases} metaphases"
            findings.append(Finding(lesion, INDETERMINATE, "", "too few", note=note))
        elif lesion == MASKED and doublable:
            note = f"{doublable} chromosomes: doubled if TP53 is mutated"
            findings.append(Finding(lesion, INDETERMINATE, "", "doubtful", note=note))
        else:
            findings.append(Finding(lesion, ABSENT, "", "absent"))
    return findings


def _questioned(
    karyotype: str, patterns: Iterable[tuple[str, str]], lesion: str
) -> bool:
    """Say whether a lesion is written with a question mark before it, always."""
    recipient = karyotype.split("//")[0]
    before = [
        recipient[: match.start()][-1:]
        for name, pattern in patterns
        if name == lesion
        for match in re.finditer(pattern, recipient)
    ]
    return set(before) == {"?"}


def _no_number(unparsed: list[str]) -> bool:
    """Say whether a clone was not read, or its chromosomes do not make its number."""
    return any(re.match(r"\d{2,}(?![~\d]*[a-z])", token) for token in unparsed)


def _is_clone(clone: Clone, needed: int) -> bool:
    # Without a count nobody says that the cells were too few.
    return not clone.cells or clone.cells >= needed


def _clonal_lesions(
    karyotype: str, found: list[Clone], patterns: Iterable[tuple[str, str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """
    Find the lesions by pattern, and -17: those of a clone and those of fewer cells.

    Cells of related clones that show the same change count together.
    """
    recipient = karyotype.split("//")[0]
    # Text of another technique, behind the clones, counts as one more.
    full = _inherited(found)
    parts = [(clone.text, clone.cells) for clone in full]
    for tail in _OTHER_TECHNIQUE.split(recipient)[1:]:
        counted = _CELLS.search(tail)
        parts.append((tail, int(counted.group(1)) if counted else 0))
    present: dict[str, str] = {}
    unclonal: dict[str, str] = {}
    for lesion, pattern in patterns:
        token = re.search(pattern, recipient)
        if token is None:
            continue
        cells = [n for text, n in parts if re.search(pattern, text)]
        clonal = 0 in cells or sum(cells) >= CLONE_CELLS
        said = _whole_change(recipient, token.start(), token.end())
        (present if clonal else unclonal).setdefault(lesion, said)
    lost = [clone.cells for clone in full if _lost(clone, "17")]
    if lost and "tp53_deletion" not in present:
        clonal = 0 in lost or sum(lost) >= LOSS_CELLS
        (present if clonal else unclonal)["tp53_deletion"] = "-17"
    return present, unclonal


def _whole_change(text: str, start: int, end: int) -> str:
    """Return the change that a pattern found a part of, to its last bracket."""
    start += text[start:end].startswith(",")
    end -= text[start:end].endswith((",", "["))
    while start and text[start - 1] not in ", /":
        start -= 1
    while end < len(text):
        inside = text.count("(", start, end) > text.count(")", start, end)
        if text[end] in " /[" or (text[end] in ",;." and not inside):
            break
        end += 1
    return text[start:end]


def _inherited(found: list[Clone]) -> list[Clone]:
    """Write out idem (of the first clone) and sl (of the first; sdl likewise)."""
    full: list[Clone] = []
    for clone in found:
        text, changes = clone.text, clone.abnormalities
        if full and re.search(r",(?:idem|sd?l\d*)(?:x\d)?(?=[,\[]|$)", text):
            text = f"{_CELLS.sub('', full[0].text)},{text}"
            changes = (*full[0].abnormalities, *changes)
        full.append(replace(clone, text=text, abnormalities=changes))
    return full


def _lost(clone: Clone, chromosome: str) -> bool:
    # -17 is relative to the ploidy level: two copies are left in a triploid clone.
    return clone.high <= 46 and chromosome in _numeric(clone, "-")


def _numeric(clone: Clone, sign: str) -> list[str]:
    """Name the autosomes gained or lost, one entry per copy: ``+1x2`` is two."""
    matches = (
        re.fullmatch(r"([+-])(\d{1,2})(?:x(\d))?(?:\[(?:cp)?\d+\])?", token)
        for token in clone.abnormalities
    )
    return [m[2] for m in matches if m and m[1] == sign for _ in range(int(m[3] or 1))]


def _doublable(found: list[Clone], ploidy: Mapping[str, list[int]]) -> str:
    """Return a clone's number if doubling could give it and it is not hyperdiploid."""
    low, high = ploidy["masked_check"]
    first, last = ploidy["high_hyperdiploid"]
    for clone in found:
        if _is_clone(clone, CLONE_CELLS) and low <= clone.low <= high:
            return "" if first <= clone.low <= last else str(clone.low)
    return ""


def _ploidy_classes(
    clonal: list[Clone],
    found: list[Clone],
    ploidy: Mapping[str, list[int]],
    counted: bool = True,
) -> dict[str, str]:
    """Name the class of these clones; ``counted``: a loss needs its three cells."""
    clonal = [clone for clone in clonal if clone.abnormal]
    for lesion in ("near_haploid", "low_hypodiploid"):
        low, high = ploidy[lesion]
        for clone in clonal:
            enough = not counted or _is_clone(clone, LOSS_CELLS)
            if low <= clone.low and clone.high <= high and enough:
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
    gains, losses = _numeric(clone, "+"), _numeric(clone, "-")
    kept_low = sum(chromosome in losses for chromosome in ("3", "7", "17"))
    tetrasomies = {chromosome for chromosome in gains if gains.count(chromosome) > 1}
    not_gained = sum(chromosome not in gains for chromosome in ("3", "7", "17"))
    return kept_low >= 2 or (not_gained >= 2 and len(tetrasomies) > len(set(gains)) / 2)
