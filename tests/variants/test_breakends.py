"""A record touches the panel where it lies and where its mates lie."""

import pysam
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
        with pysam.VariantFile(str(path)) as source:
            bcf = str(path.with_suffix(".bcf"))
            with pysam.VariantFile(bcf, "wb", header=source.header) as target:
                for record in source:
                    target.write(record)
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


def test_a_large_indexed_file_of_structural_variants_is_read_whole(tmp_path):
    # Beyond what is counted whole; the records of other chromosomes are far from both.
    event = '##INFO=<ID=EVENT,Number=1,Type=String,Description="Event">'
    noise = [
        record("chr1", 1000 + n, "C", f"SVTYPE=X{n * 7919 % 100_003}x{n * n}")
        for n in range(20_000)
    ]
    mate = record("chr1", 900, "N]chr9:22000000]")

    path = write(tmp_path, "indexed", mate, *noise, meta=(SVTYPE, event))

    rows, content = genes(path)
    assert rows == [("1", "900", "CDKN2A")]
    assert ("reader", "scan") in [check[1:3] for check in content.checks]


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
