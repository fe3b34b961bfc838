import resource
import subprocess
import sys

import pandas as pd
import pytest

from ballad.tables import CutShortError, cut_short, read_table, write_table
from ballad.writing import folder_written_whole, write_text, written_whole

TABLE = pd.DataFrame({"patient": ["007", "008"], "note": ["", "x" * 9000]})


def stopped_half_way(path):
    with written_whole(path) as unfinished, unfinished.open("w") as out:
        out.write("half of")
        out.write(None)


def test_an_error_half_way_leaves_the_former_file_and_nothing_else(tmp_path):
    path = tmp_path / "report.html"
    write_text("of the former run", path)

    with pytest.raises(TypeError):
        stopped_half_way(path)

    assert path.read_text() == "of the former run"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_killed_writer_leaves_no_file_under_the_name_of_the_result(root, tmp_path):
    path = tmp_path / "models.tsv"
    killed = (
        "import os, signal; from ballad.writing import written_whole\n"
        f"with written_whole({str(path)!r}) as unfinished:\n"
        "    unfinished.write_text('half of')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    ended = subprocess.run([sys.executable, "-c", killed], cwd=root / "scripts")

    assert ended.returncode == -9
    assert not path.exists()
    assert [file.suffix for file in tmp_path.iterdir()] == [".part"]


def test_a_full_disk_is_an_error_and_leaves_no_table(tmp_path):
    path = tmp_path / "models.tsv"
    former = resource.getrlimit(resource.RLIMIT_FSIZE)

    # The system refuses each byte past the limit, as a full disk does.
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, former[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_table(TABLE, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lost", [1, 5, 9003])
def test_a_table_that_lost_its_end_is_refused_by_name(tmp_path, lost):
    path = tmp_path / "models.tsv"
    write_table(TABLE, path)

    path.write_bytes(path.read_bytes()[:-lost])

    assert cut_short(path)
    with pytest.raises(CutShortError, match=r"models\.tsv: .* delete it"):
        read_table(path)


def test_an_empty_file_is_no_table(tmp_path):
    path = tmp_path / "models.tsv"
    path.touch()

    with pytest.raises(CutShortError):
        read_table(path)


def fill(path, words):
    with folder_written_whole(path) as unfinished:
        for word in words:
            write_text(word, unfinished / f"{word}.txt")


def test_a_folder_appears_with_all_of_its_files_or_stays_as_it_was(tmp_path):
    path = tmp_path / "export"
    fill(path, ["one", "two"])

    with pytest.raises(TypeError):
        fill(path, ["three", None])
    assert sorted(file.name for file in path.iterdir()) == ["one.txt", "two.txt"]

    fill(path, ["four"])
    assert [file.name for file in path.iterdir()] == ["four.txt"]
    assert [folder.name for folder in tmp_path.iterdir()] == ["export"]
