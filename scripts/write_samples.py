"""Proposes a sample sheet from a folder of files: write_samples.py FOLDER > samples.tsv."""

import argparse
import csv
import sys
from pathlib import Path

from ballad.inputs.proposal import proposed_rows
from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.tables import read_table

FILE_NAMES = Path(__file__).parents[1] / "resources/inputs/file_names.tsv"


def main(folder: str) -> None:
    """Write the sheet to standard output; its paths are relative to the folder."""
    if not Path(folder).is_dir():
        sys.exit(f"{folder}: is no folder; name the one that holds the files")
    known = read_table(FILE_NAMES)
    files = [
        path.relative_to(folder).as_posix()
        for path in Path(folder).rglob("*")
        if path.is_file()
    ]
    patterns = list(zip(known["column"], known["pattern"], strict=True))
    rows = proposed_rows(files, patterns)
    writer = csv.DictWriter(
        sys.stdout, SAMPLE_COLUMNS, delimiter="\t", lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    print(
        f"{len(rows)} rows; fill in patient, timepoint and assay, and save the sheet in "
        f"{folder}: its paths are relative to it",
        file=sys.stderr,
    )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder")
    main(arguments.parse_args().folder)
