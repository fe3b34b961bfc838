"""Rule join_clinical: genotypes and the clinical table -> the cohort."""

import logging

from ballad.clinical.dates import cutoff_days
from ballad.clinical.haematopoiesis import without_possible_haematopoiesis
from ballad.clinical.join import cohort_table, flow_table
from ballad.clinical.join import join_report as one_side_only
from ballad.clinical.table import read_clinical
from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.problems import InputError
from ballad.settings import ClinicalTable
from ballad.tables import read_table, write_table


def main(
    clinical: str,
    genotypes: str,
    columns: str,
    cohort: str,
    flow: str,
    join_report: str,
    clinical_settings: dict,
    populations: dict,
    endpoints: dict,
    groups: dict,
    statistics: dict,
    sheet_patients: list[str],
    tp53: dict,
) -> None:
    """Join, count who is left at each step, list who is on one side only."""
    settings = ClinicalTable(**{**clinical_settings, "table": clinical})
    table, problems = read_clinical(settings, read_table(columns))
    if problems:
        raise InputError(problems)
    joined = cohort_table(
        table,
        cutoff_days(settings, table),
        without_possible_haematopoiesis(read_table(genotypes), table, tp53),
        populations,
        endpoints,
        groups,
        statistics["day_zero_days"],
    )
    timed = [name for name, endpoint in endpoints.items() if endpoint["kind"] == "time"]
    moved = {name: int((joined[f"{name}_days"] == 0).sum()) for name in timed}
    logging.info(
        "patients with a follow-up of 0 days, counted as %s: %s",
        statistics["day_zero_days"],
        moved,
    )
    write_table(joined, cohort)
    write_table(flow_table(joined, sheet_patients, populations, endpoints), flow)
    write_table(one_side_only(joined["patient"], sheet_patients), join_report)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
