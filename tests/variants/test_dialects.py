"""VEP, SnpEff and bcftools annotations, and files without any, to the same rows."""

import subprocess
import sys

import pandas as pd
import pytest
import yaml

from ballad.evidence import variant_evidence
from ballad.states import ABSENT, INDETERMINATE, PRESENT
from ballad.tables import read_table, write_table
from ballad.variants.annotation import dialects
from ballad.variants.bcsq import bcsq_protein_change
from ballad.variants.calls import NUMERIC, variant_calls
from ballad.variants.files import VcfError
from ballad.variants.hotspots import Hotspots, suppressors
from ballad.variants.panel import known_contigs, read_panel
from ballad.variants.reader import COLUMNS, read_vcf
from ballad.variants.vocabulary import SEVERITY, common_terms

LENGTHS = {
    "GRCh38": ("chr17", 83257441, "chrX", 156040895),
    "GRCh37": ("17", 81195210, "X", 155270560),
}
VEP = (
    "##INFO=<ID=CSQ,Number=.,Type=String,Description="
    '"Consequence annotations from Ensembl VEP. Format: {fields}">'
)
FIELDS = "Allele|Consequence|SYMBOL|Feature|BIOTYPE|HGVSc|HGVSp"
ANN = (
    '##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: '
    "'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | "
    "Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p | cDNA.pos / "
    "cDNA.length | CDS.pos / CDS.length | AA.pos / AA.length | Distance | ERRORS / "
    "WARNINGS / INFO' \">"
)
BCSQ = (
    '##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence annotation '
    "from BCFtools/csq, see http://samtools.github.io/bcftools/howtos/csq-calling.html "
    "for details. Format: Consequence|gene|transcript|biotype|strand|"
    'amino_acid_change|dna_change">'
)
TP53 = "ENST00000269305"


@pytest.fixture(scope="module")
def panels(root):
    resources = root / "resources"
    return {
        build: read_panel(
            build,
            str(resources / f"panel/cds.{build}.bed"),
            str(resources / "panel/genes.tsv"),
            str(resources / "variants/hotspots.tsv"),
            10,
        )
        for build in LENGTHS
    }


@pytest.fixture
def read(panels, root, tmp_path):
    contigs = known_contigs(str(root / "resources/panel/contigs.tsv"))

    def reading(*records, header=(), build="GRCh38", lengths=True):
        name, length, other, other_length = LENGTHS[build]
        said = [
            f"##contig=<ID={name},length={length}>",
            f"##contig=<ID={other},length={other_length}>",
        ]
        columns = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT T".split()
        text = ["##fileformat=VCFv4.2", *(said if lengths else []), *header]
        path = tmp_path / "t.vcf"
        path.write_text("\n".join([*text, "\t".join(columns), *records, ""]))
        sample = {
            **{"patient": "P1", "sample": "T", "assay": "PANEL"},
            **{"timepoint": "diagnosis", "genome_build": build, "vcf": str(path)},
        }
        return read_vcf(sample, panels[build], contigs)

    return reading


def record(pos, ref, alt, info=".", chrom="chr17"):
    reads = ",".join(["200"] * (alt.count(",") + 2))
    cells = (
        chrom,
        pos,
        ".",
        ref,
        alt,
        ".",
        "PASS",
        info,
        "GT:AD:DP",
        f"0/1:{reads}:800",
    )
    return "\t".join(map(str, cells))


def told(content, *names):
    columns = [COLUMNS.index(name) for name in names]
    return [tuple(row[column] for column in columns) for row in content.rows]


def effects(content):
    return told(content, "alt", "gene", "consequence", "protein_change")


R175H = ("T", "TP53", "missense_variant", "R175H")


