import datetime

import openpyxl
import pandas as pd
import pytest

from ballad.clinical.checks import clinical_warnings
from ballad.clinical.dates import dates_of, month_format
from ballad.clinical.table import read_clinical
from ballad.settings import ClinicalTable

IMPUTE = {"partial_dates": "middle_of_month"}


def warnings_of(table, **settings):
    reading = ClinicalTable.from_config({"table": "clinical.tsv", **settings})
    return [str(w) for w in clinical_warnings(table, reading, {"window_days": 84})]


def test_a_date_of_a_month_is_refused_by_default(clinical):
    _, (problem,) = clinical({"relapse_date": "2020-07"})

    assert (problem.column, problem.value) == ("relapse_date", "2020-07")
    assert "partial dates are not guessed" in problem.cure


def test_a_date_of_a_month_is_its_15th_where_the_config_says_so(clinical):
    table, problems = clinical({"relapse_date": "2020-07"}, **IMPUTE)

    assert problems == []
    assert table.loc[2, "relapse_date"] == 196  # 182 days to the 1 July, and 14


def test_a_month_in_the_format_of_the_clinic_is_imputed(clinical):
    german = {
        **{"treatment_start": "01.01.2020", "response_date": "01.02.2020"},
        **{"last_contact": "01.01.2021", "relapse_date": "07.2020"},
    }

    table, problems = clinical(german, date_format="%d.%m.%Y", **IMPUTE)

    assert problems == []
    assert table.loc[2, "relapse_date"] == 196


def test_each_imputed_date_is_counted_and_listed_as_a_day(clinical):
    table, _ = clinical(
        {"relapse_date": "2020-07", "hct_date": "2020-05"},
        {"patient": "P2"},
        {"patient": "P3", "diagnosis_date": "2019-10"},
        **IMPUTE,
    )

    first, *others = warnings_of(table, **IMPUTE)

    assert "dates imputed: 3, of 2 patients" in first
    assert [
        (text.split("column ")[1].split(",")[0], text.split("'")[1]) for text in others
    ] == [
        ("hct_date", "day 135"),
        ("relapse_date", "day 196"),
        ("diagnosis_date", "day -78"),
    ]


def test_full_dates_are_not_imputed(clinical):
    table, _ = clinical({"relapse_date": "2020-07-20"}, **IMPUTE)

    assert table.loc[2, "relapse_date"] == 201
    assert warnings_of(table, **IMPUTE) == []


def test_the_treatment_start_is_never_imputed(clinical):
    _, problems = clinical({"treatment_start": "2020-01"}, **IMPUTE)

    assert (problems[0].column, problems[0].value) == ("treatment_start", "2020-01")


@pytest.mark.parametrize("value", ["2020", "2020-00", "07-2020", "2020-07-XX", "July"])
def test_what_is_not_even_a_month_is_refused_all_the_same(clinical, value):
    _, (problem,) = clinical({"relapse_date": value}, **IMPUTE)

    assert (problem.column, problem.value) == ("relapse_date", value)


def test_an_imputed_date_still_has_to_be_in_order(clinical):
    differs = {"relapse_date": "2020-07", "death_date": "2020-07-10"}

    _, (problem,) = clinical({**differs, "last_contact": ""}, **IMPUTE)

    assert problem.rule == "relapse_date after death"
    assert problem.value == ("day 191, 2020-07-10; relapse_date is day 196, 2020-07-15")


@pytest.mark.parametrize(
    ("full", "month"),
    [
        ("%Y-%m-%d", "%Y-%m"),
        ("%d.%m.%Y", "%m.%Y"),
        ("%m/%d/%Y", "%m/%Y"),
        ("%d %B %Y", "%B %Y"),
        ("%Y%m%d", "%Y%m"),
    ],
)
def test_the_format_of_a_month_is_that_of_the_date_without_its_day(full, month):
    assert month_format(full) == month


@pytest.mark.parametrize("word", ["today", "now", "NaT", ""])
def test_a_word_is_no_date(word):
    assert dates_of(pd.Series([word]), "%Y-%m-%d").isna().all()


def test_a_time_of_day_does_not_change_the_day(clinical):
    table, problems = clinical(
        {
            "treatment_start": "2020-01-01 23:00",
            "response_date": "2020-01-02 08:00",
            "last_contact": "2021-01-01 00:00",
        },
        date_format="%Y-%m-%d %H:%M",
    )

    assert problems == []
    assert table.loc[2, "response_date"] == 1


def test_date_cells_and_text_of_one_column_are_read_together(tmp_path, known_columns):
    book = openpyxl.Workbook()
    book.active.append(["patient", "treatment_start", "last_contact"])
    start = datetime.datetime(2020, 2, 3)
    book.active.append(["P1", start, "04.02.2020"])
    book.active.append(["P2", "03.02.2020", datetime.datetime(2020, 2, 5)])
    book.save(tmp_path / "clinical.xlsx")
    reading = ClinicalTable.from_config(
        {"table": str(tmp_path / "clinical.xlsx"), "date_format": "%d.%m.%Y"}
    )

    table, problems = read_clinical(reading, known_columns)

    assert problems == []
    assert table["last_contact"].tolist() == [1, 2]
