"""Invented MAFs; the real ones are TCGA LAML and vcf2maf's twin of a VCF."""

import gzip

import pandas as pd
import pytest
import yaml

from ballad.tables import read_table
from ballad.variants.calls import NUMERIC, variant_calls
from ballad.variants.content import VcfContent
from ballad.variants.files import VcfError, is_maf
from ballad.variants.hotspots import Hotspots, suppressors
from ballad.variants.maf import read_maf
from ballad.variants.panel import Panel, Region, read_panel
from ballad.variants.pathogenicity import COUNTED
from ballad.variants.reader import read_vcfs
from ballad.variants.rows import COLUMNS

HEADER = (
    *("Hugo_Symbol", "NCBI_Build", "Chromosome", "Start_Position"),
    *("Variant_Classification", "Reference_Allele", "Tumor_Seq_Allele2"),
    *("Tumor_Sample_Barcode", "HGVSp_Short", "t_depth", "t_ref_count", "t_alt_count"),
    *("gnomAD_AF", "i_TumorVAF_WU"),
)
R248Q = {
    **{"Hugo_Symbol": "TP53", "NCBI_Build": "GRCh38", "Chromosome": "chr17"},
    **{"Start_Position": "7674220", "Variant_Classification": "Missense_Mutation"},
    **{"Reference_Allele": "C", "Tumor_Seq_Allele2": "T"},
    **{"Tumor_Sample_Barcode": "T1", "HGVSp_Short": "p.R248Q"},
    **{"t_depth": "200", "t_ref_count": "150", "t_alt_count": "50"},
}
PANEL = Panel(
    "GRCh38", {"17": (Region(7_670_000, 7_680_000, frozenset(["TP53"])),)}, {}
)


@pytest.fixture
def write(tmp_path):
    def written(*rows, name="a.maf", end="\n", header=HEADER):
        lines = ["#version 2.4", "\t".join(header)]
        for row in rows:
            cells = {**R248Q, **row}
            lines.append("\t".join(cells.get(column, "") for column in header))
        path = tmp_path / name
        text = end.join(lines) + end
        packed = gzip.compress(text.encode())
        path.write_bytes(packed if name.endswith(".gz") else text.encode())
        return str(path)

    return written


def read(path, vcf_sample="T1", build="GRCh38", sample="S"):
    row = dict.fromkeys(("patient", "assay", "timepoint"), "x")
    row |= {"sample": sample, "vcf": path, "vcf_sample": vcf_sample}
    return read_maf({**row, "genome_build": build}, PANEL)


def told(content, *names):
    return [tuple(row[COLUMNS.index(name)] for name in names) for row in content.rows]


def test_a_row_becomes_what_a_vcf_would_give(write):
    content = read(write({"gnomAD_AF": "2e-5"}))

    names = ("chrom", "pos", "ref", "alt", "gene", "consequence", "protein_change")
    assert told(content, *names) == [
        ("17", "7674220", "C", "T", "TP53", "missense_variant", "R248Q")
    ]
    names = ("depth", "alt_reads", "vaf", "population_af", "filter")
    assert told(content, *names) == [("200", "50", "0.25", "2e-05", ".")]
    assert content.checks[0][1:3] == ("genome_build", "confirmed")


def test_only_the_rows_of_the_sample_are_read(write):
    path = write({}, {"Tumor_Sample_Barcode": "T2", "HGVSp_Short": "p.R248W"})

    content = read(path, "T2")

    assert told(content, "protein_change") == [("R248W",)]
    assert content.counts["records"] == 1
    assert told(read(path, "", sample="T1"), "protein_change") == [("R248Q",)]


