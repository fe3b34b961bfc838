import pytest

from ballad.clinical.checks import clinical_warnings
from ballad.settings import ClinicalTable

IMPOSSIBLE = [
    # what differs from the sound patient, column and rule of the message
    (
        {"diagnosis_date": "2020-01-02"},
        "treatment_start",
        "treatment starts before diagnosis",
    ),
    (
        {"response_date": "2019-12-31"},
        "response_date",
        "response before treatment start",
    ),
    (
        {"mrd_response": "negative", "mrd_response_date": "2019-12-31"},
        "mrd_response_date",
        "MRD response before treatment",
    ),
    ({"hct_date": "2019-12-31"}, "hct_date", "that is prior_hct"),
    (
        {"response": "", "response_date": "", "relapse_date": "2019-12-31"},
        "relapse_date",
        "relapse before treatment start",
    ),
    ({"relapse_date": "2020-01-31"}, "relapse_date", "relapse before response"),
    (
        {
            "mrd_response": "negative",
            "mrd_response_date": "2020-03-01",
            "relapse_date": "2020-02-15",
        },
        "relapse_date",
        "relapse before MRD response",
    ),
    (
        {
            "mrd_response": "negative",
            "mrd_response_date": "2020-03-01",
            "mrd_recurrence_date": "2020-02-15",
        },
        "mrd_recurrence_date",
        "MRD recurrence before response",
    ),
    (
        {"relapse_date": "2020-06-02", "death_date": "2020-06-01", "last_contact": ""},
        "death_date",
        "relapse_date after death",
    ),
    (
        {"hct_date": "2020-06-02", "death_date": "2020-06-01", "last_contact": ""},
        "death_date",
        "hct_date after death",
    ),
    (
        {"last_contact": "2020-01-31"},
        "last_contact",
        "last contact before response_date",
    ),
    (
        {"relapse_date": "2021-01-02"},
        "last_contact",
        "last contact before relapse_date",
    ),
    (
        {"death_date": "2020-06-01", "last_contact": "2020-06-02"},
        "death_date",
        "last contact after death",
    ),
    ({"response_date": ""}, "response_date", "remission without a date"),
    (
        {"mrd_response": "negative"},
        "mrd_response_date",
        "MRD response without a date",
    ),
    (
        {"response": "NR", "relapse_date": "2020-05-01"},
        "relapse_date",
        "relapse without a remission",
    ),
    (
        {"relapse_cd19": "negative"},
        "relapse_date",
        "relapse described, but without a date",
    ),
    (
        {"relapse_emd": "isolated"},
        "relapse_date",
        "relapse described, but without a date",
    ),
    (
        {"cause_of_death": "infection"},
        "death_date",
        "cause of death without a date of death",
    ),
    ({"last_contact": ""}, "last_contact", "neither last contact nor death"),
    (
        {
            "indication": "mrd",
            "response": "",
            "response_date": "",
            "marrow_blasts": "6",
        },
        "marrow_blasts",
        "more than 5 percent blasts in an MRD indication",
    ),
]


@pytest.mark.parametrize(("differs", "column", "rule"), IMPOSSIBLE)
def test_what_cannot_be_true_is_refused_with_patient_column_and_cure(
    clinical, differs, column, rule
):
    _, problems = clinical(differs)

    (text,) = [str(p) for p in problems if rule in p.rule]
    assert "line 2, patient P1" in text
    assert f"column {column}" in text
    assert text.split(" -> ")[1]


SAME_DAY = [
    {"diagnosis_date": "2020-01-01"},
    {"response_date": "2020-01-01"},
    {"relapse_date": "2020-02-01"},
    {"death_date": "2020-02-01", "last_contact": ""},
    {"death_date": "2021-01-01", "last_contact": "2021-01-01"},
    {"hct_date": "2021-01-01"},
]


@pytest.mark.parametrize("differs", SAME_DAY)
def test_two_events_may_fall_on_one_day(clinical, differs):
    _, problems = clinical(differs)

    assert problems == []


def test_an_order_that_is_broken_shows_both_days(clinical):
    _, problems = clinical({"relapse_date": "2020-01-31"})

    assert [problem.value for problem in problems] == [
        "day 30, 2020-01-31; response_date is day 31, 2020-02-01"
    ]


def test_a_broken_order_shows_the_dates_as_the_clinic_writes_them(clinical):
    start = {"treatment_start": "01.01.2020", "last_contact": "01.01.2021"}
    faulty = {"response_date": "01.02.2020", "relapse_date": "31.01.2020"}

    _, (problem,) = clinical({**start, **faulty}, date_format="%d.%m.%Y")

    assert problem.value == "day 30, 31.01.2020; response_date is day 31, 01.02.2020"


