import pytest

from ballad.clinical.checks import clinical_problems
from ballad.clinical.table import read_clinical
from ballad.settings import ClinicalTable
from ballad.tables import read_table

PATIENT = {
    "patient": "P1",
    "indication": "rr",
    "treatment_start": "2020-01-01",
    "response": "CR",
    "response_date": "2020-02-01",
    "last_contact": "2021-01-01",
}


@pytest.fixture(scope="session")
def known_columns(root):
    return read_table(root / "resources/clinical/columns.tsv")


@pytest.fixture
def clinical(tmp_path, known_columns):
    """Return a function: rows that differ from one sound patient -> table, problems."""

    def read(*rows, without=(), **settings):
        rows = [{**PATIENT, **row} for row in rows]
        names = [n for n in dict.fromkeys(n for r in rows for n in r)]
        names = [name for name in names if name not in without]
        path = tmp_path / "clinical.tsv"
        lines = [names, *([row.get(name, "") for name in names] for row in rows)]
        path.write_text("".join("\t".join(line) + "\n" for line in lines))
        reading = ClinicalTable.from_config({"table": str(path), **settings})
        table, problems = read_clinical(reading, known_columns)
        if not table.empty:
            problems = problems + clinical_problems(table, reading)
        return table, problems

    return read
