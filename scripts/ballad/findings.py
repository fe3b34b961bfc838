"""What a laboratory's text says about one lesion."""

from dataclasses import dataclass


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
