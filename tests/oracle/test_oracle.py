"""
Every case that R computed, against ballad.

The cases of two data sets under GPL are not part of the project; they are read from
the folder `oracle` beside that of BALLAD_TEST_DATA.
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from ballad.outcomes.likelihood import maximise
from ballad.outcomes.logistic import BinomialLikelihood, fit_logistic
from tests.oracle.computed import COMPUTED, OTHER_TABLE, SEX2
from tests.oracle.conftest import DIFFERENCES
from tests.oracle.flattened import flattened
from tests.oracle.tolerances import TOLERANCES, tolerance

HERE = Path(__file__).parent
CASES = [case["id"] for case in json.loads((HERE / "index.json").read_text())["cases"]]
ELSEWHERE = [
    *("glm_sex2", "logistf_sex2", "coxphf_breast"),
    *("coxph_breslow_breast_nofirth", "coxph_breslow_breast_ref"),
]
# What ballad does not report, and why nothing stands for it. Of no family the ratio
# z = coef / se: both and the p that follows are compared.
NOT_REPORTED = {
    "aj": ("pstate.se.",),  # infinitesimal jackknife; ballad's variance is cuminc's
    # ballad's p and limits are of the profile; R's limits have a test of their own.
    "glm": ("p.", "lower_wald.", "upper_wald.", "lower_pl.", "upper_pl."),
    "logistf": ("se.(Intercept)",),  # intercepts are in no table
    "simon": ("median.n.",),  # R counts rows there, ballad patients
}


def read(folder: Path, case: str) -> tuple[dict, pd.DataFrame]:
    found = json.loads((folder / f"expected/{case}.json").read_text())
    table = OTHER_TABLE.get(case, found["data"])
    if table == "none":
        return found["expected"], pd.DataFrame()
    return found["expected"], pd.read_csv(folder / f"data/{table}.csv")


def without_offset(found: dict[str, float], family: str) -> dict[str, float]:
    """Keep the gain of coxphf's log likelihood, whose level holds a constant."""
    if family != "coxphf":
        return found
    gain = found["loglik"] - found["loglik_null"]
    rest = {k: v for k, v in found.items() if not k.startswith("loglik")}
    return rest | {"loglik_gain": gain}


def compare(case: str, folder: Path) -> None:
    family = case.split("_")[0]
    expected, rows = read(folder, case)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = without_offset(flattened(COMPUTED[case](rows)), family)
    wanted = without_offset(flattened(expected), family)
    apart = {}
    for name, value in wanted.items():
        if name.startswith(("z.", "cox.z.", *NOT_REPORTED.get(family, ()))):
            continue
        assert name in found, f"{case}: {name} is missing"
        if value is None:
            assert math.isnan(found[name]), f"{case}: {name} is {found[name]}, R has NA"
            continue
        apart[name] = abs(found[name] - value)
    assert apart
    for name, difference in apart.items():
        limit = tolerance(family, name)
        DIFFERENCES.append((family, case, name, difference, limit))
        assert difference <= limit, f"{case}: {name} {found[name]}, R {wanted[name]}"


@pytest.mark.parametrize("case", CASES)
def test_ballad_agrees_with_r(case):
    compare(case, HERE)


@pytest.mark.real_data
@pytest.mark.parametrize("case", ELSEWHERE)
def test_ballad_agrees_with_r_on_data_that_stay_outside(case, real_data):
    folder = real_data.parent / "oracle"
    if not folder.is_dir():
        pytest.skip(f"R's results on these data are not here: {folder}")
    compare(case, folder)


@pytest.mark.real_data
def test_profile_limits_of_a_logistic_model_solve_their_equation(real_data):
    folder = real_data.parent / "oracle"
    if not folder.is_dir():
        pytest.skip(f"R's results on these data are not here: {folder}")
    expected, rows = read(folder, "glm_sex2")
    design = rows[SEX2].to_numpy(float)
    design = np.column_stack([np.ones(len(rows)), design])
    likelihood = BinomialLikelihood(design, rows["case"].to_numpy(float))
    top = maximise(likelihood, penalised=False)

    fit = fit_logistic(rows, SEX2, rows["case"])

    for place, limits in enumerate(fit.intervals, 1):
        for limit in limits:
            there = maximise(likelihood, False, {place: limit}, top.beta)
            drop = 2 * (top.value - there.value)
            assert drop == pytest.approx(chi2.ppf(0.95, 1), abs=1e-8)
    # MASS of R interpolates the profile by a spline; it misses the equation by 1e-4.
    found = dict(zip(("lower_pl", "upper_pl"), fit.intervals.T, strict=True))
    for side, values in found.items():
        assert values == pytest.approx(expected[side][1:], abs=3e-4)


@pytest.mark.real_data
def test_no_case_of_the_folder_is_left_out(real_data):
    folder = real_data.parent / "oracle"
    if not folder.is_dir():
        pytest.skip(f"R's results are not here: {folder}")
    index = json.loads((folder / "index.json").read_text())

    there = {case["id"] for case in index["cases"]}
    assert there == {*CASES, *ELSEWHERE}
    for case in CASES:
        name = f"expected/{case}.json"
        assert (folder / name).read_text() == (HERE / name).read_text()


def test_each_case_is_computed_and_each_family_has_a_tolerance():
    assert set(COMPUTED) == {*CASES, *ELSEWHERE}
    assert {case.split("_")[0] for case in COMPUTED} == set(TOLERANCES)


def test_data_under_gpl_of_coxphf_and_logistf_stay_outside():
    assert not set(CASES) & set(ELSEWHERE)
    names = {path.stem for path in (HERE / "data").iterdir()}
    assert not names & {"breast_coxphf", "sex2"}
