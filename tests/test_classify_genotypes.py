"""The entry: what it takes from samples, breakpoints and curators into a genotype."""

import pytest
import yaml
from classify_genotypes import main

from ballad.tables import read_table

ABL = ("P1", "S", "RNA", "ABL1", "BCR", "arriba", "20", "5", "high", "B", "f:2", "ph")
CALLS = (
    "patient\tsample\tassay\ttimepoint\tgenome_build\tchrom\tpos\tref\talt\tgene"
    "\tprotein_change\thotspot\tpathogenicity\tflags\tkept\tvaf\n"
)


@pytest.fixture
def classified(root, tmp_path):
    """Return a function that classifies one patient with BCR::ABL1."""
    resources = root / "resources"
    lesions = read_table(resources / "genotypes/lesions.tsv")["lesion"]
    settings = yaml.safe_load((root / "config/config.yaml").read_text())["genotypes"]

    def write(name, text):
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    def run(record="line 2 BCR::ABL1", points=("22:23182239", "9:1"), **differs):
        given = {"curation": "", "calls": "", "window": "inside", "said": ""}
        given |= differs
        here = {"ph", "tp53"} if given["calls"] else {"ph"}
        states = {x: "present" if x in here else "absent" for x in lesions}
        rows = [f"P1\t{x}\t{s}\trna_fusion\tP1:1\tabc\n" for x, s in states.items()]
        sample = {"patient": "P1", "sample": "S", "assay": "RNA", "purity": ""}
        sample |= {"genome_build": "GRCh38", "expression_subtype": ""}
        curation = "patient\tlesion\tstate\tsource\tnote\tevidence_fingerprint\n"
        out = str(tmp_path / "genotypes.tsv")
        main(
            lesions=write(
                "lesions.tsv",
                "patient\tlesion\tstate\tbasis\tevidence\tevidence_fingerprint\n"
                + "".join(rows),
            ),
            evidence=write(
                "evidence.tsv",
                "evidence\tpatient\tsample\tassay\tlesion\tsupports\tkind\tfile\trecord"
                f"\ttier\nP1:1\tP1\tS\tRNA\tph\tpresent\trna_fusion\tf\t{record}\tB\n"
                + given["said"],
            ),
            counted_samples=write(
                "counted.tsv",
                "patient\tsample\tassay\ttimepoint\tday\tcounted\treason\twindow\n"
                f"P1\tS\tRNA\tdiagnosis\t-120\tyes\tcounts\t{given['window']}\n",
            ),
            variants=write("variants.tsv", CALLS + given["calls"]),
            fusions=write(
                "fusions.tsv",
                "patient\tsample\tassay\tgene5\tgene3\tcallers\tsplit_reads"
                "\tspanning_reads\tconfidence\ttier\tsource\tlesion\trule\treciprocal"
                "\tbreakpoint5\tbreakpoint3\n"
                + "\t".join((*ABL, "", "", *points))
                + "\n",
            ),
            structural_variants=write(
                "sv.tsv", "patient\tsample\tassay\tlesion\ttier\n"
            ),
            curation=[write("curation.tsv", curation + given["curation"])]
            if given["curation"]
            else [],
            lesion_rules=resources / "genotypes/lesions.tsv",
            precedence=resources / "genotypes/precedence.tsv",
            subtypes=resources / "genotypes/subtypes.tsv",
            expression_labels=resources / "genotypes/expression_labels.tsv",
            hotspots=resources / "variants/hotspots.tsv",
            cds_grch37=resources / "panel/cds.GRCh37.bed",
            cds_grch38=resources / "panel/cds.GRCh38.bed",
            genotypes=out,
            samples=[sample],
            settings=settings,
        )
        (row,) = read_table(out).to_dict("records")
        return row

    return run


def test_the_breakpoint_in_bcr_names_the_isoform(classified):
    assert classified()["bcr_abl1_isoform"] == "p190"
    assert classified(points=("", ""))["bcr_abl1_isoform"] == "p_unknown"


def test_a_reciprocal_transcript_alone_is_marked(classified):
    assert classified()["reciprocal_only"] == "no"
    alone = classified(record="line 2 ABL1::BCR (reciprocal)")
    assert (alone["ph"], alone["reciprocal_only"]) == ("present", "yes")


def test_a_sample_outside_the_window_is_a_conflict(classified):
    assert classified()["conflicts"] == ""
    assert classified(window="outside")["conflicts"] == (
        "sample_outside_window: S (day -120)"
    )


def test_two_assays_that_contradict_each_other_are_a_conflict(classified):
    fish = "P1:2\tP1\t\t\tph\tabsent\tfish\tf\tnuc ish(ABL1,BCR)x2[200]\t\n"
    karyotype = "P1:2\tP1\t\t\tph\tabsent\tkaryotype\tf\t46,XX[20]\t\n"

    assert classified(said=fish)["conflicts"] == (
        "assays_contradict: ph (fish absent against rna_fusion present)"
    )
    # A normal karyotype alone does not exclude BCR::ABL1.
    assert classified(said=karyotype)["conflicts"] == ""


def test_a_curator_may_decide_what_follows_from_other_lesions(classified):
    row = classified(curation="P1\tph_like\tindeterminate\tletter\t\t\n")

    assert (row["ph_like"], row["ph_like_basis"]) == ("indeterminate", "curated")


def test_a_stale_decision_is_a_conflict(classified):
    fresh = classified()["evidence_fingerprint"]
    decision = "P1\tsubtype\tBCR_ABL1\tletter\t\t{}\n"

    assert classified(curation=decision.format(fresh))["conflicts"] == (
        "also present: ph"
    )
    assert (
        "stale_curation: subtype"
        in (classified(curation=decision.format("0" * 12))["conflicts"])
    )


def test_a_variant_flagged_as_perhaps_germline_is_marked(classified):
    call = "P1\tS\tRNA\tdiagnosis\tGRCh38\t17\t7\tC\tT\tTP53\tR248Q\t\tpathogenic"

    suspected = classified(calls=f"{call}\tgermline_suspect\tyes\t0.5\n")

    assert suspected["tp53_germline_suspect"] == "yes"
    assert classified(calls=f"{call}\t\tyes\t0.5\n")["tp53_germline_suspect"] == "no"


def test_the_mutation_of_the_largest_vaf_names_the_class_of_its_hotspot(classified):
    place = "P1\tS\tRNA\tdiagnosis\tGRCh38\t17"
    listed = f"{place}\t7\tC\tT\tTP53\tR248Q\tTP53 R248Q\tpathogenic\t\tyes"
    any_stop = "TP53 any frameshift/stop_gained"
    stop = f"{place}\t8\tC\tT\tTP53\tW53*\t{any_stop}\tpathogenic\t\tyes"
    other = f"{place}\t9\tC\tT\tTP53\tL265P\t\tlikely_pathogenic\t\tyes"

    def class_of(*calls):
        return classified(calls="".join(calls))["tp53_hotspot_class"]

    assert class_of(f"{listed}\t0.5\n") == "pathogenic_missense"
    assert class_of(f"{listed}\t0.2\n", f"{stop}\t0.3\n") == "pathogenic_truncating"
    assert class_of(f"{other}\t0.5\n") == "unlisted"
    assert class_of() == ""
