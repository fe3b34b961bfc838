import random

from ballad.reads.haplotypes import Allele, haplotypes, shown

DRAW = random.Random(7)
BASES = "".join(DRAW.choices("ACGT", k=400))
INSERT = haplotypes(
    BASES, 1000, Allele(1199, BASES[199], BASES[199] + "TTGACGTACCATTGA")
)


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
    deletion = haplotypes(BASES, 1000, Allele(1199, BASES[199:215], BASES[199]))
    bases, start, end = read(deletion, deletion.alternate, 120)
    wrong = ("A" if bases[10] != "A" else "C").join([bases[:10], bases[11:]])

    assert shown(wrong, start, end, deletion) == "alternate"


def test_indels_that_touch_are_not_written_together():
    # Together they would be a third allele: two bases less, which nobody called.
    bases = f"{BASES[:199]}GAAAAAAC{BASES[207:]}"
    loss, gain = Allele(1199, "GAAA", "G"), Allele(1199, "G", "GA")

    names = [one.shows for one in haplotypes(bases, 1000, loss, [gain]).known]

    assert names == ["reference", "alternate", "other"]


def test_the_allele_itself_under_another_name_is_no_other_allele():
    loss = Allele(1199, BASES[199:203], BASES[199])
    longer = Allele(1198, BASES[198:203], BASES[198:200])
    pair = haplotypes(BASES, 1000, loss, [loss, longer])
    bases, start, end = read(pair, pair.alternate, 150)

    assert shown(bases, start, end, pair) == "alternate"


def test_a_variant_beside_the_indel_on_the_same_read_does_not_hide_it():
    # The read ends with the SNV, five bases behind the loss.
    bases = f"{BASES[:199]}GCATCATGTCCGTA{BASES[213:]}"
    loss, snv = Allele(1199, "GCAT", "G"), Allele(1207, "T", "A")
    pair = haplotypes(bases, 1000, loss, [snv])
    both = f"{bases[:200]}{bases[203:207]}A{bases[208:]}"
    sequence, start, end = read(pair, both, 130, 75)

    assert sequence.endswith("GCATGA")
    assert shown(sequence, start, end, pair) == "alternate"
    alone = haplotypes(bases, 1000, loss)
    assert shown(bases[120:220], 1120, 1220, alone) == "reference"
