"""A record touches the panel where it lies and where its mates lie."""

import pysam
import pysam.bcftools
import pytest

from ballad.variants.breakends import has_mates, mates
from ballad.variants.panel import Panel, Region
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS

# CDKN2A of GRCh38 begins near chr9:21,967,752; one base further is another gene.
PANEL = Panel(
    "GRCh38",
    {
        "9": (Region(21_999_990, 22_000_010, frozenset(["CDKN2A"])),),
        "17": (Region(7_670_000, 7_680_000, frozenset(["TP53"])),),
    },
    {},
)
SVTYPE = '##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type">'
CHR2 = '##INFO=<ID=CHR2,Number=1,Type=String,Description="Other chromosome">'
FORMS = ["N]{}:{}]", "N[{}:{}[", "]{}:{}]N", "[{}:{}[N", "NACGT]{}:{}]"]


def write(folder, kind, *records, meta=(SVTYPE,)):
    path = folder / "t.vcf"
    columns = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT T".split()
    contigs = [f"##contig=<ID={name}>" for name in ("chr1", "chr9", "chr17", "1", "9")]
    text = ["##fileformat=VCFv4.2", *meta, *contigs, "\t".join(columns), *records]
    path.write_text("\n".join(text) + "\n")
    if kind == "plain":
        return str(path)
    if kind == "bcf":
        bcf = str(path.with_suffix(".bcf"))
        pysam.bcftools.view("-Ob", "-o", bcf, str(path), catch_stdout=False)
        return bcf
    gz = f"{path}.gz"
    pysam.tabix_compress(str(path), gz, force=True)
    if kind == "indexed":
        pysam.tabix_index(gz, preset="vcf", force=True)
    return gz


def record(chrom, pos, alt, info="SVTYPE=BND"):
    return f"{chrom}\t{pos}\tb{pos}\tN\t{alt}\t50\tPASS\t{info}\t.\t."


def genes(path):
    sample = {
        **{"patient": "P1", "sample": "T", "assay": "A", "timepoint": "diagnosis"},
        **{"genome_build": "GRCh38", "vcf": path},
    }
    content = read_vcf(sample, PANEL, {})
    places = [COLUMNS.index(name) for name in ("chrom", "pos", "gene")]
    return [tuple(row[place] for place in places) for row in content.rows], content


