import pytest

from ballad.calendar_dates import without_dates
from ballad.report.models import estimate_text
from ballad.report.wording import counted, p_value, significant


@pytest.mark.parametrize(
    ("p", "text"),
    [
        ("0.00099", "<0.001"),
        ("0.001", "0.001"),
        ("0.0496", "0.050"),
        ("1", "1.000"),
        ("", ""),
        ("nan", ""),
    ],
)
def test_p_has_three_digits(p, text):
    assert p_value(p) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("267", "267"), ("0.59", "0.59"), ("0.2784810127", "0.278"), ("", "")],
)
def test_counts_have_no_decimals_and_proportions_three_digits(number, text):
    assert significant(number) == text


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("2024-06-30", "(date)"),
        ("on 2024-06-30T10:00:00 seen", "on (date) seen"),
        ("30.6.2024", "(date)"),
        ("06/30/2024", "(date)"),
        ("2025.8.3", "2025.8.3"),  # a version is no date
        ("46 (35-58)", "46 (35-58)"),
        ("t(9;22)(q34;q11)", "t(9;22)(q34;q11)"),
    ],
)
def test_dates_are_taken_out_and_nothing_else(text, without):
    assert without_dates(text) == without


@pytest.mark.parametrize(
    ("estimate", "low", "high", "text"),
    [
        ("6.8412", "2.678", "17.452", "6.84 (2.68 \N{EN DASH} 17.45)"),
        ("0.1", "0.0004", "0.37", "0.10 (4.0e-04 \N{EN DASH} 0.37)"),
        ("3", "1", "", "3.00 (1.00 \N{EN DASH} open)"),
        ("", "", "", "not estimable"),
    ],
)
def test_a_ratio_has_two_digits(estimate, low, high, text):
    row = {"estimate": estimate, "ci_low": low, "ci_high": high}

    assert estimate_text(row) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 checks"), (1, "1 check"), ("1", "1 check"), ("<5", "<5 checks")],
)
def test_a_noun_stands_in_the_singular_after_one_only(count, text):
    assert counted(count, "check") == text
    assert counted("1", "it is", "they are") == "1 it is"
