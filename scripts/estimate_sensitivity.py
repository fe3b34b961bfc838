"""Rule estimate_sensitivity: the models again, each setting varied in turn."""

import logging
import tempfile
from pathlib import Path

import pandas as pd

from ballad.clinical.cut_points import groups_with_levels
from ballad.clinical.dates import cutoff_days
from ballad.clinical.endpoints import lacking_dates
from ballad.clinical.haematopoiesis import without_possible_haematopoiesis
from ballad.clinical.join import cohort_table
from ballad.clinical.table import read_clinical
from ballad.inputs.variations import varied
from ballad.job import log_to
from ballad.outcomes.sensitivity import COLUMNS, fitted, noted, unknown_causes
from ballad.outcomes.unknown_cause import VARIATION
from ballad.problems import InputError
from ballad.settings import ClinicalTable
from ballad.tables import read_table, write_table


def main(
    clinical: str,
    genotypes: str,
    columns: str,
    cohort: str,
    varied_genotypes: list[str],
    sensitivity: str,
    clinical_settings: dict,
    sections: dict,
    variations: dict,
    remade: list[str],
) -> None:
    """Join and fit each variation; `remade` names those of `varied_genotypes`."""
    settings = ClinicalTable(**{**clinical_settings, "table": clinical})
    table, problems = read_clinical(settings, read_table(columns))
    if problems:
        raise InputError(problems)
    cutoff = cutoff_days(settings, table)
    own = dict(zip(remade, varied_genotypes, strict=True))
    delivered = read_table(cohort)
    sections = {**sections, "groups": groups_with_levels(sections["groups"])}
    beside = fitted(delivered, sections, [])
    rows = [unknown_causes(delivered, sections)]
    for name, changes in variations.items():
        logging.info("variation %s", name)
        parts = {key: changes[key] for key in sections if key in changes}
        method = varied(sections, parts)
        if lacking := lacking_dates(table, method["endpoints"]):
            # The warnings of the run name it.
            logging.warning("variation %s is not estimated: %s", name, lacking[0])
            continue
        # A variation may move the cut-points.
        method["groups"] = groups_with_levels(method["groups"])
        joined = cohort_table(
            table,
            cutoff,
            without_possible_haematopoiesis(
                read_table(own.get(name, genotypes)),
                table,
                method["genotypes"]["tp53"],
            ),
            method["populations"],
            method["endpoints"],
            method["groups"],
            method["statistics"]["day_zero_days"],
        )
        models = fitted(as_read(joined), method, changes.get("models", {}))
        rows.append(noted(models, beside).assign(**{VARIATION: name}))
    filled = [part for part in rows if len(part)]
    all_rows = pd.concat(filled)[COLUMNS] if filled else pd.DataFrame(columns=COLUMNS)
    write_table(all_rows, sensitivity)


def as_read(cohort: pd.DataFrame) -> pd.DataFrame:
    """Give a cohort the text that the analyses read from cohort.tsv."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cohort.tsv"
        write_table(cohort, path)
        return read_table(path)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
