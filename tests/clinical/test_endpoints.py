import math

import pandas as pd
import pytest
import yaml

from ballad.clinical.endpoints import binary_endpoint, time_endpoint

NEVER = math.nan


@pytest.fixture(scope="module")
def endpoints(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())["endpoints"]


def patient(**differs):
    """A patient in remission on day 30, alive without relapse on day 1000."""
    sound = {
        "response": "CR",
        "response_day": 30.0,
        "relapse_day": NEVER,
        "relapse_cd19": "",
        "relapse_emd": "",
        "death_day": NEVER,
        "follow_up_day": 1000.0,
    }
    return pd.DataFrame([{**sound, **differs}])


def outcome(endpoint, cohort, eligible_day=30.0, member=True):
    """Return (days, event, cause) of the only patient."""
    times = time_endpoint(
        cohort,
        endpoint,
        pd.Series([member]),
        pd.Series([eligible_day]),
        day_zero_days=0.5,
    )
    row = times.iloc[0]
    return row["days"], row["event"], row["cause"]


TIMES = [
    # endpoint, what happened, (days from the origin, event, cause)
    ("os", {}, (1000, 0, "censored")),
    ("os", {"death_day": 400.0, "follow_up_day": 400.0}, (400, 1, "death")),
    ("os", {"relapse_day": 200.0}, (1000, 0, "censored")),
    ("lfs", {}, (970, 0, "censored")),
    ("lfs", {"relapse_day": 200.0}, (170, 1, "relapse")),
    ("lfs", {"death_day": 400.0, "follow_up_day": 400.0}, (370, 1, "death")),
    (
        "lfs",
        {"relapse_day": 200.0, "death_day": 400.0, "follow_up_day": 400.0},
        (170, 1, "relapse"),
    ),
    # Relapse and death on one day: the event listed first wins.
    (
        "lfs",
        {"relapse_day": 200.0, "death_day": 200.0, "follow_up_day": 200.0},
        (170, 1, "relapse"),
    ),
    # The data cut-off comes before the relapse.
    ("lfs", {"relapse_day": 200.0, "follow_up_day": 199.0}, (169, 0, "censored")),
    # An event on the last day of follow-up counts.
    ("lfs", {"relapse_day": 200.0, "follow_up_day": 200.0}, (170, 1, "relapse")),
    # A relapse on the day of the response has no time, but is an event.
    ("lfs", {"relapse_day": 30.0}, (0, 1, "relapse")),
    ("efs", {}, (1000, 0, "censored")),
    ("efs", {"response": "NR"}, (30, 1, "no_response")),
    ("efs", {"response": "NE", "response_day": 15.0}, (15, 1, "no_response")),
    ("efs", {"relapse_day": 200.0}, (200, 1, "relapse")),
    ("efs", {"death_day": 90.0, "follow_up_day": 90.0}, (90, 1, "death")),
    (
        "os_after_relapse",
        {"relapse_day": 200.0, "death_day": 450.0, "follow_up_day": 450.0},
        (250, 1, "death"),
    ),
    ("os_after_relapse", {"relapse_day": 200.0}, (800, 0, "censored")),
    (
        "cd19_relapse",
        {"relapse_day": 200.0, "relapse_cd19": "negative"},
        (170, 1, "cd19_negative"),
    ),
    (
        "cd19_relapse",
        {"relapse_day": 200.0, "relapse_cd19": "positive"},
        (170, 1, "cd19_positive"),
    ),
    (
        "cd19_relapse",
        {"relapse_day": 200.0, "relapse_cd19": "dim"},
        (170, 1, "cd19_positive"),
    ),
    # A relapse whose CD19 nobody wrote down is a relapse all the same.
    ("cd19_relapse", {"relapse_day": 200.0}, (170, 1, "cd19_unknown")),
    (
        "cd19_relapse",
        {"relapse_day": 200.0, "relapse_cd19": "unknown"},
        (170, 1, "cd19_unknown"),
    ),
    ("cd19_relapse", {"death_day": 90.0, "follow_up_day": 90.0}, (60, 1, "death")),
    (
        "emd_relapse",
        {"relapse_day": 200.0, "relapse_emd": "isolated"},
        (170, 1, "emd"),
    ),
    (
        "emd_relapse",
        {"relapse_day": 200.0, "relapse_emd": "combined"},
        (170, 1, "emd"),
    ),
    (
        "emd_relapse",
        {"relapse_day": 200.0, "relapse_emd": "none"},
        (170, 1, "non_emd"),
    ),
    # Nobody looked for EMD: that proves no absence.
    ("emd_relapse", {"relapse_day": 200.0}, (170, 1, "emd_unknown")),
    (
        "emd_relapse",
        {"relapse_day": 200.0, "relapse_emd": "unknown"},
        (170, 1, "emd_unknown"),
    ),
    # The leukaemia that came back is no B-ALL; its CD19 is lost with the lineage.
    (
        "cd19_relapse",
        {
            "relapse_day": 200.0,
            "relapse_cd19": "negative",
            "relapse_lineage_switch": "yes",
        },
        (170, 1, "lineage_switch"),
    ),
    (
        "cd19_relapse",
        {
            "relapse_day": 200.0,
            "relapse_cd19": "negative",
            "relapse_lineage_switch": "no",
        },
        (170, 1, "cd19_negative"),
    ),
    ("emd_relapse", {"death_day": 90.0, "follow_up_day": 90.0}, (60, 1, "death")),
]


