"""Rule diagnose_models: the cohort -> checks of the models, tests of transplant."""

import pandas as pd

from ballad.job import log_to
from ballad.outcomes.diagnostics import diagnose_models
from ballad.outcomes.discrimination import discrimination_rows
from ballad.outcomes.transplant import transplant_tests
from ballad.tables import read_table, write_table


def main(
    cohort: str,
    diagnostics: str,
    tests: str,
    specifications: dict,
    endpoints: dict,
    groups: dict,
    statistics: dict,
) -> None:
    """Check the models that the configuration names; test transplant in them."""
    patients = read_table(cohort)
    settings = (specifications, endpoints, groups, statistics)
    checks = [diagnose_models(patients, *settings)]
    areas = discrimination_rows(patients, *settings)
    checks += [areas] if len(areas) else []
    write_table(pd.concat(checks, ignore_index=True), diagnostics)
    write_table(transplant_tests(patients, *settings), tests)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
