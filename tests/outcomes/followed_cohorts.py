"""SYNTHETIC cohorts followed for survival, with what the tests ask of them."""

import pandas as pd

STATISTICS = {
    "curves": {"a": {"endpoint": "os", "population": "all", "group_by": "arm"}},
    "confidence_level": 0.95,
    "min_events": 2,
    "survival_times": [2, 12],
    "rmst_months": 24,
    "log_rank_strata": {"lfs": "indication_group"},
}
GROUPS = {"arm": {"column": "x", "levels": {"B": ["b"], "A": ["a"]}}}


def cohort(months, events, arms):
    return pd.DataFrame(
        {
            "in_all": "yes",
            "os_months": [str(m) for m in months],
            "os_event": [str(e) for e in events],
            "os_cause": ["death" if e == 1 else "censored" for e in events],
            "arm": arms,
        }
    )
