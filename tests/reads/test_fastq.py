import gzip

import pytest

from ballad.reads.fastq import ReadsError, checked_pairs


def fastq(path, names, mate):
    text = "".join(f"@{name}/{mate} x\nACGT\n+\nIIII\n" for name in names)
    path.write_bytes(gzip.compress(text.encode()))
    return str(path)


@pytest.fixture
def lane(tmp_path):
    names = [f"r{n}" for n in range(500)]
    first = fastq(tmp_path / "a_1.fastq.gz", names, 1)
    return first, fastq(tmp_path / "a_2.fastq.gz", names, 2)


def test_pairs_are_counted(lane):
    assert checked_pairs(*lane) == 500
    assert checked_pairs(lane[0], "") == 500


def test_a_cut_gzip_is_refused_with_its_name(lane):
    with open(lane[1], "r+b") as file:
        file.truncate(file.seek(0, 2) - 20)

    with pytest.raises(ReadsError, match=r"a_2.fastq.gz: after record \d+: cut"):
        checked_pairs(*lane)


def test_a_record_that_ends_early_is_refused(tmp_path):
    path = tmp_path / "a.fastq"
    path.write_text("@r1\nACGT\n+\nIIII\n@r2\nACGT\n+\nII")

    with pytest.raises(ReadsError, match="record 2: cut"):
        checked_pairs(str(path), "")


def test_mates_in_another_order_are_refused(lane, tmp_path):
    swapped = fastq(tmp_path / "b_2.fastq.gz", ["r1", "r0"], 2)

    with pytest.raises(ReadsError, match="record 1: read 'r1' is no mate of 'r0'"):
        checked_pairs(lane[0], swapped)


def test_mates_of_another_number_are_refused(lane, tmp_path):
    fewer = fastq(tmp_path / "b_2.fastq.gz", [f"r{n}" for n in range(499)], 2)

    with pytest.raises(ReadsError, match="record 500: has no mate"):
        checked_pairs(lane[0], fewer)


def test_a_file_without_reads_is_refused(tmp_path):
    with pytest.raises(ReadsError, match="holds no read"):
        checked_pairs(fastq(tmp_path / "a_1.fastq.gz", [], 1), "")


def test_qualities_of_phred_64_are_refused(tmp_path):
    path = tmp_path / "old.fastq"
    path.write_text("@r1\nACGT\n+\nhhBB\n@r2\nACGT\n+\nghhh\n")

    with pytest.raises(ReadsError, match="from 'B' to 'h' are Phred"):
        checked_pairs(str(path), "")


@pytest.mark.parametrize("quality", ["IIII", "#F:,", "!5~h", "KKKK"])
def test_qualities_of_phred_33_pass(tmp_path, quality):
    path = tmp_path / "new.fastq"
    path.write_text(f"@r1\nACGT\n+\n{quality}\n")

    assert checked_pairs(str(path), "") == 1


def test_lines_that_end_in_carriage_returns_and_joined_gzips_are_read(tmp_path):
    path = tmp_path / "a.fastq.gz"
    records = [f"@r{n}\r\nACGT\r\n+\r\nIIII\r\n".encode() for n in (1, 2)]
    path.write_bytes(b"".join(map(gzip.compress, records)))

    assert checked_pairs(str(path), "") == 2
