import sys

import pytest

from ballad.reads.programs import ProgramError, missing_programs, run, starts
from ballad.tables import read_table


@pytest.fixture
def programs(root):
    return read_table(root / "resources/reads/programs.tsv").to_dict("records")


def test_nothing_is_needed_by_a_cohort_of_vcfs(programs):
    assert missing_programs(frozenset(), programs, lambda command: "is missing") == []


def test_bams_need_neither_fastp_nor_bwa(programs):
    asked = []

    missing_programs({"alignments"}, programs, lambda c: asked.append(c[0]) or "")

    assert asked == ["samtools", "mosdepth", "freebayes", "bcftools"]


def test_a_missing_program_is_named_with_the_packages_that_bring_it(programs):
    (problem,) = missing_programs(
        {"fastq"}, programs, lambda c: "is not installed" if c[0] == "bwa" else ""
    )

    assert problem.value == "bwa"
    assert "apt-get install bwa" in problem.cure
    assert "bioconda bwa" in problem.cure


def test_a_program_outside_debian_is_named_with_bioconda_alone(programs):
    found = missing_programs({"rna"}, programs, lambda command: "is not installed")

    arriba = next(p for p in found if p.value == "arriba")
    assert "apt-get" not in arriba.cure
    assert "bioconda arriba" in arriba.cure


def test_a_program_that_does_not_start_says_why():
    words = "import sys; sys.stderr.write('could not load: libhts.so'); sys.exit(1)"

    assert starts(["no-such-program"]) == "is not installed, or not on the PATH"
    assert "libhts.so" in starts([sys.executable, "-c", words])
    assert starts([sys.executable, "-c", "pass"]) == ""


def test_one_failing_program_of_a_chain_fails_the_chain_with_its_words(tmp_path):
    fails = "import sys; print('half'); sys.exit('disk of the sample is full')"
    copies = "import sys; sys.stdout.write(sys.stdin.read())"

    with pytest.raises(ProgramError, match="disk of the sample is full"):
        run([sys.executable, "-c", fails], [sys.executable, "-c", copies])


def test_a_chain_hands_on_what_each_program_says(tmp_path):
    says = "print('ACGT')"
    turns = "import sys; print(sys.stdin.read().strip()[::-1])"

    run(
        [sys.executable, "-c", says],
        [sys.executable, "-c", turns],
        output=str(tmp_path / "out"),
    )

    assert (tmp_path / "out").read_text() == "TGCA\n"
