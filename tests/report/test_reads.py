import pandas as pd

from ballad.report.parts import SmallCells
from ballad.report.reads import reads_section

QUALITY = pd.DataFrame(
    [
        {
            **{"patient": "1", "sample": "1-T", "assay": "PANEL", "reads": "50000"},
            **{"on_target_rate": "0.6", "mean_depth": "412.4", "duplicate_rate": ""},
            **{"fraction_at_min_depth": "0.98", "status": "passed", "reason": ""},
        },
        {
            **{"patient": "2", "sample": "2-T", "assay": "PANEL", "reads": "20"},
            **{"on_target_rate": "0.6", "mean_depth": "0.1", "duplicate_rate": "0.1"},
            **{"fraction_at_min_depth": "0", "status": "failed"},
            **{"reason": "reads 20 below 1000"},
        },
    ]
)
UNCOVERED = pd.DataFrame(
    [
        {
            **{"patient": "1", "sample": "1-T", "assay": "PANEL", "gene": "TP53"},
            **{"chrom": "17", "first": first, "last": last, "bases": bases},
        }
        for first, last, bases in (("101", "110", "10"), ("201", "205", "5"))
    ]
)
EVERYTHING = SmallCells.of("internal", 5)


def texts(block):
    return [[cell.text for cell in row] for row in block.table.rows]


def test_a_cohort_without_reads_has_no_such_section():
    nothing = QUALITY.iloc[:0]

    assert reads_section(nothing, UNCOVERED.iloc[:0], EVERYTHING) == []


def test_the_section_says_what_failed_and_which_bases_are_not_covered():
    (section,) = reads_section(QUALITY, UNCOVERED, EVERYTHING)

    _, samples, gaps = section.blocks
    assert texts(samples)[1][-2:] == ["failed", "reads 20 below 1000"]
    assert texts(gaps) == [["1-T", "PANEL", "TP53", "15", "17:101-110, 17:201-205"]]


def test_the_section_says_what_is_not_found():
    (section,) = reads_section(QUALITY, UNCOVERED, EVERYTHING)

    assert "tandem duplications longer than a read" in section.blocks[0].words[0]
    assert "UMIs" in section.blocks[0].words[0]


def test_a_shareable_report_names_no_sample():
    (section,) = reads_section(QUALITY, UNCOVERED, SmallCells.of("shareable", 5))

    assert len(section.blocks) == 1
    assert "1-T" not in str(section)
