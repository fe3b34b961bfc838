"""What the report says about an earlier run."""

import pandas as pd
import pytest

from ballad.report.changes import changes_section
from ballad.report.parts import SmallCells

COLUMNS = ["kind", "patient", "name", "before", "after", "reason"]
ROWS = [
    ["comparison", "", "genotypes.tsv", "12", "12", ""],
    ["config", "", "variants.filters.low_vaf.limit", "0.05", "0.1", "changed"],
    ["genotype", "007", "tp53", "present", "absent", "config: variants.filters"],
]


def text(rows, audience):
    frame = pd.DataFrame(rows, columns=COLUMNS)
    section = changes_section(frame, SmallCells.of(audience, 5))
    return str(section)


def test_a_moved_genotype_is_listed_with_its_reason():
    said = text(ROWS, "internal")

    for word in ("007", "tp53", "present", "absent", "config: variants.filters"):
        assert word in said


def test_a_shareable_report_counts_and_names_nobody():
    said = text(ROWS, "shareable")

    assert "007" not in said
    assert "Differences by kind" in said


@pytest.mark.parametrize("audience", ["internal", "shareable"])
def test_without_a_difference_the_section_says_so(audience):
    same = [["comparison", "", "genotypes.tsv", "12", "12", "made from the same"]]

    said = text(same, audience)

    assert "Nothing differs from the earlier run." in said
    assert "Made from the same." in said
