"""Replicate study on SYNTHETIC cohorts: bias, coverage and type-I error per model."""

import argparse
import json
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pandas as pd

from ballad.job import with_progress
from ballad.outcomes.replicates import fit_replicate, judged, summarised, truths
from ballad.tables import read_table, write_table

SIMULATION = Path(__file__).resolve().parents[1] / "resources/simulation"
SCENARIOS = ("A", "B", "C")


def main(output: str, scenarios: list[str], replicates: int | None, cores: int) -> None:
    """Draw, fit, summarise and print; write three files."""
    table = read_table(SIMULATION / "replicates.tsv", numeric=SCENARIOS)
    limits = read_table(SIMULATION / "replicate_limits.tsv", numeric=("low", "high"))
    parameters = table.set_index("parameter")
    estimates = []
    truth: dict[tuple[str, str], float] = {}
    with ProcessPoolExecutor(cores) as pool:
        for scenario in scenarios:
            given = parameters[scenario].to_dict()
            truth |= {(scenario, term): hr for term, hr in truths(given).items()}
            found = pd.DataFrame(fitted(pool, scenario, given, replicates))
            estimates.append(found.assign(scenario=scenario))
    summary = summarised(pd.concat(estimates, ignore_index=True), truth)
    verdicts = judged(summary, limits)
    write(Path(output), parameters[scenarios], summary, verdicts)
    print_tables(summary, verdicts)


def fitted(
    pool: ProcessPoolExecutor,
    scenario: str,
    parameters: dict[str, float],
    replicates: int | None,
) -> Iterator[dict]:
    """Fit the replicates of one scenario, each with the seed of its number."""
    count = int(parameters["replicates"]) if replicates is None else replicates
    first = int(parameters["first_seed"])
    seeds = range(first, first + count)
    begun = time.monotonic()
    results = pool.map(
        partial(fit_replicate, parameters=parameters), seeds, chunksize=5
    )
    results = with_progress(results, count, f"Scenario {scenario}: cohorts fitted")
    for seed, found in zip(seeds, results, strict=True):
        yield from ({"seed": seed, **estimate} for estimate in found)
    print(f"Scenario {scenario}: {count} cohorts, {time.monotonic() - begun:.0f} s")


def write(
    folder: Path,
    parameters: pd.DataFrame,
    summary: pd.DataFrame,
    verdicts: pd.DataFrame,
) -> None:
    """Write figures and verdicts as tables, and with the parameters as JSON."""
    write_table(summary, folder / "simulation.tsv")
    write_table(verdicts, folder / "simulation_acceptance.tsv")
    everything = {
        "data": "SYNTHETIC",
        "parameters": parameters.to_dict(),
        "figures": json.loads(summary.to_json(orient="records", double_precision=10)),
        "acceptance": json.loads(
            verdicts.to_json(orient="records", double_precision=10)
        ),
    }
    text = json.dumps(everything, indent=1) + "\n"
    (folder / "simulation.json").write_text(text, encoding="utf-8")


def print_tables(summary: pd.DataFrame, verdicts: pd.DataFrame) -> None:
    """Print every figure with its Monte Carlo standard error, then the verdicts."""
    # The error is that of the logarithm: times the ratio, it is the ratio's.
    error = summary["median_hr"] * summary["median_log_hr_mcse"]
    median = summary.assign(median_hr_mcse=error)
    shown = summary[["scenario", "model", "term", "replicates", "truth"]].assign(
        **{
            "median HR": with_error(median, "median_hr"),
            "bias log HR": with_error(summary, "bias_log_hr", "bias_mcse"),
            "covers Wald": with_error(summary, "coverage_wald"),
            "covers profile": with_error(summary, "coverage_profile"),
            "type I Wald": with_error(summary, "type_one_wald"),
            "type I LR": with_error(summary, "type_one_profile"),
            "infinite": summary["infinite"],
            "not converged": summary["not_converged"],
        }
    )
    print("\nSYNTHETIC cohorts, CD19-negative relapse; in brackets: Monte Carlo error")
    print(shown.to_string(index=False))
    print("\nAcceptance")
    print(verdicts.to_string(index=False, float_format="{:.4g}".format))
    missed = int((verdicts["verdict"] != "met").sum())
    print(f"{len(verdicts) - missed} of {len(verdicts)} limits met, {missed} not met")


def with_error(summary: pd.DataFrame, figure: str, error: str = "") -> list[str]:
    """Write a figure and its Monte Carlo standard error; a dash where there is none."""
    errors = summary[error or f"{figure}_mcse"]
    return [
        "-" if pd.isna(value) else f"{value:.3f} ({se:.3f})"
        for value, se in zip(summary[figure], errors, strict=True)
    ]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", default="results", help="folder to write")
    parser.add_argument(
        "--scenarios", nargs="+", choices=SCENARIOS, default=list(SCENARIOS)
    )
    parser.add_argument(
        "--replicates", type=int, help="cohorts per scenario (default: replicates.tsv)"
    )
    parser.add_argument("--cores", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main(**vars(arguments()))
