"""Strange VCFs end in the right table or in one error that names file, line and cure."""

import pytest

from ballad.variants.alleles import alleles_of
from ballad.variants.files import VcfError
from ballad.variants.panel import known_contigs, read_panel
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS
from tests.variants.annotated_records import ANN, FIELDS, TP53, VEP

CSQ = VEP.format(fields=FIELDS)
MISSENSE = f"|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His"
KEYS = ("alt", "consequence", "depth", "alt_reads", "vaf")
SOUND = ("T", "missense_variant", "100", "40", "0.4")


@pytest.fixture(scope="module")
def panel(root):
    resources = root / "resources"
    return read_panel(
        *("GRCh38", str(resources / "panel/cds.GRCh38.bed")),
        *(str(resources / "panel/genes.tsv"), str(resources / "variants/hotspots.tsv")),
        10,
    )


@pytest.fixture
def read(panel, root, tmp_path):
    contigs = known_contigs(str(root / "resources/panel/contigs.tsv"))

    def reading(*records, header=(CSQ,), samples=("T",)):
        columns = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT".split()
        contig = "##contig=<ID=chr17,length=83257441>"
        lines = ["##fileformat=VCFv4.2", contig, *header]
        path = tmp_path / "t.vcf"
        path.write_text(
            "\n".join([*lines, "\t".join([*columns, *samples]), *records, ""])
        )
        sample = {"patient": "P", "sample": "T", "assay": "A", "timepoint": "diagnosis"}
        sample |= {"genome_build": "GRCh38", "vcf": str(path)}
        content = read_vcf(sample, panel, contigs)
        places = [COLUMNS.index(key) for key in KEYS]
        return [tuple(row[place] for place in places) for row in content.rows]

    return reading


def row(ref="C", alt="T", info=None, form="GT:AD:DP", *cells, name=".", chrom="chr17"):
    info = f"CSQ=T{MISSENSE}" if info is None else info
    reads = cells or ("0/1:60,40:100",)
    return "\t".join(
        [chrom, "7675088", name, ref, alt, ".", "PASS", info, form, *reads]
    )


READ = {
    "an overlapping deletion": row("C", "T,*", None, "GT:AD:DP", "1/2:0,40,60:100"),
    "any other allele": row("C", "T,<NON_REF>", None, "GT:AD:DP", "0/1:60,40,0:100"),
    "small letters": row("c", "t"),
    "small letters in the annotation too": row("c", "t", f"CSQ=t{MISSENSE}"),
    "several identifiers": row(name="rs1;COSM10648;x"),
    "a flag with a value": row(info=f"SOMATIC=;DB;CSQ=T{MISSENSE}"),
    "a value with an equals sign": row(info=f"X=a=b;CSQ=T{MISSENSE}"),
    "empty entries of INFO": row(info=f";;CSQ=T{MISSENSE};"),
    "more values than FORMAT": row("C", "T", None, "GT:AD:DP", "0/1:60,40:100:9:8"),
    "IUPAC in REF": row("Y", "T"),
    "REF as one of two ALT": row("C", "C,T", None, "GT:AD:DP", "0/2:60,0,40:100"),
}


@pytest.mark.parametrize("name", READ)
def test_what_is_strange_but_clear_is_read(read, name):
    found = read(READ[name])

    # The share of all reads where a third allele has some.
    assert [cells[:4] for cells in found] == [SOUND[:4]]


@pytest.mark.parametrize("alt", ["C", "c"])
def test_an_alternative_that_is_ref_is_no_variant(read, alt):
    # Converters write such records; annotated as if something had changed.
    assert read(row("C", alt, f"CSQ=C{MISSENSE}")) == []


def test_strelka_counts_bases_of_small_letters(read):
    cells = "100:0:0:0:0,0:55,60:0,0:45,50"

    (found,) = read(row("c", "t", None, "DP:FDP:SDP:SUBDP:AU:CU:GU:TU", cells))

    assert found == ("T", "missense_variant", "100", "45", "0.45")


