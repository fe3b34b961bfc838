"""One lesion told by karyotype, FISH, fusion table or SV VCF: same call, other basis."""

import pytest
from assess_lesions import main as assess_lesions
from read_copy_number import main as read_copy_number
from read_cytogenetics import main as read_cytogenetics
from read_fusions import main as read_fusions
from read_structural_variants import main as read_structural_variants

from ballad.tables import read_table

COLUMNS = (
    *("vcf", "vcf_sample", "sv_vcf", "arriba", "star_fusion", "fusioncatcher"),
    *("fusions", "copy_number", "coverage", "expression_subtype", "blast_pct"),
    "purity",
)
SETTINGS = {
    "ploidy": {
        "near_haploid": [24, 31],
        "low_hypodiploid": [32, 39],
        "high_hyperdiploid": [51, 67],
        "masked_check": [50, 78],
    },
    "fish": {"fusion_pct": 2, "breakapart_pct": 5, "deletion_pct": 10, "gain_pct": 10},
    "karyotype_min_metaphases": 20,
}
LIMITS = {"definitive_reads": 5, "rule_reads": 2}
CN_LIMITS = {"loss": -0.4, "homozygous_loss": -1.1, "gain": 0.3, "amplification": 0.9}
SV = """##fileformat=VCFv4.2
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR
chr22\t23290000\tMantaBND:0\tN\tN[chr9:130854000[\t.\tPASS\tSVTYPE=BND;MATEID=MantaBND:1\tPR:SR\t9,4:9,6
chr9\t130854000\tMantaBND:1\tN\t]chr22:23290000]N\t.\tPASS\tSVTYPE=BND;MATEID=MantaBND:0\tPR:SR\t9,4:9,6
"""
EMPTY = {
    "variants": "patient\tsample\tassay\tchrom\tpos\tref\talt\tgene\tkept\treason\tpathogenicity\tdepth\talt_reads\tvaf\tsource\thotspot\tprotein_change\n",
    "callability": "patient\tsample\tassay\tgene\tstate\tsource\n",
}


@pytest.fixture
def assessed(root, tmp_path):
    resources = root / "resources"

    def run(cytogenetics="", **cells):
        for name, text in EMPTY.items():
            (tmp_path / f"{name}.tsv").write_text(text)
        sample = dict.fromkeys(COLUMNS, "")
        sample |= {"patient": "1", "sample": "s", "timepoint": "diagnosis"}
        sample |= {"date": "", "assay": "A", "genome_build": "GRCh38", **cells}
        samples = [sample] if cells else []
        out = {
            name: str(tmp_path / f"{name}.out.tsv")
            for name in ("fusions", "structural_variants", "cytogenetics")
            + ("copy_number", "lesions", "evidence")
        }
        read_fusions(
            [],
            resources / "fusions/rules.tsv",
            resources / "fusions/gene_aliases.tsv",
            resources / "fusions/lesions.tsv",
            out["fusions"],
            samples,
            LIMITS,
        )
        read_structural_variants(
            [],
            resources / "panel/genes.tsv",
            resources / "panel/loci.tsv",
            resources / "panel/cds.GRCh37.bed",
            resources / "panel/cds.GRCh38.bed",
            resources / "fusions/loci.tsv",
            resources / "fusions/rules.tsv",
            resources / "fusions/lesions.tsv",
            resources / "panel/contigs.tsv",
            out["structural_variants"],
            [row for row in samples if row["sv_vcf"]],
            LIMITS,
        )
        sheet = tmp_path / "sheet.tsv"
        sheet.write_text(f"patient\ttimepoint\tdate\tkaryotype\tfish\n{cytogenetics}")
        read_cytogenetics(
            [str(sheet)] if cytogenetics else [],
            resources / "genotypes/lesions.tsv",
            resources / "cytogenetics/karyotype_patterns.tsv",
            resources / "cytogenetics/fish_probes.tsv",
            out["cytogenetics"],
            SETTINGS,
        )
        read_copy_number(
            [],
            resources / "panel/genes.tsv",
            resources / "genotypes/lesions.tsv",
            out["copy_number"],
            [row for row in samples if row["copy_number"]],
            CN_LIMITS,
            SETTINGS["ploidy"],
        )
        assay = {"type": "wgs", "detects": ["sv", "fusion"], "targets": None}
        assess_lesions(
            variants=tmp_path / "variants.tsv",
            callability=tmp_path / "callability.tsv",
            fusions=out["fusions"],
            structural_variants=out["structural_variants"],
            cytogenetics=out["cytogenetics"],
            copy_number=out["copy_number"],
            curation=[],
            lesion_rules=resources / "genotypes/lesions.tsv",
            expression_labels=resources / "genotypes/expression_labels.tsv",
            lesions=out["lesions"],
            evidence=out["evidence"],
            counted_samples=str(tmp_path / "counted.tsv"),
            discordant_samples=str(tmp_path / "discordant.tsv"),
            samples=samples,
            assays={"A": {**assay, "genes": None, "min_depth": None}},
            patients=["1"],
            remission_below_blasts_pct=20,
            sample_window_days=[-90, 7],
            days=[None] * len(samples),
        )
        table = read_table(out["lesions"]).set_index("lesion")
        return table[["state", "basis"]].apply(tuple, axis=1).to_dict()

    return run


