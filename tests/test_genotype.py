import pandas as pd
import pytest
import yaml

from ballad.cytogenetics import cytogenetics_table
from ballad.evidence import (
    counted_samples,
    curated_evidence,
    expression_evidence,
    fusion_evidence,
    table_evidence,
    variant_evidence,
)
from ballad.fusions.events import fusion_events
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import read_rules
from ballad.genotype import (
    FLAGS,
    all_of,
    any_of,
    counted_variants,
    distinct_variants,
    first_rule,
    genotype,
    ikzf1_plus,
    pax5_flags,
    ph_like_state,
    tp53_state,
)
from ballad.inputs.sheets import SAMPLE_COLUMNS
from ballad.lesions import excluded_by, lesion_table, numbered
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT
from ballad.tables import read_table
from ballad.variants.calls import variant_calls
from ballad.variants.hotspots import Hotspots, suppressors

FUSION_HEADER = {
    "fusions": "gene5\tgene3\tsplit_reads\tspanning_reads\tconfidence",
    "fusioncatcher": "Gene_1_symbol(5end_fusion_partner)"
    "\tGene_2_symbol(3end_fusion_partner)\tSpanning_unique_reads\tSpanning_pairs"
    "\tFusion_description",
}


class Laboratory:
    """Takes the results of one patient through every step up to the genotype."""

    def __init__(self, root, folder):
        resources = root / "resources"
        method = yaml.safe_load((root / "config/config.yaml").read_text())
        self.folder = folder
        self.settings = method["genotypes"]
        self.variants = method["variants"]
        self.lesions = read_table(resources / "genotypes/lesions.tsv")
        self.rules = read_table(resources / "genotypes/precedence.tsv")
        self.subtypes = read_table(resources / "genotypes/subtypes.tsv")
        self.labels = read_table(resources / "genotypes/expression_labels.tsv")
        self.hotspots = Hotspots(
            read_table(resources / "variants/hotspots.tsv"),
            read_table(resources / "variants/alleles.tsv"),
        )
        self.classes = read_table(resources / "variants/classes.tsv")
        self.panel = read_table(resources / "panel/genes.tsv")
        self.patterns = read_table(resources / "cytogenetics/karyotype_patterns.tsv")
        self.probes = read_table(resources / "cytogenetics/fish_probes.tsv")
        self.aliases = read_table(resources / "fusions/gene_aliases.tsv")
        self.fusion_rules = read_table(resources / "fusions/rules.tsv")
        self.rule_lesions = read_table(resources / "fusions/lesions.tsv")

    def calls(self, variants):
        sound = {
            **{"patient": "P1", "sample": "T", "assay": "PANEL", "hgvsc": ""},
            **{"timepoint": "diagnosis", "genome_build": "GRCh38", "chrom": "17"},
            **{"pos": "1", "ref": "C", "alt": "T", "gene": "TP53", "transcript": ""},
            **{"consequence": "missense_variant", "hgvsp": "", "protein_change": ""},
            **{"depth": 500, "alt_reads": 200, "vaf": 0.4, "filter": "PASS"},
            **{"population_af": None, "alt_forward": 100, "alt_reverse": 100},
            **{"source": "t.vcf"},
        }
        rows = [{**sound, "pos": str(i), **v} for i, v in enumerate(variants, 1)]
        return variant_calls(
            pd.DataFrame(rows, columns=list(sound)),
            self.hotspots,
            self.classes.set_index("class").to_dict("index"),
            suppressors(self.panel),
            {"PANEL": "dna_panel"},
            self.variants["filters"],
            self.variants["assay_limits"],
            self.variants["rescue"],
            self.settings["tp53"],
        )

    def fusions(self, samples):
        names = GeneNames(
            zip(self.aliases["alias"], self.aliases["approved_or_locus"], strict=True)
        )
        lesion_of = {
            (row["subtype"], row["ph_like_class"]): row["lesion"]
            for row in self.rule_lesions.to_dict("records")
        }
        rules = read_rules(self.fusion_rules.to_dict("records"), lesion_of)
        return fusion_events(samples, names, rules, self.settings["fusions"])

    def genotype(
        self,
        variants=None,
        fusions=None,
        karyotype="",
        fish="",
        label="",
        deleted=(),
        caller="fusions",
        curated=(),
        subtype="",
        purity=None,
    ):
        """Classify a patient; what is not given was not done."""
        samples = []
        blank = dict.fromkeys(SAMPLE_COLUMNS, "")
        tumour = {**blank, "patient": "P1", "sample": "T", "timepoint": "diagnosis"}
        if variants is not None or deleted:
            vcf = "" if variants is None else "t.vcf"
            copy_number = "t.seg" if deleted else ""
            files = {"assay": "PANEL", "vcf": vcf, "copy_number": copy_number}
            samples.append({**tumour, **files})
        if fusions is not None or label:
            row = {**tumour, "assay": "RNA", "expression_subtype": label}
            if fusions is not None:
                path = self.folder / "fusions.tsv"
                lines = [FUSION_HEADER[caller]]
                lines += [f"{five}\t{three}\t20\t10\t" for five, three in fusions]
                path.write_text("\n".join(lines) + "\n")
                row[caller] = str(path)
            samples.append(row)
        counted = counted_samples(samples)
        calls = self.calls(variants or ())
        as_written = calls.astype(object).where(calls.notna(), "").astype(str)
        covered = pd.DataFrame(
            [
                ("P1", "T", "PANEL", gene, "callable", 1.0, "t.bed")
                for gene in (self.panel["symbol"] if variants is not None else ())
            ],
            columns=[
                *("patient", "sample", "assay", "gene", "state"),
                *("fraction_covered", "source"),
            ],
        )
        sheet = pd.DataFrame(
            [("P1", "diagnosis", "", karyotype, fish)],
            columns=["patient", "timepoint", "date", "karyotype", "fish"],
        )
        cytogenetics = cytogenetics_table(
            sheet,
            list(self.patterns[["lesion", "pattern"]].itertuples(index=False)),
            self.probes.to_dict("records"),
            excluded_by(self.lesions, "karyotype"),
            self.settings,
        )
        segments = pd.DataFrame(
            [("P1", "T", "PANEL", x, "loss", x, PRESENT, "t.seg:2") for x in deleted],
            columns=[
                *("patient", "sample", "assay", "target", "event", "lesion"),
                *("supports", "source"),
            ],
        )
        curation = pd.DataFrame(
            [("P1", lesion, state, "letter", "") for lesion, state in curated],
            columns=["patient", "lesion", "state", "source", "note"],
        )
        labels = dict(zip(self.labels["label"], self.labels["lesion"], strict=True))
        evidence = numbered(
            [
                *variant_evidence(as_written, covered, self.lesions, counted),
                *fusion_evidence(
                    self.fusions([s for s in samples if s[caller]]),
                    self.lesions,
                    counted,
                ),
                *expression_evidence(self.lesions, labels, counted),
                *table_evidence(cytogenetics, None, None),
                *table_evidence(segments, "array", counted),
                *curated_evidence(curation),
            ]
        )
        states = lesion_table(evidence, ["P1"], self.lesions)
        return genotype(
            "P1",
            dict(zip(states["lesion"], states["state"], strict=True)),
            dict(zip(states["lesion"], states["basis"], strict=True)),
            self.rules.to_dict("records"),
            self.subtypes.set_index("subtype").to_dict("index"),
            self.settings,
            labels.get(label.lower(), label.lower()),
            subtype,
            counted_variants(calls).assign(purity=purity),
        )