@pytest.mark.parametrize(
    ("header", "info"),
    [
        (
            VEP.format(fields=FIELDS),
            f"CSQ=T|missense_variant|TP53|{TP53}.9|protein_coding|{TP53}.9:c.524G>A|"
            "ENSP00000269305.4:p.Arg175His",
        ),
        (  # other order, other key
            VEP.format(fields="SYMBOL|Feature|HGVSp|Consequence|Allele").replace(
                "ID=CSQ", "ID=vep"
            ),
            f"vep=TP53|{TP53}|ENSP1:p.Arg175His|missense_variant|T",
        ),
        (  # VEP under SnpEff's key
            VEP.format(fields=FIELDS).replace("ID=CSQ", "ID=ANN"),
            f"ANN=T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His",
        ),
        (  # run without --hgvs
            VEP.format(
                fields="Allele|Consequence|SYMBOL|Feature|Protein_position|Amino_acids"
            ),
            f"CSQ=T|missense_variant|TP53|{TP53}|175/393|R/H",
        ),
        (
            ANN,
            f"ANN=T|missense_variant|MODERATE|TP53|TP53|transcript|{TP53}.8|"
            "protein_coding|5/11|c.524G>A|p.Arg175His|714/2579|524/1182|175/393||",
        ),
        (
            BCSQ,
            f"BCSQ=missense|TP53|{TP53}|protein_coding|-|175R>175H|7675088C>T",
        ),
    ],
    ids=["csq", "reordered", "vep-as-ann", "no-hgvs", "snpeff", "bcsq"],
)
def test_every_annotator_tells_the_same_missense(read, header, info):
    content = read(record(7675088, "C", "T", info), header=[header])

    assert effects(content) == [R175H]


def test_an_allele_number_beats_the_printed_allele(read):
    fields = FIELDS + "|ALLELE_NUM"
    info = (
        f"CSQ=-|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His|2,"
        f"-|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175Leu|1"
    )

    content = read(
        record(7675088, "C", "A,T", info), header=[VEP.format(fields=fields)]
    )

    assert effects(content) == [("A", *R175H[1:3], "R175L"), R175H]


def test_vep_trims_the_base_that_all_alleles_share(read):
    # CG>C is printed "-", CG>CT is printed "T": VEP takes the shared C from both.
    info = (
        f"CSQ=-|frameshift_variant|TP53|{TP53}|protein_coding||x:p.Arg175AlafsTer5,"
        f"T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175Ser"
    )

    content = read(
        record(7675088, "CG", "C,CT", info), header=[VEP.format(fields=FIELDS)]
    )

    assert effects(content) == [
        ("C", "TP53", "frameshift_variant", "R175fs"),
        ("CT", "TP53", "missense_variant", "R175S"),
    ]


def test_a_record_split_after_vep_takes_its_own_entry(read):
    # Split from C>CT,T: the first base is not shared, so VEP printed whole alleles.
    info = (
        f"CSQ=CT|frameshift_variant|TP53|{TP53}|protein_coding||x:p.Arg175fs|1,"
        f"T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His|2"
    )
    header = [VEP.format(fields=FIELDS + "|ALLELE_NUM")]

    content = read(
        record(7675088, "C", "CT", info), record(7675088, "C", "T", info), header=header
    )

    assert [row[3] for row in effects(content)] == ["R175fs", "R175H"]


def test_escapes_are_resolved(read):
    info = (
        f"CSQ=A|synonymous_variant|TP53|{TP53}|protein_coding|x:c.639A>G|x:p.Arg213%3D"
    )

    content = read(record(7674892, "T", "A", info), header=[VEP.format(fields=FIELDS)])

    assert told(content, "hgvsp", "protein_change") == [("p.Arg213=", "R213=")]


def test_an_entry_of_another_length_than_the_header_says_stops(read):
    with pytest.raises(VcfError, match=r"t\.vcf: line 6: annotation has 2 fields"):
        read(record(7675088, "C", "T", "CSQ=T|x"), header=[VEP.format(fields=FIELDS)])


def test_a_field_that_the_header_names_twice_stops(read):
    header = [VEP.format(fields=FIELDS + "|SYMBOL")]
    info = f"CSQ=T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His|OTHER"

    with pytest.raises(
        VcfError, match=r"t\.vcf: the header describes CSQ with SYMBOL t"
    ):
        read(record(7675088, "C", "T", info), header=header)


