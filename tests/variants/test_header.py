"""What the header and the bases tell: the genome build, the tumour's column."""

import pysam
import pytest

from ballad.variants.content import kind_check
from ballad.variants.files import VcfError
from ballad.variants.header import Header, snvs_alone
from ballad.variants.reader import read_vcf
from tests.variants.annotated_records import VEP, record, told


def test_a_reference_base_that_no_codon_of_the_residue_has_contradicts(read):
    # TP53 R248 is CGG on the minus strand: the middle base is C on the plus strand,
    # and no codon of arginine has another.
    with pytest.raises(
        VcfError, match=r"contradicted: REF has A at 17:7674220, GRCh38 ha"
    ):
        read(record(7674220, "A", "T"), lengths=False)


def test_agreeing_reference_bases_confirm_the_build(read):
    # Two single bases (R248, R175): by chance 1/4 * 1/4 = 1/16, three 1/64.
    three = [record(7674220, "C", "T"), record(7675088, "C", "T")]
    few = read(*three, lengths=False).checks[0]
    enough = read(*three, record(7673802, "C", "T"), lengths=False).checks[0]

    assert few[2] == "not_determinable"
    assert enough[2:] == ("confirmed", "REF agrees with GRCh38 at 3 hotspot bases")


# R175 of TP53 lies at 17:7578406 in GRCh37; in GRCh38 no TP53 is there.
CSQ = VEP.format(fields="Allele|Consequence|SYMBOL|Gene|Feature|BIOTYPE")


def annotation(term, gene="TP53"):
    return f"CSQ=T|{term}|{gene}|ENSG1|ENST1|protein_coding"


def test_a_coding_change_where_only_the_other_build_has_the_gene_contradicts(read):
    found = record(7578406, "C", "T", annotation("missense_variant"), chrom="17")

    with pytest.raises(
        VcfError,
        match=r"line 4: 17:7578406 is annotated as missense_variant of TP53, which "
        "lies there in GRCh37, not in the GRCh38 of the sheet; correct genome_build",
    ):
        read(found, header=[CSQ], lengths=False)


@pytest.mark.parametrize(
    ("pos", "info"),
    [
        (7578406, annotation("upstream_gene_variant")),
        (7578406, annotation("intron_variant")),
        (7578406, annotation("missense_variant", "OTHER")),
        (7675088, annotation("missense_variant")),  # R175 in GRCh38
        (7500000, annotation("missense_variant")),  # in neither build
    ],
)
def test_other_annotations_leave_the_build_open(read, pos, info):
    content = read(record(pos, "C", "T", info), header=[CSQ], lengths=False)

    assert content.checks[0][2] == "not_determinable"


# Of IKZF1, from an intron and from its last exon in GRCh38 into an exon of GRCh37,
# where no other gene of the panel lies.
DELETION = ("frameshift_variant", "IKZF1")


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "info"),
    [
        (50390000, "C", "<DEL>", f"END=50468000;{annotation(*DELETION)}"),
        (50399950, "C" * 60000, "C", annotation(*DELETION)),
    ],
)
def test_a_deletion_that_reaches_into_the_other_build_s_gene_is_sound(
    read, pos, ref, alt, info
):
    allele = alt if alt == "<DEL>" else "-"
    found = record(pos, ref, alt, info.replace("CSQ=T", f"CSQ={allele}"), chrom="7")
    frameshift = annotation(*DELETION).replace("CSQ=T", "CSQ=-")

    content = read(found, header=[CSQ], lengths=False)

    assert content.checks[0][2] == "not_determinable"
    with pytest.raises(VcfError, match="7:50467700 is annotated as frameshift_variant"):
        read(
            found,
            record(50467700, "CA", "C", frameshift, chrom="7"),
            header=[CSQ],
            lengths=False,
        )


def test_an_indexed_file_is_looked_through_where_the_other_build_has_the_genes(
    read, panels, tmp_path
):
    found = record(7578406, "C", "T", annotation("missense_variant"), chrom="17")
    read(record(7675088, "C", "T"), header=[CSQ], lengths=False)
    plain = tmp_path / "t.vcf"
    plain.write_text(f"{plain.read_text().replace(record(7675088, 'C', 'T'), found)}")
    packed = pysam.tabix_index(str(plain), preset="vcf", keep_original=True)
    sample = dict.fromkeys(("patient", "sample", "assay", "timepoint"), "x")
    sample |= {"genome_build": "GRCh38", "vcf": packed}

    with pytest.raises(VcfError, match="not in the GRCh38 of the sheet"):
        read_vcf(sample, panels["GRCh38"], {})


def test_contig_lengths_are_believed_before_reference_bases(read):
    assert read(record(7674220, "C", "T")).checks[0][2:] == (
        "confirmed",
        "contig lengths are GRCh38",
    )


@pytest.mark.parametrize(
    ("header", "columns", "vaf"),
    [
        (["##tumor_sample=B", "##normal_sample=A"], ("A", "B"), "0.4"),
        (["##tumor_sample=A"], ("A", "N"), "0.1"),
        (["##PEDIGREE=<Derived=B,Original=A>"], ("A", "B"), "0.4"),
        ([], ("NORMAL", "TUMOR"), "0.4"),
        ([], ("TUMOR", "NORMAL"), "0.1"),
    ],
)
def test_the_tumour_s_column_is_named_by_the_header(
    panels, root, tmp_path, header, columns, vaf
):
    path = tmp_path / "pair.vcf"
    names = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT".split()
    cells = ("chr17", "7674220", ".", "C", "T", ".", "PASS", ".", "AD")
    lines = [
        "##fileformat=VCFv4.2",
        *header,
        "\t".join([*names, *columns]),
        "\t".join([*cells, "90,10", "60,40"]),
    ]
    path.write_text("\n".join(lines) + "\n")
    sample = dict.fromkeys(("patient", "sample", "assay", "timepoint"), "x")
    sample |= {"genome_build": "GRCh38", "vcf": str(path)}

    content = read_vcf(sample, panels["GRCh38"], {})

    normal = {"0.1": "0.4", "0.4": "0.1"}[vaf]
    assert told(content, "vaf", "normal_depth", "normal_vaf") == [(vaf, "100", normal)]


STRELKA = tuple(f"##FORMAT=<ID={key},Number=2" for key in ("AU", "CU", "GU", "TU"))

AD = "##FORMAT=<ID=AD,Number=R"


@pytest.mark.parametrize(
    ("meta", "alone"),
    [
        (("##source=strelka", *STRELKA), True),
        (("##source=strelka", *STRELKA, "##FORMAT=<ID=TIR,Number=2"), False),
        (("##source=strelka", "##source=VariantFiltration", *STRELKA), True),
        (("##source=strelka", "##source=pindel", *STRELKA, AD), False),  # joined
        (("##source=strelka", *STRELKA, AD), True),  # reckoned from the bases
        (STRELKA[:3], False),
        ((), False),
    ],
)
def test_strelka_s_file_of_snvs_is_known_by_its_counts(meta, alone):
    assert snvs_alone(meta) is alone
    checks = kind_check("a.vcf", Header(meta, ("T",), {}))
    assert [check[:3] for check in checks] == [
        ("a.vcf", "variant_types", "snvs_alone")
    ] * alone
