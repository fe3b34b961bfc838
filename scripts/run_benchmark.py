"""The reader of VCFs timed beside bcftools, on SYNTHETIC files of a seed."""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from ballad.benchmark.cases import (
    Place,
    bcftools,
    by_index,
    by_scan,
    linked,
    prepare,
    reader,
)
from ballad.benchmark.files import ANNOTATORS, SIZES, write_data
from ballad.benchmark.peers import PROGRAMS, differences, our_rows
from ballad.benchmark.timing import (
    Contender,
    Run,
    cpu_ratio,
    interleaved,
    run,
    summary,
)
from ballad.variants.panel import read_panel

ROOT = Path(__file__).resolve().parents[1]
RESOURCES = ROOT / "resources"
CASES = ("exome_300", "genome_index", "genome_scan", "cohort_300", "scale_3000")
EXTRA = "jumping_per_gene"  # ending of the row of the peer's faster way
TIMES = 10  # how often scale_3000 has the files of exome_300


def main(
    size: str, cases: list[str], rounds: int, workers: int, data: str, output: str
) -> None:
    """Write the data, prove the rows equal, time, print, and write benchmark.json."""
    if missing := [name for name in PROGRAMS if not shutil.which(name)]:
        packages = " ".join(sorted({PROGRAMS[name] for name in missing}))
        sys.exit(
            f"missing: {', '.join(missing)}; on Debian: apt-get install {packages}"
        )
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    padding = config["variants"]["panel_padding"]
    folder = Path(data).resolve() / size
    place = Place(folder, folder / "work", padding, workers)
    print(f"SYNTHETIC files of size {size}: {folder}", flush=True)
    write_data(folder, RESOURCES, SIZES[size], workers)
    panel = read_panel(
        "GRCh38",
        str(RESOURCES / "panel/cds.GRCh38.bed"),
        str(RESOURCES / "panel/genes.tsv"),
        str(RESOURCES / "variants/hotspots.tsv"),
        padding,
    )
    prepare(place, panel)
    refuse_differences(place, cases)
    results = []
    print(f"{versions()}; load {os.getloadavg()[0]:.1f}; {rounds} rounds", flush=True)
    for case in cases:
        ours, peers = contenders(place, case)
        timed = interleaved([ours, *peers.values()], rounds)
        for number, way in enumerate(peers, 1):
            pairs = [(runs[0], runs[number]) for runs in timed]
            name = case if number == 1 else f"{case}_{EXTRA}"
            peer = way.partition(" ")[0]
            results.append(summary(name, peer, pairs, rows_equal=True))
            print_case(results[-1], way, pairs)
    path = Path(output) / "benchmark.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"The figures: {path}; load {os.getloadavg()[0]:.1f}")


def exomes(place: Place) -> dict[str, Path]:
    """Name the exomes by sample."""
    return {
        path.name.removesuffix(".vcf.gz"): path
        for path in sorted((place.data / "exome").glob("*.vcf.gz"))
    }


def cohort(place: Place) -> list[tuple[str, Path]]:
    """List the samples of the cohort's file."""
    path = place.data / "cohort.vcf.gz"
    command = ["bcftools", "query", "-l", str(path)]
    names = subprocess.run(command, check=True, capture_output=True, text=True)
    return [(name, path) for name in names.stdout.split()]


def contenders(place: Place, case: str) -> tuple[Contender, dict[str, Contender]]:
    """Return our command and the peer's, by name; the first one decides."""
    if case == "scale_3000":
        links = {
            f"{n}_{path.name}": path
            for n in range(TIMES)
            for path in exomes(place).values()
        }
        many = linked(place.data / "scale", links, index=True)
        named = [
            (f"{path.name.partition('_')[2].removesuffix('.vcf.gz')}/{n}", path)
            for n, path in enumerate(many)
        ]
        return reader(place, case, named), {"exome_300": reader_of(place, "exome_300")}
    ways = by_scan(place) if case == "genome_scan" else by_index(place)
    vcfs = {
        "exome_300": list(exomes(place).values()),
        "genome_index": [place.data / "genome.vcf.gz"],
        "genome_scan": [place.data / "scan/genome.vcf.gz"],
        "cohort_300": [place.data / "cohort.vcf.gz"],
    }[case]
    return reader_of(place, case), {
        f"bcftools view {way}": bcftools(place, f"{case}.{number}", selection, vcfs)
        for number, (way, selection) in enumerate(ways.items())
    }


def reader_of(place: Place, case: str) -> Contender:
    """Return our command for one of the cases of bcftools."""
    if case == "exome_300":
        return reader(place, case, list(exomes(place).items()))
    if case == "cohort_300":
        return reader(place, case, cohort(place))
    path = place.data / "genome.vcf.gz"
    if case == "genome_scan":
        (path,) = linked(place.data / "scan", {path.name: path}, index=False)
    return reader(place, case, [("genome", path)])


def refuse_differences(place: Place, cases: Sequence[str]) -> None:
    """
    Compare all rows with bcftools' before anything is timed.

    Raises
    ------
    SystemExit
        If a key or a value differs.
    """
    with (RESOURCES / "panel/genes.tsv").open(encoding="utf-8", newline="") as lines:
        genes = csv.DictReader(lines, delimiter="\t")
        speakers = {row["symbol"]: row["mane_select_enst"] for row in genes}
    copies = [("S0001", path) for path in sorted((place.data / "copy").glob("*.vcf*"))]
    copies += [
        (name, place.data / f"dialect/{name}.vcf.gz") for name in sorted(ANNOTATORS)
    ]
    compared = {"copies": reader(place, "copies", copies)}
    # The many files of scale_3000 are those of exome_300.
    chosen = ["exome_300" if case == "scale_3000" else case for case in cases]
    compared |= {case: reader_of(place, case) for case in dict.fromkeys(chosen)}
    found: list[str] = []
    for case, contender in compared.items():
        run(contender)
        rows = our_rows(place.work / f"{case}.records.tsv")
        vcfs = {row["source"]: Path(row["source"]) for row in rows}
        found += differences(rows, vcfs, place.exons, speakers, place.workers)
        print(f"{case}: {len(rows)} rows compared with bcftools", flush=True)
    if found:
        sys.exit("\n".join(["rows differ, nothing is timed:", *found[:20]]))


def print_case(result: Mapping, peer: str, pairs: Sequence[tuple[Run, Run]]) -> None:
    """Print one line of the table."""
    print(
        f"{result['case']:30} {result['ratio']:6.2f} ({result['ratio_min']:.2f} to "
        f"{result['ratio_max']:.2f}) of {peer}; CPU {cpu_ratio(pairs):.2f}; "
        f"{result['ballad_s']:.2f} s and {result['peer_s']:.2f} s; largest process "
        f"{result['peak_rss_mb']:.0f} MB; rows equal; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def versions() -> str:
    """Name the versions of what is compared."""
    command = ["bcftools", "--version"]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return f"{' with '.join(told.stdout.splitlines()[:2])}; Python {sys.version.split()[0]}"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="full")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--data", default="resources/benchmark", help="folder to write")
    parser.add_argument("--output", default="results", help="folder to write")
    return parser.parse_args()


if __name__ == "__main__":
    main(**vars(arguments()))