KINDS = ["plain", "bgzf", "indexed", "bcf"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_a_breakend_whose_mate_lies_in_the_panel_is_found(tmp_path, kind, form):
    path = write(tmp_path, kind, record("chr1", 500, form.format("chr9", 22_000_000)))

    rows, content = genes(path)

    assert rows == [("1", "500", "CDKN2A")]
    assert content.counts["in_panel"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_mate_beside_the_panel_is_none_of_it(tmp_path, kind):
    first, last = 21_999_991, 22_000_010  # of the region, 1-based
    records = [
        record("chr1", 100 + n, f"N]chr9:{pos}]")
        for n, pos in enumerate((first - 1, first, last, last + 1))
    ]

    rows, content = genes(write(tmp_path, kind, *records))

    assert [pos for _, pos, _ in rows] == ["101", "102"]
    assert content.counts["records"] == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_breakend_with_both_ends_in_the_panel_has_a_row_for_each_gene(tmp_path, kind):
    path = write(tmp_path, kind, record("chr17", 7_675_000, "N]chr9:22000000]"))

    assert genes(path)[0] == [("17", "7675000", g) for g in ("CDKN2A", "TP53")]


def test_names_without_chr_and_the_angle_brackets_of_an_assembly_are_read(tmp_path):
    path = write(
        tmp_path,
        "plain",
        record("1", 500, "N]9:22000000]"),
        record("1", 600, "N[<ctg1>:22000000["),
    )

    assert genes(path)[0] == [("1", "500", "CDKN2A")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["END=22000000", "END=501;POS2=22000000"])
def test_the_other_end_of_a_symbolic_translocation_is_tested(tmp_path, kind, place):
    meta = (SVTYPE, CHR2, '##ALT=<ID=BND,Description="Translocation">')
    meta += ('##INFO=<ID=END,Number=1,Type=Integer,Description="End">',)
    meta += ('##INFO=<ID=POS2,Number=1,Type=Integer,Description="Other position">',)
    path = write(
        tmp_path,
        kind,
        record("chr1", 500, "<BND>", f"SVTYPE=BND;CHR2=chr9;{place}"),
        meta=meta,
    )

    assert genes(path)[0] == [("1", "500", "CDKN2A")]


def test_the_end_of_a_translocation_spans_nothing_of_its_own_chromosome(tmp_path):
    # chr9:1,000 to chr17:30,000,000 is no event over all of chromosome 9.
    text = record("chr9", 1000, "<TRA>", "SVTYPE=TRA;CHR2=chr17;END=30000000")

    rows, _ = genes(write(tmp_path, "plain", text, meta=(SVTYPE, CHR2)))

    assert rows == []


def declared(*keys):
    return [f'##INFO=<ID={k},Number=1,Type=String,Description="{k}">' for k in keys]


# Beyond what is counted whole; the records of chromosome 1 are far from the panel.
NOISE = [
    record("chr1", 1000 + n, "C", f"DP={n * 7919 % 100_003};SOR={n * n}")
    for n in range(30_000)
]
MATE = record("chr1", 900, "N]chr9:22000000]")
LONG = '##ALT=<ID=DEL,Description="Deletion">'


@pytest.mark.parametrize(
    ("meta", "method"),
    [
        (declared("EVENT"), "scan"),
        (declared("MATEID"), "scan"),
        (declared("SVTYPE"), "scan"),
        (declared("CHR2"), "scan"),
        ([*declared("DP"), '##ALT=<ID=BND,Description="Breakend">'], "scan"),
        ([], "scan"),  # a header that tells nothing excludes nothing
        (declared("DP", "END", "MATE"), "region"),  # small variants with their blocks
        ([*declared("DP", "END"), LONG], "region"),  # END is a length the index knows
        ([*declared("END", "SVLEN"), LONG], "scan"),
    ],
)
def test_the_header_tells_whether_an_index_can_hide_a_mate(tmp_path, meta, method):
    # The only record of the junction lies outside the panel, its mate inside.
    structural = [MATE] if method == "scan" else []
    small = record("chr17", 7_675_000, "C", "DP=30")

    path = write(tmp_path, "indexed", *structural, *NOISE, small, meta=meta)

    rows, content = genes(path)
    expected = [("1", "900", "CDKN2A")] if structural else []
    assert rows == [*expected, ("17", "7675000", "TP53")]
    assert ("reader", method) in [check[1:3] for check in content.checks]


@pytest.mark.parametrize(
    "met",
    [
        record("chr17", 7_675_000, "N]chr1:900]"),
        record("chr17", 7_675_000, "<DEL>", "SVLEN=-9"),
        record("chr17", 7_660_000, "N[chr3:7["),  # beside the panel, in a block of it
    ],
)
def test_a_structural_variant_met_by_index_gives_the_header_the_lie(tmp_path, met):
    path = write(tmp_path, "indexed", MATE, *NOISE, met, meta=declared("DP"))

    rows, content = genes(path)

    assert ("1", "900", "CDKN2A") in rows
    assert ("reader", "scan") in [check[1:3] for check in content.checks]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("alts", "info", "expected"),
    [
        ("C,N]chr9:22000000]", "SVTYPE=BND", {"C": "TP53", "N]chr9:22000000]": "both"}),
        ("N]chr9:22000000],C", "SVTYPE=BND", {"C": "TP53", "N]chr9:22000000]": "both"}),
        ("N]chr9:22000000],N]chr9:5]", "SVTYPE=BND", {"N]chr9:5]": "TP53"}),
        # 7,660,001 to 7,670,001 reaches the gene, the single base does not.
        ("<DEL>,C", "SVLEN=-10000,0", {"<DEL>": "TP53", "C": ""}),
        ("C,<DEL>", "SVLEN=0,-10000", {"<DEL>": "TP53", "C": ""}),
    ],
)
def test_each_alternative_touches_its_own_genes(tmp_path, kind, alts, info, expected):
    pos = 7_660_001 if "<" in alts else 7_675_000
    length = '##INFO=<ID=SVLEN,Number=A,Type=Integer,Description="Length">'
    meta = (SVTYPE, length, LONG)
    path = write(tmp_path, kind, record("chr17", pos, alts, info), meta=meta)

    content = genes(path)[1]

    alt, gene = COLUMNS.index("alt"), COLUMNS.index("gene")
    for name, where in expected.items():
        names = ["CDKN2A", "TP53"] if where == "both" else [where] * bool(where)
        assert [row[gene] for row in content.rows if row[alt] == name] == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"chr1\t5\t.\tN\tN]chr9:22]\t.", True),
        (b"chr1\t5\t.\tN\t[HLA-A*01:01:01:22[N\t.", True),
        (b"chr1\t5\t.\tN\t<BND>\t.\t.\tCHR2=chr9;END=4", True),
        (b"chr1\t5\t.\tN\tC\t.\t.\tFUNCOTATION=[TP53|hg38|chr17]", False),
        (b"chr1\t5\t.\tN\tC", False),
    ],
)
def test_a_line_with_a_breakend_is_told_from_one_with_brackets(text, said):
    assert has_mates(text) is said


def test_each_alternative_has_its_own_mate():
    alts = "N]chr9:22]"
    alts += ",N[X:7["

    assert list(mates(alts, {})) == [("9", 22), ("X", 7)]
