"""SV VCFs of the callers: notation, mates, reads, damage."""

from collections import Counter

import pytest

from ballad.fusions.structural import Breakend, read_junctions
from ballad.variants.files import VcfError

HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


def junctions(tmp_path, *rows, header=HEAD, **named):
    path = tmp_path / "sv.vcf"
    path.write_text("\n".join([header, *rows]) + "\n")
    return read_junctions(str(path), **named)


def row(chrom, pos, alt, info="SVTYPE=BND", name=".", filter_="PASS", ref="N"):
    return f"{chrom}\t{pos}\t{name}\t{ref}\t{alt}\t.\t{filter_}\t{info}"


@pytest.mark.parametrize(
    ("alt", "sides"),
    [
        ("N[chr9:200[", ("left", "right")),
        ("N]chr9:200]", ("left", "left")),
        ("]chr9:200]N", ("right", "left")),
        ("[chr9:200[N", ("right", "right")),
        ("NACGT[<chr9>:200[", ("left", "right")),
    ],
)
def test_the_four_forms_of_a_breakend(tmp_path, alt, sides):
    (junction,) = junctions(tmp_path, row("chr1", 100, alt))

    assert junction.first == Breakend("1", 100, sides[0])
    assert junction.second == Breakend("9", 200, sides[1])
    assert junction.event == "TRA"


def test_ends_stand_in_genomic_order_whichever_mate_is_read(tmp_path):
    (one,) = junctions(tmp_path, row("chr22", 100, "N[chr9:200["))
    (other,) = junctions(tmp_path, row("9", 200, "]22:100]N"))

    assert (one.first, one.second) == (other.first, other.second)
    assert one.first.chrom == "9"


@pytest.mark.parametrize("key", ["MATEID", "PARID"])
def test_mates_are_one_junction(tmp_path, key):
    found = junctions(
        tmp_path,
        row("22", 100, "N[9:200[", f"SVTYPE=BND;{key}=b", "a"),
        # The mate may stand some bases off, within the interval of uncertainty.
        row("9", 203, "]22:97]N", f"SVTYPE=BND;{key}=a", "b"),
    )

    assert len(found) == 1


def test_a_mate_that_is_missing_leaves_its_junction(tmp_path):
    found = junctions(tmp_path, row("22", 100, "N[9:200[", "SVTYPE=BND;MATEID=b", "a"))

    assert len(found) == 1


def test_one_deletion_in_three_notations_is_one_event(tmp_path):
    found = junctions(
        tmp_path,
        row("7", 100, "<DEL>", "SVTYPE=DEL;END=300"),
        row("7", 100, "N[7:300[", "SVTYPE=BND", "x"),
        row("7", 100, "<DEL>", "SVTYPE=DEL;SVLEN=-200"),
    )

    assert [(j.event, j.first.pos, j.second.pos) for j in found] == [("DEL", 100, 300)]


@pytest.mark.parametrize(
    ("alt", "info", "events"),
    [
        ("<DUP:TANDEM>", "SVTYPE=DUP;END=300", ["DUP"]),
        ("<INV>", "SVTYPE=INV;END=300", ["INV", "INV"]),
        ("<INV>", "SVTYPE=INV;END=300;INV3", ["INV"]),
        ("<INV>", "SVTYPE=INV;END=300;CT=5to5", ["INV"]),
        ("<TRA>", "SVTYPE=TRA;CHR2=9;END=300;CT=3to5", ["TRA"]),
        ("<BND>", "SVTYPE=BND;CHR2=9;POS2=300;END=101;CT=3to3", ["TRA"]),
        ("<INS>", "SVTYPE=INS;END=100", ["INS"]),
        ("N.", "SVTYPE=BND", ["SGL"]),
        ("<CNV>", "END=300", []),
        ("A", ".", []),
    ],
)
def test_symbolic_alternates(tmp_path, alt, info, events):
    found = junctions(tmp_path, row("7", 100, alt, info))

    assert [junction.event for junction in found] == events


def test_delly_says_by_ct_which_sides_are_joined(tmp_path):
    text = row("22", 100, "<TRA>", "SVTYPE=TRA;CHR2=9;END=300;CT=3to5")

    (junction,) = junctions(tmp_path, text)

    assert junction.first == Breakend("9", 300, "right")
    assert junction.second == Breakend("22", 100, "left")


SAMPLES = HEAD + "\tFORMAT\tNORMAL\tTUMOR"


