import pickle
import subprocess
import sys

import cyvcf2
import pysam
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballad.variants.files import VcfError
from ballad.variants.panel import Panel, Region, known_contigs
from ballad.variants.reader import read_vcf, read_vcfs
from ballad.variants.rows import COLUMNS

META = (
    "##fileformat=VCFv4.2",
    '##FILTER=<ID=germline,Description="x">',
    '##INFO=<ID=END,Number=1,Type=Integer,Description="x">',
    '##INFO=<ID=SVTYPE,Number=1,Type=String,Description="x">',
    '##ALT=<ID=DEL,Description="x">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">',
    "##contig=<ID=17,length=83257441>",
    "##contig=<ID=18,length=80373285>",
)
FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
# Two exons of gene A, one of gene B that overlaps the second.
PANEL = Panel(
    "GRCh38",
    {
        "17": (
            Region(100, 200, frozenset(["A"])),
            Region(300, 400, frozenset(["A"])),
            Region(390, 450, frozenset(["B"])),
        )
    },
    {"A": frozenset(["ENST1"]), "B": frozenset()},
)


def record(pos, ref="C", alt="T", chrom="17", sample="0/1:60,40:100", **kwargs):
    info, filters = kwargs.get("info", "."), kwargs.get("filters", "PASS")
    columns = (chrom, str(pos), ".", ref, alt, ".", filters, info, "GT:AD:DP", sample)
    return "\t".join(columns)


def write(path, *records, meta=META, samples=("T",)):
    columns = "\t".join([FIXED, "FORMAT", *samples]) if samples else FIXED
    path.write_text("\n".join([*meta, columns, *records]) + "\n")
    return str(path)


def sheet_row(path, **differs):
    row = {
        **{"patient": "P1", "sample": "S", "assay": "PANEL", "timepoint": "diagnosis"},
        **{"genome_build": "GRCh38", "vcf": path, "vcf_sample": ""},
    }
    return {**row, **differs}


def read(path, contigs=None, panel=PANEL, **differs):
    return read_vcf(sheet_row(path, **differs), panel, contigs or {})


def cells(content, *names):
    places = [COLUMNS.index(name) for name in names]
    return [tuple(row[place] for place in places) for row in content.rows]


def packed(path):
    """Compress a VCF with bgzip and index it."""
    gz = path + ".gz"
    pysam.tabix_compress(path, gz, force=True)
    pysam.tabix_index(gz, preset="vcf", force=True)
    return gz


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


BUILDS = [
    # contig line, status of the build check
    ("##contig=<ID=17,length=83257441>", "confirmed"),
    ("##contig=<ID=chr17,length=83257441>", "confirmed"),
    ("##contig=<ID=17>", "not_determinable"),
    ("##reference=hg19.fa", "not_determinable"),
]


@pytest.fixture(scope="module")
def contigs(root):
    return known_contigs(str(root / "resources/panel/contigs.tsv"))


@pytest.mark.parametrize(("line", "status"), BUILDS)
def test_the_build_is_told_by_contig_lengths_alone(tmp_path, contigs, line, status):
    meta = [META[0], line]
    path = write(tmp_path / "t.vcf", record(150), meta=meta)

    content = read(path, contigs)

    assert [row[2] for row in content.checks if row[1] == "genome_build"] == [status]


@pytest.mark.parametrize(
    ("samples", "named", "statuses"),
    [
        (("S",), "", []),
        (("T",), "T", []),
        (("T",), "", ["differs"]),
    ],
)
def test_an_only_column_of_another_name_than_the_sample_is_told(
    tmp_path, samples, named, statuses
):
    path = write(tmp_path / "t.vcf", record(150), samples=samples)

    checks = read(path, vcf_sample=named).checks

    assert [c[2] for c in checks if c[1] == "sample_name"] == statuses


def test_a_file_of_another_build_than_its_sheet_says_is_refused(tmp_path, contigs):
    path = write(
        tmp_path / "t.vcf",
        record(150),
        meta=[META[0], "##contig=<ID=17,length=81195210>"],
    )

    with pytest.raises(VcfError, match="sheet says GRCh38.*lengths are GRCh37"):
        read(path, contigs)


TUMOURS = [
    # columns, vcf_sample of the sheet, ##tumor_sample, the column that is read
    (("T",), "", None, "T"),
    (("NORMAL", "TUMOR"), "", None, "TUMOR"),
    (("TUMOR", "NORMAL"), "", None, "TUMOR"),
    (("a", "b"), "a", None, "a"),
    (("a", "b"), "", "a", "a"),
    (("a", "b"), "b", "a", "b"),
]


