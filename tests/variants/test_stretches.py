"""A large file without index, read by several processes in stretches."""

import itertools
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballad.variants import stretches
from ballad.variants.blocks import Blocks
from ballad.variants.files import BGZF_EOF, VcfError, inspect, pieces
from ballad.variants.reader import contents_or_errors, read_vcfs
from ballad.variants.stretches import Stretch, pieces_within, stretches_of
from tests.variants.small_vcf import FIXED, META, PANEL, record, sheet_row

LINES = st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"")))


def block_of(data):
    """Pack a block as the SAM specification, section 4.1, describes it."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(data) + packer.flush()
    head = bytes.fromhex("1f8b08040000000000ff060042430200")
    size = struct.pack("<H", len(head) + 2 + len(packed) + 8 - 1)
    return head + size + packed + struct.pack("<2I", zlib.crc32(data), len(data))


def bgzf(path, blocks):
    path.write_bytes(b"".join(map(block_of, blocks)) + BGZF_EOF)
    return str(path)


def addresses(path):
    blocks, begins = Blocks(path), [0]
    while begins[-1] < blocks.size:
        begins.append(blocks.behind(begins[-1]))
    blocks.close()
    return begins


def cut(text, places):
    ends = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    return [text[begin:end] for begin, end in itertools.pairwise(ends)]


def lines_of(read):
    """List the lines of pieces; empty ones are no records, however many there are."""
    lines = (line for piece in read for line in piece[1:].split(b"\n"))
    return [line for line in lines if line]


@given(LINES, st.booleans(), st.lists(st.integers(0, 200)), st.lists(st.integers(0, 9)))
def test_however_blocks_and_stretches_are_cut_each_line_comes_once_and_in_order(
    tmp_path_factory, lines, ended, places, chosen
):
    text = b"\n".join([b"##fileformat=VCF", *lines]) + (b"\n" if ended else b"")
    path = bgzf(tmp_path_factory.mktemp("cut") / "x.vcf.gz", cut(text, places))
    begins = addresses(path)
    bounds = sorted({0, begins[-1], *(begins[n % len(begins)] for n in chosen)})
    file = inspect(path)
    parts = [
        lines_of(pieces_within(file, Stretch(*bound)))
        for bound in itertools.pairwise(bounds)
    ]

    assert sum(parts, []) == lines_of(pieces(file))


def vcf(path, lines, blocks=40):
    """Write lines as a VCF of equal blocks that no line respects."""
    text = ("\n".join([*META, f"{FIXED}\tFORMAT\tT", *lines]) + "\n").encode()
    step = len(text) // blocks + 1
    return bgzf(path, cut(text, range(0, len(text), step)))


def records():
    near = [record(120 + n, info=f"AC={n}") for n in range(60)]
    far = [record(90_000 + n, chrom="18") for n in range(90)]
    return [line for pair in itertools.zip_longest(far, near) for line in pair if line]


def read(path, workers):
    return list(read_vcfs([sheet_row(path)], {"GRCh38": PANEL}, {}, workers))


@pytest.fixture
def every_file_is_large(monkeypatch):
    monkeypatch.setattr(stretches, "_LARGE", 1)


@pytest.mark.usefixtures("every_file_is_large")
@pytest.mark.parametrize("workers", [2, 3])
def test_a_file_read_in_stretches_says_the_same(tmp_path, workers):
    path = vcf(tmp_path / "x.vcf.gz", records())
    (alone,), (together,) = read(path, 1), read(path, workers)

    assert len(stretches_of(inspect(path), workers)) == workers
    assert len(alone.rows) == 60
    assert together.rows == alone.rows
    assert together.counts == alone.counts
    assert together.counts["records"] == 150
    assert together.checks == alone.checks


@pytest.mark.usefixtures("every_file_is_large")
@pytest.mark.parametrize("fault", ["17\t150", f"{FIXED}\tFORMAT\tT", "chr 17\t5" * 3])
def test_a_fault_in_a_later_stretch_is_told_with_its_line(tmp_path, fault):
    lines = records()
    path = vcf(tmp_path / "x.vcf.gz", [*lines[:140], fault, *lines[140:]])
    (alone,), (together,) = read(path, 1), read(path, 2)

    assert isinstance(alone, VcfError)
    assert f"line {len(META) + 1 + 141}" in str(together)
    assert str(together) == str(alone)


@pytest.mark.usefixtures("every_file_is_large")
def test_a_damaged_block_of_a_stretch_is_refused(tmp_path):
    path = tmp_path / "x.vcf.gz"
    whole = bytearray(open(vcf(path, records()), "rb").read())
    whole[len(whole) * 2 // 3] ^= 255
    path.write_bytes(whole)
    (alone,), (together,) = read(str(path), 1), read(str(path), 2)

    assert isinstance(together, VcfError)
    assert str(together) == str(alone)


@pytest.mark.usefixtures("every_file_is_large")
def test_a_block_that_promises_a_checksum_of_its_head_is_read_in_no_other_way(tmp_path):
    path = tmp_path / "x.vcf.gz"
    whole = bytearray(open(vcf(path, records()), "rb").read())
    begins = addresses(str(path))
    # FHCRC, which bgzip never sets: two bytes of the data are taken for the checksum.
    whole[begins[len(begins) // 2] + 3] |= 2
    path.write_bytes(whole)
    (alone,), (together,) = read(str(path), 1), read(str(path), 2)

    assert "damaged" in str(alone)
    assert str(together) == str(alone)


def test_small_files_and_those_of_other_kinds_are_not_cut(tmp_path, monkeypatch):
    packed, plain = vcf(tmp_path / "x.vcf.gz", records()), tmp_path / "x.vcf"
    plain.write_text("##fileformat=VCFv4.2\n")

    assert stretches_of(inspect(packed), 2) == []
    monkeypatch.setattr(stretches, "_LARGE", 1)
    assert len(stretches_of(inspect(packed), 2)) == 2
    assert stretches_of(inspect(packed), 1) == []
    assert stretches_of(inspect(str(plain)), 2) == []


@pytest.mark.usefixtures("every_file_is_large")
def test_each_sample_of_a_file_in_stretches_has_its_own_rows(tmp_path):
    samples = [f"{line}\t0/0:50,0:50" for line in records()]
    text = "\n".join([*META, f"{FIXED}\tFORMAT\tT\tN", *samples]) + "\n"
    path = bgzf(tmp_path / "x.vcf.gz", cut(text.encode(), range(0, len(text), 300)))
    rows = [sheet_row(path, sample=name, vcf_sample=name) for name in ("T", "N")]
    tumour, normal = contents_or_errors(rows, {"GRCh38": PANEL}, {}, 2)

    assert (len(tumour.rows), len(normal.rows)) == (60, 0)
    assert normal.counts["not_a_variant"] == 60