@pytest.fixture
def laboratory(root, tmp_path):
    return Laboratory(root, tmp_path)


NORMAL = "46,XX[20]"
ABL_NEGATIVE = "nuc ish(ABL1,BCR)x2[200]"
R248Q = {"pos": "7674220", "ref": "C", "alt": "T", "protein_change": "R248Q"}
R273H = {"pos": "7673802", "ref": "C", "alt": "T", "protein_change": "R273H"}
P72R = {"protein_change": "P72R", "population_af": 0.7}
R213_SYNONYMOUS = {
    "consequence": "synonymous_variant",
    "protein_change": "R213=",
    "population_af": 0.01,
}
LAST_BASE_OF_EXON_4 = {
    **{"pos": "7675994", "ref": "C", "alt": "T"},
    "consequence": "splice_region_variant&synonymous_variant",
    "protein_change": "T125=",
}
JAK2_R683G = {
    **{"gene": "JAK2", "chrom": "9", "pos": "5078360", "ref": "A", "alt": "G"},
    "protein_change": "R683G",
}
CRLF2_F232C_WITHOUT_PROTEIN = {
    **{"gene": "CRLF2", "chrom": "X", "pos": "1314966", "ref": "A", "alt": "C"},
    **{"genome_build": "GRCh37", "consequence": "", "protein_change": ""},
}
PAX5_P80R = {
    **{"gene": "PAX5", "chrom": "9", "pos": "37015168", "ref": "G", "alt": "C"},
    "protein_change": "P80R",
}
HYPODIPLOID = "36,XX,-2,-3,-4,-7,-13,-15,-16,-17,-20,-9[10]/46,XX[10]"
HYPERDIPLOID = "55,XY,+X,+4,+6,+10,+14,+17,+18,+21,+21[20]"
DOUBLED = "74<3n>,XX,-X,-3,-7,-17,+1,+8,+21,+22,+5,+6,+10,+11[15]/46,XX[5]"