def test_a_philadelphia_chromosome_is_one_by_any_assay(assessed, tmp_path):
    sv, pairs = tmp_path / "sv.vcf", tmp_path / "pairs.tsv"
    sv.write_text(SV)
    pairs.write_text("gene5\tgene3\tsplit_reads\nBCR\tABL1\t20\n")
    fish = "1\tdiagnosis\t\t\tnuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[180/200]\n"
    karyotype = "1\tdiagnosis\t\t46,XX,t(9;22)(q34;q11.2)[20]\t\n"

    found = {
        "karyotype": assessed(karyotype)["ph"],
        "fish": assessed(fish)["ph"],
        "rna_fusion": assessed(fusions=str(pairs))["ph"],
        "dna_sv": assessed(sv_vcf=str(sv))["ph"],
    }

    assert found == {basis: ("present", basis) for basis in found}


def test_a_blank_cell_is_not_assessed_and_a_file_without_records_absent(
    assessed, tmp_path
):
    empty = tmp_path / "empty.vcf"
    empty.write_text("".join(SV.splitlines(keepends=True)[:2]))

    assert assessed()["kmt2a_r"] == ("not_assessed", "")
    assert assessed(sv_vcf=str(empty))["kmt2a_r"] == ("absent", "dna_sv")
    # DNA breakpoints upstream of CRLF2 may be missed: nothing is excluded.
    assert assessed(sv_vcf=str(empty))["crlf2_r"] == ("not_assessed", "")


def test_chromosomes_seen_in_rna_are_evidence_of_expression(assessed, tmp_path):
    table = tmp_path / "estimation_table.tsv"
    table.write_text("sample\tgender\tchrom_n\talterations\ns\tmale\t34\t2-, 17-\n")

    found = assessed(copy_number=str(table))

    assert found["low_hypodiploid"] == ("present", "rna_expression")
    assert found["tp53_deletion"] == ("present", "rna_expression")
    assert found["hyperdiploid"] == ("not_assessed", "")


HEADERS = {
    "arriba": "#gene1\tgene2\ttype\tsplit_reads1\tsplit_reads2\tdiscordant_mates"
    "\tconfidence\n",
    "star_fusion": "#FusionName\tJunctionReadCount\tSpanningFragCount\tLeftGene"
    "\tRightGene\n",
    "fusions": "gene5\tgene3\tsplit_reads\n",
}


@pytest.mark.parametrize("column", HEADERS)
def test_a_fusion_table_whose_cell_is_blanked_or_whose_rows_are_removed(
    assessed, tmp_path, column
):
    emptied = tmp_path / f"{column}.emptied.tsv"
    emptied.write_text(HEADERS[column])

    assert assessed(**{column: ""})["abl_class"] == ("not_assessed", "")
    assert assessed(**{column: str(emptied)})["abl_class"] == ("absent", "rna_fusion")


def test_a_copy_number_table_blanked_or_emptied(assessed, tmp_path):
    emptied, whole = tmp_path / "emptied.seg", tmp_path / "whole.seg"
    header = "ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\n"
    emptied.write_text(header)
    whole.write_text(
        header + "".join(f"s\t{n}\t1\t300000000\t9\t0\n" for n in range(1, 24))
    )

    assert assessed(copy_number="")["ikzf1_deletion"] == ("not_assessed", "")
    assert assessed(copy_number=str(whole))["ikzf1_deletion"] == ("absent", "array")
    # Segments cover the genome: without any, nothing was measured.
    assert assessed(copy_number=str(emptied))["ikzf1_deletion"][0] == "indeterminate"
