"""Keep what a later comparison needs of a cohort's results (make snapshot)."""

import argparse
import sys
from pathlib import Path

import yaml

from ballad.comparison.kept import snapshot


def main() -> None:
    """Read the cohort's name from its configuration, copy and say where to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, help="the cohort's file")
    parser.add_argument("--name", default="", help="of the snapshot; else a number")
    arguments = parser.parse_args()
    settings = yaml.safe_load(Path(arguments.config).read_text(encoding="utf-8"))
    try:
        kept = snapshot(Path("results") / settings["cohort"], arguments.name)
    except (FileNotFoundError, FileExistsError) as error:
        sys.exit(str(error))
    print(f"Kept for later comparisons: compare_with: {kept}")


if __name__ == "__main__":
    main()