CASES = {
    "1 t(9;22) by karyotype alone is Ph-positive": (
        {"karyotype": "46,XX,t(9;22)(q34;q11.2)[20]"},
        {"subtype": "BCR_ABL1", "subtype_class": "Ph+", "ph": PRESENT},
    ),
    "2 CRLF2 and IGH@ in reversed order are Ph-like": (
        {"fusions": [("CRLF2", "IGH@")], "caller": "fusioncatcher"},
        {
            **{"subtype": "PHLIKE_CRLF2", "ph_like": PRESENT, "crlf2_r": PRESENT},
            **{"ph": ABSENT, "ph_like_class": "CRLF2-r"},
        },
    ),
    "3 JAK2 R683G alone is a JAK-STAT mutation, never Ph-like": (
        {"variants": [JAK2_R683G]},
        {"ph_like": NOT_ASSESSED, "jakstat_mutation": PRESENT, "jak2_r": NOT_ASSESSED},
    ),
    "4 TP53 P72R and R213= are wild type": (
        {"variants": [P72R, R213_SYNONYMOUS]},
        {"tp53": ABSENT, "tp53_allelic_state": "", "tp53_max_vaf": None},
    ),
    "5 TP53 c.375G>A is synonymous by protein and mutated": (
        {"variants": [LAST_BASE_OF_EXON_4]},
        {"tp53": PRESENT, "tp53_max_vaf": 0.4},
    ),
    "6 TP53 N235S is wild type": (
        {"variants": [{"protein_change": "N235S"}]},
        {"tp53": ABSENT},
    ),
    "7 two TP53 hits are biallelic": (
        {"variants": [R248Q, R273H]},
        {"tp53": PRESENT, "tp53_allelic_state": "biallelic"},
    ),
    "8 36 chromosomes with TP53 are low hypodiploid, TP53 biallelic": (
        {"karyotype": HYPODIPLOID, "variants": [R248Q]},
        {
            **{"subtype": "low_hypodiploid", "low_hypodiploid": PRESENT},
            **{"tp53": PRESENT, "tp53_allelic_state": "biallelic"},
        },
    ),
    "9 a doubled hypodiploid clone is not hyperdiploid": (
        {"karyotype": DOUBLED, "variants": [R248Q]},
        {
            **{"subtype": "UNCLASSIFIABLE", "hyperdiploid": INDETERMINATE},
            **{"low_hypodiploid": INDETERMINATE, "tp53": PRESENT},
            "conflicts": "suspect_masked_hypodiploid",
        },
    ),
    "9b hyperdiploid by karyotype with TP53 mutated may be a doubled clone": (
        {"karyotype": HYPERDIPLOID, "variants": [R248Q]},
        {
            **{"subtype": "UNCLASSIFIABLE", "hyperdiploid": INDETERMINATE},
            **{"low_hypodiploid": INDETERMINATE, "tp53": PRESENT},
            "conflicts": "suspect_masked_hypodiploid",
        },
    ),
    "9c 72 chromosomes with TP53 mutated may be a doubled clone": (
        {"karyotype": "72<3n>,XXX,+1,+8,+21[20]", "variants": [R248Q]},
        {
            **{"hyperdiploid": INDETERMINATE, "low_hypodiploid": INDETERMINATE},
            "conflicts": "suspect_masked_hypodiploid",
        },
    ),
    "9d 50 chromosomes with TP53 mutated may be a doubled clone": (
        {"karyotype": "50,XX,+3,+7,+8,+17[20]", "variants": [R248Q]},
        {
            **{"hyperdiploid": INDETERMINATE, "low_hypodiploid": INDETERMINATE},
            "conflicts": "suspect_masked_hypodiploid",
        },
    ),
    "9e 72 chromosomes with TP53 wild type are no doubled clone": (
        {"karyotype": "72<3n>,XXX,+1,+8,+21[20]", "variants": []},
        {"hyperdiploid": ABSENT, "low_hypodiploid": ABSENT, "conflicts": ""},
    ),
    "9f 49 chromosomes with TP53 mutated are no doubled clone": (
        {"karyotype": "49,XX,+3,+7,+8[20]", "variants": [R248Q]},
        {"hyperdiploid": ABSENT, "low_hypodiploid": ABSENT, "conflicts": ""},
    ),
    "10 without RNA and FISH nobody looked for Ph-like": (
        {"karyotype": NORMAL, "variants": []},
        {"ph_like": NOT_ASSESSED, "subtype": "UNCLASSIFIABLE", "tp53": ABSENT},
    ),
    "14 R248Q that Mutect2 calls germline is rescued": (
        {"variants": [{**R248Q, "filter": "germline", "vaf": 0.49}]},
        {"tp53": PRESENT, "tp53_max_vaf": 0.49},
    ),
    "TP53 whose VAF nobody knows is doubtful, never wild type": (
        {"variants": [{**R248Q, "vaf": None}]},
        {"tp53": INDETERMINATE},
    ),
    "15 BCR::ABL1 with P2RY8::CRLF2 is Ph-positive, CRLF2 a flag": (
        {"fusions": [("BCR", "ABL1"), ("P2RY8", "CRLF2")]},
        {
            **{"subtype": "BCR_ABL1", "subtype_class": "Ph+", "ph_like": ABSENT},
            **{"crlf2_r": PRESENT, "conflicts": "also present: crlf2_r"},
        },
    ),
    "16 MEF2D::CSF1R is MEF2D-rearranged, the kinase a flag": (
        {"fusions": [("MEF2D", "CSF1R")]},
        {
            **{"subtype": "MEF2D_r", "abl_class": PRESENT},
            "conflicts": "also present: abl_class",
        },
    ),
    "17 CRLF2 F232C is known by its GRCh37 coordinate": (
        {"variants": [CRLF2_F232C_WITHOUT_PROTEIN]},
        {"jakstat_mutation": PRESENT, "ph_like": NOT_ASSESSED},
    ),
    "18 PAX5 P80R with a CDKN2A deletion is PAX5 P80R": (
        {"variants": [PAX5_P80R], "deleted": ["cdkn2a_deletion"]},
        {
            **{"subtype": "PAX5_P80R", "pax5_p80r": PRESENT, "pax5_mutation": ABSENT},
            "cdkn2a_deletion": PRESENT,
        },
    ),
    "B-other needs every key assay negative": (
        {
            **{"variants": [], "fusions": [], "label": "unclassified"},
            **{"karyotype": NORMAL},
            "fish": "nuc ish(KMT2Ax2)[200]; nuc ish(CRLF2x2)[200]",
        },
        {"subtype": "B_OTHER", "subtype_class": "B_ALL_NOS", "ph_like": ABSENT},
    ),
    "one key assay that was not done makes it unclassifiable": (
        {"variants": [], "fusions": [], "karyotype": NORMAL},
        {"subtype": "UNCLASSIFIABLE", "kmt2a_r": NOT_ASSESSED, "ph": ABSENT},
    ),
    "a Ph-like label without a lesion is Ph-like NOS": (
        {"fusions": [], "label": "Ph-like"},
        {"subtype": "PHLIKE_NOS", "ph_like_class": "NOS", "ph_like": PRESENT},
    ),
    "a Ph-like label where nobody looked for BCR::ABL1 decides nothing": (
        {"label": "Ph-like"},
        {"ph_like": INDETERMINATE, "subtype": "UNCLASSIFIABLE"},
    ),
    "CRLF2 rearranged with another label is not Ph-like": (
        {"fusions": [("P2RY8", "CRLF2")], "label": "B-other"},
        {"subtype": "CRLF2_NON_PHLIKE", "ph_like": ABSENT, "crlf2_r": PRESENT},
    ),
    "a defining lesion counts where BCR::ABL1 was not looked for": (
        {"fish": "nuc ish(CRLF2x2)(5'CRLF2 sep 3'CRLF2x1)[60/200]"},
        {"subtype": "PHLIKE_CRLF2", "conflicts": "bcr_abl1_not_assessed"},
    ),
    "a curated subtype wins and is shown as such": (
        {"fusions": [("BCR", "ABL1")], "subtype": "KMT2A_r"},
        {
            **{"subtype": "KMT2A_r", "rule": "curated", "basis": "curated"},
            **{"ph": PRESENT, "conflicts": "also present: ph"},
        },
    ),
    "a curated lesion wins over the assays": (
        {"variants": [R248Q], "curated": [("tp53", ABSENT)]},
        {"tp53": ABSENT, "tp53_allelic_state": "", "tp53_max_vaf": None},
    ),
    "PAX5 mutation in B-other names the class": (
        {
            **{"fusions": [], "label": "unclassified", "karyotype": NORMAL},
            "fish": "nuc ish(KMT2Ax2)[200]; nuc ish(CRLF2x2)[200]",
            "variants": [
                {
                    **{"gene": "PAX5", "chrom": "9", "protein_change": "Q100*"},
                    "consequence": "stop_gained",
                }
            ],
        },
        {
            **{"subtype": "B_OTHER", "subtype_class": "PAX5 alteration"},
            **{"pax5_alteration": PRESENT, "pax5_alt": INDETERMINATE},
        },
    ),
}


