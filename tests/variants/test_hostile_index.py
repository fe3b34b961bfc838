"""Reading by index finds what htslib, bcftools and a full scan find, or fails by name."""

import os
import random
import subprocess
import sys

import pysam
import pysam.bcftools
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballad.variants.blocks import Blocks, packed_size
from ballad.variants.files import VcfError
from ballad.variants.index import read_index
from ballad.variants.panel import Panel, Region
from ballad.variants.reader import read_vcf, read_vcfs
from ballad.variants.rows import COLUMNS

META = (
    "##fileformat=VCFv4.2",
    '##INFO=<ID=END,Number=1,Type=Integer,Description="x">',
    '##INFO=<ID=X,Number=1,Type=String,Description="x">',
    '##ALT=<ID=DEL,Description="x">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">',
    "##contig=<ID=chr1,length=248956422>",
    "##contig=<ID=chr2,length=242193529>",
    "##contig=<ID=chr10,length=133797422>",
)
FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT"
REGIONS = {
    "1": [(100, 200), (16_300, 16_500), (40_000, 40_010), (3_000_000, 3_000_100)],
    "2": [(0, 50), (131_000, 131_200), (8_388_600, 8_388_700)],
}
PANEL = Panel(
    "GRCh38",
    {
        chrom: tuple(
            Region(start, end, frozenset([f"G{chrom}_{start}"]))
            for start, end in regions
        )
        for chrom, regions in REGIONS.items()
    },
    {},
)


def sheet_row(path, **differs):
    names = ("patient", "sample", "assay", "timepoint")
    row = {**dict.fromkeys(names, "x"), "genome_build": "GRCh38", "vcf": str(path)}
    return {**row, **differs}


def read(path):
    return read_vcf(sheet_row(path), PANEL, {})


def without_source(content):
    return [row[: COLUMNS.index("source")] for row in content.rows]


def way(content):
    return content.checks[-1][2]


def write(path, records, csi=False, samples=("T",)):
    plain = path.with_suffix(".plain")
    lines = [*META, "\t".join([FIXED, *samples]), *records, ""]
    plain.write_text("\n".join(lines))
    pysam.tabix_compress(str(plain), str(path), force=True)
    pysam.tabix_index(str(path), preset="vcf", force=True, csi=csi)
    return plain


def line(chrom, pos, ref="C", alt="T", info="."):
    return f"{chrom}\t{pos}\t.\t{ref}\t{alt}\t.\tPASS\t{info}\tGT:AD\t0/1:60,40"


def many(seed, count=6000):
    """Fill several blocks; some records are long and reach far."""
    chance = random.Random(seed)
    records = []
    for chrom, regions in (("chr1", REGIONS["1"]), ("chr2", REGIONS["2"])):
        for _ in range(count // 2):
            start, end = chance.choice(regions)
            pos = max(1, start + chance.randrange(-60_000, 60_000))
            if chance.random() < 0.3:
                pos = chance.randrange(start + 1, end + 1)
            filler = f"X={chance.getrandbits(400):x}"
            kind = chance.random()
            if kind < 0.01:
                far = pos + chance.randrange(200_000)
                records.append((chrom, pos, "N", "<DEL>", f"END={far};{filler}"))
            elif kind < 0.05:
                ref = "C" * chance.randrange(2, 3000)
                records.append((chrom, pos, ref, "C", filler))
            else:
                records.append((chrom, pos, "C", "T", filler))
    records.sort(key=lambda record: record[:2])
    return [line(*record) for record in records]


@pytest.mark.parametrize("csi", [False, True], ids=["tbi", "csi"])
@pytest.mark.parametrize("seed", range(3))
def test_the_seek_gives_byte_by_byte_what_a_scan_and_htslib_give(tmp_path, seed, csi):
    path = tmp_path / "t.vcf.gz"
    plain = write(path, many(seed), csi)

    fetched, scanned = read(path), read(plain)

    assert (way(fetched), way(scanned)) == ("region", "scan")
    assert without_source(fetched) == without_source(scanned)
    assert fetched.counts == scanned.counts
    told = {
        tuple(row[COLUMNS.index(name)] for name in ("chrom", "pos", "ref", "alt"))
        for row in fetched.rows
    }
    index = f"{path}.csi" if csi else f"{path}.tbi"
    with pysam.TabixFile(str(path), index=index) as tabix:
        by_htslib = {
            (chrom, *record.split("\t")[1:2], *record.split("\t")[3:5])
            for chrom in PANEL.regions
            for start, end in PANEL.merged(chrom)
            for record in tabix.fetch(f"chr{chrom}", start, end)
        }
    assert told == by_htslib
    assert len(told) > 500


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["chr1", "chr2", "chr10"]),
        st.sampled_from([100, 16_384, 40_000, 131_072, 3_000_000]).flatmap(
            lambda near: st.integers(max(1, near - 40), near + 300)
        ),
        st.text("ACGT", min_size=1, max_size=40),
        st.sampled_from(["A", "GT", "<DEL>"]),
        st.integers(0, 20_000),
    ),
    max_size=30,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(generated=RECORDS)
