"""The label of an expression classifier, with the confidence it states itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

UNCLASSIFIED = "unclassified"
# How ALLCatchR, ALLSorts and MD-ALL say that a name is only the nearest one.
_UNSURE = ("candidate", "low", "low-confidence", "low confidence", "?")
_NOTHING = (UNCLASSIFIED, "unassigned", "not classified", "no prediction")
_WORDS = "|".join(
    re.escape(word)
    for word in ("high-confidence", "high confidence", "high", *_UNSURE, *_NOTHING)
)
_LABEL = re.compile(
    rf"^(?P<before>\?)?\s*(?P<name>.*?)\s*(?:[(;|,:]\s*(?P<confidence>{_WORDS})\s*\)?"
    r"|(?P<after>\?))?$",
    re.I,
)


@dataclass(frozen=True)
class Label:
    """What a classifier says of one sample."""

    name: str  # as written, without confidence
    lesion: str  # the lesion it stands for; empty: none of ours
    variant: str  # like, lymphoid, multilineage, or empty
    sure: bool  # at the classifier's own upper cut-off; unclassified never is

    @property
    def decided(self) -> str:
        """Name the lesion, else the label in lower case; unclassified if not sure."""
        return (self.lesion or self.name.lower()) if self.sure else UNCLASSIFIED


def read_label(text: str, labels: Mapping[str, tuple[str, str]]) -> Label | None:
    """
    Read ``Ph-like``, ``Ph-like (candidate)``, ``Ph-like; unclassified``, ``?Ph-like``.

    A confidence of ``unclassified`` outranks the name; a candidate, a low confidence
    and ``?`` name the nearest subtype and decide nothing.

    Parameters
    ----------
    text
        A cell of the sample sheet; empty: no label.
    labels
        Name in lower case: lesion and variant.
    """
    text = text.strip()
    if not text:
        return None
    if text.lower() in labels:
        return Label(text, *labels[text.lower()], sure=text.lower() not in _NOTHING)
    match = _LABEL.match(text)
    parts = match.groupdict() if match else {"name": text}
    name = parts["name"] or text
    confidence = (parts.get("confidence") or "").lower()
    unsure = confidence in (*_UNSURE, *_NOTHING) or name.lower() in _NOTHING
    unsure = unsure or bool(parts.get("before") or parts.get("after"))
    lesion, variant = labels.get(name.lower(), ("", ""))
    return Label(name, lesion, variant, sure=not unsure)


def read_labels(rows: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """Arrange the table of labels: label, lesion, and variant where it has one."""
    return {
        row["label"].lower(): (row["lesion"], row.get("variant", "")) for row in rows
    }


def agreed(labels: Iterable[Label]) -> str:
    """
    Name what all labels of a patient say.

    Returns
    -------
    str
        Empty without a label; ``unclassified`` if none is sure or the sure ones differ.
    """
    labels = list(labels)
    if not labels:
        return ""
    said = {label.decided for label in labels} - {UNCLASSIFIED}
    return said.pop() if len(said) == 1 else UNCLASSIFIED