@pytest.mark.parametrize(("done", "expected"), CASES.values(), ids=CASES)
def test_results_of_assays_become_this_genotype(laboratory, done, expected):
    row = laboratory.genotype(**done)

    assert {name: row[name] for name in expected} == expected


def test_a_patient_without_any_assay_has_no_absent_lesion(laboratory):
    row = laboratory.genotype()

    assert {row[flag] for flag in FLAGS} == {NOT_ASSESSED}
    assert row["subtype"] == "UNCLASSIFIABLE"


def test_the_order_of_precedence_is_that_of_the_table(laboratory):
    """Of any two lesions the one that stands first names the subtype."""
    rules = laboratory.rules.to_dict("records")
    # CRLF2 stands twice: Ph-like unless the expression label says otherwise.
    plain = [
        rule
        for rule in rules
        if not rule["unless"] and rule["subtype"] != "CRLF2_NON_PHLIKE"
    ]
    for first, second in zip(plain, plain[1:], strict=False):
        states = {
            first["any_of"].split(";")[0]: PRESENT,
            second["any_of"].split(";")[-1]: PRESENT,
        }
        assert first_rule(rules, states)[0] == first["subtype"]


def test_every_subtype_of_the_precedence_has_a_class_and_names(laboratory):
    named = set(laboratory.subtypes["subtype"])

    assert set(laboratory.rules["subtype"]) <= named
    assert {"B_OTHER", "UNCLASSIFIABLE"} <= named


