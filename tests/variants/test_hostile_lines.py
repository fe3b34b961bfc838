"""Lines that lose a record without a word, were they not refused or read as meant."""

import gzip
import os

import pysam
import pysam.bcftools
import pytest

from ballad.variants.files import VcfError
from tests.variants.small_vcf import FIXED, META, cells, packed, read, record, write

WAYS = ["plain", "gzip", "indexed", "bcf"]


def stored(folder, way, *records, meta=META):
    path = write(folder / "t.vcf", *records, meta=meta)
    if way == "gzip":
        with open(path, "rb") as text, gzip.open(f"{path}.gz", "wb") as out:
            out.write(text.read())
        return f"{path}.gz"
    if way == "bcf":
        pysam.bcftools.view("-Ob", "-o", f"{path}.bcf", path, catch_stdout=False)
        return f"{path}.bcf"
    return packed(path) if way == "indexed" else path


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["CHR17", "Chr17", "chr17 ", '"17"', "Chr17long"])
@pytest.mark.parametrize("sound", ["17", "chr17"])
def test_a_misspelt_chromosome_beside_a_sound_one_is_refused(
    tmp_path, way, name, sound
):
    if way == "bcf" and name == "chr17 ":
        pytest.skip("bcftools writes no such name")
    meta = [*META, f"##contig=<ID={sound}>", f"##contig=<ID={name}>"]
    rows = [record(150, chrom=sound), record(160, chrom=name)]
    path = stored(tmp_path, way, *rows, meta=list(dict.fromkeys(meta)))

    if name == "Chr17long":  # another contig, as the assemblies have many
        assert cells(read(path), "pos") == [("150",)]
        return
    with pytest.raises(VcfError, match=rf"(line|record) \d+: .*, but {name}; rename"):
        read(path)


@pytest.mark.parametrize("way", WAYS[:3])
def test_a_position_with_zeros_before_it_is_the_same_place(tmp_path, way):
    path = stored(tmp_path, way, record("0150"), record(160))

    assert cells(read(path), "pos") == [("150",), ("160",)]


@pytest.mark.parametrize("position", ["１５０", "١٥٠", "+150", "1_50", "150.0", ""])  # noqa: RUF001
def test_a_position_in_other_signs_than_digits_is_refused(tmp_path, position):
    path = write(tmp_path / "t.vcf", record(position))

    with pytest.raises(VcfError, match=r"line \d+: position '.*' is no number"):
        read(path)


def test_a_plain_file_cut_anywhere_in_its_last_line_is_an_error(tmp_path):
    path = tmp_path / "t.vcf"
    whole = open(write(path, record(140), record(150)), "rb").read()
    begin = whole.rindex(b"17\t150")
    last_value = whole.rindex(b":") + 1

    for length in range(begin + 1, last_value):
        path.write_bytes(whole[:length])
        with pytest.raises(VcfError, match=r"t\.vcf: (line|the last line) "):
            read(str(path))
    path.write_bytes(whole[:-1])  # nothing but the line end is lacking
    assert cells(read(str(path)), "pos", "depth") == [("140", "100"), ("150", "100")]


@pytest.mark.parametrize("cell", [".", "./.", ".|.", "./.\r"])
def test_a_last_cell_that_is_wholly_missing_needs_no_line_end(tmp_path, cell):
    path = tmp_path / "t.vcf"
    whole = open(write(path, record(140), record(150, sample=cell)), "rb").read()
    path.write_bytes(whole[:-1])

    assert cells(read(str(path)), "pos", "depth") == [("140", "100"), ("150", "")]


def test_dropped_values_at_the_end_of_a_whole_line_are_missing(tmp_path):
    path = write(tmp_path / "t.vcf", record(150, sample="0/1:60,40"))

    assert cells(read(path), "depth", "alt_reads") == [("100", "40")]


@pytest.mark.parametrize("index", [False, True])
def test_members_behind_each_other_are_one_file(tmp_path, index):
    head = "\n".join([*META, f"{FIXED}\tFORMAT\tT", ""])
    parts = [head, record(150) + "\n", record(160) + "\n"]
    path = tmp_path / "t.vcf.gz"
    if not index:
        path.write_bytes(b"".join(gzip.compress(part.encode()) for part in parts))
    else:
        blocks = b""
        for number, part in enumerate(parts):
            (tmp_path / f"{number}").write_text(part)
            pysam.tabix_compress(str(tmp_path / f"{number}"), str(tmp_path / "p.gz"))
            blocks += (tmp_path / "p.gz").read_bytes()  # each with an end marker
            (tmp_path / "p.gz").unlink()
        path.write_bytes(blocks)
        pysam.tabix_index(str(path), preset="vcf")

    content = read(str(path))

    assert cells(content, "pos") == [("150",), ("160",)]
    assert content.checks[-1][2] == ("region" if index else "scan")


def test_an_index_of_other_names_of_chromosomes_hides_nothing(tmp_path):
    (tmp_path / "other").mkdir()
    other = packed(write(tmp_path / "other/t.vcf", record(150, chrom="chr17")))
    path = packed(write(tmp_path / "t.vcf", record(150)))
    os.replace(f"{other}.tbi", f"{path}.tbi")
    os.utime(f"{path}.tbi")

    assert cells(read(path), "pos") == [("150",)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda text: ("\ufeff" + text).encode(), id="a BOM"),
        pytest.param(lambda text: text.encode("utf-16"), id="UTF-16"),
        pytest.param(lambda text: text.encode("utf-16-be"), id="UTF-16 without BOM"),
        pytest.param(lambda text: b"\n" + text.encode(), id="an empty first line"),
        pytest.param(lambda text: text.replace("\n", "\r").encode(), id="CR alone"),
        pytest.param(lambda text: text.replace("\t", '"\t"').encode(), id="quotes"),
    ],
)
def test_another_text_than_that_of_a_vcf_is_refused(tmp_path, text):
    path = tmp_path / "t.vcf"
    whole = open(write(path, record(150))).read()
    path.write_bytes(text(whole))

    with pytest.raises(VcfError, match=r"t\.vcf: line \d+"):
        read(str(path))
