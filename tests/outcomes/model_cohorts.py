"""SYNTHETIC cohorts and specifications for the tests of models."""

import pandas as pd

from ballad.outcomes.models import fit_models

STATISTICS = {
    "confidence_level": 0.95,
    "ties": "efron",
    "min_events": 5,
    "events_per_variable": 10,
    "rare_level": 0.2,
    "variance_inflation": 10,
    "proportional_hazards_p": 1e-20,
    "period_split_months": 6,
    "day_zero_days": 0.5,
    "remission": {"since_response": {"response": ["CR"]}, "at_start": {}},
}


ENDPOINTS = {
    "relapse": {
        "kind": "time",
        "from": "treatment_start",
        "to": {"relapse": {"date": "relapse_date"}},
        "competing": {"death": {"date": "death_date"}},
        "population": "all",
    },
    "response": {"kind": "binary", "population": "all"},
}


HCT = {"hct_time_dependent": {"time_dependent": "hct_date"}}


def model(covariates, method="cox", **more):
    return {
        "endpoint": "relapse",
        "cause": "relapse",
        "population": "all",
        "method": method,
        "covariates": covariates,
        **more,
    }


def fitted(cohort, specification, groups=None, **statistics):
    return fit_models(
        cohort,
        {"main": specification},
        ENDPOINTS,
        groups or {},
        {**STATISTICS, **statistics},
    )


def patients(**columns):
    """Make a SYNTHETIC cohort; follow-up starts at treatment start."""
    count = len(next(iter(columns.values())))
    cohort = pd.DataFrame({"patient": [f"{i:03}" for i in range(count)]})
    cohort = cohort.assign(in_all="yes", relapse_origin_day="0", **columns)
    if "relapse_days" in cohort:
        cohort["relapse_months"] = "not read"
    return cohort.astype(str)


def twenty(events=10, flag=None, **more):
    """Twenty patients with days 10, 20, ...; the first `events` of them relapse."""
    states = ["present", "absent"] * 10 if flag is None else flag
    return patients(
        relapse_days=[10 * (i + 1) for i in range(20)],
        relapse_cause=["relapse"] * events + ["censored"] * (20 - events),
        tp53=states,
        **more,
    )


def responders(responding, tp53):
    return patients(response_achieved=responding, tp53=tp53)


RESPONSE = {
    "endpoint": "response",
    "population": "all",
    "method": "logistic",
    "covariates": {"tp53": {}},
}


def crossing(ends=30):
    """Eighty SYNTHETIC patients: the flag's events come early, the others' late."""
    early = [5 + 4 * i for i in range(40)]
    late = [200 + 6 * i for i in range(40)]
    return patients(
        relapse_days=early + late,
        relapse_cause=(["relapse"] * 3 + ["censored"]) * 20,
        tp53=["present"] * ends
        + ["absent"] * (40 - ends)
        + ["absent"] * 24
        + ["present"] * 12
        + ["absent"] * 4,
    )