ANY_OF = [
    ([ABSENT, ABSENT], ABSENT),
    ([ABSENT, NOT_ASSESSED], NOT_ASSESSED),
    ([NOT_ASSESSED, INDETERMINATE], INDETERMINATE),
    ([ABSENT, INDETERMINATE, PRESENT], PRESENT),
]
ALL_OF = [
    ([PRESENT, PRESENT], PRESENT),
    ([PRESENT, NOT_ASSESSED], NOT_ASSESSED),
    ([PRESENT, NOT_ASSESSED, INDETERMINATE], INDETERMINATE),
    ([NOT_ASSESSED, INDETERMINATE, ABSENT], ABSENT),
]


@pytest.mark.parametrize(("states", "expected"), ANY_OF)
def test_any_one_present_decides_and_absent_needs_all(states, expected):
    assert any_of(states) == expected


@pytest.mark.parametrize(("states", "expected"), ALL_OF)
def test_any_one_absent_decides_and_present_needs_all(states, expected):
    assert all_of(states) == expected


IKZF1_PLUS = [
    # IKZF1, CDKN2A, CDKN2B, PAX5, PAR1, ERG deletion -> IKZF1plus
    ((PRESENT, PRESENT, ABSENT, ABSENT, ABSENT, ABSENT), PRESENT),
    ((PRESENT, ABSENT, ABSENT, ABSENT, PRESENT, ABSENT), PRESENT),
    ((PRESENT, PRESENT, ABSENT, ABSENT, ABSENT, PRESENT), ABSENT),
    ((PRESENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT), ABSENT),
    ((ABSENT, PRESENT, ABSENT, ABSENT, ABSENT, ABSENT), ABSENT),
    ((PRESENT, PRESENT, ABSENT, ABSENT, ABSENT, NOT_ASSESSED), INDETERMINATE),
    ((PRESENT, NOT_ASSESSED, ABSENT, ABSENT, ABSENT, ABSENT), NOT_ASSESSED),
    ((NOT_ASSESSED,) * 6, NOT_ASSESSED),
]


