"""Reference data of R for the tests of outcomes."""

import json

import pandas as pd
import pytest

CAUSES = {0: "censored", 1: "1", 2: "2"}


@pytest.fixture(scope="module")
def bmt(root):
    data = pd.read_csv(root / "tests/oracle/data/bmt.csv")
    return data.assign(cause=data["cr_event"].map(CAUSES))


@pytest.fixture(scope="module")
def expected(root):
    def case(name):
        text = (root / f"tests/oracle/expected/{name}.json").read_text()
        return json.loads(text)["expected"]

    return case


@pytest.fixture(scope="module")
def oracle(root):
    def case(name):
        text = (root / f"tests/oracle/expected/{name}.json").read_text()
        found = json.loads(text)
        data = pd.read_csv(root / f"tests/oracle/data/{found['data']}.csv")
        return data, found["expected"]

    return case
