import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ballad.tables import read_table
from ballad.variants.calls import COLUMNS, allele_of, filter_counts, variant_calls
from ballad.variants.hotspots import Hotspots, suppressors

R248Q = {
    **{"patient": "P1", "sample": "T", "assay": "PANEL", "timepoint": "diagnosis"},
    **{"genome_build": "GRCh38", "chrom": "17", "pos": "7674220", "ref": "C"},
    **{"alt": "T", "gene": "TP53", "transcript": "", "hgvsc": "", "hgvsp": ""},
    **{"consequence": "missense_variant", "protein_change": "R248Q"},
    **{"depth": 500.0, "alt_reads": 200.0, "vaf": 0.4, "filter": "PASS"},
    **{"population_af": None, "alt_forward": 100.0, "alt_reverse": 100.0},
    **{"normal_depth": None, "normal_vaf": None, "source": "snv.vcf"},
}


@pytest.fixture(scope="module")
def method(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())


@pytest.fixture(scope="module")
def calls(root, method):
    """Return a function: rows that differ from R248Q -> variant calls."""
    resources = root / "resources"
    hotspots = Hotspots(
        read_table(resources / "variants/hotspots.tsv"),
        read_table(resources / "variants/alleles.tsv"),
    )
    classes = read_table(resources / "variants/classes.tsv")
    genes = suppressors(read_table(resources / "panel/genes.tsv"))

    def called(*rows):
        return variant_calls(
            pd.DataFrame([{**R248Q, **row} for row in rows]),
            hotspots,
            classes.set_index("class").to_dict("index"),
            genes,
            {"PANEL": "dna_panel", "EXOME": "wes"},
            method["variants"]["filters"],
            method["variants"]["assay_limits"],
            method["variants"]["rescue"],
            method["genotypes"]["tp53"],
        )

    return called


def outcome(table):
    return table[["kept", "reason", "rescued_by"]].values.tolist()


def test_a_sound_hotspot_is_kept_and_named(calls):
    table = calls({})

    assert outcome(table) == [["yes", "", ""]]
    assert table["hotspot"].tolist() == ["TP53 R248Q"]
    assert tuple(table.columns) == COLUMNS


def test_a_hotspot_called_germline_is_rescued_and_flagged(calls):
    table = calls({"filter": "germline", "vaf": 0.49})

    assert outcome(table) == [["yes", "", "TP53 R248Q"]]
    assert table["flags"].tolist() == ["germline_suspect"]


IN_NORMAL = {"vaf": 0.5, "normal_depth": 300.0, "normal_vaf": 0.5}


def test_a_counted_tp53_variant_of_the_matched_normal_is_kept_and_flagged(calls):
    listed = calls({**IN_NORMAL, "filter": "."})
    unlisted = calls({**IN_NORMAL, **UNLISTED, "filter": "germline"})

    assert outcome(listed) == [["yes", "", "TP53 R248Q"]]
    assert outcome(unlisted) == [["yes", "", "likely_pathogenic"]]
    assert listed["flags"].item() == unlisted["flags"].item() == "germline_suspect"
    assert listed["normal_vaf"].tolist() == [0.5]


PAX5 = {"gene": "PAX5", "chrom": "9", "pos": "37015168", "protein_change": "P80R"}


@pytest.mark.parametrize(
    ("vaf", "normal", "kept"),
    [
        (0.45, 0.10, "yes"),  # the limit: leukaemic cells in the normal
        (0.45, 0.101, "no"),
        (0.60, 0.12, "yes"),  # five times as large
        (0.59, 0.12, "no"),
        (0.45, None, "yes"),  # no normal in the file
        (0.45, 0.0, "yes"),
    ],
)
def test_what_the_matched_normal_shows_is_no_finding_but_leaves_doubt(
    calls, vaf, normal, kept
):
    table = calls({**PAX5, "ref": "G", "alt": "C", "vaf": vaf, "normal_vaf": normal})

    reason, flags = {
        "yes": ("", ""),
        "no": ("in_normal", "germline_suspect,rejected_by_quality"),
    }[kept]
    assert outcome(table) == [[kept, reason, ""]]
    assert table["flags"].item() == flags


@pytest.mark.parametrize(
    ("depth", "kept"),
    [(9.0, "yes"), (10.0, "no"), (None, "no")],  # of 9 reads one is above the limit
)
def test_a_normal_of_few_reads_rejects_nothing(calls, depth, kept):
    shown = {"vaf": 0.45, "normal_vaf": 0.2, "normal_depth": depth}

    assert calls({**PAX5, "ref": "G", "alt": "C", **shown})["kept"].item() == kept


def test_no_rescue_overrides_the_normal_of_another_gene_than_tp53(calls):
    p80r = {**PAX5, "ref": "G", "alt": "C", "vaf": 0.5, "normal_vaf": 0.5}

    table = calls({**p80r, "filter": "germline"}, {**p80r, "depth": 40.0})

    assert table["kept"].tolist() == ["no", "no"]