def test_a_double_field_that_nothing_reads_is_no_matter(read):
    header = [VEP.format(fields=FIELDS + "|CLIN_SIG|CLIN_SIG")]
    info = f"CSQ=T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His|a|b"

    assert effects(read(record(7675088, "C", "T", info), header=header)) == [R175H]


def test_of_two_population_frequencies_of_one_name_the_higher_counts(read):
    header = [VEP.format(fields="gnomAD_AF|" + FIELDS + "|gnomAD_AF")]
    entry = f"T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His"

    content = read(record(7675088, "C", "T", f"CSQ=0.2|{entry}|0.1"), header=header)

    assert told(content, "population_af") == [("0.2",)]


@pytest.mark.parametrize(
    ("frequency", "message"),
    [
        ("1%", "line 6: gnomADe_AF '1%' is no number; write a fraction such as 0.01"),
        ("12", "line 6: gnomADe_AF '12' is above 1"),
        ("0,01", "line 6: annotation has 8 fields, the header says 9; a comma inside"),
    ],
)
def test_a_population_frequency_that_is_no_fraction_names_its_line(
    read, frequency, message
):
    header = [VEP.format(fields=FIELDS + "|gnomADe_AF|PICK")]
    entry = f"T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His"

    with pytest.raises(VcfError, match=f"t\\.vcf: {message}"):
        read(record(7675088, "C", "T", f"CSQ={entry}|{frequency}|1"), header=header)


def test_snpeff_does_not_keep_the_order_of_alternatives(read):
    def entry(allele, change):
        return (
            f"{allele}|missense_variant|MODERATE|TP53|TP53|transcript|{TP53}|"
            f"protein_coding|5/11|c.1A>G|{change}|||||"
        )

    info = "ANN=" + ",".join(
        [
            entry("T", "p.Arg175His"),
            entry("A-T", "p.His175Leu"),  # against the germline allele, cancer mode
            entry("A", "p.Arg175Leu"),
        ]
    )

    content = read(record(7675088, "C", "A,T", info), header=[ANN])

    assert effects(content) == [("A", *R175H[1:3], "R175L"), R175H]


def test_snpeff_s_own_terms_become_those_of_the_sequence_ontology():
    assert common_terms("disruptive_inframe_deletion&splice_region_variant") == (
        "inframe_deletion&splice_region_variant"
    )
    assert common_terms("initiator_codon_variant") == "start_retained_variant"


@pytest.mark.parametrize(
    "term", ["splice_donor", "missense", "5_prime_utr", "inframe_altering", "intron"]
)
def test_bcftools_terms_become_those_of_the_sequence_ontology(term):
    assert common_terms(term) in SEVERITY


@pytest.mark.parametrize(
    ("text", "terms", "change"),
    [
        ("175R>175H", "missense_variant", "R175H"),
        ("213R>213*", "stop_gained", "R213*"),
        ("213R", "synonymous_variant", "R213="),
        ("746ELREA>746K", "inframe_deletion", "E746_A750delinsK"),
        ("745KELREA>745K", "inframe_deletion", "E746_A750del"),
        ("836I>836", "inframe_deletion", "I836del"),
        ("341FR>341F", "inframe_deletion", "R342del"),
        ("342RELNE..393>342RS", "frameshift_variant", "E343fs"),
        ("342R..393>342S..350", "frameshift_variant", "R342fs"),  # --brief-predictions
        ("746E..750>746K", "inframe_deletion", ""),  # shortened: not to be known
        ("", "splice_donor_variant", ""),
    ],
)
def test_bcftools_amino_acids_become_a_protein_change(text, terms, change):
    assert bcsq_protein_change(text, terms) == change


def test_bcftools_splice_entries_have_no_bases_and_hold_for_the_record(read):
    info = f"BCSQ=splice_donor|TP53|{TP53}|protein_coding"

    content = read(record(7675052, "C", "T", info), header=[BCSQ])

    assert effects(content) == [("T", "TP53", "splice_donor_variant", "")]


