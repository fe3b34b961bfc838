import pytest
import yaml

from ballad.copy_number import (
    Segment,
    SegmentError,
    copy_number_rows,
    gene_spans,
    read_segments,
)
from ballad.derived_lesions import ikzf1_plus
from ballad.lesions import excluded_by
from ballad.states import ABSENT, INDETERMINATE, PRESENT
from ballad.tables import read_table

LENGTH = 100_000_000
GENES = {
    "PAX5": ("9", 36_800_000, 37_000_000),
    "CDKN2A": ("9", 21_960_000, 21_980_000),
    "CDKN2B": ("9", 22_000_000, 22_010_000),
    "IKZF1": ("7", 50_300_000, 50_400_000),
    "TP53": ("17", 7_660_000, 7_680_000),
    "ERG": ("21", 38_300_000, 38_500_000),
}


@pytest.fixture(scope="module")
def method(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())["genotypes"]


def whole(differing=None):
    """Cover every autosome flat; the chromosomes named have another log2 ratio."""
    differing = differing or {}
    return [
        Segment(str(n), 1, LENGTH, differing.get(str(n), 0.0), n) for n in range(1, 23)
    ]


def states(method, segments, excludable=()):
    rows = copy_number_rows(
        "t.seg",
        segments,
        GENES,
        method["copy_number"],
        method["ploidy"],
        excludable,
    )
    return {row[3]: (row[1], row[4]) for row in rows}


LIMITS = [
    # log2 ratio of a segment over CDKN2A -> event, state
    (0.0, "none", ABSENT),
    (-0.39, "none", ABSENT),
    (-0.4, "loss", PRESENT),
    (-1.09, "loss", PRESENT),
    (-1.1, "homozygous_loss", PRESENT),
]


@pytest.mark.parametrize(("log2", "event", "state"), LIMITS)
def test_a_deletion_at_its_limits(method, log2, event, state):
    segments = [*whole(), Segment("9", 21_950_000, 21_990_000, log2, 30)]

    assert states(method, segments)["cdkn2a_deletion"] == (event, state)


CDKN2B_LIMITS = [
    (0.0, "none", ABSENT),
    (-0.4, "loss", ABSENT),  # one copy is left
    (-1.09, "loss", ABSENT),
    (-1.1, "homozygous_loss", PRESENT),
]


@pytest.mark.parametrize(("log2", "event", "state"), CDKN2B_LIMITS)
def test_cdkn2b_counts_as_deleted_if_both_copies_are(method, log2, event, state):
    segments = [*whole(), Segment("9", 21_990_000, 22_020_000, log2, 30)]

    found = states(method, segments)

    assert found["cdkn2b_deletion"] == (event, state)
    assert found["cdkn2a_deletion"] == ("none", ABSENT)


CDKN2B_LOSS = [(-0.6, ABSENT), (-1.5, PRESENT)]


@pytest.mark.parametrize(("log2", "expected"), CDKN2B_LOSS)
def test_ikzf1_plus_by_cdkn2b_needs_a_homozygous_loss(method, log2, expected):
    par1 = {"P2RY8": ("X", 1_400_000, 1_500_000)}
    segments = [
        *whole(),
        Segment("X", 1, LENGTH, 0.0, 29),
        Segment("9", 21_990_000, 22_020_000, log2, 30),
        Segment("7", 50_290_000, 50_410_000, -0.6, 31),
    ]

    rows = copy_number_rows(
        "t.seg", segments, GENES | par1, method["copy_number"], method["ploidy"], ()
    )

    assert ikzf1_plus({row[3]: row[4] for row in rows}) == expected


def test_a_segment_beside_a_gene_says_nothing_about_it(method):
    segments = [*whole(), Segment("9", 21_990_000, 21_999_999, -2.0, 30)]

    found = states(method, segments)

    assert found["cdkn2a_deletion"] == ("none", ABSENT)
    assert found["cdkn2b_deletion"] == ("none", ABSENT)


def test_a_gene_without_a_segment_is_indeterminate(method):
    segments = [segment for segment in whole() if segment.chrom != "17"]

    assert states(method, segments)["tp53_deletion"] == ("not covered", INDETERMINATE)


def test_a_focal_pax5_gain_is_an_amplification_and_a_gained_arm_is_not(method):
    focal = [*whole(), Segment("9", 36_790_000, 37_010_000, 0.9, 30)]
    arm = whole({"9": 0.9})

    assert states(method, focal)["pax5_amplification"] == ("amplification", PRESENT)
    assert states(method, arm)["pax5_amplification"] == ("none", ABSENT)


def test_a_focal_gain_below_the_limit_is_no_amplification(method):
    segments = [*whole(), Segment("9", 36_790_000, 37_010_000, 0.89, 30)]

    assert states(method, segments)["pax5_amplification"] == ("none", ABSENT)


def losses(count):
    return {str(number): -0.5 for number in range(1, count + 1)}