@pytest.mark.parametrize(
    ("caller", "name", "info", "keys", "values", "reads"),
    [
        ("manta", "MantaBND:1", "SVTYPE=BND", "PR:SR", "20,4:30,6", (6, 4)),
        ("manta", "MantaBND:1", "SVTYPE=BND", "PR", "20,4", (0, 4)),
        ("delly", "BND01", "SVMETHOD=EMBL.DELLYv1.1", "DR:DV:RR:RV", "9:4:9:6", (6, 4)),
        ("gridss", "gridss1o", "ASRP=2", "RP:SR:VF", "3:6:10", (6, 4)),
        ("lumpy", "1_1", "SU=10", "SU:PE:SR", "10:4:6", (6, 4)),
    ],
)
def test_reads_of_the_tumour_whatever_the_order(
    tmp_path, caller, name, info, keys, values, reads
):
    zero = ":".join("0" for _ in values.split(":"))
    text = f"{row('22', 100, 'N[9:200[', info, name)}\t{keys}\t{zero}\t{values}"

    (junction,) = junctions(tmp_path, text, header=SAMPLES)

    assert (junction.split_reads, junction.spanning_reads) == reads
    assert junction.caller == caller


def test_the_column_named_in_the_sheet_counts(tmp_path):
    text = f"{row('22', 100, 'N[9:200[', name='Manta')}\tPR\t9,7\t9,2"

    (junction,) = junctions(tmp_path, text, header=SAMPLES, tumour="NORMAL")

    assert junction.spanning_reads == 7


def test_two_columns_without_names_that_tell_are_refused(tmp_path):
    header = HEAD + "\tFORMAT\tA\tB"

    with pytest.raises(VcfError, match="among A, B; name the tumour's column"):
        junctions(tmp_path, header=header)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("22\t100\tx\tN", "line 3: 4 columns, the header has 8"),
        (row("22", 100, "N[9:200]"), "line 3: ALT 'N.9:200.' is no breakend"),
        (row("22", 100, "[9:200["), "line 3: ALT .* is no breakend"),
        (row("22", 100, "<DEL>", "SVTYPE=DEL"), "line 3: neither END nor SVLEN"),
        (row("22", "x", "<DEL>", "SVTYPE=DEL;END=9"), "line 3: POS 'x'"),
        (row("22", 100, "<TRA>", "SVTYPE=TRA;CHR2=9;END=9"), "line 3: .* without"),
    ],
)
def test_damage_names_the_line(tmp_path, text, message):
    with pytest.raises(VcfError, match=message):
        junctions(tmp_path, text)


def test_a_file_of_another_build_is_refused(tmp_path):
    header = HEAD.replace("\n", "\n##contig=<ID=chr9,length=141213431>\n")
    contigs = {("9", 141213431): "GRCh37", ("9", 138394717): "GRCh38"}

    with pytest.raises(VcfError, match="has the length of GRCh37"):
        junctions(tmp_path, header=header, build="GRCh38", contigs=contigs)

    assert junctions(tmp_path, header=header, build="GRCh37", contigs=contigs) == []


def test_par1_of_y_is_written_on_x(tmp_path):
    text = row("chrY", 1200000, "<DEL>", "SVTYPE=DEL;END=1500000")

    (new,) = junctions(tmp_path, text, build="GRCh38")
    (old,) = junctions(tmp_path, text, build="GRCh37")

    assert (new.first.chrom, new.first.pos) == ("X", 1200000)
    assert (old.first.chrom, old.first.pos) == ("X", 1250000)


REAL = {
    # 206 of the 221 breakends are mates, 15 are single.
    "gridss/colo829_somatic_gridss.vcf.gz": ("COLO829v003T_dedup.realigned.bam", 118),
    "gridss/gridss-missingPartner.vcf": ("", 2),
    "manta/scout_manta_1.3_cancer_vep94.vcf.gz": ("999-99", 15),
    "delly/delly-0.6.8.vcf": ("", 4),
    "delly/vcf2maf_test_delly.vcf": ("", 15),
    "cnvkit_manta/scout_tumor_only.SV_CNV.vcf.gz": ("", 35),
}


@pytest.mark.real_data
@pytest.mark.parametrize("name", REAL)
def test_real_files_are_read_to_their_end(real_data, name):
    tumour, number = REAL[name]

    found = read_junctions(str(real_data / "vcf/sv" / name), tumour, "GRCh37")

    assert len(found) == number


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["manta-0.29.6.vcf", "manta-1.1.1.vcf"])
def test_damaged_real_files_are_refused_with_their_line(real_data, name):
    with pytest.raises(VcfError, match=r"line \d+: 8 columns, the header has 10"):
        read_junctions(str(real_data / "vcf/sv/manta" / name))


@pytest.mark.real_data
def test_notations_of_one_real_event_agree(real_data):
    found = read_junctions(str(real_data / "vcf/sv/misc/representations.vcf"))

    assert Counter(junction.event for junction in found) == {"DEL": 2, "SGL": 1}