def test_bcftools_names_the_allele_by_the_bases(read):
    info = (
        f"BCSQ=missense|TP53|{TP53}|protein_coding|-|175R>175H|7675088C>T,"
        f"missense|TP53|{TP53}|protein_coding|-|175R>175L|7675088C>A"
    )

    content = read(record(7675088, "C", "A,T", info), header=[BCSQ])

    assert effects(content) == [("A", *R175H[1:3], "R175L"), R175H]


def test_bcftools_star_marks_what_follows_a_stop(read):
    info = f"BCSQ=*missense|TP53|{TP53}|protein_coding|-|175R>175H|7675088C>T"

    assert effects(read(record(7675088, "C", "T", info), header=[BCSQ])) == [R175H]


def test_a_compound_change_counts_once_at_its_own_record(read):
    joint = "missense|TP53|{}|protein_coding|-|175R>175Y|7675088C>T+7675089G>A"

    content = read(
        record(7675088, "C", "T", f"BCSQ={joint.format(TP53)}"),
        record(7675089, "G", "A", "BCSQ=@7675088"),
        header=[BCSQ],
    )

    assert told(content, "pos", "consequence", "protein_change") == [
        ("7675088", "missense_variant", "R175Y"),
        ("7675089", "coding_sequence_variant", ""),
    ]


def test_a_pointer_to_a_record_that_is_gone_is_no_annotation(read):
    content = read(record(7675089, "G", "A", "BCSQ=@7675088"), header=[BCSQ])

    assert told(content, "consequence") == [("",)]


def test_vep_is_believed_before_snpeff_and_bcftools():
    found = dialects([BCSQ, ANN, VEP.format(fields=FIELDS)])

    assert [dialect.name for dialect in found] == ["vep", "snpeff", "bcsq"]


def test_a_splice_region_and_the_change_of_one_transcript_are_read_together(read):
    # As bcftools 1.16 writes the last base of exon 4.
    info = (
        f"BCSQ=splice_region|TP53|{TP53}|protein_coding,"
        f"synonymous|TP53|{TP53}|protein_coding|-|125T|7675994C>T"
    )

    (row,) = effects(read(record(7675994, "C", "T", info), header=[BCSQ]))

    assert row[2:] == ("synonymous_variant&splice_region_variant", "T125=")


def test_the_panel_s_transcript_beats_a_worse_consequence_elsewhere(read):
    info = (
        "BCSQ=stop_gained|TP53|ENST00000420246|protein_coding|-|1R>1*|7675088C>T,"
        f"missense|TP53|{TP53}|protein_coding|-|175R>175H|7675088C>T"
    )

    assert effects(read(record(7675088, "C", "T", info), header=[BCSQ])) == [R175H]


def test_without_the_panel_s_transcript_the_worst_consequence_counts(read):
    info = (
        "BCSQ=intron|TP53|ENST00000001|protein_coding,"
        "missense|TP53|ENST00000002|protein_coding|-|43R>43H|7675088C>T"
    )

    (row,) = effects(read(record(7675088, "C", "T", info), header=[BCSQ]))

    assert row[2] == "missense_variant"


# --- not annotated ---------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(root):
    resources = root / "resources"
    method = yaml.safe_load((root / "config/config.yaml").read_text())

    def table(content):
        records = pd.DataFrame(content.rows, columns=list(COLUMNS))
        for name in NUMERIC:
            records[name] = pd.to_numeric(records[name])
        return variant_calls(
            records,
            Hotspots(
                read_table(resources / "variants/hotspots.tsv"),
                read_table(resources / "variants/alleles.tsv"),
            ),
            read_table(resources / "variants/classes.tsv")
            .set_index("class")
            .to_dict("index"),
            suppressors(read_table(resources / "panel/genes.tsv")),
            {"PANEL": "panel"},
            method["variants"]["filters"],
            method["variants"]["assay_limits"],
            method["variants"]["rescue"],
            method["genotypes"]["tp53"],
        )

    return table


