"""Writes a cBioPortal study; the folder holds what `assembled` made and nothing else."""

from pathlib import Path

from ballad.exports.cbioportal import Study
from ballad.exports.cells import one_line, write_plain


def write_study(study: Study, folder: Path) -> None:
    """Write every file; a value of a meta file is one line, lists keep their tabs."""
    for name, values in study.metas.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{key}: {_value(text)}\n" for key, text in values.items()]
        path.write_text("".join(lines), encoding="utf-8", newline="\n")
    for name, table in study.tables.items():
        write_plain(table, folder / name, study.headers[name])


def _value(text: str) -> str:
    return "\t".join(one_line(part) for part in text.split("\t"))
