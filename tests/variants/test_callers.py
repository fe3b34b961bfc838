import pytest

from ballad.variants.callers import support


def read(sample, info=None, alt_index=0, n_alts=1):
    found = support(sample, info or {}, alt_index, n_alts)
    return (found.depth, found.alt_reads, found.vaf)


CALLERS = {
    "Mutect2": ({"AD": "60,40", "AF": "0.391", "DP": "101"}, {}, (101, 40, 0.391)),
    "GATK HaplotypeCaller, no AF": ({"AD": "60,40", "DP": "102"}, {}, (102, 40, 0.4)),
    "VarDict": (
        {"AD": "90,10", "AF": "0.1", "DP": "100", "VD": "10"},
        {},
        (100, 10, 0.1),
    ),
    "FreeBayes": ({"DP": "50", "RO": "30", "AO": "20"}, {}, (50, 20, 0.4)),
    "VarScan": (
        {"DP": "80", "RD": "70", "AD": "10", "FREQ": "12.5%"},
        {},
        (80, 10, 0.125),
    ),
    "VarScan with a decimal comma": (
        {"DP": "80", "RD": "70", "AD": "10", "FREQ": "12,5%"},
        {},
        (80, 10, 0.125),
    ),
    "LoFreq, no sample columns": (
        {},
        {"DP": "100", "AF": "0.07", "DP4": "50,43,4,3"},
        (100, 7, 0.07),
    ),
    "DeepVariant": ({"AD": "60,40", "VAF": "0.4", "DP": "100"}, {}, (100, 40, 0.4)),
    "no DP: depth is the sum of AD": ({"AD": "60,40"}, {}, (100, 40, 0.4)),
    "INFO/AF beside a sample is no VAF": (
        {"GT": "0/1"},
        {"AF": "0.5"},
        (None, None, None),
    ),
    "missing values stay missing": (
        {"AD": ".,.", "AF": ".", "DP": "."},
        {},
        (None, None, None),
    ),
    "no reads at all": ({"AD": "0,0", "DP": "0"}, {}, (0, 0, None)),
}


@pytest.mark.parametrize(("sample", "info", "expected"), CALLERS.values(), ids=CALLERS)
def test_depth_alternate_reads_and_vaf_as_each_caller_writes_them(
    sample, info, expected
):
    depth, alt_reads, vaf = read(sample, info)

    assert (depth, alt_reads) == expected[:2]
    assert vaf == pytest.approx(expected[2])


def test_each_allele_of_two_has_its_own_reads():
    sample = {"AD": "50,30,20", "AF": "0.3,0.2", "DP": "100"}

    assert read(sample, alt_index=0, n_alts=2) == (100, 30, 0.3)
    assert read(sample, alt_index=1, n_alts=2) == (100, 20, 0.2)


def test_the_second_of_two_freebayes_alleles_is_a_share_of_all_reads():
    sample = {"RO": "50", "AO": "30,20", "DP": "100"}

    assert read(sample, alt_index=1, n_alts=2) == (100, 20, 0.2)


@pytest.mark.parametrize("key", ["AF", "VAF"])
def test_a_vaf_above_one_without_a_percent_sign_is_an_error(key):
    with pytest.raises(ValueError, match="12.5.* is above 1"):
        read({key: "12.5"})


def test_a_vaf_of_one_is_no_error():
    assert read({"AF": "1.0", "AD": "0,30"})[2] == 1


def test_strand_counts_describe_an_allele_only_if_it_is_alone():
    sample = {"SB": "30,30,25,15", "AD": "60,40"}

    alone = support(sample, {}, 0, 1)
    one_of_two = support(sample, {}, 0, 2)

    assert (alone.alt_forward, alone.alt_reverse) == (25, 15)
    assert (one_of_two.alt_forward, one_of_two.alt_reverse) == (None, None)


def test_the_strands_of_freebayes_count_if_they_are_those_of_this_sample():
    info = {"SAF": "7,57", "SAR": "1,0"}

    own = support({"RO": "104", "AO": "8,57"}, info, 1, 2)
    of_more_samples = support({"RO": "104", "AO": "8,30"}, info, 1, 2)

    assert (own.alt_forward, own.alt_reverse) == (57, 0)
    assert (of_more_samples.alt_forward, of_more_samples.alt_reverse) == (None, None)


def test_strands_may_stand_in_adf_and_adr_per_allele():
    found = support({"ADF": "30,3,5", "ADR": "30,4,6"}, {}, 1, 2)

    assert (found.alt_forward, found.alt_reverse) == (5, 6)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        # Three counts of two alleles: a splitting tool left those of the other.
        ({"AD": "120,5,80", "DP": "205"}, (205, None, None)),
        ({"AD": "120,5,80", "AF": "0.02,0.4", "DP": "205"}, (205, None, None)),
        ({"AD": "120,5,80", "AF": "0.4", "DP": "205"}, (205, None, 0.4)),
        # RADIA's fraction of the reference stands first, as its count does.
        ({"AD": "60,40", "AF": "0.6,0.4", "DP": "100"}, (100, 40, 0.4)),
    ],
)
def test_counts_of_alleles_that_are_not_in_the_record_are_missing(sample, expected):
    assert read(sample) == expected
