"""Bases of PAR1 on Y have one place, on X."""

import pytest

from ballad.pseudoautosomal import also_on_y, on_x


@pytest.mark.parametrize(
    ("build", "pos", "place"),
    [
        # PAR1: Y 10,001-2,781,479 is X 10,001-2,781,479 in GRCh38,
        # Y 10,001-2,649,520 is X 60,001-2,699,520 in GRCh37.
        ("GRCh38", 10001, ("X", 10001)),
        ("GRCh38", 2781479, ("X", 2781479)),
        ("GRCh38", 2781480, ("Y", 2781480)),
        ("GRCh37", 10001, ("X", 60001)),
        ("GRCh37", 2649520, ("X", 2699520)),
        ("GRCh37", 10000, ("Y", 10000)),
        ("CHM13", 1000000, ("Y", 1000000)),
    ],
)
def test_a_base_of_par1_on_y_is_written_on_x(build, pos, place):
    assert on_x(build, "Y", pos) == place


def test_a_base_of_another_chromosome_stays():
    assert on_x("GRCh37", "9", 1000000) == ("9", 1000000)


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_a_stretch_of_x_and_its_copy_on_y_are_the_same_bases(build):
    start, end = also_on_y(build, 1190000, 1212000)

    assert on_x(build, "Y", start + 1) == ("X", 1190001)
    assert on_x(build, "Y", end) == ("X", 1212000)


def test_a_stretch_beyond_par1_has_no_copy():
    assert also_on_y("GRCh38", 41123628, 41232524) is None  # USP9X
