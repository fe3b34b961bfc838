"""SYNTHETIC cohorts with competing causes, with what the tests ask of them."""

import pandas as pd

ENDPOINTS = {"e": {"to": {"relapse": {}}, "competing": {"death": {}}}}
GROUPS = {"arm": {"column": "x", "levels": {"A": ["a"], "B": ["b"]}}}
STATISTICS = {
    "incidences": {"i": {"endpoint": "e", "population": "all", "group_by": "arm"}},
    "confidence_level": 0.95,
    "min_events": 2,
}


def cohort(months, causes, arms):
    return pd.DataFrame(
        {
            "in_all": "yes",
            "e_months": [str(m) for m in months],
            "e_event": ["0" if cause == "censored" else "1" for cause in causes],
            "e_cause": causes,
            "arm": arms,
        }
    )
