"""The entries of the sensitivity analyses, run as Snakemake runs them."""

from dataclasses import asdict

import pandas as pd
import yaml
from estimate_sensitivity import main as estimate
from vary_genotypes import main as vary

from ballad.fusions.events import COLUMNS as FUSIONS
from ballad.genotype import COLUMNS as GENOTYPES
from ballad.outcomes.sensitivity import COLUMNS as ROWS
from ballad.settings import ClinicalTable
from ballad.tables import read_table, write_table
from ballad.variants.content import COUNT_COLUMNS
from ballad.variants.rows import COLUMNS

CALLABILITY = "patient sample assay gene state fraction_covered source".split()
EVIDENCE = "patient sample assay lesion supports kind file record tier".split()


def table(path, columns):
    write_table(pd.DataFrame(columns=list(columns)), path)
    return str(path)


def delivered(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())


def test_genotypes_are_made_again_by_the_three_rules_own_entries(root, tmp_path):
    config = delivered(root)
    known = config["genotypes"]["tables"]
    resources = root / "resources"

    vary(
        records=[table(tmp_path / "records.tsv", COLUMNS)],
        counts=[table(tmp_path / "counts.tsv", COUNT_COLUMNS)],
        hotspots=str(root / known["hotspots"]),
        alleles=str(resources / "variants/alleles.tsv"),
        classes=str(resources / "variants/classes.tsv"),
        panel=str(root / known["panel"]),
        cds_grch37=str(resources / "panel/cds.GRCh37.bed"),
        cds_grch38=str(resources / "panel/cds.GRCh38.bed"),
        callability=table(tmp_path / "callability.tsv", CALLABILITY),
        fusions=table(tmp_path / "fusions.tsv", FUSIONS),
        structural_variants=table(tmp_path / "structural.tsv", FUSIONS),
        cytogenetics=table(tmp_path / "cytogenetics.tsv", EVIDENCE),
        copy_number=table(tmp_path / "copy_number.tsv", EVIDENCE),
        curation=[],
        lesion_rules=str(root / known["lesions"]),
        expression_labels=str(resources / "genotypes/expression_labels.tsv"),
        precedence=str(root / known["precedence"]),
        subtypes=str(root / known["subtypes"]),
        genotypes=str(tmp_path / "genotypes.tsv"),
        samples=[],
        assays={},
        patients=["007"],
        variant_settings={"assay_limits": {}, **config["variants"]},
        genotype_settings=config["genotypes"],
        days=[],
    )

    genotypes = read_table(tmp_path / "genotypes.tsv")
    assert list(genotypes["patient"]) == ["007"]
    assert list(genotypes["tp53"]) == ["not_assessed"]


def test_a_variation_is_fitted_by_its_own_settings_beside_one_without_its_date(
    root, tmp_path, caplog
):
    config = delivered(root)
    clinical = tmp_path / "clinical.tsv"
    rows = [
        f"P{i}\trr\t2020-01-01\t{'CR' if i % 2 else 'NR'}\t2020-02-01\t{i}\t2021-01-01\n"
        for i in range(1, 25)
    ]
    head = (
        "patient\tindication\ttreatment_start\tresponse\tresponse_date\tmarrow_blasts"
    )
    clinical.write_text(f"{head}\tlast_contact\n{''.join(rows)}")
    genotypes = table(tmp_path / "genotypes.tsv", GENOTYPES)
    sections = {
        key: config[key]
        for key in ("populations", "endpoints", "groups", "genotypes", "statistics")
    }
    response = {"endpoint": "response", "population": "rr", "method": "logistic"}
    model = {**response, "covariates": {"high_burden": {}}}
    statistics = {**config["statistics"], "sensitivity_models": ["response"]}
    cohort = pd.DataFrame({"patient": [], "in_rr": [], "response_achieved": []})
    write_table(cohort, tmp_path / "cohort.tsv")
    levels = {"no": {"at_most": 12}, "yes": {"above": 12}}

    estimate(
        clinical=str(clinical),
        genotypes=genotypes,
        columns=str(root / "resources/clinical/columns.tsv"),
        cohort=str(tmp_path / "cohort.tsv"),
        varied_genotypes=[],
        sensitivity=str(tmp_path / "sensitivity.tsv"),
        clinical_settings=asdict(ClinicalTable.from_config({"table": str(clinical)})),
        sections={**sections, "models": {"response": model}, "statistics": statistics},
        variations={
            "hct_censored": {"endpoints": {"lfs": {"censor": ["hct_date"]}}},
            "from_12": {"groups": {"high_burden": {"levels": levels}}},
        },
        remade=[],
    )

    (row,) = read_table(tmp_path / "sensitivity.tsv").to_dict("records")
    assert "hct_censored is not estimated" in caplog.text
    assert list(row) == ROWS
    assert (row["variation"], row["model"]) == ("from_12", "response")
    # 6 of 12 respond on either side of the new cut: odds ratio 1.
    assert (row["n"], row["events"], row["events_in_level"]) == ("24", "12", "6")
    assert abs(float(row["estimate"]) - 1) < 1e-6
