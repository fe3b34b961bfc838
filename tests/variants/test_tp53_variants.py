"""Which annotated variants of TP53 make it mutated."""

import pytest

from ballad.states import ABSENT, PRESENT
from tests.variants.annotated_records import (
    FIELDS,
    TP53,
    VEP,
    record,
)


def vep(pos, ref, alt, terms, change):
    fields = f"{alt}|{terms}|TP53|{TP53}|protein_coding||ENSP00000269305:{change}"
    return record(pos, ref, alt, f"CSQ={fields}")


CSQ = VEP.format(fields=FIELDS)
C375 = vep(7675994, "C", "T", "splice_region_variant&synonymous_variant", "p.Thr125%3D")
R248 = (
    vep(7674220, "C", "T", "missense_variant", "p.Arg248Gln"),
    vep(7674221, "G", "A", "missense_variant", "p.Arg248Trp"),
)
HARMLESS = {
    "P72R": vep(7676154, "G", "C", "missense_variant", "p.Pro72Arg"),
    "R213=": vep(7674892, "T", "C", "synonymous_variant", "p.Arg213%3D"),
    "N235S": vep(7674259, "T", "C", "missense_variant", "p.Asn235Ser"),
}


def test_the_synonymous_change_of_the_last_base_of_exon_4_makes_tp53_mutated(states):
    assert states("tp53", "TP53", C375, header=[CSQ]) == [PRESENT, ABSENT]


@pytest.mark.parametrize("change", HARMLESS)
def test_polymorphisms_do_not_make_tp53_mutated(states, change):
    assert states("tp53", "TP53", HARMLESS[change], header=[CSQ]) == [ABSENT]


def test_all_polymorphisms_together_do_not_either(states):
    assert states("tp53", "TP53", *HARMLESS.values(), header=[CSQ]) == [ABSENT]


def test_two_hits_in_one_codon_of_tp53_stay_two(read, judged):
    calls = judged(read(*R248, header=[CSQ]))

    assert calls["hotspot"].tolist() == ["TP53 R248Q", "TP53 R248W"]
    assert calls["kept"].tolist() == ["yes", "yes"]
