"""Which samples of a patient describe the disease before the index therapy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ballad.lesions import COUNTED_TIERS, Evidence
from ballad.states import ABSENT, INDETERMINATE, PRESENT

BASELINE = ("diagnosis", "pre_treatment")
CHOICE_COLUMNS = (
    *("patient", "sample", "assay", "timepoint", "day", "counted", "reason", "window"),
)
DISCORDANT_COLUMNS = (
    *("patient", "lesion", "kind", "sample", "timepoint", "day", "counted", "state"),
)
COUNTS = "counts"
AFTER_START = "not before the index therapy"
FEW_BLASTS = "few blasts; another sample has overt disease"
EARLIER = "an earlier sample than the one that counts"


@dataclass(frozen=True)
class Choice:
    """A row of the sample sheet, whether it counts, and why."""

    sample: Mapping[str, str]
    day: float | None  # since treatment start; None: unknown
    reason: str

    @property
    def counted(self) -> bool:
        """It describes the baseline."""
        return self.reason == COUNTS


def sample_days(
    samples: Iterable[Mapping[str, str]],
    clinical: pd.DataFrame,
    times: str,
    date_format: str,
) -> list[float | None]:
    """
    Count the days of each sample from the patient's treatment start.

    Parameters
    ----------
    samples
        Rows of the sample sheet; `date` may be blank.
    clinical
        The clinical table as it is read: patient and, unless times are days, _start.
    times, date_format
        As the clinical table has them; ``days`` are counted from the start already.

    Returns
    -------
    list
        None where the date is blank or not written like that, or the start unknown.
    """
    starts: dict[str, Any] = {}
    if "_start" in clinical:
        starts = dict(zip(clinical["patient"], clinical["_start"], strict=True))
    samples = list(samples)
    texts = pd.Series([sample.get("date", "") or None for sample in samples], dtype=str)
    if times == "days":
        numbers = pd.to_numeric(texts, errors="coerce")
        return [None if pd.isna(number) else float(number) for number in numbers]
    dates = pd.to_datetime(texts, format=date_format, errors="coerce")
    found: list[float | None] = []
    for sample, date in zip(samples, dates, strict=True):
        start = starts.get(sample["patient"])
        known = start is not None and not pd.isna(date) and not pd.isna(start)
        found.append(float((date - start).days) if known else None)
    return found


def choose_samples(
    samples: Sequence[Mapping[str, str]],
    days: Sequence[float | None] | None = None,
    remission_below_blasts_pct: float = 0.0,
) -> list[Choice]:
    """
    Choose per patient and assay the last sample with overt disease before therapy.

    Overt disease comes first, then the timepoint (pre_treatment after diagnosis), then
    the day. Where a day is unknown, all samples of the timepoint count. A blank
    ``blast_pct`` is overt disease. Without any overt sample the last one counts; its
    negative results prove nothing (`without_few_blast_negatives`).

    Returns
    -------
    list of Choice
        In the order of the samples.
    """
    days = [None] * len(samples) if days is None else days
    groups: dict[tuple[str, str], list[int]] = {}
    for place, sample in enumerate(samples):
        if sample["timepoint"] in BASELINE:
            groups.setdefault((sample["patient"], sample["assay"]), []).append(place)
    reasons = dict.fromkeys(range(len(samples)), AFTER_START)
    for places in groups.values():
        overt = [p for p in places if _overt(samples[p], remission_below_blasts_pct)]
        left = overt or places
        reasons |= {p: FEW_BLASTS for p in places if p not in left}
        last = max(BASELINE.index(samples[p]["timepoint"]) for p in left)
        kept = [p for p in left if samples[p]["timepoint"] == BASELINE[last]]
        known = [day for p in kept if (day := days[p]) is not None]
        if len(known) == len(kept):
            kept = [p for p in kept if days[p] == max(known)]
        reasons |= {p: COUNTS if p in kept else EARLIER for p in left}
    return [
        Choice(sample, day, reasons[place])
        for place, (sample, day) in enumerate(zip(samples, days, strict=True))
    ]


def _overt(sample: Mapping[str, str], limit: float) -> bool:
    blasts = sample.get("blast_pct", "")
    return not blasts or float(blasts) >= limit


def few_blast_samples(
    samples: Iterable[Mapping[str, str]], remission_below_blasts_pct: float
) -> list[tuple[str, str]]:
    """Return patient and sample of specimens in remission by their own ``blast_pct``."""
    few = (s for s in samples if not _overt(s, remission_below_blasts_pct))
    return sorted({(sample["patient"], sample["sample"]) for sample in few})


def counted_samples(
    samples: Sequence[Mapping[str, str]],
    days: Sequence[float | None] | None = None,
    remission_below_blasts_pct: float = 0.0,
) -> list[Mapping[str, str]]:
    """Return the samples that count; see `choose_samples`."""
    chosen = choose_samples(samples, days, remission_below_blasts_pct)
    return [choice.sample for choice in chosen if choice.counted]


def choice_table(choices: Iterable[Choice], window: Sequence[int]) -> pd.DataFrame:
    """
    List every sample and whether it counts.

    Returns
    -------
    DataFrame with CHOICE_COLUMNS
        `window`: inside, outside (counted all the same) or unknown; both ends of the
        window are inside.
    """
    rows = [
        (
            *(choice.sample[c] for c in ("patient", "sample", "assay", "timepoint")),
            choice.day,
            "yes" if choice.counted else "no",
            choice.reason,
            in_window(choice.day, window),
        )
        for choice in choices
    ]
    return pd.DataFrame(rows, columns=list(CHOICE_COLUMNS))


def in_window(day: float | None, window: Sequence[int]) -> str:
    """Say whether a day lies in the window: inside, outside or unknown."""
    if day is None:
        return "unknown"
    return "inside" if window[0] <= day <= window[1] else "outside"


def without_few_blast_negatives(
    evidence: Iterable[Evidence],
    samples: Iterable[Mapping[str, str]],
    remission_below_blasts_pct: float,
) -> Iterator[Evidence]:
    """
    Turn negatives of specimens with few blasts into indeterminate evidence.

    A 5 percent VAF floor needs 10 percent clonal blasts to see a heterozygous variant:
    of a specimen in remission a positive result counts, a negative one proves nothing.
    A blank ``blast_pct`` is unknown and changes nothing.
    """
    few = {
        (sample["patient"], sample["sample"], sample["assay"])
        for sample in samples
        if sample["blast_pct"]
        and float(sample["blast_pct"]) < remission_below_blasts_pct
    }
    for item in evidence:
        if item.supports == ABSENT and (item.patient, item.sample, item.assay) in few:
            record = f"{item.record}; fewer than {remission_below_blasts_pct:g}% blasts"
            yield replace(item, supports=INDETERMINATE, record=record)
        else:
            yield item


def discordant_table(
    evidence: Iterable[Evidence], choices: Iterable[Choice]
) -> pd.DataFrame:
    """
    List the baseline samples of a patient that contradict each other.

    Parameters
    ----------
    evidence
        Of all baseline samples, those that do not count included.

    Returns
    -------
    DataFrame with DISCORDANT_COLUMNS
        One row per sample of a lesion that one kind of assay finds present (tier A or
        B) in one sample and absent in another.
    """
    choice_of: dict[tuple[str, str], Choice] = {}
    for choice in choices:
        key = (choice.sample["patient"], choice.sample["sample"])
        if key not in choice_of or choice.counted:
            choice_of[key] = choice
    states: dict[tuple[str, str, str], dict[str, str]] = {}
    for item in evidence:
        if not item.sample or (item.patient, item.sample) not in choice_of:
            continue
        strong = item.supports == PRESENT and item.tier in COUNTED_TIERS
        if strong or item.supports == ABSENT:
            here = states.setdefault((item.patient, item.lesion, item.kind), {})
            if strong or item.sample not in here:
                here[item.sample] = item.supports
    rows = []
    for (patient, lesion, kind), found in sorted(states.items()):
        if len(set(found.values())) < 2:
            continue
        for sample, state in sorted(found.items()):
            choice = choice_of[patient, sample]
            counted = "yes" if choice.counted else "no"
            timepoint = choice.sample["timepoint"]
            rows.append(
                (patient, lesion, kind, sample, timepoint, choice.day, counted, state)
            )
    return pd.DataFrame(rows, columns=list(DISCORDANT_COLUMNS))