def test_a_sample_without_a_row_is_refused_not_negative(write):
    path = write({}, {"Tumor_Sample_Barcode": "T2"})

    for vcf_sample in ("T3", ""):
        with pytest.raises(VcfError, match=r"a\.maf: no Tumor_Sample_Barcode"):
            read(path, vcf_sample)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"t_depth": ""}, ("200", "50", "0.25")),
        ({"t_depth": "", "t_ref_count": "."}, ("", "50", "")),
        ({"t_depth": "", "t_ref_count": "", "t_alt_count": "NA"}, ("", "", "")),
        ({"t_alt_count": "", "i_TumorVAF_WU": "12.5"}, ("200", "", "0.125")),
    ],
)
def test_missing_reads_stay_missing(write, cells, expected):
    assert told(read(write(cells)), "depth", "alt_reads", "vaf") == [expected]


@pytest.mark.parametrize(
    ("ref", "alt", "expected"),
    [
        ("CCG", "-", ("7674219", "NCCG", "N")),  # the deleted bases begin at 7674220
        ("-", "GG", ("7674220", "N", "NGG")),  # inserted after 7674220
        ("CC", "TT", ("7674220", "CC", "TT")),
    ],
)
def test_indels_get_a_base_before_them(write, ref, alt, expected):
    path = write({"Reference_Allele": ref, "Tumor_Seq_Allele2": alt})

    assert told(read(path), "pos", "ref", "alt") == [expected]


@pytest.mark.parametrize(
    ("classification", "terms"),
    [
        ("Silent", "synonymous_variant"),
        ("Frame_Shift_Del", "frameshift_variant"),
        ("Splice_Site", "splice_acceptor_variant&splice_donor_variant"),
        ("Something_New", ""),
    ],
)
def test_classifications_become_so_terms(write, classification, terms):
    path = write({"Variant_Classification": classification})

    assert told(read(path), "consequence") == [(terms,)]


def test_chromosome_23_is_x(write):
    row = dict.fromkeys(("patient", "assay", "timepoint", "sample"), "x")
    row |= {"genome_build": "GRCh38", "vcf_sample": "T1"}
    row["vcf"] = write({"Chromosome": "23", "Hugo_Symbol": "CRLF2"})
    where = {"X": (Region(0, 9_000_000, frozenset(["CRLF2"])),)}

    content = read_maf(row, Panel("GRCh38", where, {}))

    assert told(content, "chrom", "gene") == [("X", "CRLF2")]


def test_the_gene_of_another_symbol_is_not_told(write):
    content = read(write({"Hugo_Symbol": "WRAP53"}))

    assert told(content, "gene", "consequence") == [("TP53", "")]
    assert ("annotation", "missing") in [check[1:3] for check in content.checks]


def test_a_build_that_the_sheet_contradicts_stops(write):
    with pytest.raises(VcfError, match="line 3: genome build contradicted"):
        read(write({"NCBI_Build": "hg19"}))


def test_a_maf_without_a_build_is_not_determinable(write):
    content = read(write({"NCBI_Build": ""}))

    assert content.checks[0][1:3] == ("genome_build", "not_determinable")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"Start_Position": "NA"}, "line 3: Start_Position 'NA' is no number"),
        ({"t_alt_count": "", "i_TumorVAF_WU": "250"}, "VAF '2.5' is above 1"),
        ({"Reference_Allele": "-", "Tumor_Seq_Allele2": "-"}, "has bases"),
    ],
)
def test_a_faulty_row_names_its_line(write, cells, message):
    with pytest.raises(VcfError, match=message):
        read(write(cells))


def test_another_table_is_no_maf(write):
    with pytest.raises(VcfError, match="no column Hugo_Symbol"):
        read(write({}, header=HEADER[1:]))


@pytest.mark.parametrize(("name", "end"), [("a.maf.gz", "\n"), ("b.maf", "\r")])
def test_a_maf_may_be_compressed_or_end_its_lines_otherwise(write, name, end):
    assert told(read(write({}, {}, name=name, end=end)), "vaf") == [("0.25",)] * 2


