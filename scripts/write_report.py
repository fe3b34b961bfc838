"""Rule write_report: tables and figures -> the report, one file."""

from pathlib import Path

from ballad.job import log_to
from ballad.report.page import Drawings, Method, named, page
from ballad.tables import read_table
from ballad.writing import write_text


def main(
    template: str,
    config: str,
    changes: list[str],
    svg: list[str],
    pdf: list[str],
    report: str,
    cohort_name: str,
    settings: dict,
    curves: dict,
    incidences: dict,
    survival_times: list[float],
    confidence_level: float,
    definitions: dict,
    **tables: str,
) -> None:
    """Read everything, write the page; `changes` is empty without an earlier run."""
    if changes:
        tables["changes"] = changes[0]
    method = Method(
        cohort_name,
        settings,
        curves,
        incidences,
        survival_times,
        confidence_level,
        definitions,
    )
    written = page(
        Path(template).read_text(encoding="utf-8"),
        {name: read_table(path) for name, path in tables.items()},
        Drawings(named(svg), named(pdf)),
        Path(config).read_text(encoding="utf-8"),
        method,
    )
    write_text(written, report)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
