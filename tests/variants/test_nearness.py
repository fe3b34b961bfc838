"""Pieces of a VCF passed over must hold no line that the full test would keep."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ballad.variants.nearness import Near
from ballad.variants.panel import Panel, Region

PANEL = Panel(
    "GRCh38",
    {
        "17": (Region(7_668_000, 7_688_000, frozenset(["TP53"])),),
        "1": (Region(150, 200, frozenset(["A"])),),
    },
    {},
)
POSITIONS = st.one_of(
    st.integers(1, 300), st.integers(7_650_000, 7_700_000), st.integers(1, 10**8)
)


def records(changes):
    return st.tuples(
        st.sampled_from(["chr17", "17", "chr1", "1", "chr7", "GL000"]),
        POSITIONS,
        changes,
    ).map(lambda cells: f"{cells[0]}\t{cells[1]}\t.\t{cells[2]}")


PLAIN = records(st.just("A\tT"))
STRANGE = st.one_of(
    st.sampled_from(["", "#", "##x", "17", "chr17\t", "1\t7", "\t", "chr1\tx\tr"]),
    records(st.sampled_from(["A\tT", "A\t<DEL>", "A\tA]chr17:7675000]"])),
)
LINES = st.one_of(
    st.lists(PLAIN, min_size=1, max_size=8), st.lists(STRANGE, min_size=1, max_size=8)
)


@settings(max_examples=500)
@given(LINES)
def test_lines_are_counted_and_none_is_lost_that_may_touch_the_panel(lines):
    piece = "".join(f"\n{line}" for line in lines).encode()

    count, places = Near(PANEL).among(piece)

    assert count == len(lines)
    if places is not None:
        told = {piece.count(b"\n", 0, place) for place in places}
        for number, line in enumerate(lines, 1):
            chrom, _, rest = line.removeprefix("chr").partition("\t")
            digits = rest.partition("\t")[0]
            touched = digits.isdigit() and PANEL.genes_at(
                chrom, int(digits) - 1, int(digits)
            )
            assert not touched or number in told


def test_far_lines_are_counted_only():
    far = b"\nchr17\t9000000\t.\tA\tT" * 3

    assert Near(PANEL).among(far) == (3, [])


def test_a_near_line_among_far_ones_is_named_by_its_place():
    far = b"\nchr17\t9000000\t.\tA\tT"

    assert Near(PANEL).among(far + b"\nchr17\t7670000\t.\tA\tT" + far) == (
        3,
        [len(far) + 1],
    )


def test_a_line_shorter_than_a_beginning_leaves_the_piece_to_the_full_test():
    assert Near(PANEL).among(b"\n17\n17\t9000000\t.\tA\tT") == (2, None)