@pytest.mark.parametrize(("name", "happened", "expected"), TIMES)
def test_time_event_and_cause_of_each_delivered_endpoint(
    endpoints, name, happened, expected
):
    assert outcome(endpoints[name], patient(**happened)) == expected


def test_every_cause_of_a_delivered_endpoint_is_met_by_a_case_above(endpoints):
    tried = {(name, cause) for name, _, (_, _, cause) in TIMES}
    causes = {
        (name, cause)
        for name, endpoint in endpoints.items()
        if endpoint["kind"] == "time"
        for cause in {**endpoint["to"], **endpoint.get("competing", {})}
    }
    assert causes <= tried


def test_a_patient_outside_the_population_has_no_time(endpoints):
    times = time_endpoint(
        patient(), endpoints["lfs"], pd.Series([False]), pd.Series([NEVER]), 0.5
    )

    assert times[["origin_day", "days", "months", "event"]].isna().all(axis=None)
    assert times["cause"].tolist() == [""]


def test_a_patient_without_an_origin_has_no_time(endpoints):
    days, event, cause = outcome(endpoints["os_after_relapse"], patient())

    assert math.isnan(days)
    assert math.isnan(event)
    assert cause == ""


def test_a_follow_up_that_ends_before_the_origin_has_no_time(endpoints):
    days, _, _ = outcome(endpoints["lfs"], patient(follow_up_day=29.0))

    assert math.isnan(days)


def test_a_month_has_30_4375_days_and_day_zero_is_half_a_day(endpoints):
    cohort = pd.concat(
        [patient(relapse_day=30.0), patient(relapse_day=30.0 + 365.25 * 2)],
        ignore_index=True,
    )

    times = time_endpoint(
        cohort, endpoints["lfs"], pd.Series([True] * 2), pd.Series([30.0] * 2), 0.5
    )

    assert times["days"].tolist() == [0, 730.5]
    assert times["months"].tolist() == pytest.approx([0.5 / 30.4375, 24])


BINARY = [
    ("CR", 84.0, 1),  # the last day of the window
    ("CRh", 10.0, 1),
    ("CRi", 10.0, 1),
    ("CR", 85.0, 0),  # achieved, but late
    ("PR", 28.0, 0),
    ("NR", 28.0, 0),
    ("NE", NEVER, 0),  # intention to treat
]


@pytest.mark.parametrize(("response", "day", "achieved"), BINARY)
def test_a_response_counts_within_twelve_weeks(endpoints, response, day, achieved):
    cohort = patient(response=response, response_day=day)

    value = binary_endpoint(cohort, endpoints["response"], pd.Series([True]))

    assert value.tolist() == [achieved]


def test_a_response_that_nobody_recorded_is_missing_and_no_failure(endpoints):
    value = binary_endpoint(
        patient(response="", response_day=NEVER),
        endpoints["response"],
        pd.Series([True]),
    )

    assert value.isna().all()


def test_an_mrd_that_was_not_tested_is_missing(endpoints):
    cohort = pd.DataFrame(
        {
            "mrd_response": ["negative", "positive", "not_tested", ""],
            "mrd_response_day": [30.0, 30.0, NEVER, NEVER],
        }
    )

    value = binary_endpoint(cohort, endpoints["mrd_response"], pd.Series([True] * 4))

    assert value[:2].tolist() == [1, 0]
    assert value[2:].isna().all()


def test_a_patient_outside_the_population_has_no_response(endpoints):
    value = binary_endpoint(patient(), endpoints["response"], pd.Series([False]))

    assert value.isna().all()


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # A transplant ends the follow-up: the later relapse is not seen.
        ({"hct_day": 100.0, "relapse_day": 200.0}, (70, 0, "censored")),
        ({"hct_day": 300.0, "relapse_day": 200.0}, (170, 1, "relapse")),
        # On the day of the censoring date the event counts.
        ({"hct_day": 200.0, "relapse_day": 200.0}, (170, 1, "relapse")),
        ({"hct_day": NEVER}, (970, 0, "censored")),
        # The first of several dates.
        ({"hct_day": 300.0, "car_t_day": 150.0}, (120, 0, "censored")),
        ({"hct_day": 30.0}, (0, 0, "censored")),
    ],
)
def test_any_date_may_end_the_follow_up(endpoints, days, expected):
    censored = {**endpoints["lfs"], "censor": ["hct_date", "car_t_date"]}

    assert outcome(censored, patient(**days)) == expected


