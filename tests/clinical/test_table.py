import datetime
import math

import pytest

from ballad.clinical.dates import cutoff_days
from ballad.settings import ClinicalTable


def test_a_sound_patient_is_read_without_a_problem(clinical):
    table, problems = clinical({})

    assert problems == []
    assert table.loc[2, "patient"] == "P1"


def test_dates_become_days_since_treatment_start_across_a_leap_day(clinical):
    table, _ = clinical(
        {"treatment_start": "2020-02-28", "response_date": "2020-03-01"}
    )

    assert table.loc[2, "treatment_start"] == 0
    assert table.loc[2, "response_date"] == 2  # 2020 has a 29 February


def test_a_date_before_treatment_start_is_a_negative_day(clinical):
    table, _ = clinical({"diagnosis_date": "2019-12-30"})

    assert table.loc[2, "diagnosis_date"] == -2


def test_an_empty_date_stays_missing(clinical):
    table, problems = clinical({"relapse_date": ""})

    assert math.isnan(table.loc[2, "relapse_date"])
    assert problems == []


def test_the_identifier_007_keeps_its_zeros(clinical):
    table, _ = clinical({"patient": "007"})

    assert table["patient"].tolist() == ["007"]


def test_columns_and_codes_of_the_clinic_are_renamed_and_recoded(clinical):
    table, problems = clinical(
        {"Geschlecht": "w"},
        columns={"sex": "Geschlecht"},
        values={"sex": {"w": "F", "m": "M"}},
    )

    assert problems == []
    assert table["sex"].tolist() == ["F"]


def test_dates_are_read_in_the_format_of_the_clinic(clinical):
    table, problems = clinical(
        {
            "treatment_start": "01.02.2020",
            "response_date": "03.02.2020",
            "last_contact": "01.03.2020",
        },
        date_format="%d.%m.%Y",
    )

    assert problems == []
    assert table.loc[2, "response_date"] == 2


def test_times_may_be_days_since_the_first_dose(clinical):
    table, problems = clinical(
        {"treatment_start": "0", "response_date": "28", "last_contact": "400"},
        times="days",
    )

    assert problems == []
    assert table.loc[2, "response_date"] == 28


def test_a_column_of_ones_own_is_kept_when_called_x(clinical):
    table, problems = clinical({"x_note": "seen twice"})

    assert problems == []
    assert table["x_note"].tolist() == ["seen twice"]


def test_a_further_date_column_that_is_mapped_becomes_days(clinical):
    table, problems = clinical(
        {"Spenderlymphozyten": "2020-01-11"}, columns={"dli_date": "Spenderlymphozyten"}
    )

    assert problems == []
    assert table.loc[2, "dli_date"] == 10


FAULTS = [
    # column, value, what the message says, what it tells to do
    ("sex", "female", "is none of F, M", "clinical.values.sex"),
    ("indication", "relapse", "is none of rr, mrd", "clinical.values.indication"),
    ("response", "cr", "is none of CR, CRi", "clinical.values.response"),
    ("prior_hct", "1", "is none of yes, no", "clinical.values.prior_hct"),
    ("age", "-1", "is no number from 0 to 120", "the unit is years"),
    ("age", "41 years", "is no number from 0 to 120", "the unit is years"),
    ("age", "121", "is no number from 0 to 120", "the unit is years"),
    ("marrow_blasts", "101", "is no number from 0 to 100", "the unit is percent"),
    ("relapse_date", "2020-13-01", "is no full date", "clinical.date_format"),
    ("relapse_date", "2020-07", "is no full date", "partial dates are not guessed"),
    ("death_date", "01.07.2020", "is no full date", "clinical.date_format"),
    ("treatment_start", "", "is empty", "day 0 of everything"),
]


@pytest.mark.parametrize(("column", "value", "rule", "cure"), FAULTS)
def test_a_faulty_cell_is_refused_with_patient_column_value_and_cure(
    clinical, column, value, rule, cure
):
    _, problems = clinical({column: value})

    texts = [str(problem) for problem in problems if problem.column == column]
    assert len(texts) == 1
    assert "line 2, patient P1" in texts[0]
    assert f"column {column}" in texts[0]
    assert not value or f"value {value!r}" in texts[0]
    assert rule in texts[0]
    assert cure in texts[0].split(" -> ")[1]