@pytest.mark.parametrize("word", ["germline_risk", "normal_artifact"])
def test_a_rescued_hotspot_shows_that_the_caller_saw_the_normal(calls, word):
    table = calls({"filter": f"strand_bias;{word}"})

    assert outcome(table) == [["yes", "", "TP53 R248Q"]]
    assert table["flags"].tolist() == ["germline_suspect"]


UNLISTED = {"protein_change": "A119D"}  # TP53 domain missense: likely pathogenic


def test_an_unlisted_counted_variant_called_germline_is_rescued_and_flagged(calls):
    table = calls({**UNLISTED, "filter": "germline", "vaf": 0.49})

    assert outcome(table) == [["yes", "", "likely_pathogenic"]]
    assert table["flags"].tolist() == ["germline_suspect"]


def test_a_variant_of_unknown_effect_called_germline_is_rejected(calls):
    table = calls({"filter": "germline", "protein_change": "S93T"})

    assert outcome(table) == [["no", "not_passed", ""]]


def test_germline_beside_another_filter_is_rejected(calls):
    table = calls({**UNLISTED, "filter": "germline;strand_bias"})

    assert outcome(table) == [["no", "not_passed", ""]]


def test_germline_does_not_rescue_a_shallow_unlisted_variant(calls):
    table = calls({**UNLISTED, "filter": "germline", "depth": 60.0})

    assert outcome(table) == [["no", "not_passed", ""]]


QUALITY = [
    # what differs from a sound, unlisted, counted variant -> rejected by quality
    ({"depth": 60.0, "alt_reads": 25.0, "vaf": 0.42}, True),
    ({"alt_reads": 4.0, "vaf": 0.05}, True),  # VAF at its floor
    ({"filter": "strand_bias"}, True),
    ({"depth": 60.0, "vaf": 0.049}, False),  # below the floor of VAF
    ({"depth": 60.0, "vaf": None}, False),  # unmeasured: known by its empty cell
    ({"depth": 60.0, "protein_change": "S93T"}, False),  # of unknown effect
    ({}, False),  # kept
]


@pytest.mark.parametrize(("differs", "flagged"), QUALITY)
def test_a_measured_counted_variant_rejected_by_quality_is_flagged(
    calls, differs, flagged
):
    table = calls({**UNLISTED, **differs})

    assert ("rejected_by_quality" in table["flags"].item().split(",")) is flagged


def test_a_benign_polymorphism_is_never_rescued(calls):
    table = calls({"filter": "germline", "protein_change": "P72R", "vaf": 0.5})

    assert outcome(table) == [["no", "not_passed", ""]]


def test_the_depth_limit_is_that_of_the_assay(calls):
    shallow = {"depth": 50.0, "alt_reads": 20.0, "protein_change": "A119D"}

    table = calls(shallow, {**shallow, "assay": "EXOME"})

    assert outcome(table) == [["no", "low_depth", ""], ["yes", "", ""]]


def test_a_call_that_stands_in_two_files_is_counted_once(calls):
    table = calls({}, {"source": "indel.vcf"})

    assert outcome(table) == [["yes", "", ""], ["no", "duplicate", ""]]


def test_of_two_identical_calls_the_one_that_passes_counts(calls):
    table = calls(
        {"filter": "strand_bias", "protein_change": "A119D"},
        {"source": "indel.vcf", "protein_change": "A119D"},
    )

    assert outcome(table) == [["no", "duplicate", ""], ["yes", "", ""]]


def test_of_two_identical_rejected_calls_one_has_the_reason(calls):
    table = calls({"depth": 5.0}, {"depth": 5.0, "source": "indel.vcf"})

    assert outcome(table) == [["no", "low_depth", ""], ["no", "duplicate", ""]]


def test_of_two_identical_rejected_calls_the_one_that_may_be_there_has_the_reason(
    calls,
):
    table = calls({**UNLISTED, "vaf": 0.01}, {**UNLISTED, "depth": 60.0})

    assert table["reason"].tolist() == ["duplicate", "low_depth"]


@pytest.mark.parametrize("column", ["sample", "patient", "assay", "alt", "gene"])
def test_calls_that_differ_in_what_identifies_them_are_no_duplicates(calls, column):
    other = {"assay": "EXOME", "alt": "G", "gene": "NF1"}.get(column, "other")

    table = calls({}, {column: other})

    assert "duplicate" not in table["reason"].tolist()


def test_no_record_gives_an_empty_table_with_all_columns(calls):
    table = calls()

    assert table.empty
    assert tuple(table.columns) == COLUMNS


def test_an_allele_without_annotation_has_no_terms():
    allele = allele_of({**R248Q, "consequence": ""})

    assert not allele.terms - {""}


def test_the_counts_of_a_sample_add_up(calls, method):
    table = calls({}, {"source": "b.vcf"}, {"depth": 5.0, "pos": "7"})
    read = pd.DataFrame(
        [
            ("P1", "T", "PANEL", reason, n)
            for reason, n in [
                ("records", 10),
                ("outside_panel", 7),
                ("in_panel", 3),
                ("not_a_variant", 0),
                ("rows", 3),
            ]
        ],
        columns=["patient", "sample", "assay", "reason", "n"],
    )

    counts = filter_counts(read, table, method["variants"]["filters"])

    n = dict(zip(counts["reason"], counts["n"], strict=True))
    outcomes = [*method["variants"]["filters"], "duplicate", "kept"]
    assert n["records"] == n["outside_panel"] + n["in_panel"]
    assert n["rows"] == sum(n[reason] for reason in outcomes)
    assert (n["kept"], n["duplicate"], n["low_depth"]) == (1, 1, 1)


