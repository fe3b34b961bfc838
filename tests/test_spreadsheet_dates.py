"""Gene symbols that a spreadsheet turned into dates (Genome Biol 2016;17:177)."""

import pytest

from ballad.spreadsheet_dates import date_for_gene


@pytest.mark.parametrize(
    "name", ["2-Mar", "Mar-02", "02. Mrz", "6-Sep", "1. Dez", "9-sep", "02.Mär"]
)
def test_a_day_and_a_month_are_no_gene(name):
    assert date_for_gene(name).startswith("is a date: a spreadsheet made it")


@pytest.mark.parametrize("name", ["44256", "44256.0", "4.43E+04"])
def test_the_number_of_a_date_is_no_gene(name):
    assert "is a number" in date_for_gene(name)


@pytest.mark.parametrize("name", ["2021-03-02", "2021-03-02 00:00:00", "3/2/2021"])
def test_a_whole_date_is_no_gene(name):
    assert date_for_gene(name) == "is a date and no gene's symbol"


@pytest.mark.parametrize(
    "name",
    [
        *("MARCHF2", "SEPTIN6", "SEPT6", "NKX2-1", "HLA-A", "AC012345.1", "7SK", ""),
        *("MAR-1", "5S_rRNA", "RP11-1", "BCR-ABL1", "DEC1", "U2AF1"),
    ],
)
def test_symbols_and_names_of_clones_are_genes(name):
    assert date_for_gene(name) == ""


def test_the_old_and_the_new_name_are_said():
    assert date_for_gene("6-Sep").endswith("a gene called SEPT, now SEPTIN")
