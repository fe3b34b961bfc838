"""Rule explain_genotypes: per patient the calls, the rules and the records, in words."""

import pandas as pd

from ballad.explanation import COLUMNS, explain
from ballad.job import log_to
from ballad.tables import read_table, write_table


def main(
    genotypes: str,
    lesions: str,
    evidence: str,
    lesion_rules: str,
    explanation: str,
) -> None:
    """Write the cards of all patients into one table."""
    rules = read_table(lesion_rules)
    words = dict(zip(rules["lesion"], rules["label"], strict=True))
    states = _of(read_table(lesions))
    said = _of(read_table(evidence))
    cards = [
        explain(
            row, states.get(row["patient"], []), said.get(row["patient"], []), words
        )
        for row in read_table(genotypes).to_dict("records")
    ]
    empty = pd.DataFrame(columns=list(COLUMNS))
    write_table(pd.concat([empty, *cards], ignore_index=True), explanation)


def _of(table: pd.DataFrame) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for row in table.to_dict("records"):
        found.setdefault(row["patient"], []).append(row)
    return found


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
