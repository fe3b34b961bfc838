import pandas as pd
import pytest

from ballad.clinical.timing import timing_problems
from ballad.settings import ClinicalTable

CLINICAL = pd.DataFrame(
    {
        "patient": ["P1"],
        "treatment_start": [0.0],
        "_start": [pd.Timestamp("2020-01-10")],
        "death_date": [100.0],
        "relapse_date": [50.0],
    }
)


def rules(timepoint, date, **settings):
    sheet = pd.DataFrame([{"patient": "P1", "timepoint": timepoint, "date": date}])
    reading = ClinicalTable.from_config({"table": "c.tsv", **settings})
    problems, warnings = timing_problems("s.tsv", sheet, CLINICAL, reading)
    assert warnings == []
    return [problem.rule for problem in problems]


@pytest.mark.parametrize(
    ("timepoint", "date"),
    [
        ("diagnosis", "2020-01-10"),  # the day of the first dose
        ("diagnosis", ""),
        ("relapse", "2020-01-10"),
        ("relapse", "2020-04-19"),  # the day of death
        ("remission", "2019-12-01"),  # of an earlier line
        ("normal", "2020-03-01"),
    ],
)
def test_a_sample_in_its_time_is_no_problem(timepoint, date):
    assert rules(timepoint, date) == []


@pytest.mark.parametrize(
    ("timepoint", "date", "rule"),
    [
        ("diagnosis", "2020-01-11", "sample taken after treatment_start"),
        ("pre_treatment", "2020-01-11", "sample taken after treatment_start"),
        ("relapse", "2020-01-09", "sample taken before treatment_start"),
        ("relapse", "2020-04-20", "sample taken after death_date"),
        ("relapse", "2020-03", "is no full date or day"),
    ],
)
def test_a_sample_out_of_its_time_is_refused(timepoint, date, rule):
    assert rules(timepoint, date) == [rule]


def test_dates_of_samples_may_be_written_as_those_of_the_clinic():
    assert rules("diagnosis", "11.01.2020", date_format="%d.%m.%Y") == [
        "sample taken after treatment_start"
    ]


def test_where_times_are_days_a_sample_has_a_day():
    assert rules("diagnosis", "1", times="days") == [
        "sample taken after treatment_start"
    ]
    assert rules("diagnosis", "-3", times="days") == []


def test_a_relapse_sample_without_a_relapse_is_a_warning():
    sheet = pd.DataFrame([{"patient": "P1", "timepoint": "relapse", "date": ""}])
    without = CLINICAL.assign(relapse_date=float("nan"))

    problems, (warning,) = timing_problems(
        "s.tsv", sheet, without, ClinicalTable.from_config({"table": "c.tsv"})
    )

    assert problems == []
    assert (warning.row, warning.column) == ("line 0, patient P1", "timepoint")


def test_the_date_of_a_sample_is_one_fault_with_all_of_its_lines():
    row = {"patient": "P1", "sample": "T", "timepoint": "diagnosis"}
    sheet = pd.DataFrame([{**row, "date": "2020-01-11"}] * 2, index=[4, 7])

    (problem,), _ = timing_problems(
        "s.tsv", sheet, CLINICAL, ClinicalTable.from_config({"table": "c.tsv"})
    )

    assert problem.row == "lines 4, 7, patient P1, sample T"
