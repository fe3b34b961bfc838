"""Damaged and odd files end in one error with file and line, or in the whole table."""

import gzip
import os
import random
import re

import pysam
import pytest

from ballad.variants.files import BGZF_EOF, VcfError
from ballad.variants.panel import known_contigs, read_panel
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS

META = [
    "##fileformat=VCFv4.2",
    "##contig=<ID=chr17,length=83257441>",
    "##contig=<ID=chrX,length=156040895>",
]
NAMES = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT T".split()
HIT = "chr17 7674220 . C T . PASS . GT:AD:DP 0/1:60,40:100".split()


@pytest.fixture(scope="module")
def reading(root):
    resources = root / "resources"
    panel = read_panel(
        "GRCh38",
        str(resources / "panel/cds.GRCh38.bed"),
        str(resources / "panel/genes.tsv"),
        str(resources / "variants/hotspots.tsv"),
        10,
    )
    contigs = known_contigs(str(resources / "panel/contigs.tsv"))
    sample = dict.fromkeys(("patient", "sample", "assay", "timepoint"), "x")

    def read(path):
        own = {"genome_build": "GRCh38", "vcf": str(path)}
        return read_vcf({**sample, **own}, panel, contigs)

    return read


def row(**differs):
    places = dict(zip([name.lstrip("#") for name in NAMES], HIT, strict=True))
    return "\t".join({**places, **differs}.values())


def text(*records, names=NAMES, meta=META, end="\n"):
    return end.join([*meta, "\t".join(names), *records, ""])


@pytest.fixture
def read(reading, tmp_path):
    def written(content, name="t.vcf"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return reading(path)

    return written


def told(content, *names):
    return [tuple(row[COLUMNS.index(name)] for name in names) for row in content.rows]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (text(row(), "chr17\t7674230\t.\tC\tT"), r"t\.vcf: line 6: .* fewer than 8"),
        (text(row(), "chr5\t7674230\t.\tC\tT"), r"t\.vcf: line 6: .* fewer than 8"),
        (text(row().rpartition("\t")[0]), r"line 5: .* 9 columns, the header names 10"),
        (text("chr5" + row()[5:] + "\t0/1"), r"line 5: .* 11 columns, the header name"),
        (text(" ".join(HIT)), r"line 5: .* no tabs"),
        (text(row(), end="\n").replace("\t", " "), r"line 4: .* separated by spaces"),
        (text(row(POS="7674220.5")), r"line 5: position '7674220\.5' is no number"),
        (text(row(POS="-5")), r"line 5: position '-5'"),
        (text(row(ALT="")), r"line 5: REF or ALT is empty"),
        (text(row(), names=[*NAMES, "T"]), r"line 4: a sample name stands twice"),
        (text(row(), names=[*NAMES[:9], " "]), r"line 4: a sample has no name"),
        (text(row(), names=[*NAMES[:8], "T", "F"]), r"line 4 names other columns"),
        (text(row(), meta=META[1:]), r"line 1 is '##contig"),
        (row() + "\n", r"line 1 is 'chr17"),
        ("\n".join(META) + "\n", r"line 3: no line #CHROM"),
        ("", r"the file is empty"),
        (b"PK\x03\x04" + bytes(40), r"line 1 is 'PK"),
        (b"\xfd7zXZ\x00" + bytes(40), r"line 1 is"),
        (gzip.compress(b""), r"no line #CHROM"),
        (text(row(FORMAT="GT:AF", T="0/1:1.2")), r"line 5: AF '1\.2' is above 1"),
        (text(row(FORMAT="GT:AF", T="0/1:x")), r"line 5: AF 'x' is no number"),
    ],
)
def test_a_fault_names_the_file_and_the_line(read, content, message):
    with pytest.raises(VcfError, match=message):
        read(content)


def indexed(path, content):
    plain = path.with_suffix("")
    plain.write_text(content)
    pysam.tabix_compress(str(plain), str(path), force=True)
    pysam.tabix_index(str(path), preset="vcf", force=True)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (row(FORMAT="GT:AF", T="0/1:1.2"), r"line 5: AF '1\.2"),
        ("\t".join(HIT[:5]), "line 5: .* fewer than 8 columns"),
        (row().rpartition("\t")[0], "line 5: .* 9 columns"),
    ],
)
def test_reading_by_index_names_the_line_too(reading, tmp_path, record, message):
    indexed(tmp_path / "t.vcf.gz", text(record))

    with pytest.raises(VcfError, match=message):
        reading(tmp_path / "t.vcf.gz")


