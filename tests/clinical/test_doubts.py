"""Legal cells that are probably not meant: a warning names row, value, rule and cure."""

import pandas as pd
import pytest

from ballad.clinical.doubts import doubts
from ballad.settings import ClinicalTable

RESPONSE = {"column": "response", "success": ["CR"], "failure": ["NR"]}
OS = {"from": "treatment_start", "to": {"death": {"date": "death_date"}}}


def table(**cells):
    columns = {"patient": ["P1", "P2"], "death_date": [100.0, float("nan")]}
    frame = pd.DataFrame(columns | cells, index=[2, 3])
    return frame.assign(_start=pd.Timestamp("2020-01-01"))


def told(frame, endpoints=None, **settings):
    known = {"table": "clinical.tsv", **settings}
    return [
        str(p) for p in doubts(frame, ClinicalTable.from_config(known), endpoints or {})
    ]


@pytest.mark.parametrize("value", ["NA", "n/a", "NaN", "null"])
def test_a_word_for_unknown_in_a_text_column_is_told(value):
    (warning,) = told(table(centre=["Bern", value]))

    assert warning.startswith(
        f"clinical.tsv, line 3, patient P2, column centre, value '{value}'"
    )
    assert "empty the cell" in warning


def test_words_that_mean_something_are_left_alone():
    assert told(table(centre=["Nancy", "No"], x_site=["unknown", ""])) == []


@pytest.mark.parametrize(("cutoff", "n"), [("2121-05-01", 1), ("2020-12-31", 0)])
def test_a_cutoff_far_after_every_date_is_told(cutoff, n):
    warnings = told(table(), data_cutoff=cutoff)

    assert len(warnings) == n
    assert all("config, column clinical.data_cutoff" in w for w in warnings)


def test_a_code_in_neither_list_of_an_endpoint_is_told_with_its_patients():
    (warning,) = told(table(response=["CR", "PR"]), {"response": RESPONSE})

    assert "line 3, patient P2, column response, value 'PR'" in warning
    assert "neither success nor failure of the endpoint response: 1 patients" in warning
    assert "add PR to endpoints.response.success or failure" in warning


@pytest.mark.parametrize("value", ["", "not_tested", "unknown", "NR"])
def test_what_was_not_tested_or_counts_is_no_doubt(value):
    assert told(table(response=["CR", value]), {"response": RESPONSE}) == []


@pytest.mark.parametrize(("entry", "n"), [(100.0, 1), (99.0, 0), (101.0, 0)])
def test_an_entry_on_the_day_of_the_event_is_told(entry, n):
    frame = table(referral_date=[entry, 5.0])

    warnings = told(frame, {"os": {**OS, "entry": "referral_date"}})

    assert len(warnings) == n
    assert all("outside the endpoint os (death)" in w for w in warnings)


def test_an_entry_on_the_first_day_is_no_delay():
    frame = table(referral_date=[0.0, 0.0]).assign(death_date=[0.0, float("nan")])

    assert told(frame, {"os": {**OS, "entry": "referral_date"}}) == []


def test_a_death_after_the_cutoff_is_named_as_such_not_the_last_contact():
    frame = table(last_contact=[90.0, 95.0], death_date=[3650.0, float("nan")])

    after, long_after = told(frame, data_cutoff="2024-06-30")  # day 1642

    assert "line 2, patient P1, column death_date" in after
    assert "value 'day 3650': death_date after the data cut-off" in after
    assert "correct the year" in after
    assert "column death_date, value '3560 days after last_contact'" in long_after


@pytest.mark.parametrize(("cutoff", "n"), [("2020-04-09", 1), ("2020-04-10", 0)])
def test_a_contact_after_the_cutoff_is_told_from_the_first_day_on(cutoff, n):
    frame = table(last_contact=[100.0, 90.0], death_date=[float("nan")] * 2)  # 10 April

    warnings = told(frame, data_cutoff=cutoff)

    assert len(warnings) == n
    assert all("column last_contact" in w and "does not count" in w for w in warnings)


@pytest.mark.parametrize(("death", "n"), [(465.0, 0), (466.0, 1)])
def test_a_death_more_than_a_year_after_the_last_contact_is_told(death, n):
    frame = table(last_contact=[100.0, 90.0], death_date=[death, float("nan")])

    assert len(told(frame)) == n