def test_values_at_the_limits_of_a_number_are_accepted(clinical):
    _, problems = clinical(
        {"age": "0", "marrow_blasts": "100"},
        {
            **{"patient": "P2", "age": "120", "marrow_blasts": "0"},
            "last_contact": "2020-06-01",
        },
    )

    assert problems == []


def test_three_faults_give_three_messages(clinical):
    _, problems = clinical(
        {"sex": "female"},
        {"patient": "P2", "age": "-1"},
        {"patient": "P3", "relapse_date": "soon"},
    )

    places = [(problem.row, problem.column, problem.value) for problem in problems]
    assert places == [
        ("line 2, patient P1", "sex", "female"),
        ("line 3, patient P2", "age", "-1"),
        ("line 4, patient P3", "relapse_date", "soon"),
    ]


def test_a_patient_who_stands_twice_is_named_with_both_lines(clinical):
    _, problems = clinical({}, {"patient": "P2"}, {})

    (problem,) = problems
    assert problem.row == "lines 2, 4"
    assert problem.value == "P1"


def test_a_patient_without_a_name_is_refused(clinical):
    _, problems = clinical({}, {"patient": ""})

    assert [(p.row, p.column, p.rule) for p in problems] == [
        ("line 3", "patient", "is empty")
    ]


def test_an_unknown_column_is_refused(clinical):
    _, problems = clinical({"relaps_date": "2020-05-01"})

    assert [(p.column, p.rule) for p in problems] == [("relaps_date", "unknown column")]


def test_a_mapped_column_that_is_not_there_is_refused(clinical):
    _, problems = clinical({}, columns={"age": "Alter"})

    (problem,) = problems
    assert problem.column == "Alter"
    assert "the config maps it to age" in problem.rule


def test_two_columns_that_both_become_one_are_refused(clinical):
    _, problems = clinical({"age": "40", "Alter": "41"}, columns={"age": "Alter"})

    (problem,) = problems
    assert problem.column == "age"
    assert "Alter" in problem.rule


@pytest.mark.parametrize("column", ["patient", "treatment_start"])
def test_a_required_column_that_is_missing_is_refused(clinical, column):
    _, problems = clinical({}, without=[column])

    assert [(p.column, p.rule) for p in problems] == [(column, "column is missing")]


def test_a_table_without_last_contact_and_death_is_refused(clinical):
    _, problems = clinical({}, without=["last_contact"])

    assert [p.rule for p in problems] == [
        "neither last_contact nor death_date is there"
    ]


def test_a_table_without_patients_is_refused(clinical):
    _, problems = clinical()

    assert len(problems) == 1


def test_percentages_given_as_fractions_are_noticed(clinical):
    _, problems = clinical(
        {"marrow_blasts": "0.4"}, {"patient": "P2", "marrow_blasts": "0.9"}
    )

    (problem,) = problems
    assert problem.rule == "looks like fractions"
    assert "multiply by 100" in problem.cure


def test_a_day_that_is_no_whole_number_is_refused(clinical):
    _, problems = clinical(
        {"treatment_start": "0", "response_date": "28.5", "last_contact": "400"},
        times="days",
    )

    assert [(p.column, p.value) for p in problems] == [
        ("response_date", "28.5"),
        ("response_date", ""),  # the response then has no date
    ]


def test_a_treatment_start_on_another_day_than_zero_is_refused(clinical):
    _, problems = clinical(
        {"treatment_start": "5", "response_date": "28", "last_contact": "400"},
        times="days",
    )

    (problem,) = problems
    assert (problem.column, problem.value) == ("treatment_start", "5")
    assert "day 0" in problem.rule


def test_two_names_may_be_swapped(clinical):
    table, problems = clinical(
        {
            "relapse_cd19": "none",
            "relapse_emd": "unknown",
            "relapse_date": "2020-05-01",
        },
        columns={"relapse_cd19": "relapse_emd", "relapse_emd": "relapse_cd19"},
    )

    assert problems == []
    assert table.loc[2, ["relapse_cd19", "relapse_emd"]].tolist() == ["unknown", "none"]


def test_a_patient_named_like_a_formula_is_refused(clinical):
    _, (problem,) = clinical({"patient": "=P1"})

    assert (problem.row, problem.value) == ("line 2", "=P1")
    assert "formula" in problem.rule