def test_windows_line_ends_change_nothing(read):
    assert told(read(text(row(), end="\r\n")), "vaf", "filter") == [("0.4", "PASS")]


def test_windows_line_ends_change_nothing_by_index_either(reading, tmp_path):
    record = row(FORMAT="GT:DP:AD", T="0/1:100:60,40")
    indexed(tmp_path / "t.vcf.gz", text(record, end="\r\n"))

    content = reading(tmp_path / "t.vcf.gz")

    assert told(content, "alt_reads", "vaf") == [("40", "0.4")]


@pytest.mark.parametrize("name", ["t.vcf", "t.vcf.gz"])
def test_latin_1_is_read(reading, tmp_path, name):
    content = text(row(INFO="LAB=M\xfcnchen"), meta=[*META, "##lab=M\xfcnchen"])
    if name.endswith("gz"):
        plain = tmp_path / "plain.vcf"
        plain.write_bytes(content.encode("latin-1"))
        pysam.tabix_compress(str(plain), str(tmp_path / name), force=True)
        pysam.tabix_index(str(tmp_path / name), preset="vcf", force=True)
    else:
        (tmp_path / name).write_bytes(content.encode("latin-1"))

    assert told(reading(tmp_path / name), "pos", "vaf") == [("7674220", "0.4")]


def test_position_0_is_the_telomere_and_no_fault(read):
    content = read(text(row(POS="0", REF="N", ALT="<DEL>"), row()))

    assert told(content, "pos") == [("7674220",)]
    assert content.counts["records"] == 2


def test_other_alleles_beside_the_variant_are_counted_and_not_called(read):
    record = row(ALT="*,T,<NON_REF>", T="0/1:50,5,40,0:100")

    content = read(text(record, row(ALT="<NON_REF>", T="0/0:100,0:100")))

    assert told(content, "alt", "alt_reads") == [("T", "40")]
    assert content.counts["not_a_variant"] == 3


@pytest.mark.parametrize(
    ("genotype", "called"),
    [
        ("0/0", []),  # another patient of the file has it
        ("0|2", ["G"]),
        ("1/2", ["T", "G"]),
        ("./.", ["T", "G"]),  # not called: nobody knows
        ("./1", ["T", "G"]),
    ],
)
def test_without_reads_the_genotype_tells_who_has_an_allele(read, genotype, called):
    content = read(text(row(ALT="T,G", FORMAT="GT", T=genotype)))

    assert [alt for (alt,) in told(content, "alt")] == called


def test_a_symbolic_allele_reaches_into_the_gene(read):
    before = row(POS="7600000", REF="N", ALT="<DEL>", INFO="END=7680000")
    length = row(POS="7600000", REF="N", ALT="<DUP>", INFO="SVLEN=80000")

    content = read(text(before, length))

    assert [alt for alt, gene in told(content, "alt", "gene") if gene == "TP53"] == [
        "<DEL>",
        "<DUP>",
    ]


def test_a_header_without_records_is_an_empty_table(read):
    assert read(text()).counts["records"] == 0


def test_ten_megabytes_of_info_are_read(read):
    content = read(text(row(INFO="X=" + "A" * 10_000_000)))

    assert told(content, "vaf") == [("0.4",)]


def test_the_index_of_another_file_hides_no_record(reading, tmp_path):
    late = row(POS="7676154", REF="G", ALT="C")
    indexed(tmp_path / "other.vcf.gz", text(late))
    indexed(tmp_path / "t.vcf.gz", text(row(), late))
    index = tmp_path / "t.vcf.gz.tbi"
    index.write_bytes((tmp_path / "other.vcf.gz.tbi").read_bytes())

    content = reading(tmp_path / "t.vcf.gz")

    assert told(content, "pos") == [("7674220",), ("7676154",)]
    assert ("reader", "scan") in [check[1:3] for check in content.checks]