@pytest.mark.parametrize("cells", ["0/1", ".", "0/1:.:.", "0/1:.,.:."])
def test_reads_that_are_not_told_are_missing_and_never_0(read, cells):
    assert read(row("C", "T", None, "GT:AD:DP", cells)) == [
        ("T", "missense_variant", "", "", "")
    ]


@pytest.mark.parametrize("tumour_first", [True, False])
def test_the_order_of_a_pair_does_not_matter(read, tumour_first):
    pair = [("T", "0/1:60,40:100"), ("N", "0/0:100,0:100")]
    names, cells = zip(*(pair if tumour_first else pair[::-1]), strict=True)
    header = [CSQ, "##normal_sample=N", "##tumor_sample=T"]

    found = read(row("C", "T", None, "GT:AD:DP", *cells), header=header, samples=names)

    assert found == [SOUND]


def test_a_description_that_stands_twice_is_one(read):
    assert read(row(), header=[CSQ, CSQ]) == [SOUND]


def test_a_layout_that_ends_with_a_bar_is_read_as_it_says(read):
    header = [VEP.format(fields=f"{FIELDS}|")]

    assert read(row(info=f"CSQ=T{MISSENSE}|"), header=header) == [SOUND]


REFUSED = {
    "a bar too many": (row(info=f"CSQ=T{MISSENSE}|"), "annotation has 8 fields"),
    "a comma at the end": (row(info=f"CSQ=T{MISSENSE},"), "a comma inside a field"),
    "a dash for REF": (row("-", "T"), "REF '-' is no sequence of bases"),
    "a dash for ALT": (row("C", "-"), "an indel has the base before it"),
    "a number for REF": (row("12", "T"), "REF '12' is no sequence"),
    "quotes of a spreadsheet": (row('"C"', '"T"'), "REF '\"C\"' is no sequence"),
    "ALT parted by a bar": (row("C", "T|A"), "ALT 'T|A' is neither bases"),
    "ALT parted by a semicolon": (row("C", "T;A"), "parted by commas"),
    "a key twice in FORMAT": (
        row("C", "T", None, "GT:AD:AD", "0/1:60,40:1,2"),
        "FORMAT has AD twice",
    ),
    "a tab at the end": (row() + "\t", "has 11 columns, the header names 10"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_clear_is_refused_with_its_line(read, name):
    text, message = REFUSED[name]

    with pytest.raises(VcfError, match=r"t\.vcf: line 6: ") as error:
        read(text, header=[CSQ, ANN])
    assert message in str(error.value)


@pytest.mark.parametrize("chrom", ["CHR17", "Chr17", "chr17 ", "chrx"])
def test_a_chromosome_misspelt_in_the_records_alone_is_refused(read, chrom):
    with pytest.raises(VcfError, match=f"like 17 or chr17, but {chrom}; rename"):
        read(row(chrom=chrom))


def test_two_files_behind_each_other_are_refused(read):
    # The second file's samples are other ones.
    second = "\t".join("#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT OTHER".split())

    with pytest.raises(VcfError, match="line 6: a second line #CHROM"):
        read(row(), second, row())


@pytest.mark.parametrize(
    ("alts", "expected"),
    [
        ("t", ("T",)),
        ("<DEL>", ("<DEL>",)),
        ("*", ("*",)),
        (".", (".",)),
        ("N]chr9:22]", ("N]chr9:22]",)),
        ("[<ctg1>:5[N", ("[<ctg1>:5[N",)),
        ("C<ctg1>", ("C<ctg1>",)),  # an inserted contig of the assembly
        ("C.", ("C.",)),  # single breakends
        (".A", (".A",)),
        ("<*>", ("<*>",)),
        ("T/A", ("T/A",)),  # VarScan
    ],
)
def test_every_form_of_an_alternative_is_known(alts, expected):
    assert alleles_of("c", alts) == ("C", expected)
