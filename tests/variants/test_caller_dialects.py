"""Depth, alternate reads and VAF in the words of every caller."""

import pytest

from ballad.variants.callers import support


def reads(form="", values="", info="", ref="C", alts=("T",), index=0):
    sample = dict(zip(form.split(":"), values.split(":"), strict=True)) if form else {}
    pairs = dict(pair.split("=") for pair in info.split(";")) if info else {}
    found = support(sample, pairs, index, len(alts), ref, alts)
    return found.depth, found.alt_reads, found.vaf


@pytest.mark.parametrize(
    ("form", "values", "expected"),
    [
        # Mutect2, TNscope: stated fraction; TNscope has no DP
        ("GT:AD:AF:DP", "0/1:60,40:0.41:100", (100, 40, 0.41)),
        ("GT:AD:AF", "0/1:60,40:0.41", (100, 40, 0.41)),
        # GATK HaplotypeCaller, MuSE, Pindel, bcftools: 40 of 60 + 40, not of DP
        ("GT:AD:DP", "0/1:60,40:110", (110, 40, 0.4)),
        ("GT:DP:AD:VAF", "0/1:100:60,40:0.39", (100, 40, 0.39)),  # DeepVariant
        ("GT:AD:BQ:DP:FA", "0/1:160,31:13:192:0.162", (192, 31, 31 / 191)),  # MuTect1
        ("GT:DP:FA", "0/1:192:0.162", (192, None, 0.162)),
        # VarDict: RD holds both strands of the reference
        ("GT:DP:VD:ALD:RD:AD:AF", "0/1:100:40:20,20:30,30:60,40:0.4", (100, 40, 0.4)),
        ("GT:DP:VD", "0/1:100:40", (100, 40, 0.4)),
        # Strelka: tier 1 of the bases C and T: 30 of 70 + 30
        ("DP:AU:CU:GU:TU", "101:1,1:70,75:0,0:30,33", (101, 30, 0.3)),
        ("DP:TAR:TIR:TOR", "100:60,61:20,22:7,7", (100, 20, 0.25)),
        # FreeBayes: AO of RO + AO
        ("GT:DP:RO:AO", "0/1:101:75:25", (101, 25, 0.25)),
        # VarScan: AD is the alternate count, RD the reference
        ("GT:DP:RD:AD:FREQ", "0/1:16:14:2:12.5%", (16, 2, 0.125)),
        ("GT:DP:RD:AD:FREQ", "0/1:16:14:2:12,5%", (16, 2, 0.125)),
        ("GT:DP:RD:AD", "0/1:16:14:2", (16, 2, 0.125)),
        # Ion Torrent: flow-corrected counts before the raw ones
        ("GT:DP:FDP:RO:AO:FRO:FAO", "0/1:90:100:50:40:75:25", (100, 25, 0.25)),
        ("GT:DP:RO:AO:FAO:FDP", "0/1:100:75:25:.:.", (100, 25, 0.25)),
        ("GT:GQ:AD:DP:VF:SB", "0/1:99:60,40:100:0.4:-100.0", (100, 40, 0.4)),  # Pisces
        # SomaticSniper: 2 + 3 alternate of 20
        ("GT:DP:DP4:BCOUNT", "0/1:20:8,7,2,3:0,15,0,5", (20, 5, 0.25)),
        # RADIA begins with the fraction of the reference
        ("GT:DP:AD:AF", "0/1:106:95,11:0.9,0.1", (106, 11, 0.1)),
        # GRIDSS counts fragments in VF
        ("GT:VF:REF", "0/1:12:30", (None, None, None)),
    ],
)
def test_one_alternative(form, values, expected):
    assert reads(form, values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("form", "values", "expected"),
    [
        ("AD:AF:DP", "50,20,30:0.21,0.29:100", [(100, 20, 0.21), (100, 30, 0.29)]),
        ("AD:DP", "50,20,30:100", [(100, 20, 0.2), (100, 30, 0.3)]),
        ("DP:RO:AO", "100:50:20,30", [(100, 20, 0.2), (100, 30, 0.3)]),
        ("DP:AU:CU:GU:TU", "99:20,1:60,1:0,0:30,1", [(99, 20, 0.25), (99, 30, 1 / 3)]),
        (
            "DP:DP4:BCOUNT",
            "100:25,25,25,25:20,50,0,30",
            [(100, 20, 0.2), (100, 30, 0.3)],
        ),
        ("FAO:FDP", "20,30:100", [(100, 20, 0.2), (100, 30, 0.3)]),
        ("AD:AF:DP", "50,20,30:0.5,0.2,0.3:100", [(100, 20, 0.2), (100, 30, 0.3)]),
        # One count of indel reads for two indels describes neither.
        ("DP:TAR:TIR", "100:60,61:20,22", [(100, None, None)] * 2),
    ],
)
def test_each_of_two_alternatives_has_its_own(form, values, expected):
    found = [reads(form, values, alts=("A", "T"), index=index) for index in (0, 1)]

    assert found == [pytest.approx(one) for one in expected]


