import os
import pickle
import subprocess
import sys

import cyvcf2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballad.variants.files import VcfError
from ballad.variants.reader import read_vcfs
from tests.variants.small_vcf import (
    META,
    PANEL,
    cells,
    packed,
    read,
    record,
    sheet_row,
    write,
)


def test_the_reader_starts_without_numpy_and_pandas():
    code = (
        "import sys, ballad.variants.reader\n"
        "heavy = {'numpy', 'pandas', 'cyvcf2', 'scipy'} & set(sys.modules)\n"
        "sys.exit(f'imports {heavy}' if heavy else 0)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


INSIDE = [
    # POS (1-based), REF, ALT, genes; exon A is 101-200, A 301-400, B 391-450
    (100, "C", "T", []),
    (101, "C", "T", ["A"]),
    (200, "C", "T", ["A"]),
    (201, "C", "T", []),
    (95, "CACACA", "C", []),  # ends on base 100
    (95, "CACACAC", "C", ["A"]),  # begins before the gene and reaches in
    (395, "C", "T", ["A", "B"]),
    (190, "C" * 120, "C", ["A"]),  # reaches into two regions of one gene
    (90, "C" * 400, "C", ["A", "B"]),
]


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize(("pos", "ref", "alt", "genes"), INSIDE)
def test_a_record_comes_once_for_each_gene_it_touches(
    tmp_path, indexed, pos, ref, alt, genes
):
    path = write(tmp_path / "t.vcf", record(pos, ref, alt))

    content = read(packed(path) if indexed else path)

    assert cells(content, "gene") == [(gene,) for gene in genes]
    assert content.counts["in_panel"] == bool(genes)
    assert content.counts["records"] == 1


@pytest.mark.parametrize("indexed", [False, True])
def test_a_symbolic_deletion_reaches_as_far_as_its_end(tmp_path, indexed):
    near = record(50, "C", "<DEL>", info="SVTYPE=DEL;END=100")
    far = record(60, "C", "<DEL>", info="SVTYPE=DEL;END=101")
    path = write(tmp_path / "t.vcf", near, far)

    content = read(packed(path) if indexed else path)

    assert cells(content, "pos", "gene") == [("60", "A")]


def test_each_allele_of_a_1_2_genotype_has_its_own_row_and_reads(tmp_path):
    path = write(tmp_path / "t.vcf", record(150, "C", "T,G", sample="1/2:50,30,20:100"))

    rows = cells(read(path), "alt", "alt_reads", "depth", "vaf")

    assert rows == [("T", "30", "100", "0.3"), ("G", "20", "100", "0.2")]


@pytest.mark.parametrize("alt", ["*", ".", "<NON_REF>", "<*>"])
def test_what_is_no_variant_is_counted_as_such(tmp_path, alt):
    path = write(
        tmp_path / "t.vcf", record(150, "C", f"T,{alt}", sample="0/1:60,40:100")
    )

    content = read(path)

    assert cells(content, "alt") == [("T",)]
    assert content.counts["not_a_variant"] == 1


def test_the_counts_of_a_file_add_up(tmp_path):
    records = [record(50), record(150), record(395), record(150, chrom="18")]
    path = write(tmp_path / "t.vcf", *records)

    for content in (read(path), read(packed(path))):
        assert content.counts == {
            **{"records": 4, "outside_panel": 2, "in_panel": 2},
            **{"not_a_variant": 0, "rows": 3},
        }


def test_chromosomes_with_and_without_chr_are_the_same(tmp_path):
    plain = write(tmp_path / "a.vcf", record(150))
    named = write(
        tmp_path / "b.vcf",
        record(150, chrom="chr17"),
        meta=[line.replace("ID=1", "ID=chr1") for line in META],
    )

    assert cells(read(plain), "chrom", "pos") == [("17", "150")]
    assert cells(read(named), "chrom", "pos") == [("17", "150")]
    assert cells(read(packed(named)), "chrom", "pos") == [("17", "150")]


def test_the_panel_transcript_speaks_for_the_allele(tmp_path):
    layout = "Allele|Consequence|SYMBOL|Feature|HGVSc|HGVSp|MAX_AF"
    csq = f'##INFO=<ID=CSQ,Number=.,Type=String,Description="Ensembl VEP. Format: {layout}">'
    info = (
        "CSQ=T|stop_gained|A|ENST2|ENST2:c.1C>T|ENSP2:p.Arg1Ter|0.5,"
        "T|missense_variant|A|ENST1.3|ENST1.3:c.7C>T|ENSP1.1:p.Arg3Gln|0.001"
    )
    path = write(tmp_path / "t.vcf", record(150, info=info), meta=[*META, csq])

    rows = cells(
        read(path), "transcript", "consequence", "protein_change", "population_af"
    )

    assert rows == [("ENST1.3", "missense_variant", "R3Q", "0.001")]


def test_an_unannotated_record_has_a_row_and_no_population_frequency(tmp_path):
    path = write(tmp_path / "t.vcf", record(150))

    assert cells(read(path), "consequence", "population_af") == [("", "")]


class KillsItsReader(dict):
    """A row of the sheet that ends the process to which it is sent."""

    def __reduce__(self):
        return os._exit, (9,)


def test_a_killed_process_ends_the_job_and_says_what_to_do(tmp_path):
    path = write(tmp_path / "a.vcf", record(150))
    other = write(tmp_path / "b.vcf", record(150))
    samples = [sheet_row(path), KillsItsReader(sheet_row(other))]

    with pytest.raises(RuntimeError, match="was killed.*mem_mb"):
        list(read_vcfs(samples, {"GRCh38": PANEL}, {}, 2))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_damaged_file_hides_no_other_and_the_order_stays(tmp_path, workers):
    paths = [write(tmp_path / f"{n}.vcf", record(150 + n)) for n in range(3)]
    (tmp_path / "1.vcf").write_text("no VCF\n")
    samples = [sheet_row(path) for path in paths]

    contents = list(read_vcfs(samples, {"GRCh38": PANEL}, {}, workers))

    assert isinstance(contents[1], VcfError)
    assert [cells(contents[n], "pos") for n in (0, 2)] == [[("150",)], [("152",)]]


BASES = st.text("ACGT", min_size=1, max_size=12)
RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["17", "18"]),
        st.integers(80, 470),
        BASES,
        st.lists(BASES, min_size=1, max_size=3, unique=True),
        st.integers(0, 300),
        st.integers(0, 300),
    ),
    max_size=25,
)


