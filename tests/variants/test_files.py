import gzip
import os

import pysam
import pytest

from ballad.variants.files import VcfError, inspect, lines
from ballad.variants.index import indexed_records

TEXT = (
    "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    + "".join(
        f"{chrom}\t{pos}\t.\tC\tT\t.\t.\t.\n"
        for chrom in ("1", "2")
        for pos in (5, 70000)
    )
)


def bgzipped(folder, kind="tbi"):
    plain = folder / "t.vcf"
    plain.write_text(TEXT)
    packed = str(folder / "t.vcf.gz")
    pysam.tabix_compress(str(plain), packed)
    if kind:
        pysam.tabix_index(packed, preset="vcf", csi=kind == "csi")
    return packed


def test_plain_gzip_and_bgzip_are_told_apart(tmp_path):
    (tmp_path / "plain.vcf").write_text(TEXT)
    (tmp_path / "gzip.vcf.gz").write_bytes(gzip.compress(TEXT.encode()))
    paths = [tmp_path / "plain.vcf", tmp_path / "gzip.vcf.gz", bgzipped(tmp_path)]

    assert [inspect(str(path)).compression for path in paths] == [
        *("none", "gzip", "bgzf"),
    ]


@pytest.mark.parametrize("kind", ["plain", "gzip", "bgzip"])
def test_every_kind_yields_the_same_lines(tmp_path, kind):
    path = tmp_path / "x.vcf.gz"
    if kind == "bgzip":
        path = bgzipped(tmp_path)
    else:
        path.write_bytes(
            TEXT.encode() if kind == "plain" else gzip.compress(TEXT.encode())
        )

    assert list(lines(inspect(str(path)))) == TEXT.encode().splitlines()


def test_windows_line_ends_are_removed(tmp_path):
    path = tmp_path / "x.vcf"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())

    assert list(lines(inspect(str(path)))) == TEXT.encode().splitlines()


@pytest.mark.parametrize("kind", ["tbi", "csi"])
def test_an_index_is_used_and_knows_the_number_of_records(tmp_path, kind):
    file = inspect(bgzipped(tmp_path, kind))

    assert file.index.endswith(kind)
    assert indexed_records(file.index) == 4


def test_without_an_index_the_reason_says_what_would_help(tmp_path):
    file = inspect(bgzipped(tmp_path, kind=""))

    assert file.index is None
    assert "tabix" in file.reason


def test_an_index_older_than_its_file_is_not_used(tmp_path):
    path = bgzipped(tmp_path)
    os.utime(path + ".tbi", (1, 1))

    file = inspect(path)

    assert file.index is None
    assert "older" in file.reason


def test_a_bgzip_file_without_its_end_marker_is_refused(tmp_path):
    path = bgzipped(tmp_path)
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) - 28)

    with pytest.raises(VcfError, match=r"t.vcf.gz: the end marker of bgzip is missing"):
        inspect(path)


def test_a_gzip_file_that_was_cut_is_refused(tmp_path):
    path = tmp_path / "x.vcf.gz"
    path.write_bytes(gzip.compress(TEXT.encode() * 50)[:-20])

    with pytest.raises(VcfError, match="damaged or cut"):
        list(lines(inspect(str(path))))


def test_an_empty_and_a_missing_file_are_refused(tmp_path):
    (tmp_path / "x.vcf").touch()

    with pytest.raises(VcfError, match="the file is empty"):
        inspect(str(tmp_path / "x.vcf"))
    with pytest.raises(VcfError, match="cannot be opened"):
        inspect(str(tmp_path / "y.vcf"))
