import pytest

from ballad.calendar_dates import without_months


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("relapse on 2020-03-01, told by phone", "relapse on (date), told by phone"),
        ("am 11.04.2019 verlegt", "am (date) verlegt"),
        ("seen 06/2019 and 2019-07", "seen (date) and (date)"),
        ("born 3.1980", "born (date)"),
        # no dates: counts, doses, shares, the names of genes and cytogenetic bands
        ("2020 cells, 28 mg, 1.5e-03", "2020 cells, 28 mg, 1.5e-03"),
        (
            "t(9;22)(q34.1;q11.2), 12/20 metaphases",
            "t(9;22)(q34.1;q11.2), 12/20 metaphases",
        ),
        ("", ""),
    ],
)
def test_dates_and_months_leave_a_text_and_nothing_else(text, without):
    assert without_months(text) == without
