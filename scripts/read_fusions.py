"""Rule read_fusions: fusion tables of all callers -> gene pairs and their lesions."""

import logging

from ballad.fusions.events import fusion_events
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import read_rules
from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.tables import read_table, write_table


def main(
    tables: list[str],
    rules: str,
    aliases: str,
    rule_lesions: str,
    fusions: str,
    samples: list[dict],
    limits: dict,
) -> None:
    """Read the tables that the sample rows name."""
    lesions = read_table(rule_lesions)
    lesion_of = {
        (row["subtype"], row["ph_like_class"]): row["lesion"]
        for row in lesions.to_dict("records")
    }
    names, listed = read_table(aliases), read_table(rules)
    pairs = read_rules(listed.to_dict("records"), lesion_of)
    symbols = {
        symbol
        for cell in (*listed["gene5"], *listed["gene3"])
        for symbol in cell.split("|")
    }
    events = fusion_events(
        samples,
        GeneNames(
            zip(names["alias"], names["approved_or_locus"], strict=True),
            known=symbols,
        ),
        pairs,
        limits,
    )
    logging.info("%d tables, %d rows", len(tables), len(events))
    write_table(events, fusions)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
