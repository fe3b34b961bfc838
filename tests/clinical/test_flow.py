"""The flow adds up, and the analyses count the patients it counts."""

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ballad.clinical.join import cohort_table, flow_table
from ballad.clinical.table import read_clinical
from ballad.outcomes.response import response_rates
from ballad.outcomes.survival import survival_curves
from ballad.settings import ClinicalTable
from ballad.tables import read_table, write_table


@pytest.fixture(scope="module")
def method(root):
    config = yaml.safe_load((root / "config/config.yaml").read_text())
    curves = config["statistics"]["curves"]
    by_tp53 = {name: curves[name] for name in ("lfs_by_tp53", "os_by_tp53")}
    config["statistics"]["curves"] = by_tp53
    return config


@pytest.fixture(scope="module")
def clinical(root):
    """Return the dozen invented patients as days."""
    columns = read_table(root / "resources/clinical/columns.tsv")
    path = str(root / "tests/cohort/clinical.tsv")
    table, problems = read_clinical(ClinicalTable.from_config({"table": path}), columns)
    assert problems == []
    return table


STATES = ("present", "absent", "not_assessed", "indeterminate")
PATIENTS = st.lists(
    st.tuples(
        st.integers(0, 11),  # whose course
        st.sampled_from(STATES),  # of TP53
        st.booleans(),  # has a sample
    ),
    min_size=1,
    max_size=20,
)
CUTOFFS = st.one_of(st.just(float("nan")), st.integers(0, 900).map(float))


def any_cohort(clinical, method, patients, cutoff):
    """Join any patients, also one course several times, at any cut-off."""
    names = [f"P{number}" for number in range(len(patients))]
    table = clinical.iloc[[course for course, _, _ in patients]].assign(patient=names)
    table = table.reset_index(drop=True)
    genotypes = pd.DataFrame(
        {
            "patient": names,
            "subtype": ["B_OTHER"] * len(names),
            "subtype_class": ["B_ALL_NOS"] * len(names),
            "tp53": [state for _, state, _ in patients],
        },
        dtype=str,
    )
    return cohort_table(
        table,
        pd.Series(cutoff, index=table.index),
        genotypes,
        method["populations"],
        method["endpoints"],
        method["groups"],
        day_zero_days=0.5,
    )


def base_of(step, method):
    """Name the step from which a step takes its patients."""
    kind, _, name = step.partition(" ")
    if kind == "population":
        parent = method["populations"][name].get("within")
        return f"population {parent}" if parent else "clinical table"
    if kind == "endpoint":
        return f"population {name.split(' in ')[1]}"
    return "clinical table"


UNHURRIED = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a smaller example is not worth its minutes
)


@UNHURRIED
@given(patients=PATIENTS, cutoff=CUTOFFS)
def test_every_step_of_any_cohort_adds_up_to_the_step_it_starts_from(
    clinical, method, patients, cutoff
):
    cohort = any_cohort(clinical, method, patients, cutoff)
    tested = [f"P{i}" for i, (_, _, sampled) in enumerate(patients) if sampled]

    flow = flow_table(cohort, tested, method["populations"], method["endpoints"])

    n = dict(zip(flow["step"], flow["n"], strict=True))
    assert n["clinical table"] == len(patients)
    assert n["with genetic data"] == len(tested)
    for row in flow.iloc[1:].to_dict("records"):
        assert row["n"] >= 0
        assert row["n"] + row["excluded"] == n[base_of(row["step"], method)], row
        assert bool(row["reason"]) == bool(row["excluded"]), row


@UNHURRIED
@given(patients=PATIENTS, cutoff=CUTOFFS)
def test_analyses_of_any_cohort_have_the_denominators_of_the_flow(
    clinical, method, patients, cutoff, tmp_path_factory
):
    joined = any_cohort(clinical, method, patients, cutoff)
    flow = flow_table(joined, [], method["populations"], method["endpoints"])
    n = dict(zip(flow["step"], flow["n"], strict=True))
    path = tmp_path_factory.mktemp("cohort") / "cohort.tsv"
    write_table(joined, path)
    cohort = read_table(path)

    rates = response_rates(
        cohort, method["endpoints"], method["groups"], method["statistics"]
    )
    curves = survival_curves(cohort, method["groups"], method["statistics"])

    for row in rates[rates["group_by"] == ""].to_dict("records"):
        population = method["endpoints"][row["endpoint"]]["population"]
        assert row["n"] == n[f"endpoint {row['endpoint']} in {population}"]
    for curve in method["statistics"]["curves"].values():
        endpoint, population = curve["endpoint"], curve["population"]
        of = (
            (curves["endpoint"] == endpoint)
            & (curves["group_by"] == curve["group_by"])
            & (curves["time_months"] == 0)
        )
        grouped = int(curves.loc[of, "n_at_risk"].sum())
        followed = cohort[f"{endpoint}_days"] != ""
        without = int((followed & (cohort["tp53_status"] == "")).sum())
        assert grouped + without == n[f"endpoint {endpoint} in {population}"]
