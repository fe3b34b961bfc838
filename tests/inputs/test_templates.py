import pytest
import yaml

from ballad.inputs.configuration import configuration_problems
from ballad.inputs.curation import CURATION_COLUMNS
from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.inputs.sheets import CYTOGENETICS_COLUMNS
from ballad.tables import read_table


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("samples", SAMPLE_COLUMNS),
        ("cytogenetics", CYTOGENETICS_COLUMNS),
        ("curation", CURATION_COLUMNS),
    ],
)
def test_a_template_has_every_column_of_its_sheet(root, name, columns):
    template = read_table(root / f"config/templates/{name}.tsv")

    assert list(template) == list(columns)


def test_the_clinical_template_has_every_known_column(root):
    template = read_table(root / "config/templates/clinical.tsv")
    known = read_table(root / "resources/clinical/columns.tsv")

    assert list(template) == known["column"].tolist()


def test_the_template_of_a_cohort_fits_the_schema(root):
    schema = yaml.safe_load(
        (root / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8")
    )
    method = yaml.safe_load((root / "config/config.yaml").read_text(encoding="utf-8"))
    cohort = yaml.safe_load(
        (root / "config/templates/cohort.yaml").read_text(encoding="utf-8")
    )
    report = {**method["report"], **cohort["report"]}

    assert configuration_problems({**method, **cohort, "report": report}, schema) == []


def test_every_table_of_knowledge_names_the_source_of_each_row(root):
    tables = sorted((root / "resources").glob("*/*.tsv"))
    assert tables

    for path in tables:
        if "example" in path.parts:
            continue
        table = read_table(path)
        assert table.columns[-1] == "source", path
        assert (table["source"] != "").all(), path
