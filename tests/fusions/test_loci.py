"""Junctions become lesions by gene pairs and by the rules of the loci."""

import csv
import itertools

import pytest

from ballad.fusions.loci import COLUMNS, genome, junction_rows
from ballad.fusions.pairs import read_rules
from ballad.fusions.structural import Breakend, Junction, read_junctions
from ballad.tables import read_table

LIMITS = {"definitive_reads": 5, "rule_reads": 2}
# Of GRCh38; each lies in or near the gene of its name.
IGH, BCR, ABL1, KMT2A, AFF1 = 105863258, 23290000, 130854000, 118482000, 87100000


@pytest.fixture(scope="module")
def genomes(root):
    folder = root / "resources"
    made = {}
    for build in ("GRCh37", "GRCh38"):
        with open(folder / f"panel/cds.{build}.bed") as lines:
            exons = list(csv.reader(lines, delimiter="\t"))
        made[build] = genome(
            build,
            read_table(folder / "panel/genes.tsv"),
            read_table(folder / "panel/loci.tsv"),
            exons,
            read_table(folder / "fusions/loci.tsv"),
        )
    return made


@pytest.fixture(scope="module")
def rules(root):
    folder = root / "resources/fusions"
    lesion_of = {
        (row["subtype"], row["ph_like_class"]): row["lesion"]
        for row in read_table(folder / "lesions.tsv").to_dict("records")
    }
    rows = read_table(folder / "rules.tsv").to_dict("records")
    return read_rules(rows, lesion_of, dna=True)


def junction(first, second, reads=10, **named):
    values = {"caller": "manta", "insertion": False, "split_reads": reads}
    values |= {"spanning_reads": 0, "counted": True, "filter": "", "copies": None}
    values |= {"source": "sv.vcf:7", **named}
    ends = [end and Breakend(*end) for end in (first, second)]
    return Junction(first=ends[0], second=ends[1], **values)


def lesions(found, here, rules):
    rows = [
        dict(zip(COLUMNS[3:], row, strict=True))
        for row in junction_rows(found, here, rules, LIMITS)
    ]
    return {row["lesion"]: row["tier"] for row in rows if row["lesion"]}


CASES = {
    "t(9;22)": (("9", ABL1, "right"), ("22", BCR, "left"), {"ph": "A"}),
    "its reciprocal": (("9", ABL1, "left"), ("22", BCR, "right"), {"ph": "A"}),
    "t(4;11)": (("4", AFF1, "right"), ("11", KMT2A, "left"), {"kmt2a_r": "A"}),
    "KMT2A to an unnamed place": (
        ("11", KMT2A, "left"),
        ("17", 20000000, "right"),
        {"kmt2a_r": "C"},
    ),
    "IGH upstream of CRLF2": (
        ("14", IGH, "left"),
        ("X", 1240000, "left"),
        {"crlf2_r": "A"},
    ),
    "IGH far from CRLF2": (("14", IGH, "left"), ("X", 1400000, "left"), {}),
    "IGH downstream of CRLF2": (("14", IGH, "left"), ("X", 1150000, "left"), {}),
    "IGH near MYC": (
        ("8", 128500000, "right"),
        ("14", IGH, "left"),
        {"myc_bcl2_r": "A"},
    ),
    "IGH upstream of EPOR": (
        ("14", IGH, "left"),
        ("19", 11400000, "left"),
        {"epor_r": "A"},
    ),
    "IGH to DUX4": (("4", 190174997, "right"), ("14", IGH, "left"), {"dux4_r": "A"}),
    "PAR1 deletion": (
        ("X", 1216000, "left"),
        ("X", 1536000, "right"),
        {"crlf2_r": "A", "par1_deletion": "A"},
    ),
    "9q34 duplication": (
        ("9", ABL1, "right"),
        ("9", 131180000, "left"),
        {"abl_class": "A"},
    ),
    "IKZF1 exons 4 to 7": (
        ("7", 50360000, "left"),
        ("7", 50395000, "right"),
        {"ikzf1_deletion": "A"},
    ),
    "within an IKZF1 intron": (("7", 50310000, "left"), ("7", 50315000, "right"), {}),
    "half of chromosome 7": (("7", 1000000, "left"), ("7", 58000000, "right"), {}),
    "two 5' parts": (("9", ABL1, "left"), ("12", 11869969, "left"), {"abl_class": "C"}),
    "MYC and BCR": (("8", 127736000, "left"), ("22", BCR, "right"), {}),
}


@pytest.mark.parametrize("name", CASES)
def test_junctions_and_their_lesions(genomes, rules, name):
    first, second, expected = CASES[name]

    found = lesions([junction(first, second)], genomes["GRCh38"], rules)

    assert found == expected


