import random
import re

import pytest

from ballad.reads.recount import haplotypes, shown, up_to_other_indels

DRAW = random.Random(7)
BASES = "".join(DRAW.choices("ACGT", k=400))
INSERT = haplotypes(BASES, 1000, 1199, BASES[199], BASES[199] + "TTGACGTACCATTGA")


def read(pair, sequence, first, length=100):
    """A read of a haplotype, as placed from its left end."""
    return sequence[first : first + length], 1000 + first, 1000 + first + length


def test_a_read_that_ends_ten_bases_into_an_insertion_shows_it():
    bases, start, end = read(INSERT, INSERT.alternate, 110)

    assert shown(bases, start, end, INSERT) == "alternate"


def test_a_read_across_the_place_shows_the_reference():
    bases, start, end = read(INSERT, BASES, 150)

    assert shown(bases, start, end, INSERT) == "reference"


def test_a_read_that_is_anchored_on_the_right_shows_the_insertion():
    first = 180
    bases = INSERT.alternate[first : first + 100]
    end = 1000 + first + 100 - 15

    assert shown(bases, end - 100, end, INSERT) == "alternate"


def test_a_read_that_touches_the_second_breakpoint_only_is_not_counted():
    first = 205
    bases = INSERT.alternate[first : first + 100]
    end = 1000 + first + 100 - 15

    assert shown(bases, end - 100, end, INSERT) == ""


def test_a_read_that_does_not_reach_the_place_shows_nothing():
    bases, start, end = read(INSERT, BASES, 50)

    assert shown(bases, start, end, INSERT) == ""


def test_a_deletion_is_shown_although_one_base_is_wrong():
    deletion = haplotypes(BASES, 1000, 1199, BASES[199:215], BASES[199])
    bases, start, end = read(deletion, deletion.alternate, 120)
    wrong = ("A" if bases[10] != "A" else "C").join([bases[:10], bases[11:]])

    assert shown(wrong, start, end, deletion) == "alternate"


CIGAR = {"M": 0, "I": 1, "D": 2, "S": 4}


def cigar(text):
    return [(CIGAR[op], int(n)) for n, op in re.findall(r"(\d+)([A-Z])", text)]


@pytest.mark.parametrize(
    ("written", "part"),
    [
        # 100 bases from 1000 on; indels between 1040 and 1060 are the one in question
        ("100M", (0, 100, 1000, 1100)),
        ("50M3D50M", (0, 100, 1000, 1103)),
        ("80M3I17M", (0, 80, 1000, 1080)),
        ("80M3D20M", (0, 80, 1000, 1080)),
        ("10M3I87M", (13, 100, 1010, 1097)),
        ("10M3D90M", (10, 100, 1013, 1103)),
        ("5S10M3I55M2D27M", (18, 73, 1010, 1065)),
        ("90M10S", (0, 100, 1000, 1100)),
        ("5S95M", (0, 100, 995, 1095)),
    ],
)
def test_a_read_is_cut_at_the_indels_that_are_not_in_question(written, part):
    bases = "".join(DRAW.choices("ACGT", k=100))
    first, last, start, end = part

    cut = up_to_other_indels(bases, cigar(written), 1000, 1040, 1062)

    assert cut == (bases[first:last], start, end)


def test_an_indel_further_along_the_read_does_not_hide_the_deletion():
    # The deletion is clipped away by the aligner, the insertion 70 bases on is not.
    deletion = haplotypes(BASES, 1000, 1199, BASES[199:215], BASES[199])
    alternate = deletion.alternate
    bases = f"{alternate[190:270]}TTTTTTTTTT{alternate[270:280]}"
    part = up_to_other_indels(bases, cigar("10S70M10I10M"), 1215, 1180, 1235)

    assert shown(*part, deletion) == "alternate"
    assert shown(bases, 1205, 1295, deletion) != "alternate"
