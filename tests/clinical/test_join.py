import math

import pandas as pd
import pytest
import yaml

from ballad.clinical.join import cohort_table, flow_table, join_report
from ballad.problems import InputError


@pytest.fixture(scope="module")
def method(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())


CLINICAL = pd.DataFrame(
    [
        # Remission on day 30, CD19-negative relapse on day 200, death on day 300.
        ("P1", "rr", "CR", 30.0, 200.0, "negative", 300.0, 300.0),
        # Remission on day 40, in remission at last contact.
        ("P2", "rr", "CR", 40.0, math.nan, "", math.nan, 900.0),
        # No remission.
        ("P3", "rr", "NR", 28.0, math.nan, "", 100.0, 100.0),
    ],
    columns=[
        *("patient", "indication", "response", "response_date", "relapse_date"),
        *("relapse_cd19", "death_date", "last_contact"),
    ],
    index=[2, 3, 4],
).assign(treatment_start=0.0)
GENOTYPES = pd.DataFrame(
    [("P1", "B_OTHER", "B_ALL_NOS", "present", ""), ("P2", "x", "Ph+", "absent", "")],
    columns=["patient", "subtype", "subtype_class", "tp53", "ph_like_class"],
)


def cohort_of(method, cutoff=math.nan, clinical=CLINICAL, genotypes=GENOTYPES):
    return cohort_table(
        clinical,
        pd.Series(cutoff, index=clinical.index),
        genotypes,
        method["populations"],
        method["endpoints"],
        method["groups"],
        day_zero_days=0.5,
    ).set_index("patient")


def test_each_patient_of_the_clinical_table_has_one_row(method):
    assert cohort_of(method).index.tolist() == ["P1", "P2", "P3"]


def test_a_patient_without_genotype_is_not_assessed_and_not_wild_type(method):
    cohort = cohort_of(method)

    assert cohort.loc["P3", "tp53"] == "not_assessed"
    assert cohort.loc["P3", "subtype_class"] == "UNCLASSIFIABLE"
    assert cohort.loc["P3", "ph_like_class"] == ""
    assert cohort.loc["P3", "tp53_status"] == ""


def test_no_calendar_date_and_no_treatment_start_is_left(method):
    columns = cohort_of(method).columns

    assert not [name for name in columns if name.endswith("_date")]
    assert {"relapse_day", "death_day", "last_contact_day"} <= set(columns)


def test_populations_and_endpoints_of_a_relapse_are_worked_out(method):
    first = cohort_of(method).loc["P1"]

    assert first["relapsed"] == "yes"
    assert first["months_to_relapse"] == pytest.approx(170 / 30.4375)
    assert (first["in_remission"], first["remission_eligible_day"]) == ("yes", 30)
    assert (first["lfs_days"], first["lfs_event"], first["lfs_cause"]) == (
        *(170, 1, "relapse"),
    )
    assert first["cd19_relapse_cause"] == "cd19_negative"
    assert (first["os_after_relapse_days"], first["os_after_relapse_event"]) == (100, 1)
    assert first["response_achieved"] == 1


def test_a_non_responder_is_a_failure_and_outside_of_remission(method):
    third = cohort_of(method).loc["P3"]

    assert (third["in_remission"], third["relapsed"]) == ("no", "no")
    assert math.isnan(third["months_to_relapse"])
    assert math.isnan(third["lfs_days"])
    assert third["response_achieved"] == 0
    assert (third["efs_days"], third["efs_cause"]) == (28, "no_response")
    assert (third["os_days"], third["os_event"]) == (100, 1)


def test_what_lies_after_the_data_cutoff_has_not_happened(method):
    first = cohort_of(method, cutoff=199.0).loc["P1"]

    assert first["follow_up_day"] == 199
    assert first["relapsed"] == "no"
    assert (first["lfs_days"], first["lfs_event"]) == (169, 0)
    assert (first["os_days"], first["os_event"]) == (199, 0)
    assert first["in_relapsed"] == "no"


def test_two_genotype_rows_of_one_patient_are_an_error(method):
    with pytest.raises(pd.errors.MergeError):
        cohort_table(
            CLINICAL,
            pd.Series(math.nan, index=CLINICAL.index),
            pd.concat([GENOTYPES, GENOTYPES]),
            method["populations"],
            method["endpoints"],
            {},
            day_zero_days=0.5,
        )