@pytest.mark.parametrize(("columns", "named", "header", "expected"), TUMOURS)
def test_the_column_of_the_tumour_is_found_by_name_never_by_order(
    tmp_path, columns, named, header, expected
):
    other, tumour = "0/0:100,0:100", "0/1:60,40:100"
    values = "\t".join(tumour if name == expected else other for name in columns)
    meta = META if header is None else [*META, f"##tumor_sample={header}"]
    path = write(
        tmp_path / "t.vcf", record(150, sample=values), meta=meta, samples=columns
    )

    assert cells(read(path, vcf_sample=named), "alt_reads") == [("40",)]


@pytest.mark.parametrize(("columns", "named"), [(("a", "b"), ""), (("a",), "x")])
def test_a_tumour_that_cannot_be_told_is_refused(tmp_path, columns, named):
    values = "\t".join(["0/1:60,40:100"] * len(columns))
    path = write(tmp_path / "t.vcf", record(150, sample=values), samples=columns)

    with pytest.raises(VcfError, match="vcf_sample"):
        read(path, vcf_sample=named)


def test_a_vcf_without_sample_columns_is_read_from_info(tmp_path):
    line = "17\t150\t.\tC\tT\t.\tPASS\tDP=100;AF=0.07;DP4=50,43,4,3"
    path = write(tmp_path / "t.vcf", line, samples=())

    assert cells(read(path), "depth", "alt_reads", "vaf") == [("100", "7", "0.07")]


DAMAGED = {
    "no VCF": ("patient\tsex\n", "line 1"),
    "no column line": ("##fileformat=VCFv4.2\n", "no line #CHROM"),
    "blanks instead of tabs": (
        f"##fileformat=VCFv4.2\n{FIXED}\n17 150 . C T . PASS .\n",
        "line 3: has fewer than 8 columns",
    ),
    "a position in words": (
        f"##fileformat=VCFv4.2\n{FIXED}\n17\tfive\t.\tC\tT\t.\tPASS\t.\n",
        "line 3: position 'five'",
    ),
    "a record without its samples": (
        f"##fileformat=VCFv4.2\n{FIXED}\tFORMAT\tT\n17\t150\t.\tC\tT\t.\tPASS\t.\n",
        "line 3: the record has 8 columns",
    ),
    "a sample twice": (
        f"##fileformat=VCFv4.2\n{FIXED}\tFORMAT\tT\tT\n",
        "line 2: a sample name stands twice",
    ),
    "a VAF above 1": (
        f"##fileformat=VCFv4.2\n{FIXED}\tFORMAT\tT\n"
        "17\t150\t.\tC\tT\t.\tPASS\t.\tAF\t12.5\n",
        "line 3: AF '12.5' is above 1",
    ),
}


@pytest.mark.parametrize(("text", "message"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_with_its_name_and_line(tmp_path, text, message):
    path = tmp_path / "t.vcf"
    path.write_text(text)

    with pytest.raises(VcfError) as error:
        read(str(path))

    assert str(path) in str(error.value)
    assert message in str(error.value)


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
        read_vcf(sheet_row(path), PANEL, {})


def test_a_file_of_other_chromosomes_has_no_rows(tmp_path):
    meta = [line for line in META if not line.startswith("##contig")]
    path = write(tmp_path / "t.vcf", record(150, chrom="chrX"), meta=meta)

    assert read_vcf(sheet_row(path), PANEL, {}).rows == []


def test_each_symbolic_allele_has_its_own_length(tmp_path):
    info = "SVLEN=5,-120"
    path = write(tmp_path / "t.vcf", record(50, alt="<DUP>,<DEL>", info=info))

    assert read_vcf(sheet_row(path), PANEL, {}).counts["in_panel"] == 1


def test_an_empty_cell_of_a_sample_is_not_its_reference(tmp_path):
    path = write(tmp_path / "t.vcf", record(150, sample=""))

    (row,) = read_vcf(sheet_row(path), PANEL, {}).rows
    assert row[COLUMNS.index("vaf")] == ""


def test_what_a_worker_sends_are_the_rows_that_it_read(tmp_path):
    path = write(tmp_path / "0.vcf", record(150), record(160))
    read_here = read_vcf(sheet_row(path), PANEL, {})

    sent = pickle.loads(pickle.dumps(read_here))
    forwarded = pickle.loads(pickle.dumps(sent))

    assert len(read_here.rows) == 2
    assert (sent.text(), sent.rows) == (read_here.text(), read_here.rows)
    assert forwarded.text() == read_here.text()
    assert (sent.counts, sent.checks) == (read_here.counts, read_here.checks)
    assert read_here.text().count("\n") == 2