def test_a_broken_order_of_days_shows_days(clinical):
    days = {"treatment_start": "0", "response_date": "31", "last_contact": "300"}

    _, (problem,) = clinical({**days, "relapse_date": "30"}, times="days")

    assert problem.value == "day 30; response_date is day 31"


def test_five_percent_blasts_still_fit_an_mrd_indication(clinical):
    _, problems = clinical({"indication": "mrd", "marrow_blasts": "5"})

    assert problems == []


def test_three_impossible_patients_give_three_messages(clinical):
    _, problems = clinical(
        {"relapse_date": "2020-01-31"},
        {"patient": "P2", "hct_date": "2019-12-31"},
        {"patient": "P3", "last_contact": ""},
    )

    assert sorted(problem.row for problem in problems) == [
        "line 2, patient P1",
        "line 3, patient P2",
        "line 4, patient P3",
    ]


def test_a_start_after_the_data_cutoff_is_refused(clinical):
    _, problems = clinical({}, data_cutoff="2019-12-30")

    assert [(p.column, p.value) for p in problems] == [
        ("treatment_start", "2 days after the data cut-off")
    ]


def warnings_of(clinical, differs, death="failure", **settings):
    table, problems = clinical(differs, **settings)
    assert problems == []
    reading = ClinicalTable.from_config({"table": "clinical.tsv", **settings})
    response = {"window_days": 84, "death_without_assessment": death}
    return [w.rule for w in clinical_warnings(table, reading, response)]


def test_a_sound_patient_gives_no_warning(clinical):
    assert warnings_of(clinical, {}) == []


def test_a_response_on_the_last_day_of_the_window_gives_no_warning(clinical):
    assert warnings_of(clinical, {"response_date": "2020-03-25"}) == []  # day 84


def test_a_response_after_the_window_gives_a_warning(clinical):
    (rule,) = warnings_of(clinical, {"response_date": "2020-03-26"})  # day 85

    assert rule == "response later than the window: no responder"


def test_a_transplant_after_relapse_gives_a_warning(clinical):
    (rule,) = warnings_of(
        clinical, {"relapse_date": "2020-05-01", "hct_date": "2020-05-02"}
    )

    assert rule.startswith("transplant after relapse")


def test_a_positive_mrd_without_its_date_gives_a_warning(clinical):
    (rule,) = warnings_of(clinical, {"mrd_response": "positive"})

    assert rule.startswith("MRD positive without a date")


def test_a_failure_without_its_date_gives_a_warning(clinical):
    (rule,) = warnings_of(clinical, {"response": "NR", "response_date": ""})

    assert rule.startswith("failure without a date")


@pytest.mark.parametrize(
    ("differs", "event"),
    [
        ({"relapse_date": "2020-05-01"}, "relapse"),
        (
            {"death_date": "2020-05-01", "last_contact": "2020-05-01"},
            "death",
        ),
    ],
)
def test_an_event_on_the_day_of_the_transplant_gives_a_warning(
    clinical, differs, event
):
    (rule,) = warnings_of(clinical, {"hct_date": "2020-05-01", **differs})

    assert rule.startswith(f"transplant and {event} on one day")


@pytest.mark.parametrize(
    ("death", "said"),
    [
        ("failure", "counts as no response (death_without_assessment: failure)"),
        ("missing", "not in the response denominator"),
    ],
)
def test_a_death_without_a_response_is_told_as_the_endpoint_counts_it(
    clinical, death, said
):
    dead = {"death_date": "2020-02-15", "last_contact": "2020-02-15"}
    unassessed = {"response": "", "response_date": ""}

    (rule,) = warnings_of(clinical, {**dead, **unassessed}, death)

    assert said in rule


def test_a_death_after_the_cutoff_is_no_missing_response(clinical):
    dead = {"death_date": "2020-02-15", "last_contact": "2020-02-15"}
    unassessed = {"response": "", "response_date": ""}

    assert warnings_of(clinical, {**dead, **unassessed}, data_cutoff="2020-02-14") == []


@pytest.mark.parametrize(
    "differs",
    [
        {"death_date": "2020-03-26", "last_contact": "2020-03-26"},  # day 85
        {
            "death_date": "2020-02-15",
            "last_contact": "2020-02-15",
            "indication": "induction",
        },
    ],
)
def test_no_response_is_missed_beyond_the_window_or_outside_rr(clinical, differs):
    unassessed = {"response": "", "response_date": ""}

    assert warnings_of(clinical, {**differs, **unassessed}) == []