def test_the_reader_of_vcfs_knows_a_maf_by_its_name(write):
    row = dict.fromkeys(("patient", "sample", "assay", "timepoint", "vcf_sample"), "T1")
    sample = {**row, "genome_build": "GRCh38", "vcf": write({})}

    (content,) = read_vcfs([sample], {"GRCh38": PANEL}, {}, 1)

    assert isinstance(content, VcfContent)
    assert told(content, "protein_change") == [("R248Q",)]
    assert not is_maf("a.maf.vcf")


@pytest.mark.real_data
def test_tcga_laml_by_patient(real_data, root):
    """Counts of TP53 rows by patient: awk '$1=="TP53"' tcga_laml.maf, by hand."""
    resources = root / "resources"
    panel = read_panel(
        "GRCh37",
        str(resources / "panel/cds.GRCh37.bed"),
        str(resources / "panel/genes.tsv"),
        str(resources / "variants/hotspots.tsv"),
        10,
    )
    path = str(real_data / "cohort_LAML/tcga_laml.maf.gz")
    with gzip.open(path, "rt") as lines:
        cells = [line.rstrip("\n").split("\t") for line in lines][1:]
    barcodes = sorted({row[13] for row in cells})
    expected = sorted((row[13], row[5]) for row in cells if row[0] == "TP53")
    base = dict.fromkeys(("patient", "sample", "assay", "timepoint"), "x")
    found, vafs = [], {}
    for barcode in barcodes:
        row = {**base, "genome_build": "GRCh37", "vcf": path, "vcf_sample": barcode}
        content = read_maf(row, panel)
        for gene, change, pos, vaf in told(
            content, "gene", "protein_change", "pos", "vaf"
        ):
            if gene == "TP53":
                found.append((barcode, pos))
                vafs[barcode, change] = vaf

    assert len(barcodes) == 193
    # A deletion's row stands one base further left, before its first deleted base.
    moved = [(b, str(int(p) - 1)) for b, p in expected]
    assert len(found) == len(expected) == 19
    assert sum(place in expected for place in found) == 17
    assert sum(place in moved for place in found) == 2
    assert vafs["TCGA-AB-2935", "R248Q"] == "0.4647"
    assert vafs["TCGA-AB-2820", "P223fs"] == ""
    assert vafs["TCGA-AB-2838", "T125="] == "0.6"


@pytest.mark.real_data
def test_a_maf_and_the_vcf_it_was_made_of_agree(real_data):
    """vcf2maf_test_b38_output.maf was made of vcf2maf_test_b38.vcf."""
    genes = ("RUNX1",)
    where = {"21": (Region(0, 400_000_000, frozenset(genes)),)}
    panel = Panel("GRCh38", where, {})
    twins = real_data / "vcf/twins"
    base = dict.fromkeys(("patient", "sample", "assay", "timepoint"), "x")
    base |= {"genome_build": "GRCh38", "vcf_sample": "TUMOR"}
    names = ("chrom", "depth", "vaf")
    files = ("vcf2maf_test_b38.vcf", "vcf2maf_test_b38_output.maf")
    contents = [
        next(read_vcfs([{**base, "vcf": str(twins / name)}], {"GRCh38": panel}, {}, 1))
        for name in files
    ]

    vcf, maf = (sorted(told(content, *names)) for content in contents)
    assert vcf == maf != []


