"""Write the SYNTHETIC cohort of 267 patients: sheets, assay files and truth."""

import argparse
from pathlib import Path

from ballad.simulation.cohort import write_cohort
from ballad.simulation.design import read_design

ROOT = Path(__file__).resolve().parent.parent
DEMO_SEED = 1


def main(output: str, seed: int) -> None:
    """Write the cohort of one seed."""
    write_cohort(
        Path(output),
        seed,
        read_design(ROOT / "resources" / "simulation"),
        str(ROOT / "resources" / "panel" / "genes.tsv"),
        str(ROOT / "resources" / "panel" / "cds.GRCh38.bed"),
    )


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", required=True, help="folder to write")
    parser.add_argument("--seed", type=int, default=DEMO_SEED)
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    main(given.output, given.seed)