DAYS = {"treatment_start": "0", "response_date": "28", "last_contact": "400"}
GERMAN = {
    **{"treatment_start": "01.01.2020", "response_date": "02.01.2020"},
    **{"last_contact": "01.02.2021"},
}
CUTOFFS = [
    # patient, settings, the day the cut-off is
    ({}, {"data_cutoff": "2020-12-31"}, 365),
    ({}, {"data_cutoff": datetime.date(2020, 12, 31)}, 365),
    (GERMAN, {"data_cutoff": "31.12.2020", "date_format": "%d.%m.%Y"}, 365),
    (GERMAN, {"data_cutoff": "2020-12-31", "date_format": "%d.%m.%Y"}, 365),
    (DAYS, {"data_cutoff": 365, "times": "days"}, 365),
    (DAYS, {"data_cutoff": "365", "times": "days"}, 365),
]


@pytest.mark.parametrize(("patient", "settings", "day"), CUTOFFS)
def test_the_data_cutoff_is_a_full_date_or_a_day(clinical, patient, settings, day):
    table, problems = clinical(patient, **settings)

    reading = ClinicalTable.from_config({"table": "clinical.tsv", **settings})
    assert problems == []
    assert cutoff_days(reading, table).tolist() == [day]


NO_CUTOFFS = [
    (DAYS, "2024-06-30", "days", "is no whole number of days"),
    (DAYS, 365.5, "days", "is no whole number of days"),
    (DAYS, datetime.date(2024, 6, 30), "days", "is no whole number of days"),
    ({}, "2024-06", "dates", "is no full date"),
    ({}, "2024-6-30", "dates", "is no full date"),
    ({}, "30.06.2024", "dates", "is no full date"),
    ({}, "June 2024", "dates", "is no full date"),
    ({}, 2024, "dates", "is no full date"),
    ({}, datetime.datetime(2024, 6, 30, 12), "dates", "is no full date"),
]


@pytest.mark.parametrize(("patient", "cutoff", "times", "rule"), NO_CUTOFFS)
def test_a_data_cutoff_that_would_have_to_be_guessed_is_refused(
    clinical, patient, cutoff, times, rule
):
    _, (problem,) = clinical(patient, data_cutoff=cutoff, times=times)

    assert (problem.file, problem.column) == ("config", "clinical.data_cutoff")
    assert problem.value == str(cutoff)
    assert rule in problem.rule
    assert problem.cure


def test_a_word_among_the_numbers_of_a_column_of_ones_own_is_refused(clinical):
    values = ["250", "1,5", "300", "410", "NA"]
    rows = [{"patient": f"P{n}", "LDH": value} for n, value in enumerate(values)]

    _, problems = clinical(*rows, columns={"ldh": "LDH"})

    assert [(p.column, p.value) for p in problems] == [("ldh", "1,5"), ("ldh", "NA")]
    assert "decimal point" in problems[0].cure


def test_words_of_a_column_of_ones_own_stay_words(clinical):
    rows = [{"patient": f"P{n}", "fab": v} for n, v in enumerate(["L1", "L2", "3"])]

    table, problems = clinical(*rows, columns={"fab": "fab"})

    assert problems == []
    assert table["fab"].tolist() == ["L1", "L2", "3"]


def test_one_column_of_theirs_cannot_be_two_of_ours(clinical):
    _, problems = clinical(
        {"Rezidiv": ""}, columns={"relapse_date": "Rezidiv", "cns_date": "Rezidiv"}
    )

    assert [p.column for p in problems] == [
        "clinical.columns.relapse_date",
        "clinical.columns.cns_date",
    ]


@pytest.mark.parametrize(
    ("values", "place", "cure"),
    [
        ({"respons": {"ja": "CR"}}, "clinical.values.respons", "response"),
        ({"response": {"ja": "CRp"}}, "clinical.values.response.ja", "missing"),
        ({"prior_hct": {"ja": "1"}}, "clinical.values.prior_hct.ja", "missing"),
    ],
)
def test_a_recoding_that_leads_nowhere_is_refused(clinical, values, place, cure):
    (problem,) = clinical({}, values=values)[1]

    assert problem.column == place
    assert cure in problem.cure


def test_an_unquoted_yes_of_the_config_is_no_fault_of_each_patient(clinical, recwarn):
    _, problems = clinical(
        {"emd_active": "ja"},
        {"patient": "P2", "emd_active": "nein"},
        values={"emd_active": {"ja": True, "nein": "no"}},  # the schema refuses true
    )

    assert problems == []
    assert [str(w.message) for w in recwarn] == []