def expected_by_cyvcf2(path):
    """Read the rows with another library and a plain overlap of intervals."""
    rows = []
    for variant in cyvcf2.VCF(path):
        start, end = variant.start, variant.start + len(variant.REF)
        genes = sorted(
            {
                gene
                for region in PANEL.regions.get(variant.CHROM, ())
                if start < region.end and end > region.start
                for gene in region.genes
            }
        )
        depths = variant.format("AD")[0]
        for index, alt in enumerate(variant.ALT):
            rows += [
                (
                    *(variant.CHROM, str(variant.POS), variant.REF, alt, gene),
                    *(str(depths[index + 1]), str(variant.format("DP")[0][0])),
                )
                for gene in genes
            ]
    return sorted(rows)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(generated=RECORDS)
def test_the_reader_agrees_with_cyvcf2_with_and_without_an_index(tmp_path, generated):
    records = []
    for chrom, pos, ref, alts, reference, alternate in sorted(generated):
        alts = [alt for alt in alts if alt != ref] or [ref + "A"]
        depths = ",".join(map(str, [reference, *[alternate] * len(alts)]))
        sample = f"0/1:{depths}:{reference + alternate}"
        records.append(record(pos, ref, ",".join(alts), chrom, sample))
    path = write(tmp_path / "t.vcf", *records)
    wanted = expected_by_cyvcf2(path)
    names = ("chrom", "pos", "ref", "alt", "gene", "alt_reads", "depth")

    scanned, fetched = read(path), read(packed(path))

    ways = [content.checks[-1][2] for content in (scanned, fetched)]
    assert ways == ["scan", "region"]
    assert sorted(cells(scanned, *names)) == wanted
    assert sorted(cells(fetched, *names)) == wanted
    assert scanned.counts == fetched.counts


@pytest.mark.parametrize("name", ["CHR17", "NC_000017.11"])
@pytest.mark.parametrize("told", [True, False])
def test_chromosomes_named_as_the_panel_does_not_know_stop(tmp_path, name, told):
    contigs = [f"##contig=<ID={name},length=83257441>"] if told else []
    meta = [line for line in META if not line.startswith("##contig")] + contigs
    path = write(tmp_path / "t.vcf", record(150, chrom=name), meta=meta)

    with pytest.raises(VcfError, match=f"no chromosome is named .* but {name}"):
        read(path)


def test_a_file_of_other_chromosomes_has_no_rows(tmp_path):
    meta = [line for line in META if not line.startswith("##contig")]
    path = write(tmp_path / "t.vcf", record(150, chrom="chrX"), meta=meta)

    assert read(path).rows == []


def test_each_symbolic_allele_has_its_own_length(tmp_path):
    info = "SVLEN=5,-120"
    path = write(tmp_path / "t.vcf", record(50, alt="<DUP>,<DEL>", info=info))

    assert read(path).counts["in_panel"] == 1


def test_an_empty_cell_of_a_sample_is_not_its_reference(tmp_path):
    path = write(tmp_path / "t.vcf", record(150, sample=""))

    assert cells(read(path), "vaf") == [("",)]


def test_what_a_worker_sends_are_the_rows_that_it_read(tmp_path):
    path = write(tmp_path / "0.vcf", record(150), record(160))
    read_here = read(path)

    sent = pickle.loads(pickle.dumps(read_here))
    forwarded = pickle.loads(pickle.dumps(sent))

    assert len(read_here.rows) == 2
    assert (sent.text(), sent.rows) == (read_here.text(), read_here.rows)
    assert forwarded.text() == read_here.text()
    assert (sent.counts, sent.checks) == (read_here.counts, read_here.checks)
    assert read_here.text().count("\n") == 2
