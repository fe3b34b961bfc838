"""Rule diagnose_models: the cohort -> checks of the models, tests of their terms."""

import pandas as pd

from ballad.job import log_to
from ballad.outcomes.concordance import concordance_checks
from ballad.outcomes.diagnostics import COLUMNS, diagnose_models
from ballad.outcomes.discrimination import discrimination_rows
from ballad.outcomes.influence import influence_checks, influential_patients
from ballad.outcomes.interactions import interaction_tests
from ballad.outcomes.proportional_subdistribution import subdistribution_checks
from ballad.outcomes.reported_fits import reported_fits
from ballad.outcomes.transplant import transplant_tests
from ballad.tables import read_table, write_table


def main(
    cohort: str,
    diagnostics: str,
    influence: str,
    tests: str,
    specifications: dict,
    endpoints: dict,
    groups: dict,
    statistics: dict,
) -> None:
    """Check the models that the configuration names; test transplant, interactions."""
    patients = read_table(cohort)
    settings = (specifications, endpoints, groups, statistics)
    checks = [diagnose_models(patients, *settings)]
    fits = list(reported_fits(patients, *settings))
    named = influential_patients(fits)
    rows = [
        *subdistribution_checks(patients, *settings),
        *concordance_checks(fits),
        *influence_checks(named, statistics["influence"]),
    ]
    checks += [pd.DataFrame(rows, columns=COLUMNS)] if rows else []
    areas = discrimination_rows(patients, *settings)
    checks += [areas] if len(areas) else []
    write_table(pd.concat(checks, ignore_index=True), diagnostics)
    write_table(named, influence)
    tested = [
        transplant_tests(patients, *settings),
        interaction_tests(fits, specifications),
    ]
    write_table(pd.concat([part for part in tested if len(part)] or tested[:1]), tests)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