@pytest.fixture
def states(read, judged, root, tmp_path):
    lesions = read_table(root / "resources/genotypes/lesions.tsv")

    def of(lesion, gene, *records, **how):
        write_table(judged(read(*records, **how)), tmp_path / "variants.tsv")
        genes = lesions.set_index("lesion").loc[lesion, "genes"].split("|")
        covered = pd.DataFrame(
            [("P1", "T", "PANEL", name, "callable", "1", "t.bed") for name in genes],
            columns=[
                *("patient", "sample", "assay", "gene", "state"),
                *("fraction_covered", "source"),
            ],
        )
        evidence = variant_evidence(
            read_table(tmp_path / "variants.tsv"),
            covered,
            lesions,
            [{"patient": "P1", "sample": "T", "assay": "PANEL", "vcf": "t.vcf"}],
        )
        return [item.supports for item in evidence if item.lesion == lesion]

    return of


@pytest.mark.parametrize("chr_", ["chr", ""])
@pytest.mark.parametrize(
    ("build", "chrom", "pos", "on_x"),
    [
        ("GRCh38", "X", 1196852, "1196852"),
        ("GRCh37", "X", 1314966, "1314966"),
        # Callers that write the reads of PAR1 on Y: the same place in GRCh38, 50,000
        # bases before that of X in GRCh37.
        ("GRCh38", "Y", 1196852, "1196852"),
        ("GRCh37", "Y", 1264966, "1314966"),
    ],
)
def test_crlf2_f232c_is_found_by_its_bases_in_both_builds(
    read, judged, build, chr_, chrom, pos, on_x
):
    content = read(record(pos, "A", "C", chrom=chr_ + chrom), build=build)

    (call,) = judged(content).to_dict("records")
    assert (call["chrom"], call["pos"]) == ("X", on_x)

    assert (call["hotspot"], call["protein_change"]) == ("CRLF2 F232C", "F232C")
    assert (call["kept"], call["pathogenicity"]) == ("yes", "pathogenic")


def test_crlf2_f232c_counts_where_the_annotation_of_grch37_misses_it(read, judged):
    info = "CSQ=C|downstream_gene_variant|CRLF2|ENST00000381567|protein_coding||"

    content = read(
        record(1314966, "A", "C", info, chrom="X"),
        header=[VEP.format(fields=FIELDS)],
        build="GRCh37",
    )

    assert judged(content)["pathogenicity"].tolist() == ["pathogenic"]


def test_an_unannotated_listed_variant_makes_its_lesion_present(states):
    found = states("jakstat_mutation", "CRLF2", record(1196852, "A", "C", chrom="chrX"))

    assert PRESENT in found


def test_an_unannotated_variant_leaves_its_gene_indeterminate(states):
    assert states("tp53", "TP53", record(7674220, "C", "G")) == [INDETERMINATE]


def test_without_a_variant_a_covered_gene_is_absent(states):
    assert states("tp53", "TP53") == [ABSENT]


def test_an_unannotated_variant_that_is_rejected_changes_nothing(states):
    rejected = record(7674220, "C", "G").replace("PASS", "base_qual")

    assert states("tp53", "TP53", rejected) == [ABSENT]


def test_an_unannotated_variant_without_reads_leaves_its_gene_indeterminate(states):
    unmeasured = record(7674220, "C", "G").replace(
        "GT:AD:DP\t0/1:200,200:800", "GT\t0/1"
    )

    assert states("tp53", "TP53", unmeasured) == [INDETERMINATE]


def test_an_annotated_file_with_a_bare_record_leaves_that_gene_indeterminate(states):
    found = states(
        "tp53", "TP53", record(7674220, "C", "G"), header=[VEP.format(fields=FIELDS)]
    )

    assert found == [INDETERMINATE]


def test_a_listed_base_counts_without_annotation(states):
    # c.375G>A, the last base of exon 4: its change is listed whatever the base.
    assert PRESENT in states("tp53", "TP53", record(7675994, "C", "T"))


def test_missing_annotation_is_told(read):
    checks = read(record(7674220, "C", "G")).checks

    assert ("annotation", "missing") in [check[1:3] for check in checks]