@pytest.mark.parametrize(("deletions", "expected"), IKZF1_PLUS)
def test_ikzf1_plus(deletions, expected):
    genes = ("ikzf1", "cdkn2a", "cdkn2b", "pax5", "par1", "erg")
    states = {
        f"{gene}_deletion": state for gene, state in zip(genes, deletions, strict=True)
    }

    assert ikzf1_plus(states) == expected


ALLELES = {"biallelic_vaf": 0.6, "second_hit_vaf": 0.1}
TP53 = [
    # VAFs, 17p deletion, low hypodiploid, purity -> allelic state
    ([0.40, 0.10], ABSENT, ABSENT, None, "biallelic"),  # second hit at its limit
    ([0.40, 0.09], ABSENT, ABSENT, None, "monoallelic"),
    ([0.40], PRESENT, ABSENT, None, "biallelic"),
    ([0.40], ABSENT, PRESENT, None, "biallelic"),
    ([0.60], ABSENT, ABSENT, None, "biallelic"),
    ([0.59], ABSENT, ABSENT, None, "monoallelic"),
    ([0.40], ABSENT, ABSENT, 0.5, "biallelic"),  # one allele reaches 0.25
    ([0.40], NOT_ASSESSED, NOT_ASSESSED, None, "unknown"),
]


def tp53_variants(*rows):
    return pd.DataFrame(rows, columns=["vaf", "purity", "flags"])


