import pytest
import yaml

from ballad.variants.filters import (
    MissingFieldError,
    filters_of,
    missed_filters,
    missing_fields,
    passes,
    rejection,
    rescued,
)


@pytest.fixture(scope="module")
def method(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())["variants"]


SOUND = {
    **{"filter": "PASS", "depth": 100, "alt_reads": 5, "vaf": 0.05},
    **{"population_af": 0.001, "alt_forward": 3, "alt_reverse": 2},
}

LIMITS = [
    # field, value, name of the filter that rejects it or empty
    ("depth", 100, ""),
    ("depth", 99, "low_depth"),
    ("depth", None, "low_depth"),
    ("alt_reads", 5, ""),
    ("alt_reads", 4, "few_alt_reads"),
    ("alt_reads", None, "few_alt_reads"),
    ("vaf", 0.05, ""),
    ("vaf", 0.0499, "low_vaf"),
    ("vaf", None, "low_vaf"),
    ("population_af", 0.001, ""),
    ("population_af", 0.0011, "common_in_population"),
    ("population_af", None, ""),
    ("filter", "PASS", ""),
    ("filter", ".", ""),
    ("filter", "", ""),
    ("filter", "germline", "not_passed"),
    ("filter", "PASS;germline", "not_passed"),
    ("filter", "pass", "not_passed"),
]


@pytest.mark.parametrize(("field", "value", "expected"), LIMITS)
def test_each_delivered_filter_at_its_limit_below_it_and_missing(
    method, field, value, expected
):
    assert rejection({**SOUND, field: value}, method["filters"]) == expected


def test_the_first_filter_missed_gives_the_reason(method):
    poor = {**SOUND, "vaf": 0.01, "depth": 10}

    assert rejection(poor, method["filters"]) == "low_depth"
    assert missed_filters(poor, method["filters"]) == ["low_depth", "low_vaf"]


def test_a_field_that_must_not_be_missing_stops_the_run():
    rule = {"field": "vaf", "keep": "at_least", "limit": 0.05, "missing": "error"}

    with pytest.raises(MissingFieldError, match="low_vaf needs vaf"):
        passes(None, "low_vaf", rule)


def test_an_exome_has_its_own_depth_and_keeps_the_other_limits(method):
    exome = filters_of("wes", method["filters"], method["assay_limits"])

    assert rejection({**SOUND, "depth": 20}, exome) == ""
    assert rejection({**SOUND, "depth": 19}, exome) == "low_depth"
    assert rejection({**SOUND, "vaf": 0.01}, exome) == "low_vaf"
    assert method["filters"]["low_depth"]["limit"] == 100


RESCUE = [
    # what the hotspot lacks, pathogenicity, rescued
    ({"filter": "germline", "vaf": 0.49}, "pathogenic", True),
    ({"filter": "germline", "vaf": 0.49}, "likely_pathogenic", True),
    ({"filter": "germline", "vaf": 0.49}, "vus", False),
    ({"filter": "germline", "vaf": 0.49}, "benign", False),
    ({"population_af": 0.01}, "pathogenic", True),
    ({"depth": 10}, "pathogenic", True),
    ({"depth": 9}, "pathogenic", False),
    ({"depth": None}, "pathogenic", False),
    ({"alt_reads": 3, "vaf": 0.3}, "pathogenic", True),
    ({"alt_reads": 2, "vaf": 0.2}, "pathogenic", False),
    ({"vaf": 0.02}, "pathogenic", True),
    ({"vaf": 0.019}, "pathogenic", False),
    ({"vaf": None}, "pathogenic", False),
    # A low VAF needs the full number of reads, on both strands if these are known.
    ({"vaf": 0.02, "alt_reads": 4}, "pathogenic", False),
    ({"vaf": 0.02, "alt_reverse": 0}, "pathogenic", False),
    ({"vaf": 0.02, "alt_forward": None, "alt_reverse": None}, "pathogenic", True),
    ({"filter": "germline", "alt_reverse": 0}, "pathogenic", True),
]


@pytest.mark.parametrize(("lacks", "pathogenicity", "expected"), RESCUE)
def test_a_listed_hotspot_overrides_filters_down_to_the_floors(
    method, lacks, pathogenicity, expected
):
    variant = {**SOUND, **lacks}
    missed = missed_filters(variant, method["filters"])
    assert missed

    saved = rescued(variant, pathogenicity, missed, method["filters"], method["rescue"])

    assert saved is expected


def test_missing_fields_are_counted_once_per_file_and_filter(method):
    limits = {"PANEL": filters_of("dna_panel", method["filters"], {})}
    sound = {**SOUND, "assay": "PANEL", "source": "a.vcf"}
    rows = [
        sound,
        {**sound, "population_af": None},
        {**sound, "population_af": None, "depth": None},
        {**sound, "source": "b.vcf", "population_af": ""},
    ]

    assert missing_fields(rows, limits) == (
        [
            "a.vcf: filter common_in_population: 2 of 3 rows have no population_af: kept",
            "a.vcf: filter low_depth: 1 of 3 rows have no depth: dropped",
            "b.vcf: filter common_in_population: 1 of 1 rows have no population_af: kept",
        ],
        [],
    )


def test_a_filter_that_must_not_lack_its_field_is_an_error_that_names_the_file():
    rule = {"field": "vaf", "keep": "at_least", "limit": 0.05, "missing": "error"}
    rows = [{"assay": "PANEL", "source": "a.vcf", "vaf": None}]

    warnings, errors = missing_fields(rows, {"PANEL": {"low_vaf": rule}})

    assert warnings == []
    assert errors[0].startswith("a.vcf: filter low_vaf: 1 of 1 rows have no vaf")