@pytest.mark.parametrize(
    ("named", "tier"),
    [
        ({"reads": 5}, "A"),
        ({"reads": 4}, "B"),
        ({"reads": 2}, "B"),
        ({"reads": 1}, None),
        ({"reads": 0, "counted": False}, "B"),
        ({"reads": 9, "filter": "LowQual"}, "C"),
        ({"reads": 4, "filter": "LowQual"}, None),
    ],
)
def test_tiers_follow_reads_and_filter(genomes, rules, named, tier):
    first, second, _ = CASES["t(9;22)"]

    found = lesions([junction(first, second, **named)], genomes["GRCh38"], rules)

    assert found.get("ph") == tier


def test_a_pax5_duplication_needs_its_copies(genomes, rules):
    ends = (("9", 36990000, "right"), ("9", 37020000, "left"))

    doubtful = lesions([junction(*ends)], genomes["GRCh38"], rules)
    sure = lesions([junction(*ends, copies=5)], genomes["GRCh38"], rules)
    whole = (("9", 20000000, "right"), ("9", 60000000, "left"))

    assert doubtful == {"pax5_amplification": "C"}
    assert sure == {"pax5_amplification": "A"}
    assert lesions([junction(*whole, copies=5)], genomes["GRCh38"], rules) == {}


def test_an_insertion_into_epor_stays_in_doubt(genomes, rules):
    found = junction(("19", 11378000, "left"), None, insertion=True)

    assert lesions([found], genomes["GRCh38"], rules) == {"epor_r": "C"}


def test_both_builds_know_the_same_lesion(genomes, rules):
    old = junction(("9", 133729451, "right"), ("22", 23632600, "left"))

    assert lesions([old], genomes["GRCh37"], rules) == {"ph": "A"}


@pytest.mark.parametrize("chr_", ["chr", ""])
@pytest.mark.parametrize(
    ("build", "chrom", "start", "end"),
    [
        ("GRCh38", "X", 1216000, 1536000),
        ("GRCh38", "Y", 1216000, 1536000),
        ("GRCh37", "X", 1335000, 1655000),
        ("GRCh37", "Y", 1285000, 1605000),  # 50,000 bases before its place on X
    ],
)
def test_p2ry8_crlf2_is_found_on_x_and_y(
    tmp_path, genomes, rules, build, chr_, chrom, start, end
):
    path = tmp_path / "sv.vcf"
    place = f"{chr_}{chrom}\t{start}\t1\tN\tN[{chr_}{chrom}:{end}["
    text = f"{place}\t.\tPASS\tSVTYPE=BND\tSR\t0,9"
    columns = "CHROM POS ID REF ALT QUAL FILTER INFO FORMAT T".replace(" ", "\t")
    path.write_text(f"##fileformat=VCFv4.2\n#{columns}\n{text}\n")

    found = read_junctions(str(path), build=build)

    expected = {"crlf2_r": "A", "par1_deletion": "A"}
    assert lesions(found, genomes[build], rules) == expected


def test_order_of_the_junctions_changes_nothing(genomes, rules):
    found = [
        junction(*CASES[name][:2]) for name in ("t(9;22)", "t(4;11)", "MYC and BCR")
    ]
    results = [
        junction_rows(order, genomes["GRCh38"], rules, LIMITS)
        for order in itertools.permutations(found)
    ]

    assert all(result == results[0] for result in results)


def test_a_rule_of_an_unknown_locus_is_refused(root):
    table = read_table(root / "resources/fusions/loci.tsv")
    table.loc[0, "locus1"] = "NOWHERE"

    with pytest.raises(ValueError, match="NOWHERE"):
        genome(
            "GRCh38",
            read_table(root / "resources/panel/genes.tsv"),
            read_table(root / "resources/panel/loci.tsv"),
            [],
            table,
        )


def test_every_lesion_of_the_loci_is_one_of_the_lesions(root):
    known = set(read_table(root / "resources/genotypes/lesions.tsv")["lesion"])
    loci = read_table(root / "resources/fusions/loci.tsv")

    assert set(loci["lesion"]) <= known
    assert loci["source"].ne("").all()


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "tumour"),
    [
        ("gridss/colo829_somatic_gridss.vcf.gz", "COLO829v003T_dedup.realigned.bam"),
        ("manta/colo829_somatic_manta.vcf", "COLO829T"),
    ],
)
def test_a_melanoma_has_no_fusion_of_leukaemia(real_data, genomes, rules, name, tumour):
    found = read_junctions(str(real_data / "vcf/sv" / name), tumour, "GRCh37")

    called = lesions(found, genomes["GRCh37"], rules)

    assert {lesion for lesion in called if not lesion.endswith("_deletion")} == set()