@pytest.mark.parametrize(("vafs", "loss", "ploidy", "purity", "expected"), TP53)
def test_the_allelic_state_of_tp53(vafs, loss, ploidy, purity, expected):
    states = {"tp53": PRESENT, "tp53_deletion": loss, "low_hypodiploid": ploidy}
    variants = tp53_variants(*((vaf, purity, "") for vaf in vafs))

    assert tp53_state(states, variants, ALLELES) == expected


MUTATED = {"tp53": PRESENT, "tp53_deletion": ABSENT, "low_hypodiploid": ABSENT}


def test_a_germline_suspect_vaf_alone_does_not_make_tp53_biallelic():
    variants = tp53_variants((0.95, None, "germline_suspect,possible_chip"))

    assert tp53_state(MUTATED, variants, ALLELES) == "monoallelic"
    lost = MUTATED | {"tp53_deletion": PRESENT}
    assert tp53_state(lost, variants, ALLELES) == "biallelic"


def test_the_purity_is_that_of_the_sample_with_the_variant():
    # 0.40 needs a purity of 0.6 or less; the impure sample has the small VAF.
    variants = tp53_variants((0.40, 0.9, ""), (0.05, 0.3, ""))

    assert tp53_state(MUTATED, variants, ALLELES) == "monoallelic"


def test_wild_type_tp53_has_no_allelic_state():
    states = {"tp53": ABSENT, "tp53_deletion": PRESENT, "low_hypodiploid": ABSENT}

    assert tp53_state(states, tp53_variants(), ALLELES) == ""


ALLELE_COLUMNS = [
    *("patient", "sample", "assay", "genome_build", "gene", "protein_change"),
    *("chrom", "pos", "ref", "alt", "vaf", "flags"),
]
DISTINCT = [
    # (assay, build, change, pos, VAF, flags) of two rows -> VAF and flags of what is
    # counted
    (
        ("PANEL", "GRCh37", "R248Q", "7577538", 0.2, "germline_suspect"),
        ("WES", "GRCh38", "R248Q", "7674220", 0.3, ""),
        [(0.3, "germline_suspect")],
    ),
    (
        ("PANEL", "GRCh38", "R248Q", "7674220", 0.2, ""),
        ("PANEL", "GRCh38", "R273H", "7673802", 0.3, ""),
        [(0.2, ""), (0.3, "")],
    ),
    (
        ("PANEL", "GRCh38", "", "7674180", 0.2, ""),
        ("WES", "GRCh38", "", "7674180", None, ""),
        [(0.2, "")],
    ),
    (
        ("PANEL", "GRCh38", "", "7674180", 0.2, ""),
        ("PANEL", "GRCh38", "", "7674290", 0.3, ""),
        [(0.2, ""), (0.3, "")],
    ),
]


@pytest.mark.parametrize(("first", "second", "expected"), DISTINCT)
def test_a_variant_seen_twice_is_one_with_its_largest_vaf(first, second, expected):
    rows = [
        ("P1", "T", assay, build, "TP53", change, "17", pos, "C", "T", vaf, flags)
        for assay, build, change, pos, vaf, flags in (first, second)
    ]

    found = distinct_variants(pd.DataFrame(rows, columns=ALLELE_COLUMNS))

    assert list(found[["vaf", "flags"]].itertuples(index=False, name=None)) == expected


def test_the_same_change_of_two_patients_is_two_variants():
    rows = [
        (p, "T", "PANEL", "GRCh38", "TP53", "R248Q", "17", "7", "C", "T", 0.2, "")
        for p in ("P1", "P2")
    ]

    found = distinct_variants(pd.DataFrame(rows, columns=ALLELE_COLUMNS))

    assert len(found) == 2


def test_no_variant_gives_no_distinct_variant():
    assert distinct_variants(pd.DataFrame([], columns=ALLELE_COLUMNS)).empty


