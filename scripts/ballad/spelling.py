"""How the clinic writes what column and setting names hold in small letters."""

import re

SPELLING = {
    **{"rr": "R/R", "ph": "Ph", "iamp21": "iAMP21", "jakstat": "JAK-STAT"},
    **{word: word.upper() for word in ("mrd", "emd", "os", "efs", "lfs", "hct")},
    **{word: word.upper() for word in ("abl", "cebp", "ch", "epor", "erg", "hlf")},
    **{word: word.upper() for word in ("igh", "myc", "ras", "ubtf", "rmst", "cml")},
    **{
        word: word.upper()
        for word in ("vaf", "ci", "icc", "who", "auc", "smd", "wes", "wgs")
    },
    "nrm": "non-relapse mortality",
    "r": "rearranged",
}
TOGETHER = {
    "Ph like": "Ph-like",
    "ABL class": "ABL-class",
    "B ALL": "B-ALL",
    **{
        f"{five} {three}": f"{five}::{three}"  # a fusion, as HGNC writes it
        for five, three in (
            *(("BCR", "ABL1"), ("TCF3", "HLF"), ("TCF3", "PBX1")),
            *(("ETV6", "RUNX1"), ("IGH", "IL3")),
        )
    },
    "car t": "CAR-T",
    "time dependent": "(time-dependent)",
}


def counted(n: int, noun: str) -> str:
    """Write a count with its noun: ``1 event``, ``2 events``, ``0 events``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def spelled(name: str) -> str:
    """Write a column name as a reader expects it: ``tp53_deletion``, TP53 deletion."""
    parts = [
        SPELLING.get(word, word.upper() if re.fullmatch(r"[a-z]+\d\w*", word) else word)
        for word in name.replace("_", " ").split()
    ]
    text = " ".join(parts)
    for apart, together in TOGETHER.items():
        text = text.replace(apart, together)
    return text
