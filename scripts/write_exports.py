"""Rule write_exports: results -> MAF, cBioPortal study folder and Parquet."""

import logging
from pathlib import Path

import pandas as pd

from ballad.exports.cells import identifier, one_line, undated, write_plain
from ballad.exports.dictionary import Dictionary
from ballad.exports.maf import Classifications, maf_rows
from ballad.exports.names import names_of
from ballad.exports.parquet import labelled, write_parquet
from ballad.exports.selection import exported_fusions, exported_variants, left_out
from ballad.exports.study import Calls, Sheets, cohort_study
from ballad.exports.study_folder import write_study
from ballad.exports.words import READ_ME_SHAREABLE, read_me
from ballad.job import log_to
from ballad.states import STATES
from ballad.tables import read_table, write_table
from ballad.writing import folder_written_whole

PARQUET = ("cohort", "variants", "lesions", "evidence")
RESULTS = (*PARQUET, "callability", "fusions", "structural_variants")
KNOWLEDGE = (
    *("panel", "consequences", "classifications", "lesion_rules", "attributes"),
    *("dictionary", "clinical_columns"),
)


def main(
    exports: str,
    samples: list[dict],
    cohort_name: str,
    genome_build: str,
    remission_below_blasts_pct: float,
    names: dict,
    survival: list[str],
    groups: dict,
    report: dict,
    **paths: str,
) -> None:
    """Write everything for an internal audience, and only why not for another."""
    folder = Path(exports)
    folder.mkdir(parents=True, exist_ok=True)
    if report["audience"] == "shareable":
        (folder / "README.txt").write_text(READ_ME_SHAREABLE, encoding="utf-8")
        return
    results = {name: undated(read_table(paths[name])) for name in RESULTS}
    knowledge = {name: read_table(paths[name]) for name in KNOWLEDGE}
    cohort = results["cohort"]
    people = set(cohort["patient"])
    variants, why = exported_variants(results["variants"], people)
    fusions, why_not = exported_fusions(
        results["fusions"], results["structural_variants"], people
    )
    called = names_of(cohort["patient"], samples)
    maf = maf_rows(variants, called.samples, *_told(knowledge))
    entries = _dictionary(knowledge, names, groups)
    study = cohort_study(
        f"ballad_{identifier(cohort_name).lower()}",
        (report["title"], report["text"] or report["title"]),
        cohort,
        Sheets(samples, called, genome_build, remission_below_blasts_pct),
        Calls(
            results["variants"],
            variants,
            maf,
            fusions,
            *(results[name] for name in ("callability", "lesions", "evidence")),
        ),
        knowledge["lesion_rules"],
        entries.four_states(cohort),
        knowledge["attributes"].to_dict("records"),
        survival,
    )
    write_plain(maf, folder / f"{identifier(cohort_name)}.maf")
    write_study(study, folder / "cbioportal")
    for name in PARQUET:
        typed = labelled(results[name], entries.of(name), name)
        write_parquet(typed, folder / f"{name}.parquet")
    write_plain(called.table, folder / "identifiers.tsv")
    counts = [left_out("mutations", why), left_out("structural variants", why_not)]
    write_table(pd.concat(counts), folder / "left_out.tsv")
    said = read_me(one_line(report["title"]), identifier(cohort_name))
    (folder / "README.txt").write_text(said, encoding="utf-8")
    logging.info("%d variants, %d structural variants", len(maf), len(fusions))


def _told(knowledge: dict[str, pd.DataFrame]) -> tuple[dict, Classifications]:
    panel, terms = knowledge["panel"], knowledge["consequences"]
    return (
        dict(zip(panel["symbol"], panel["ncbi_gene_id"], strict=True)),
        Classifications(
            knowledge["classifications"].to_dict("records"),
            {row["term"]: int(row["rank"]) for row in terms.to_dict("records")},
        ),
    )


def _dictionary(
    knowledge: dict[str, pd.DataFrame], names: dict, groups: dict
) -> Dictionary:
    return Dictionary(
        knowledge["dictionary"].to_dict("records"),
        knowledge["clinical_columns"].to_dict("records"),
        knowledge["lesion_rules"].set_index("lesion")["label"].to_dict(),
        names,
        groups,
        STATES,
    )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with folder_written_whole(snakemake.output.exports) as unfinished:
        main(**snakemake.input, exports=str(unfinished), **snakemake.params)