def test_one_change_in_two_assays_is_one_hit_of_tp53_and_of_pax5(laboratory):
    twice = [R248Q, R248Q | {"sample": "T2"}]
    pax5 = {"gene": "PAX5", "consequence": "stop_gained", "protein_change": "R38*"}

    tp53 = laboratory.genotype(variants=twice, karyotype=NORMAL)
    alt = laboratory.genotype(variants=[pax5, pax5 | {"sample": "T2"}])

    assert tp53["tp53_allelic_state"] != "biallelic"
    assert alt["pax5_alt"] == INDETERMINATE


def test_a_measured_pathogenic_variant_in_few_reads_leaves_tp53_open(laboratory):
    shallow = {"protein_change": "D207G", "depth": 60, "alt_reads": 25, "vaf": 0.42}

    assert laboratory.genotype(variants=[shallow])["tp53"] == INDETERMINATE
    decoy = shallow | {"vaf": 0.03}
    assert laboratory.genotype(variants=[decoy])["tp53"] == ABSENT


PAX5_SETTINGS = {
    "accept_biallelic_mutation": True,
    "study_variable_includes_p80r": False,
}
PAX5 = [
    # fusion, amplification, mutation, P80R, hits -> PAX5alt, PAX5 alteration
    ((PRESENT, ABSENT, ABSENT, ABSENT), 0, (PRESENT, PRESENT)),
    ((ABSENT, PRESENT, ABSENT, ABSENT), 0, (PRESENT, PRESENT)),
    ((ABSENT, NOT_ASSESSED, ABSENT, ABSENT), 0, (ABSENT, ABSENT)),
    ((ABSENT, ABSENT, PRESENT, ABSENT), 1, (INDETERMINATE, PRESENT)),
    ((ABSENT, ABSENT, PRESENT, ABSENT), 2, (PRESENT, PRESENT)),
    ((ABSENT, ABSENT, ABSENT, PRESENT), 0, (ABSENT, ABSENT)),
    ((NOT_ASSESSED, NOT_ASSESSED, ABSENT, ABSENT), 0, (NOT_ASSESSED, NOT_ASSESSED)),
]


@pytest.mark.parametrize(("found", "hits", "expected"), PAX5)
def test_pax5_alt_and_pax5_alteration(found, hits, expected):
    lesions = ("pax5_fusion", "pax5_amplification", "pax5_mutation", "pax5_p80r")
    states = dict(zip(lesions, found, strict=True))

    flags = pax5_flags(states, PAX5_SETTINGS, hits)

    assert (flags["pax5_alt"], flags["pax5_alteration"]) == expected


LESIONS = ("abl_class", "jak2_r", "epor_r", "other_jakstat_r", "crlf2_r")
PH_LIKE = {
    "all negative": ({}, "", ABSENT),
    "EPOR was not looked for": ({"epor_r": NOT_ASSESSED}, "", ABSENT),
    "CRLF2 was not looked for": ({"crlf2_r": NOT_ASSESSED}, "", NOT_ASSESSED),
    "CRLF2 could not be decided": ({"crlf2_r": INDETERMINATE}, "", INDETERMINATE),
    "one kinase fusion": ({"abl_class": PRESENT}, "", PRESENT),
    "Ph-positive": ({"ph": PRESENT, "abl_class": PRESENT}, "ph_like", ABSENT),
    "with a founder": ({"abl_class": PRESENT, "kmt2a_r": PRESENT}, "", ABSENT),
    "label alone": ({}, "ph_like", PRESENT),
    "label, BCR::ABL1 unknown": ({"ph": NOT_ASSESSED}, "ph_like", INDETERMINATE),
}


@pytest.mark.parametrize(("found", "label", "expected"), PH_LIKE.values(), ids=PH_LIKE)
def test_ph_like(found, label, expected):
    negative = dict.fromkeys((*LESIONS, "other_kinase_r", "ph", "kmt2a_r"), ABSENT)

    assert ph_like_state({**negative, **found}, ["kmt2a_r"], label) == expected