def test_two_files_of_one_sample_are_counted_together(calls, method):
    read = pd.DataFrame(
        [("P1", "T", "PANEL", "records", 10), ("P1", "T", "PANEL", "records", 5)],
        columns=["patient", "sample", "assay", "reason", "n"],
    )

    counts = filter_counts(read, calls(), method["variants"]["filters"])

    assert counts.loc[counts["reason"] == "records", "n"].tolist() == [15]


def test_a_worse_consequence_elsewhere_is_shown_and_drops_nothing(calls):
    table = calls({"worst_elsewhere": "ENST2:stop_gained"})

    assert table["flags"].tolist() == ["worst_elsewhere:ENST2:stop_gained"]
    assert table["kept"].tolist() == ["yes"]


def test_an_artefact_of_one_strand_is_flagged_and_never_counted_nor_rescued(calls):
    v26g = {
        **{"gene": "PAX5", "chrom": "9", "pos": "37020771", "ref": "A", "alt": "C"},
        **{"protein_change": "V26G", "vaf": 0.03, "alt_reads": 30.0},
        **{"alt_forward": 30.0, "alt_reverse": 0.0},
    }
    table = calls(v26g, {**v26g, "pos": "37020772", "vaf": 0.3})

    assert table["pathogenicity"].tolist() == ["artefact", "artefact"]
    assert table["flags"].tolist() == ["artefact_suspect,one_strand"] * 2
    assert outcome(table) == [["no", "low_vaf", ""], ["yes", "", ""]]


def test_two_hits_in_one_codon_stay_two(calls):
    table = calls(
        {}, {"pos": "7674221", "ref": "G", "alt": "A", "protein_change": "R248W"}
    )

    assert table["hotspot"].tolist() == ["TP53 R248Q", "TP53 R248W"]
    assert table["kept"].tolist() == ["yes", "yes"]


@settings(deadline=None)
@given(data=st.data())
def test_every_row_of_a_sample_is_counted_under_one_reason(calls, method, data):
    """Filter counts add up whatever the rows are: kept, rejected, missing or twice."""
    number = st.one_of(st.none(), st.integers(0, 400).map(float))
    row = st.fixed_dictionaries(
        {
            "sample": st.sampled_from(["T", "U"]),
            "assay": st.sampled_from(["PANEL", "EXOME"]),
            "pos": st.sampled_from(["7674220", "7674221", "7674894"]),
            "protein_change": st.sampled_from(["R248Q", "P72R", "R213=", ""]),
            "filter": st.sampled_from(["PASS", ".", "germline", "weak;germline", ""]),
            "vaf": st.one_of(st.none(), st.floats(0, 1)),
            "population_af": st.one_of(st.none(), st.floats(0, 1)),
            **dict.fromkeys(
                ("depth", "alt_reads", "alt_forward", "alt_reverse"), number
            ),
        }
    )
    rows = data.draw(st.lists(row, min_size=1, max_size=12))
    table = calls(*rows)
    keys = ["patient", "sample", "assay"]
    read = pd.DataFrame(
        [
            ("P1", sample, assay, reason, n)
            for sample in ("T", "U")
            for assay in ("PANEL", "EXOME")
            for reason, n in (
                (
                    "rows",
                    sum((r["sample"], r["assay"]) == (sample, assay) for r in rows),
                ),
            )
        ],
        columns=[*keys, "reason", "n"],
    )

    counted = filter_counts(read, table, method["variants"]["filters"])

    for _, sample in counted.groupby(keys):
        of = dict(zip(sample["reason"], sample["n"], strict=True))
        assert sum(n for reason, n in of.items() if reason != "rows") == of["rows"]
    assert counted.loc[counted["reason"] == "kept", "n"].sum() == sum(
        table["kept"] == "yes"
    )
    assert ((table["reason"] == "") == (table["kept"] == "yes")).all()


FRAMESHIFT = {"consequence": "frameshift_variant", "protein_change": "E349fs"}
IN_FRAME = {"consequence": "inframe_deletion", "protein_change": "C176del"}


@pytest.mark.parametrize("change", [FRAMESHIFT, {**IN_FRAME, "pos": "7675084"}])
@pytest.mark.parametrize("faint", [{"vaf": 0.03}, {"filter": "slippage"}])
def test_a_truncation_or_indel_that_no_row_names_is_not_rescued(calls, change, faint):
    (level,) = calls(change)["pathogenicity"]
    assert level in ("pathogenic", "likely_pathogenic")

    assert calls({**change, **faint})["kept"].tolist() == ["no"]


def test_a_listed_truncation_is_rescued(calls):
    listed = {"consequence": "stop_gained", "protein_change": "R213*", "vaf": 0.03}

    assert outcome(calls(listed)) == [["yes", "", "TP53 R213*"]]