def test_the_reader_agrees_with_the_bcftools_that_pysam_brings(tmp_path, generated):
    records = []
    for chrom, pos, ref, alt, more in sorted(generated):
        if alt == ref:
            continue
        info = f"END={pos + len(ref) + more}" if alt == "<DEL>" else "."
        records.append(line(chrom, pos, ref, alt, info))
    path, bed = tmp_path / "t.vcf.gz", tmp_path / "panel.bed"
    plain = write(path, records)
    bed.write_text(
        "".join(
            f"chr{chrom}\t{start}\t{end}\n"
            for chrom in PANEL.regions
            for start, end in PANEL.merged(chrom)
        )
    )
    view = ("-H", "-T", str(bed), "--targets-overlap", "1", str(path))
    told = pysam.bcftools.view(*view) if records else ""
    wanted = sorted(tuple(row.split("\t")[:5]) for row in told.splitlines())

    for content in (read(path), read(plain)):
        ours = {
            tuple(row[COLUMNS.index(name)] for name in ("chrom", "pos", "ref", "alt"))
            for row in content.rows
        }
        assert ours == {(c[3:], pos, ref, alt) for c, pos, _, ref, alt in wanted}
        assert content.counts["in_panel"] == len(wanted)


def test_500_flipped_bytes_make_no_other_table(tmp_path):
    path = tmp_path / "t.vcf.gz"
    write(path, many(5, 600))
    data, index = path.read_bytes(), (tmp_path / "t.vcf.gz.tbi").read_bytes()
    expected = without_source(read(path))
    chance = random.Random(11)
    messages = []

    for number in range(500):
        # One in five hits the index: it may help or be ignored, never mislead.
        of_index = number % 5 == 0
        flipped = bytearray(index if of_index else data)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        path.write_bytes(data if of_index else flipped)
        (tmp_path / "t.vcf.gz.tbi").write_bytes(flipped if of_index else index)
        os.utime(path, (1, 1))
        try:
            content = read(path)
        except VcfError as error:
            messages.append(str(error))
        else:
            assert without_source(content) == expected
    assert len(messages) > 100
    assert all(str(path) in message for message in messages)


def test_every_block_boundary_of_a_file_is_cut_once(tmp_path):
    path = tmp_path / "t.vcf.gz"
    write(path, many(6))
    data, place, boundaries = path.read_bytes(), 0, []
    while place < len(data):
        place += packed_size(data[place:])
        boundaries.append(place)
    assert len(boundaries) > 10

    for boundary in boundaries[:-1]:
        path.write_bytes(data[:boundary])
        os.utime(path, (1, 1))
        with pytest.raises(VcfError, match="end marker"):
            read(path)


def test_other_extra_fields_of_a_block_are_read(tmp_path):
    path = tmp_path / "t.vcf.gz"
    write(path, many(7, 300))
    data = path.read_bytes()
    size = packed_size(data)
    # XLEN 12: a subfield XY of two bytes stands before BC.
    first = data[:10] + b"\x0c\x00XY\x02\x00zzBC\x02\x00"
    first += (size + 6 - 1).to_bytes(2, "little") + data[18:size]

    assert packed_size(first) == len(first)
    path.write_bytes(first)
    whole = Blocks(str(path)).read(0)
    path.write_bytes(data)
    assert whole[0] == Blocks(str(path)).read(0)[0]


@pytest.mark.parametrize("csi", [False, True], ids=["tbi", "csi"])
def test_an_index_by_columns_hides_no_deletion_that_begins_far_before_a_region(
    tmp_path, csi
):
    path = tmp_path / "t.vcf.gz"
    # The deletion ends at 40,005, two windows of 16,384 bases behind its POS.
    far = line("chr1", 30_000, "C" * 10_006, "C")
    write(path, [line("chr1", 150), far, line("chr1", 39_000)])
    known = read(path)
    os.remove(f"{path}.tbi")
    # As `tabix -s1 -b2 -e2` does.
    columns = {"seq_col": 0, "start_col": 1, "end_col": 1}
    pysam.tabix_index(str(path), **columns, force=True, csi=csi)

    assert way(known) == "region"
    assert way(read(path)) == "scan"
    assert [row[COLUMNS.index("pos")] for row in read(path).rows] == ["150", "30000"]
    assert without_source(read(path)) == without_source(known)