def test_who_was_censored_before_the_origin_is_outside(endpoints):
    censored = {**endpoints["lfs"], "censor": ["hct_date"]}

    assert math.isnan(outcome(censored, patient(hct_day=29.0))[0])


def entering(endpoint, **days):
    """Return (days, entry_days) of a patient of delayed entry."""
    times = time_endpoint(
        patient(**days),
        endpoint,
        pd.Series([True]),
        pd.Series([30.0]),
        day_zero_days=0.5,
    )
    return times.iloc[0]["days"], times.iloc[0]["entry_days"]


@pytest.mark.parametrize(
    ("registered", "expected"),
    [
        (130.0, (970, 100)),
        (30.0, (970, 0)),
        # Registered before the origin: observed from the origin.
        (10.0, (970, 0)),
        # Nobody under observation could have seen the end.
        (1000.0, (NEVER, NEVER)),
        (1001.0, (NEVER, NEVER)),
        (NEVER, (NEVER, NEVER)),
    ],
)
def test_delayed_entry_is_counted_from_the_origin(endpoints, registered, expected):
    late = {**endpoints["lfs"], "entry": "registration_date"}

    found = entering(late, registration_day=registered)

    assert found == pytest.approx(expected, nan_ok=True)


def test_an_event_of_day_0_without_delay_stays(endpoints):
    late = {**endpoints["lfs"], "entry": "registration_date"}

    assert entering(late, registration_day=30.0, relapse_day=30.0) == (0, 0)


def test_an_endpoint_of_ones_own_starts_at_diagnosis_and_is_observed_from_treatment():
    own = {
        "kind": "time",
        "from": "diagnosis_date",
        "entry": "treatment_start",
        "to": {"death": {"date": "death_date"}},
        "population": "all",
    }

    assert entering(own, diagnosis_day=-200.0) == (1200, 200)


def test_an_mrd_recurrence_alone_is_no_relapse_but_may_be_made_one(endpoints):
    cohort = patient(mrd_recurrence_day=200.0)
    molecular = {
        **endpoints["lfs"],
        "to": {"mrd": {"date": "mrd_recurrence_date"}, **endpoints["lfs"]["to"]},
    }

    assert outcome(endpoints["lfs"], cohort) == (970, 0, "censored")
    assert outcome(molecular, cohort) == (170, 1, "mrd")


@pytest.mark.parametrize(
    ("response", "death", "rule", "achieved"),
    [
        ("", 20.0, "failure", 0),
        ("", 84.0, "failure", 0),
        # Dead after the window: that tells nothing of the response in it.
        ("", 85.0, "failure", NEVER),
        ("", 20.0, "missing", NEVER),
        ("", 20.0, None, NEVER),
        ("CR", 80.0, "failure", 1),
        ("NE", 20.0, "missing", 0),
    ],
)
def test_death_without_an_assessment_follows_the_rule_of_the_endpoint(
    endpoints, response, death, rule, achieved
):
    plain = {**endpoints["response"], "death_without_assessment": rule}
    cohort = patient(response=response, response_day=NEVER, death_day=death)

    value = binary_endpoint(cohort, plain, pd.Series([True]))

    assert value.tolist() == pytest.approx([achieved], nan_ok=True)


def test_a_death_after_the_data_cutoff_is_no_failure_yet(endpoints):
    cohort = patient(response="", death_day=60.0, follow_up_day=50.0)

    value = binary_endpoint(cohort, endpoints["response"], pd.Series([True]))

    assert value.isna().all()


def test_a_late_remission_is_no_response_and_no_failure_of_event_free_survival(
    endpoints,
):
    cohort = patient(response="CR", response_day=120.0)

    value = binary_endpoint(cohort, endpoints["response"], pd.Series([True]))

    assert value.tolist() == [0]
    assert outcome(endpoints["efs"], cohort) == (1000, 0, "censored")


@pytest.mark.parametrize(("cutoff", "expected"), [(29.0, NEVER), (30.0, 1.0)])
def test_a_response_after_the_data_cut_off_is_not_known(endpoints, cutoff, expected):
    cohort = patient(follow_up_day=cutoff)

    value = binary_endpoint(cohort, endpoints["response"], pd.Series([True]))

    assert value.tolist() == pytest.approx([expected], nan_ok=True)
