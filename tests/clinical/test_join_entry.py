import logging
from dataclasses import asdict

import yaml
from join_clinical import main

from ballad.settings import ClinicalTable
from ballad.tables import read_table


def test_the_log_counts_the_follow_ups_of_no_day_per_endpoint(root, tmp_path, caplog):
    config = yaml.safe_load((root / "config/config.yaml").read_text())
    clinical = tmp_path / "clinical.tsv"
    clinical.write_text(
        "patient\tindication\ttreatment_start\tresponse\tresponse_date\trelapse_date"
        "\tlast_contact\n"
        "P1\trr\t2020-01-01\tCR\t2020-02-01\t2020-02-01\t2021-01-01\n"
        "P2\trr\t2020-01-01\tCR\t2020-02-01\t\t2021-01-01\n"
    )
    genotypes = tmp_path / "genotypes.tsv"
    genotypes.write_text("patient\tsubtype\tsubtype_class\ttp53\n")

    with caplog.at_level(logging.INFO):
        main(
            str(clinical),
            str(genotypes),
            str(root / "resources/clinical/columns.tsv"),
            str(tmp_path / "cohort.tsv"),
            str(tmp_path / "flow.tsv"),
            str(tmp_path / "join_report.tsv"),
            asdict(ClinicalTable.from_config({"table": str(clinical)})),
            config["populations"],
            {name: config["endpoints"][name] for name in ("os", "lfs")},
            config["groups"],
            config["statistics"],
            ["P1", "P2"],
            config["genotypes"]["tp53"],
        )

    assert "counted as 0.5: {'os': 0, 'lfs': 1}" in caplog.text
    assert read_table(tmp_path / "cohort.tsv")["lfs_days"].tolist() == [
        "0",
        "335",
    ]  # 366 - 31