def test_the_flow_adds_up_from_step_to_step(method):
    cohort = cohort_of(method).reset_index()

    flow = flow_table(cohort, ["P1", "P2"], method["populations"], method["endpoints"])
    rows = flow.set_index("step")[["n", "excluded"]].T.to_dict("list")

    assert rows["clinical table"] == [3, 0]
    assert rows["with genetic data"] == [2, 1]
    assert rows["population remission"] == [2, 1]
    assert rows["population relapsed"] == [1, 1]
    assert rows["endpoint lfs in remission"] == [2, 0]


def test_every_exclusion_of_the_flow_has_a_reason(method):
    cohort = cohort_of(method).reset_index()

    flow = flow_table(cohort, ["P1"], method["populations"], method["endpoints"])

    assert (flow["reason"] != "").equals(flow["excluded"] > 0)


def test_patients_of_one_side_only_are_named_with_the_side():
    report = join_report(["P1", "P2"], ["P2", "P9"])

    assert report[["patient", "side"]].values.tolist() == [
        ["P9", "sheets only"],
        ["P1", "clinical only"],
    ]


def test_a_censoring_or_entry_date_that_the_table_lacks_is_refused(method):
    own = {**method["endpoints"]["lfs"], "censor": ["hct_date", "relapse_date"]}
    late = {**method["endpoints"]["os"], "entry": "registration_date"}
    endpoints = {**method["endpoints"], "own": own, "late": late}

    with pytest.raises(InputError) as error:
        cohort_of({**method, "endpoints": endpoints})

    first, second = error.value.problems
    assert (first.column, first.value) == ("endpoints.own.censor", "hct_date")
    assert (second.column, second.value) == (
        "endpoints.late.entry",
        "registration_date",
    )


def test_the_delayed_entry_stands_in_the_cohort_and_in_the_flow(method):
    late = {**method["endpoints"]["os"], "entry": "response_date"}
    method = {**method, "endpoints": {"late": late}}
    cohort = cohort_of(method)

    # Responses of the days 30, 40 and 28; all are followed longer.
    assert cohort["late_entry_days"].tolist() == [30, 40, 28]
    early = CLINICAL.assign(response_date=[30.0, 40.0, 100.0])
    cohort = cohort_of(method, clinical=early).reset_index()
    flow = flow_table(cohort, [], method["populations"], method["endpoints"])
    row = flow[flow["step"] == "endpoint late in all"].iloc[0]
    assert (row["n"], row["excluded"]) == (2, 1)
    assert "delayed entry" in row["reason"]


def test_what_is_no_state_is_empty_for_a_patient_without_genotype(method):
    told = {"ph_like_basis": "lesion", "bcr_abl1_isoform": "p190", "ikzf1_plus": ""}
    genotypes = GENOTYPES.assign(**told)

    cohort = cohort_of(method, genotypes=genotypes)

    assert cohort.loc["P3", ["ph_like_basis", "bcr_abl1_isoform"]].tolist() == ["", ""]
    assert cohort.loc["P3", "ikzf1_plus"] == "not_assessed"


@pytest.mark.parametrize(
    ("prior", "hct_day", "expected"),
    [
        ("no", math.nan, "no"),
        ("yes", math.nan, "yes"),
        ("no", 199.0, "yes"),  # between therapy and relapse on day 200
        ("", 199.0, "yes"),
        ("no", 200.0, "no"),  # on the day of the relapse: it treats the relapse
        ("no", 250.0, "no"),
        ("", 250.0, ""),
    ],
)
def test_a_transplant_before_the_relapse_is_one_before_or_after_the_therapy(
    method, prior, hct_day, expected
):
    clinical = CLINICAL.assign(prior_hct=prior, hct_date=hct_day)

    cohort = cohort_of(method, clinical=clinical)

    assert cohort["hct_before_relapse"].tolist() == [expected, "", ""]


def test_without_dates_of_transplant_nobody_is_known_to_have_had_none(method):
    cohort = cohort_of(method, clinical=CLINICAL.assign(prior_hct="no"))

    assert cohort.loc["P1", "hct_before_relapse"] == ""