# --- build guard -----------------------------------------------------------------


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


def test_contig_lengths_are_believed_before_reference_bases(read):
    assert read(record(7674220, "C", "T")).checks[0][2:] == (
        "confirmed",
        "contig lengths are GRCh38",
    )


# --- which column ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "columns", "vaf"),
    [
        (["##tumor_sample=B"], ("A", "B"), "0.4"),
        (["##tumor_sample=A"], ("A", "B"), "0.1"),
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

    assert told(content, "vaf") == [(vaf,)]


def test_the_reader_loads_neither_pandas_nor_numpy_nor_cyvcf2(root):
    program = (
        "import sys; import ballad.variants.reader; "
        "print({'pandas', 'numpy', 'cyvcf2'} & set(sys.modules))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(root / "scripts")},
    )

    assert printed.stdout == "set()\n"


def test_an_unannotated_tp53_hotspot_is_found_by_its_bases(states):
    assert PRESENT in states("tp53", "TP53", record(7674220, "C", "T"))


def test_unannotated_polymorphisms_of_tp53_leave_it_absent(states):
    # P72R, R213= and N235S
    records = [
        record(7676154, "G", "C"),
        record(7674892, "T", "C"),
        record(7674259, "T", "C"),
    ]

    assert states("tp53", "TP53", *records) == [ABSENT]


def test_listed_bases_are_found_in_a_padded_allele(states):
    assert PRESENT in states("tp53", "TP53", record(7674219, "CCG", "CTG"))


def test_listed_bases_of_tp53_lie_96682_bases_apart_in_the_two_builds(root):
    table = read_table(root / "resources/variants/alleles.tsv")
    tp53 = table[table["gene"] == "TP53"]
    at = {
        build: {
            (row["protein_change"], int(row["pos"]) + shift, row["ref"], row["alt"])
            for row in tp53[tp53["build"] == build].to_dict("records")
        }
        for build, shift in (("GRCh37", 96682), ("GRCh38", 0))
    }

    assert at["GRCh37"] == at["GRCh38"]
    assert len(at["GRCh38"]) == 113


# --- TP53, annotated ---------------------------------------------------------------


def vep(pos, ref, alt, terms, change):
    fields = f"{alt}|{terms}|TP53|{TP53}|protein_coding||ENSP00000269305:{change}"
    return record(pos, ref, alt, f"CSQ={fields}")


CSQ = VEP.format(fields=FIELDS)
C375 = vep(7675994, "C", "T", "splice_region_variant&synonymous_variant", "p.Thr125%3D")
R248 = (
    vep(7674220, "C", "T", "missense_variant", "p.Arg248Gln"),
    vep(7674221, "G", "A", "missense_variant", "p.Arg248Trp"),
)
HARMLESS = {
    "P72R": vep(7676154, "G", "C", "missense_variant", "p.Pro72Arg"),
    "R213=": vep(7674892, "T", "C", "synonymous_variant", "p.Arg213%3D"),
    "N235S": vep(7674259, "T", "C", "missense_variant", "p.Asn235Ser"),
}


def test_the_synonymous_change_of_the_last_base_of_exon_4_makes_tp53_mutated(states):
    assert states("tp53", "TP53", C375, header=[CSQ]) == [PRESENT, ABSENT]


@pytest.mark.parametrize("change", HARMLESS)
def test_polymorphisms_do_not_make_tp53_mutated(states, change):
    assert states("tp53", "TP53", HARMLESS[change], header=[CSQ]) == [ABSENT]


def test_all_polymorphisms_together_do_not_either(states):
    assert states("tp53", "TP53", *HARMLESS.values(), header=[CSQ]) == [ABSENT]


def test_two_hits_in_one_codon_of_tp53_stay_two(read, judged):
    calls = judged(read(*R248, header=[CSQ]))

    assert calls["hotspot"].tolist() == ["TP53 R248Q", "TP53 R248W"]
    assert calls["kept"].tolist() == ["yes", "yes"]
