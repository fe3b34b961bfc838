"""The tables of an invented page, and readers of the page that is written of them."""

import json
import re
from html.parser import HTMLParser

import pandas as pd

HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://example.org","x")'
ESTIMATED = "endpoint population group_by group n events".split()
COLUMNS = {
    "cohort": "patient indication subtype subtype_class tp53 response response_day "
    "relapse_day relapse_cd19 relapse_emd hct_day death_day follow_up_day",
    "flow": "step n excluded reason",
    "join_report": "patient side reason",
    "table_one": "characteristic level group n value missing test p smd group_by",
    "genotypes": "patient subtype subtype_class rule tp53 ph_like",
    "response": "endpoint group_by group n responders rate ci_low ci_high",
    "survival_summary": "endpoint population group_by group n events statistic "
    "time_months value ci_low ci_high",
    "incidence": "endpoint cause population group_by group time_months cif ci_low "
    "ci_high n_at_risk",
    "tests": "analysis endpoint population group_by test statistic df p p_adjusted n "
    "events note",
    "models": "model endpoint cause population method term level reference estimate "
    "ci_low ci_high p p_adjusted n events events_in_level ci_method note",
    "diagnostics": "model check term statistic df p status note",
    "relapse_patterns": "group_by group cd19 emd n denominator percent",
    "failure_patterns": "group_by group cd19 emd n denominator percent",
    "comparison": "id quantity published published_low published_high ours ours_low "
    "ours_high tolerance within patients",
    "inputs": "path check status message",
    "filter_counts": "patient sample assay reason n",
    "warnings": "file row column value rule cure",
    "versions": "name version",
    "checksums": "path sha256",
    "survival": "endpoint population group_by group time_months survival ci_low "
    "ci_high n_at_risk n_events n_censored",
    "co_occurrence": "lesion_1 lesion_2 both first second neither odds_ratio p "
    "p_adjusted",
    "explanation": "patient part lesion state stance sentence evidence kind sample "
    "file record tier",
    "cross_checks": "patient check one other status detail",
    "discordant_samples": "patient lesion kind sample timepoint day counted state",
    "colours": "name colour meaning source",
    "places": "patient left right bottom top",
    "sensitivity": "variation model endpoint cause population method term level "
    "reference estimate ci_low ci_high p p_adjusted n events events_in_level "
    "ci_method note",
    "simon_makuch": "endpoint population exposed time_months survival",
}
ROWS = {
    "cohort": [
        [
            "007",
            "rr",
            "BCR_ABL1",
            "Ph+",
            "absent",
            "CR",
            "28",
            "",
            "",
            "",
            "",
            "",
            "400",
        ],
        ["A_1", "rr", HOSTILE, "NOS", "present", "NR", "30", "", "", "", "", "9", "9"],
        [FORMULA, "mrd", "", "", "", "", "", "180", "negative", "none", "", "", "300"],
    ],
    "flow": [
        ["clinical table", "267", "0", ""],
        ["with genetic data", "265", "2", "no assay"],
        ["population remission", "169", "98", "does not fit"],
    ],
    "join_report": [["014", "sheets only", "no row in the clinical table"]],
    "table_one": [
        ["age", "", "all", "266", "48.0", "1", "", "", "", ""],
        ["sex", "F", "all", "103", "103 (38.6%)", "0", "", "", "", ""],
        ["sex", "M", "all", "164", "164 (61.4%)", "0", "", "", "", ""],
        ["age", "", "tp53: wild", "232", "46.0", "0", "w", "0.0002", "0.9", "tp53"],
        ["age", "", "tp53: mutated", "34", "60.0", "1", "w", "0.0002", "0.9", "tp53"],
        ["sex", "F", "tp53: wild", "100", "100 (43%)", "0", "f", "0.04", "0.8", "tp53"],
        ["sex", "M", "tp53: wild", "132", "132 (57%)", "0", "f", "0.04", "0.8", "tp53"],
        ["sex", "F", "tp53: mutated", "3", "3 (9%)", "0", "f", "0.04", "0.8", "tp53"],
        [
            "sex",
            "M",
            "tp53: mutated",
            "32",
            "32 (91%)",
            "0",
            "f",
            "0.04",
            "0.8",
            "tp53",
        ],
    ],
    "genotypes": [
        *(["p", "BCR_ABL1", "Ph+", "ph", "absent", "absent"] for _ in range(20)),
        *(["p", "MEF2D", "NOS", "mef2d", "present", "not_assessed"] for _ in range(3)),
        *(["p", "B_OTHER", "NOS", "", "indeterminate", "present"] for _ in range(7)),
    ],
    "response": [
        ["response", "", "all", "150", "89", "0.5933", "0.5133", "0.6687"],
        ["response", "genotype", "KMT2A-r", "4", "2", "0.5", "0.15", "0.85"],
    ],
    "survival_summary": [
        ["lfs", "remission", "", "all", "169", "102", "median", "", "13.25", "10", ""],
        ["lfs", "remission", "tp53_status", "TP53 mutated", "21", "18"]
        + ["survival", "24", "0.1234", "0.05", "0.3"],
        [
            "os",
            "all",
            "",
            "all",
            "267",
            "150",
            "follow_up_median",
            "",
            "40",
            "36",
            "44",
        ],
    ],
    "incidence": [
        ["cd19_relapse", cause, "remission", "tp53_status", "TP53 mutated"]
        + [time, cif, "", "", risk]
        for cause, last in (("cd19_negative", "0.4321"), ("death", "0.05"))
        for time, cif, risk in (("0", "0", "21"), ("20", last, "6"), ("30", last, "5"))
    ],
    "tests": [
        ["transplant", "os", "all", "hct_time_dependent", "Mantel-Byar", "3.1", "1"]
        + ["0.07", "", "267", "150", "9 transplanted"],
        ["interaction", "lfs", "remission", "by", "likelihood ratio", "6.02", "1"]
        + ["0.0232", "0.0464", "158", "94", "model lfs_by"],
        ["survival", "lfs", "remission", "tp53_status", "log-rank", "12", "1"]
        + ["0.00004", "", "169", "102", ""],
    ],
    "diagnostics": [
        ["lfs", "proportional_hazards", "tp53", "6.1", "1", "0.0135", "violated"]
        + ["hazard ratio 3.1 before 6 months, 0.9 after"],
        ["lfs", "convergence", "cox", "", "", "", "ok", ""],
    ],
    "models": [
        ["cd19_negative_relapse", "cd19_relapse", "cd19_negative", "remission"]
        + ["firth_cox", "tp53", "", "", "6.8412", "2.68", "17.45", "0.00006", "", "169"]
        + ["22", "9", "profile", ""],
        ["cd19_negative_relapse", "cd19_relapse", "cd19_negative", "remission"]
        + ["firth_cox", "hct_time_dependent", "", "", "0.1", "", "0.37", "0.0003", ""]
        + ["169", "22", "3", "profile", "separation"],
        ["lfs_by_within_level", "lfs", "", "remission", "cox", "tp53"]
        + ["present in R/R", "absent", "1.6257", "0.85", "3.11", "0.14", ""]
        + ["88", "56", "12", "wald", "fitted in this level alone"],
        ["lfs_by_within_level", "lfs", "", "remission", "cox", "tp53"]
        + ["present in MRD", "absent", "0.2282", "0.03", "1.67", "0.15", ""]
        + ["70", "38", "1", "wald", "fitted in this level alone"],
        [
            "response_univariable",
            "response",
            "",
            "rr",
            "logistic",
            "kmt2a_r",
            "",
            "",
            "",
        ]
        + [
            "",
            "",
            "",
            "",
            "150",
            "89",
            "2",
            "",
            "not estimable: 2 events, fewer than 5",
        ],
    ],
    "relapse_patterns": [
        ["tp53_status", "TP53 mutated", "negative", "none", "9", "12", "75"],
        ["tp53_status", "TP53 mutated", "positive", "none", "3", "12", "25"],
    ],
    "failure_patterns": [],
    "comparison": [
        ["T11c", "CD19 unknown", "3", "", "", "3", "", "", "equal", "yes", "3"],
        ["T12", "HR", "6.84", "2.68", "17.45", "6.5", "2", "19", "2 SE", "yes", ""],
    ],
    "inputs": [["001.vcf", "genome_build", "contradicted", "contigs are GRCh37"]],
    "filter_counts": [
        ["001", "001-T", "PANEL", "records", "10"],
        ["002", "002-T", "PANEL", "records", "31"],
    ],
    "warnings": [
        ["c.tsv", "line 2, patient 007", "hct_date", "2021-03-04", "after relapse", ""],
        ["c.tsv", "line 3", "hct_date", "04.03.2021", "after relapse", ""],
    ],
    "versions": [["ballad", "0.1.0"]],
    "checksums": [["vcf/patient_007.vcf", "ab" * 32]],
    "sensitivity": [
        ["mrd_all", "lfs", "lfs", "", "remission", "cox", "tp53", "present", "absent"]
        + ["2.5", "1.2", "4.9", "0.01", "", "150", "80", "4", "wald", ""],
        ["mrd_all", "lfs_univariable", "lfs", "", "remission", "cox", "ph", "", ""]
        + ["1.5", "1.2", "4.9", "0.01", "", "150", "80", "4", "wald", ""],
    ],
    "co_occurrence": [["tp53", "ph", "3", "20", "30", "150", "0.75", "0.8", "0.9"]],
    "explanation": [
        ["007", "subtype", *[""] * 3, "BCR_ABL1, class Ph+: the first rule", *[""] * 6],
        ["007", "conflict", *[""] * 3, "stale_curation: ph", *[""] * 6],
        ["007", "lesion", "tp53", "present", "", "TP53: present, by dna", *[""] * 6],
        ["007", "record", "tp53", "present", "supports", "said", "007:1", "dna_snv"]
        + ["007-D", "../../x", HOSTILE, "A"],
        ["007", "lesion", "ikzf1", "absent", "", "IKZF1: absent", *[""] * 6],
        ["007", "record", "ikzf1", "absent", "supports", "said", "007:2", "dna_snv"]
        + ["007-D", "a.vcf", "2024-06-30", ""],
        ["007", "lesion", "ph", "not_assessed", "", "Ph: not assessed", *[""] * 6],
        [FORMULA, "lesion", "tp53", "indeterminate", "", HOSTILE, *[""] * 6],
        [FORMULA, "record", "tp53", "indeterminate", "cannot decide", "", "x:1", "fish"]
        + ["</script><b>", "f", "r", ""],
        ["G_only", "subtype", *[""] * 3, "MEF2D: by its rule", *[""] * 6],
    ],
    "cross_checks": [
        ["007", "sex: clinical against karyotype", "F", "M", "contradicts", HOSTILE],
        ["A_1", "sex: clinical against karyotype", "F", "F", "agrees", ""],
    ],
    "discordant_samples": [
        ["007", "tp53", "dna_snv", s, "diagnosis", "-9", "yes", state]
        for s, state in (("007-D", "present"), ("007-E", "absent"))
    ],
    "colours": [["BCR_ABL1", "#0072B2", "BCR::ABL1", "s"]],
    "places": [["007", "0.2", "0.5", "0", "1"], [FORMULA, "0.5", "0.8", "0", "1"]],
}
CURVES = {
    "lfs_by_tp53": {
        **{"endpoint": "lfs", "population": "remission", "group_by": "tp53_status"},
        "title": "LFS by TP53",
    }
}
INCIDENCES = {
    "cd19_by_tp53": {
        **{"endpoint": "cd19_relapse", "population": "remission"},
        **{"group_by": "tp53_status", "title": "CD19-typed relapse"},
    }
}
NAMES = (
    "flow",
    "oncoprint",
    *CURVES,
    *INCIDENCES,
    "forest_relapse",
    "forest_interactions",
    "relapse_patterns",
    "co_occurrence",
    "swimmer",
    "simon_makuch",
)
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4">'
    b"<metadata>2026-01-01T00:00:00</metadata><path d='M0 0h9v4z'/></svg>"
)
VOID = {"meta", "img", "br", "link", "input", "hr"}
SECTIONS = (
    *("answer", "flow", "table-one", "genotypes", "response", "survival", "relapse"),
    *("transplant", "sensitivity"),
    *(
        "competing-risks",
        "models",
        "interactions",
        "diagnostics",
        "published",
        "patients",
        "definitions",
        "checks",
    ),
    "provenance",
)


class Reader(HTMLParser):
    """Reads a page; an element that is closed out of order is a fault."""

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.ids = [], [], []
        self.links, self.tags, self.texts = [], [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        self.links += [attributes[a] for a in ("src", "href") if a in attributes]
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.texts.append(data.strip())


def frames(rows):
    return {
        name: pd.DataFrame(rows.get(name, []), columns=columns.split(), dtype=str)
        for name, columns in COLUMNS.items()
    }


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


def row_of(html, section, name):
    """Texts of the cells of one table row."""
    part = html[html.index(f'<section id="{section}"') :]
    start = part.index(f">{name}</th>", part.index("<tbody>"))
    row = part[part.rindex("<tr>", 0, start) :].split("</tr>")[0]
    return re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", row)


def cards_of(html):
    found = re.search(
        r'<script type="application/json" id="cards">(.*?)</script>', html
    )
    return json.loads(found[1])


def cohort_where(**tables):
    return {**ROWS, **tables}
