"""What a SYNTHETIC patient has beyond the leukaemia's own lesions."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Extras:
    """The decoys of one patient, as far as they show in assays and sheets."""

    seen_by: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by lesion
    doubtful: frozenset[str] = frozenset()  # lesions with weak evidence alone
    require: frozenset[str] = frozenset()  # assays that are always done
    forbid: frozenset[str] = frozenset()  # assays that are never done
    fusions: tuple[str, ...] = ()  # further pairs of the table, by detail
    weak_fusion: str = ""  # a pair of 1 split read and low confidence, by detail
    read_through: tuple[int, ...] = ()  # rows of read_through.tsv
    locus_last: bool = False  # the immunoglobulin locus is printed behind its partner
    karyotype: str = ""  # instead of the text of the fusion
    dna_in_remission: bool = False  # the DNA sample has next to no leukaemia
    second_sample: str = ""  # timepoint of a second DNA sample
    unrecorded: frozenset[str] = frozenset()  # clinical columns left empty