@pytest.mark.parametrize(
    ("place", "number"),
    [(4, -1), (8, 2**31 - 1)],
    ids=["bases_of_a_bin", "levels_of_bins"],
)
def test_a_csi_index_with_impossible_numbers_is_no_index(tmp_path, place, number):
    path = tmp_path / "t.vcf.gz"
    write(path, [line("chr1", 150)], csi=True)
    index = f"{path}.csi"
    data = bytearray(pysam.BGZFile(index).read())
    assert read_index(index) is not None
    data[place : place + 4] = number.to_bytes(4, "little", signed=True)
    with pysam.BGZFile(index, "wb") as file:
        file.write(bytes(data))

    assert read_index(index) is None


def test_a_cut_index_is_no_index(tmp_path):
    path = tmp_path / "t.vcf.gz"
    write(path, many(8, 300))
    index = tmp_path / "t.vcf.gz.tbi"
    whole = pysam.BGZFile(str(index)).read()

    for length in range(0, len(whole) - 8, max(1, len(whole) // 40)):
        pysam.BGZFile(str(index), "wb").write(whole[:length])
        assert read_index(str(index)) is None


def test_a_file_of_many_samples_is_read_as_each_sample_alone(tmp_path):
    chance = random.Random(9)
    names = [f"S{number}" for number in range(6)]
    cells = ["0/0:50,0", "0/0:50,2", "0/1:50,40", "./.:.", "0|0:30,0", "1/1:0,9"]
    records = [
        line("chr1", pos).rpartition("\t")[0]
        + "\t"
        + "\t".join(chance.choices(cells, k=6))
        for pos in range(100, 200)
    ]
    path = tmp_path / "t.vcf.gz"
    write(path, records, samples=names)
    rows = [sheet_row(path, sample=name, vcf_sample=name) for name in names]

    together = list(
        read_vcfs(
            [*rows, sheet_row(path, vcf_sample="nobody")], {"GRCh38": PANEL}, {}, 1
        )
    )

    alone = [read_vcf(row, PANEL, {}) for row in rows]
    assert [content.rows for content in together[:-1]] == [c.rows for c in alone]
    assert [content.counts for content in together[:-1]] == [c.counts for c in alone]
    assert isinstance(together[-1], VcfError)
    # Nobody's reads and genotype show it: no row, but counted.
    first = [record.split("\t")[9] for record in records]
    absent = sum(cell in ("0/0:50,0", "0|0:30,0") for cell in first)
    assert together[0].counts["not_a_variant"] == absent
    assert len(together[0].rows) == len(records[1:]) - absent + (first[0] in cells[:1])


def test_workers_read_by_index_and_by_scan_without_heavy_modules(tmp_path):
    path = tmp_path / "t.vcf.gz"
    plain = write(path, many(10, 300))
    code = (
        "import sys; from tests_panel import PANEL, sheet_row\n"
        "from ballad.variants.reader import read_vcf\n"
        f"ways = [read_vcf(sheet_row(p), PANEL, {{}}).checks[-1][2] for p in {[str(path), str(plain)]}]\n"
        "heavy = {'numpy', 'pandas', 'cyvcf2', 'pysam'} & set(sys.modules)\n"
        "sys.exit(f'{heavy} {ways}' if heavy or ways != ['region', 'scan'] else 0)"
    )
    (tmp_path / "tests_panel.py").write_text(
        "from ballad.variants.panel import Panel, Region\n"
        "PANEL = Panel('GRCh38', {'1': (Region(100, 200, frozenset('A')),)}, {})\n"
        "def sheet_row(path):\n"
        "    row = dict.fromkeys(('patient', 'sample', 'assay', 'timepoint'), 'x')\n"
        "    return {**row, 'genome_build': 'GRCh38', 'vcf': path}\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join([str(tmp_path), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "end", ["", '##INFO=<ID=END,Number=1,Type=Integer,Description="x">']
)
def test_a_deletion_whose_length_the_index_does_not_know_is_found(tmp_path, end):
    path = tmp_path / "t.vcf.gz"
    meta = META[0], '##ALT=<ID=DEL,Description="x">', *META[6:]
    length = '##INFO=<ID=SVLEN,Number=1,Type=Integer,Description="x">'
    record = line("chr1", 10_000, "N", "<DEL>", "SVLEN=-7000")
    plain = tmp_path / "plain.vcf"
    plain.write_text(
        "\n".join([*meta, length, *filter(None, [end]), f"{FIXED}\tT", record, ""])
    )
    pysam.tabix_compress(str(plain), str(path))
    pysam.tabix_index(str(path), preset="vcf")

    content = read(path)

    assert [row[COLUMNS.index("gene")] for row in content.rows] == ["G1_16300"]
    assert "no index knows" in content.checks[-1][3]