def test_lofreq_has_no_sample_columns():
    assert reads(info="DP=1000;AF=0.04;DP4=480,480,21,19") == (1000, 40, 0.04)


def test_the_genotype_frequency_of_a_caller_is_no_vaf():
    assert reads(info="DP=71;AF=0.5") == (71, None, None)


@pytest.mark.parametrize(
    ("form", "values", "expected"),
    [
        ("GT:AD:DP", "0/1:.:.", (None, None, None)),
        ("GT:AD:DP", "0/1:.,.:0", (0, None, None)),
        ("GT:AD:DP", "0/1:.,21:54", (54, 21, 21 / 54)),  # never 21 of 21
        ("GT:AD", "0/1:.,21", (None, 21, None)),
        ("GT:DP:RD:AD:FREQ", "0/1:.:.:.:.", (None, None, None)),
        ("DP:TAR:TIR", "50:.:.", (50, None, None)),
        ("GT:AD:AF:DP", "0/1:.:.:80", (80, None, None)),
        ("GT", "0/1", (None, None, None)),
        ("GT:AD:DP", "0/0:0,0:0", (0, 0, None)),  # the VAF of no reads is not 0
        ("GT:AF", "0/1:nan", (None, None, None)),
    ],
)
def test_missing_is_missing(form, values, expected):
    assert reads(form, values) == expected


@pytest.mark.parametrize(
    ("form", "values", "message"),
    [
        ("GT:AF", "0/1:12.5", "AF '12.5' is above 1"),
        ("GT:AF", "0/1:-0.1", "AF '-0.1' is below 0"),
        ("GT:FREQ", "0/1:125%", "FREQ '125%' is above 1"),
        ("GT:AF", "0/1:much", "AF 'much' is no number"),
        ("GT:DP:VD", "0/1:8:10", "10 alternate of 8 reads"),
        # A decimal comma parts alleles: 0,45 was read as 0, or passed over.
        ("GT:AF", "0/1:0,45", "AF '0,45' has decimal commas; write a fraction"),
        ("GT:AD:AF", "0/1:55,45:0,45", "AF '0,45' has decimal commas"),
        ("GT:VAF", "0/1:1,0000", "VAF '1,0000' has decimal commas"),
        ("GT:FA", "0/1:0,02", "FA '0,02' has decimal commas"),
        ("GT:AF", "0/1:45%", "AF '45%' is no number"),  # FREQ alone is a percentage
    ],
)
def test_what_is_no_fraction_is_an_error(form, values, message):
    with pytest.raises(ValueError, match=message):
        reads(form, values)


@pytest.mark.parametrize(
    ("form", "values", "strands"),
    [
        ("SB", "30,30,21,19", (21, 19)),  # Mutect2
        ("ALD:SB", "7,49:435,405,58,49", (7, 49)),  # VarDict
        ("DP4", "5,4,2,3", (2, 3)),  # VarScan
        ("RDF:RDR:ADF:ADR", "5:4:2:3", (2, 3)),  # VarScan, germline
        ("ADF:ADR", "30,2:30,3", (2, 3)),  # bcftools
        ("FSAF:FSAR", "2:3", (2, 3)),  # Ion Torrent
        ("SB", "-100.0", (None, None)),  # Pisces: a score
    ],
)
def test_the_strands_of_the_alternate_reads(form, values, strands):
    sample = dict(zip(form.split(":"), values.split(":"), strict=True))

    found = support(sample, {}, 0, 1)

    assert (found.alt_forward, found.alt_reverse) == strands