PLOIDY = [
    # autosomes lost (-) or gained (+) of 46 chromosomes -> class that is present
    (-22, "near_haploid"),
    (-15, "near_haploid"),  # 31
    (-14, "low_hypodiploid"),  # 32
    (-7, "low_hypodiploid"),  # 39
    (-6, None),  # 40
    (0, None),
    (4, None),  # 50
    (5, "hyperdiploid"),  # 51
    (21, "hyperdiploid"),  # 67
]


@pytest.mark.parametrize(("change", "expected"), PLOIDY)
def test_the_ploidy_class_of_a_copy_number_profile(method, change, expected):
    log2 = 0.5 if change > 0 else -0.5
    differing = {str(n): log2 for n in range(1, abs(change) + 1)}

    found = states(method, whole(differing))

    classes = ("near_haploid", "low_hypodiploid", "hyperdiploid")
    assert [x for x in classes if found[x][1] == PRESENT] == (
        [expected] if expected else []
    )


def test_an_autosome_counts_as_lost_if_most_of_it_is(method):
    half = Segment("1", LENGTH + 1, 2 * LENGTH, -0.5, 30)
    more = Segment("1", LENGTH + 1, 2 * LENGTH + 2, -0.5, 30)
    others = losses(7)
    del others["1"]

    less_than_40 = [
        states(method, [*whole(others), piece])["low_hypodiploid"][1]
        for piece in (half, more)
    ]

    assert less_than_40 == [ABSENT, PRESENT]  # 40 and 39 chromosomes


def test_ploidy_needs_all_autosomes(method):
    found = states(method, whole()[:-1])

    assert found["hyperdiploid"] == ("not all autosomes covered", INDETERMINATE)


def test_an_excludable_lesion_without_an_answer_is_indeterminate(method):
    found = states(method, whole(), excludable=["tp53_deletion", "unheard_of"])

    assert found["unheard_of"] == ("none", INDETERMINATE)
    assert found["tp53_deletion"] == ("none", ABSENT)


def test_every_lesion_an_array_can_exclude_has_an_answer(method, root):
    lesions = read_table(root / "resources/genotypes/lesions.tsv")
    excludable = excluded_by(lesions, "array")

    assert set(excludable) <= set(states(method, whole(), excludable))


FORMATS = {
    "plain": "chrom\tstart\tend\tlog2\nchr9\t10\t20\t-0.5\n",
    "SEG": "ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\nT\t9\t10\t20\t5\t-0.5\n",
    "CNVkit": "chromosome\tstart\tend\tgene\tlog2\nchr9\t10\t20\tPAX5\t-0.5\n",
    "other order": "log2\tend\tstart\tchrom\n-0.5\t20\t10\t9\n",
    "scientific": "chrom\tstart\tend\tlog2\n9\t1e1\t2e1\t-5e-1\n",
}


@pytest.mark.parametrize("text", FORMATS.values(), ids=FORMATS)
def test_segments_are_read_by_the_names_of_their_columns(tmp_path, text):
    path = tmp_path / "t.seg"
    path.write_text(text)

    assert read_segments(str(path)) == [Segment("9", 10, 20, -0.5, 2)]


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "t.seg"
    path.write_text("chrom\tstart\tend\n")

    with pytest.raises(SegmentError, match="t.seg: line 1 lacks the column log2"):
        read_segments(str(path))


@pytest.mark.parametrize(
    "line", ["9\t10\t20\tNA", "9\tten\t20\t0", "9\t10\t20\tnan", "9\t10"]
)
def test_a_segment_that_is_no_number_or_cut_is_refused_with_its_line(tmp_path, line):
    path = tmp_path / "t.seg"
    path.write_text(f"chrom\tstart\tend\tlog2\n9\t1\t2\t0\n{line}\n")

    with pytest.raises(SegmentError, match="t.seg: line 3"):
        read_segments(str(path))


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_the_panel_knows_where_each_deletion_is_looked_for(root, build):
    spans = gene_spans(read_table(root / "resources/panel/genes.tsv"), build)

    assert {"PAX5", "IKZF1", "CDKN2A", "CDKN2B", "ERG", "TP53", "P2RY8"} <= set(spans)
    assert spans["TP53"][0] == "17"


def test_a_segment_that_ends_before_it_starts_is_refused(tmp_path):
    path = tmp_path / "t.seg"
    path.write_text("chrom\tstart\tend\tlog2\n17\t500\t2\t-1\n")
    with pytest.raises(SegmentError, match="line 2, column end: 2 lies before"):
        read_segments(str(path))


def test_a_decimal_comma_of_a_segment_is_named_with_its_cure(tmp_path):
    path = tmp_path / "t.seg"
    path.write_text("chrom\tstart\tend\tlog2\n9\t1\t200\t-0,8\n")

    with pytest.raises(SegmentError, match="line 2: .*write a point, .*log2 -0,8"):
        read_segments(str(path), "T")
