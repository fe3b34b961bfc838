"""Takes one invented patient from results of assays to a genotype; used by tests."""

import pandas as pd
import yaml

from ballad.baseline import counted_samples
from ballad.cytogenetics import cytogenetics_table
from ballad.evidence import (
    curated_evidence,
    expression_evidence,
    fusion_evidence,
    table_evidence,
    variant_evidence,
)
from ballad.expression import agreed, read_label, read_labels
from ballad.fusions.events import fusion_events
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import read_rules
from ballad.genotype import (
    Knowledge,
    Results,
    counted_variants,
    genotype,
)
from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.lesions import excluded_by, lesion_table, numbered
from ballad.states import PRESENT
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
        settings=None,
        **more,
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
        labels = read_labels(self.labels.to_dict("records"))
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
        read = [x for x in [read_label(label, labels)] if x]
        kinases = self.lesions["targetable_kinase"] == "yes"
        return genotype(
            Results(
                patient="P1",
                states=dict(zip(states["lesion"], states["state"], strict=True)),
                bases=dict(zip(states["lesion"], states["basis"], strict=True)),
                variants=counted_variants(calls).assign(purity=purity),
                expression=agreed(read),
                variant_of_label=read[0].variant if read else "",
                decisions={"subtype": subtype} if subtype else {},
                **{"isoform": "p_unknown", **more},
            ),
            Knowledge(
                self.rules.to_dict("records"),
                self.subtypes.set_index("subtype").to_dict("index"),
                tuple(self.lesions.loc[kinases, "lesion"]),
            ),
            {**self.settings, **(settings or {})},
        )


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
