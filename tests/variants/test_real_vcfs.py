"""Files of laboratories and callers, whose truth their README states."""

import cyvcf2
import pytest

from ballad.variants.files import VcfError
from ballad.variants.panel import Panel, Region, known_contigs
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS

pytestmark = pytest.mark.real_data

WHOLE = {
    chrom: (Region(0, 400_000_000, frozenset(["ALL"])),)
    for chrom in (*map(str, range(1, 23)), "X", "Y", "M")
}
MUTECT2 = [
    # file, build its contig lengths say, number of records
    ("oncotator_Dream4.chr20.vcf", "GRCh37", 21),
    ("oncotator_phasing.vcf", "GRCh37", 3),
    ("oncotator_notinphase.vcf", "GRCh37", 4),
    ("varcode_mutect2_chrM.vcf", "GRCh38", 7),
]


@pytest.fixture(scope="module")
def contigs(root):
    return known_contigs(str(root / "resources/panel/contigs.tsv"))


def read(path, build, contigs):
    sample = {
        **{"patient": "P1", "sample": "S", "assay": "A", "timepoint": "diagnosis"},
        **{"genome_build": build, "vcf": str(path), "vcf_sample": ""},
    }
    return read_vcf(sample, Panel(build, WHOLE, {}), contigs)


@pytest.mark.parametrize(("name", "build", "records"), MUTECT2)
def test_a_mutect2_vcf_is_read_whole_with_the_vaf_it_states(
    real_data, contigs, name, build, records
):
    path = real_data / "vcf/callers/mutect2" / name
    tumour = "TUMOR" if "oncotator" in name else "NA12878"
    expected = []
    for variant in cyvcf2.VCF(str(path), samples=[tumour]):
        for index, alt in enumerate(variant.ALT):
            vaf = float(variant.format("AF")[0][index])
            reads = int(variant.format("AD")[0][index + 1])
            expected.append((str(variant.POS), variant.REF, alt, reads, vaf))

    content = read(path, build, contigs)

    places = [COLUMNS.index(c) for c in ("pos", "ref", "alt", "alt_reads", "vaf")]
    rows = [tuple(row[place] for place in places) for row in content.rows]
    found = [(*row[:3], int(row[3]), float(row[4])) for row in rows]
    assert content.counts["records"] == records
    assert [row[:4] for row in found] == [row[:4] for row in expected]
    assert [row[4] for row in found] == pytest.approx([row[4] for row in expected])


@pytest.mark.parametrize(("name", "build", "records"), MUTECT2[:3])
def test_a_mutect2_vcf_of_the_other_build_is_refused(
    real_data, contigs, name, build, records
):
    path = real_data / "vcf/callers/mutect2" / name

    assert "confirmed" in [c[2] for c in read(path, build, contigs).checks]
    with pytest.raises(VcfError, match="genome build contradicted"):
        read(path, "GRCh38", contigs)


@pytest.mark.parametrize("name", ["mutect-example-headerless.vcf", "cyvcf2_empty.vcf"])
def test_a_malformed_file_is_refused_and_never_shorter_without_a_word(
    real_data, contigs, name
):
    path = real_data / "vcf/malformed" / name

    with pytest.raises(VcfError, match=name):
        read(path, "GRCh37", contigs)