@pytest.mark.real_data
def test_tcga_laml_has_fifteen_patients_with_mutated_tp53(real_data, root):
    """Its MAF has no depths: with `missing: keep` its calls count as they are."""
    resources = root / "resources"
    method = yaml.safe_load((root / "config/config.yaml").read_text())
    filters = {
        name: {**rule, "missing": "keep"}
        for name, rule in method["variants"]["filters"].items()
    }
    genes = str(resources / "panel/genes.tsv")
    hotspots = str(resources / "variants/hotspots.tsv")
    cds = str(resources / "panel/cds.GRCh37.bed")
    panel = read_panel("GRCh37", cds, genes, hotspots, 10)
    path = str(real_data / "cohort_LAML/tcga_laml.maf.gz")
    with gzip.open(path, "rt") as lines:
        barcodes = sorted({line.split("\t")[13] for line in lines} - {HEADER[7]})
    base = dict.fromkeys(("sample", "assay", "timepoint"), "x")
    base |= {"genome_build": "GRCh37", "vcf": path}
    rows = []
    for barcode in barcodes:
        sample = {**base, "patient": barcode, "vcf_sample": barcode}
        rows += read_maf(sample, panel).rows
    records = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in NUMERIC:
        records[name] = pd.to_numeric(records[name])

    calls = variant_calls(
        records,
        Hotspots(read_table(hotspots), read_table(resources / "variants/alleles.tsv")),
        read_table(resources / "variants/classes.tsv")
        .set_index("class")
        .to_dict("index"),
        suppressors(read_table(genes)),
        {"x": "wes"},
        filters,
        {},
        method["variants"]["rescue"],
        method["genotypes"]["tp53"],
    )

    counted = calls[(calls["kept"] == "yes") & calls["pathogenicity"].isin(COUNTED)]
    tp53 = counted[counted["gene"] == "TP53"]
    assert tp53["patient"].nunique() == 15
    assert len(tp53) == 19
    assert "T125=" in tp53["protein_change"].tolist()


ALLELES = (*HEADER, "Tumor_Seq_Allele1")


def test_a_variant_that_stands_in_the_first_allele_is_read(write):
    row = {"Tumor_Seq_Allele1": "T", "Tumor_Seq_Allele2": "C"}

    assert told(read(write(row, header=ALLELES)), "ref", "alt") == [("C", "T")]


def test_a_row_whose_alleles_are_the_reference_is_refused(write):
    row = {"Tumor_Seq_Allele1": "C", "Tumor_Seq_Allele2": "C"}

    with pytest.raises(VcfError, match="line 3: no allele of the tumour differs"):
        read(write(row, header=ALLELES))


def test_each_row_must_be_of_the_declared_build(write):
    path = write({}, {"NCBI_Build": "GRCh37"})

    with pytest.raises(VcfError, match="line 4: genome build contradicted"):
        read(path)


@pytest.mark.parametrize(
    "spelled",
    [
        lambda text: b"\xef\xbb\xbf" + text.partition(b"\n")[2],  # a spreadsheet's
        lambda text: b"#M\xfcnchen\n" + text,  # Latin-1
        lambda text: text.replace(b"\t200\t150\t50", b"\t200.0\t150.0\t50.0"),
        lambda text: text.replace(b"\tchr17\t", b"\tChr17\t"),
        lambda text: text.replace(b"\tC\tT\t", b"\tC \tT \t"),
    ],
)
def test_a_maf_of_another_hand_gives_the_same_row(write, spelled):
    path = write({})
    names = (
        "chrom",
        "pos",
        "ref",
        "alt",
        "protein_change",
        "depth",
        "alt_reads",
        "vaf",
    )
    expected = told(read(path), *names)
    with open(path, "rb") as content:
        text = spelled(content.read())
    with open(path, "wb") as content:
        content.write(text)

    assert told(read(path), *names) == expected


def test_a_count_that_is_no_whole_number_is_refused(write):
    with pytest.raises(VcfError, match="line 3: a count of '50.5' reads"):
        read(write({"t_alt_count": "50.5"}))


def test_symbols_that_a_spreadsheet_made_dates_are_counted(write):
    elsewhere = {"Chromosome": "chr5", "Start_Position": "126868000"}
    path = write(
        {},
        {"Hugo_Symbol": "3-Mar", **elsewhere},
        {"Hugo_Symbol": "44256", **elsewhere},
    )

    (check,) = [c for c in read(path).checks if c[1] == "gene_symbols"]

    assert check[0] == path
    assert check[2] == "changed"
    assert check[3].startswith("2 rows, the first in line 4, Hugo_Symbol '3-Mar', ")
    assert not [c for c in read(write({})).checks if c[1] == "gene_symbols"]