def test_the_index_of_a_shorter_file_is_not_used(reading, whole, damaged, tmp_path):
    other = tmp_path / "other.vcf.gz"
    indexed(other, text(row()))
    path = damaged(whole.read_bytes(), True)
    (tmp_path / "t.vcf.gz.tbi").write_bytes(
        (tmp_path / "other.vcf.gz.tbi").read_bytes()
    )

    assert without_source(reading(path)) == without_source(reading(whole))


# --- damage ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a BGZF file of several blocks with hits in the first and in the last."""
    path = tmp_path_factory.mktemp("whole") / "t.vcf.gz"
    chance = random.Random(4)
    fill = [
        f"chr17\t{pos}\t.\tA\tC\t.\tPASS\tX={chance.getrandbits(4000):x}\tGT\t0/1"
        for pos in range(7674300, 7674300 + 300)
    ]
    late = row(POS="7676154", REF="G", ALT="C")
    indexed(path, text(row(), *fill, late))
    return path


@pytest.fixture
def damaged(whole, tmp_path):
    def copy(data, with_index):
        path = tmp_path / "t.vcf.gz"
        path.write_bytes(data)
        if with_index:
            index = tmp_path / "t.vcf.gz.tbi"
            index.write_bytes((whole.parent / "t.vcf.gz.tbi").read_bytes())
            os.utime(path, (1, 1))
        return path

    return copy


def without_source(content):
    return [row[: COLUMNS.index("source")] for row in content.rows]


def block_starts(data):
    starts, place = [], 0
    while place < len(data):
        starts.append(place)
        place += int.from_bytes(data[place + 16 : place + 18], "little") + 1
    return starts


@pytest.mark.parametrize("with_index", [False, True], ids=["scan", "region"])
def test_a_file_cut_at_any_block_is_an_error(reading, whole, damaged, with_index):
    data = whole.read_bytes()
    starts = block_starts(data)
    assert len(starts) > 2

    for start in starts[1:]:
        for cut in (start - 1, start, start + 1):
            path = damaged(data[:cut], with_index)
            with pytest.raises(VcfError, match=re.escape(str(path))):
                reading(path)


@pytest.mark.parametrize("with_index", [False, True], ids=["scan", "region"])
def test_a_cut_file_with_an_end_marker_is_an_error(reading, whole, damaged, with_index):
    data = whole.read_bytes()
    path = damaged(data[: block_starts(data)[-1] - 200] + BGZF_EOF, with_index)

    with pytest.raises(VcfError, match="damaged or cut"):
        reading(path)


def test_a_cut_gzip_file_is_an_error(reading, tmp_path):
    path = tmp_path / "t.vcf.gz"
    path.write_bytes(gzip.compress(text(row(), row(POS="7674230")).encode())[:-20])

    with pytest.raises(VcfError, match="damaged or cut"):
        reading(path)


@pytest.mark.parametrize("with_index", [False, True], ids=["scan", "region"])
def test_a_wrong_checksum_is_an_error(reading, whole, damaged, with_index):
    data = bytearray(whole.read_bytes())
    data[block_starts(data)[1] - 8] ^= 1  # CRC32 of the first block

    with pytest.raises(VcfError, match="damaged or cut"):
        reading(damaged(bytes(data), with_index))


@pytest.mark.parametrize("with_index", [False, True], ids=["scan", "region"])
def test_a_flipped_byte_never_makes_another_table(reading, whole, damaged, with_index):
    data = whole.read_bytes()
    expected = without_source(reading(whole))
    assert len(expected) > 100
    chance = random.Random(20)
    errors = 0

    for _ in range(200):
        flipped = bytearray(data)
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path = damaged(bytes(flipped), with_index)
        try:
            content = reading(path)
        except VcfError:
            errors += 1
            continue
        assert without_source(content) == expected
    assert errors > 100


@pytest.mark.parametrize("with_index", [False, True], ids=["scan", "region"])
def test_a_flipped_byte_in_a_block_header_is_no_shorter_table(
    reading, whole, damaged, with_index
):
    data = whole.read_bytes()
    expected = without_source(reading(whole))
    places = [start + n for start in block_starts(data) for n in range(18)]

    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 0xFF
        try:
            content = reading(damaged(bytes(flipped), with_index))
        except VcfError:
            continue
        assert without_source(content) == expected
